-- Bank entries: dates, repeats and what is passed over.

ALTER TABLE bank_statements
    ADD COLUMN read_on     date,
    ADD COLUMN passed_over jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN bank_statements.read_on IS 'The day it was read by, in Moscow: no entry of it is of a later one.';
COMMENT ON COLUMN bank_statements.passed_over IS 'What of the file was left aside: kinds, counts, the first line of each.';

-- The same money in two files, spelled otherwise: what may be a stored entry is kept, and is left to people.
ALTER TABLE bank_entries ADD COLUMN repeats uuid REFERENCES bank_entries (id);
ALTER TABLE bank_entries
    ADD CONSTRAINT suspected_of_something CHECK (hold_reason <> 'repeat_suspected' OR (repeats IS NOT NULL AND needs_person)),
    ADD CONSTRAINT repeats_another CHECK (repeats <> id);
COMMENT ON COLUMN bank_entries.repeats IS 'A stored entry that this one may be, spelled otherwise by another file.';

CREATE TRIGGER repeats_stay BEFORE UPDATE OF repeats ON bank_entries FOR EACH ROW
    WHEN (OLD.repeats IS DISTINCT FROM NEW.repeats) EXECUTE FUNCTION forbid_change();

-- A day that has not come pays nothing.
CREATE OR REPLACE FUNCTION check_bank_entries_belong() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT account FROM fresh EXCEPT SELECT account FROM own_accounts) THEN
        RAISE EXCEPTION 'a bank entry is of one of our own accounts'
            USING ERRCODE = '23503', CONSTRAINT = 'bank_entries_account_fkey';
    END IF;
    IF EXISTS (SELECT FROM (SELECT statement_id AS id, max(day) AS last FROM fresh GROUP BY statement_id) AS named
               WHERE NOT EXISTS (SELECT FROM bank_statements AS s WHERE s.id = named.id)) THEN
        RAISE EXCEPTION 'a bank entry is of a bank statement'
            USING ERRCODE = '23503', CONSTRAINT = 'bank_entries_statement_id_fkey';
    END IF;
    IF EXISTS (SELECT FROM (SELECT statement_id AS id, max(day) AS last FROM fresh GROUP BY statement_id) AS named
               JOIN bank_statements AS s ON s.id = named.id AND named.last > s.read_on) THEN
        RAISE EXCEPTION 'a bank entry is of no day to come'
            USING ERRCODE = '23514', CONSTRAINT = 'bank_entry_not_ahead';
    END IF;
    RETURN NULL;
END $$;

-- One transfer is one payment: what billing writes beside the bank's own money of these days, it says so of.
ALTER TABLE payments ADD COLUMN besides jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN payments.besides IS 'Payments that bank statements brought, beside which this transfer is another one.';
CREATE FUNCTION check_payment_is_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM allocations a JOIN bank_entries e ON e.id = a.entry_id
                WHERE a.invoice_number = NEW.invoice_number AND a.undone_at IS NULL
                  AND abs(e.day - (NEW.received_at AT TIME ZONE 'Europe/Moscow')::date) <= 7
                  AND NOT NEW.besides ? a.payment_id) THEN
        RAISE EXCEPTION 'a bank statement has brought money for this invoice about this day'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_beside_the_bank';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER is_another BEFORE INSERT ON payments FOR EACH ROW
    WHEN (NEW.method = 'bank_transfer' AND NEW.id NOT LIKE 'entry-%') EXECUTE FUNCTION check_payment_is_another();
