-- Bank entries: dates, repeats and what is passed over.

SELECT 1;
