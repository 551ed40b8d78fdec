-- Commands taken once, and reference data that can be taken back.

SELECT 1;
