-- How long files are kept is a policy. A file that nothing names goes after some days; what the scanner has found
-- something in, some days after it was found; files of a ticket, some years after it was closed.

ALTER TABLE policies DROP CONSTRAINT policies_kind_check;
ALTER TABLE policies ADD CONSTRAINT policies_kind_check
    CHECK (kind IN ('refund', 'renewal', 'receipt', 'inquiry', 'file'));
