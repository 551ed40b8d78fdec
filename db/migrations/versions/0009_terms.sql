-- Ends of terms: what a refund shortens, and the chain's anchor day.

SELECT 1;
