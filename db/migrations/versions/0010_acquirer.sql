-- What the acquirer said: receipts, and decided differences with its list.

SELECT 1;
