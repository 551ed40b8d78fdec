-- A refused statement waits for an accountant until it is uploaded again or somebody says how it was dealt with, such as
-- by another file of the same days. It stays refused: nothing of it is stored.

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

ALTER TABLE bank_statements
    DROP CONSTRAINT bank_statements_status_check,
    ADD CONSTRAINT bank_statements_status_check CHECK (status IN ('received', 'imported', 'refused', 'settled')),
    DROP CONSTRAINT refused_says_why,
    ADD CONSTRAINT refused_says_why CHECK ((status IN ('refused', 'settled')) = (refusal IS NOT NULL)),
    ADD COLUMN settled_at timestamptz,
    ADD COLUMN settled_by text,
    ADD COLUMN settled_because text CHECK (length(settled_because) BETWEEN 1 AND 2000),
    ADD CONSTRAINT settled_says_how CHECK ((status = 'settled') = (settled_at IS NOT NULL)
        AND (settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_because IS NULL));
COMMENT ON COLUMN bank_statements.settled_because IS 'How an accountant dealt with a refused file.';
