-- A trigger for each row does not see TRUNCATE: one statement would empty the ledger without a word. So every table
-- that keeps its rows refuses that too. A table of a later migration brings its own; a test asks for it.

DO $$
DECLARE
    kept regclass;
BEGIN
    FOR kept IN
        SELECT tgrelid FROM pg_trigger
         WHERE tgfoid = 'forbid_change'::regproc AND tgname IN ('append_only', 'never_deleted')
    LOOP
        EXECUTE format(
            'CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()',
            kept);
    END LOOP;
END $$;
