-- A statement is read first and its entries are matched afterwards; until then nobody can tell which of them wait for a
-- person. Pages follow both.

ALTER TABLE bank_statements ADD COLUMN matched_at timestamptz;
COMMENT ON COLUMN bank_statements.matched_at IS 'When its entries had been compared with payouts and invoices.';

DROP TRIGGER imported_once ON bank_statements;
UPDATE bank_statements SET matched_at = imported_at;
ALTER TABLE bank_statements ADD CONSTRAINT matched_once_imported
    CHECK (matched_at IS NULL OR imported_at IS NOT NULL);

CREATE OR REPLACE FUNCTION keep_bank_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.sha256, OLD.size_bytes) IS DISTINCT FROM (NEW.id, NEW.sha256, NEW.size_bytes)
       OR OLD.status = 'imported' AND (OLD.matched_at IS NOT NULL OR NEW.matched_at IS NULL
           OR to_jsonb(OLD) - 'matched_at' IS DISTINCT FROM to_jsonb(NEW) - 'matched_at') THEN
        RAISE EXCEPTION 'an imported bank statement is never changed'
            USING ERRCODE = '23514', CONSTRAINT = 'bank_statement_imported_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER imported_once BEFORE UPDATE ON bank_statements FOR EACH ROW EXECUTE FUNCTION keep_bank_statement();

CREATE FUNCTION announce_bank_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('bank_statement', NEW.id::text, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON bank_statements
    FOR EACH ROW EXECUTE FUNCTION announce_bank_statement();
