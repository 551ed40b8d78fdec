-- Limits of refunds over an invoice and over a client.

SELECT 1;
