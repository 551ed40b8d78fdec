-- What lists filter and sort by.

SELECT 1;
