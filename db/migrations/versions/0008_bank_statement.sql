-- Bank statements: a file is kept as it came, is read whole or refused whole, and gives entries. What the bank wrote
-- of an entry never changes; what we make of it is matched once, by the system or by a person, and what a person
-- decided is never overwritten by the system.

CREATE TABLE bank_statements (
    id              uuid PRIMARY KEY,
    sha256          text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes      bigint NOT NULL CHECK (size_bytes > 0),
    uploaded_by     text NOT NULL,
    uploaded_at     timestamptz NOT NULL,
    status          text NOT NULL CHECK (status IN ('received', 'imported', 'refused')),
    progress        integer NOT NULL DEFAULT 0 CHECK (progress >= 0),
    encoding        text,
    accounts        jsonb,
    first_day       date,
    last_day        date,
    read_on         date,
    entries_total   integer,
    entries_new     integer,
    passed_over     jsonb NOT NULL DEFAULT '[]',
    imported_at     timestamptz,
    refusal         text,
    refusal_line    integer,
    refusal_detail  text,
    CONSTRAINT imported_says_what CHECK ((status = 'imported') = (imported_at IS NOT NULL)
        AND (imported_at IS NULL) = (entries_total IS NULL) AND (imported_at IS NULL) = (entries_new IS NULL)
        AND (imported_at IS NULL) = (accounts IS NULL) AND (imported_at IS NULL) = (encoding IS NULL)),
    CONSTRAINT refused_says_why CHECK ((status = 'refused') = (refusal IS NOT NULL)),
    CONSTRAINT new_at_most_total CHECK (entries_new BETWEEN 0 AND entries_total)
);
COMMENT ON COLUMN bank_statements.read_on IS 'The day it was read by, in Moscow: no entry of it is of a later one.';
COMMENT ON COLUMN bank_statements.passed_over IS
    'What of the file was left aside: kinds, counts, the first line of each.';
CREATE INDEX bank_statements_by_upload ON bank_statements (uploaded_at DESC, id DESC);
CREATE TRIGGER never_deleted BEFORE DELETE ON bank_statements FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON bank_statements FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_bank_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.sha256, OLD.size_bytes) IS DISTINCT FROM (NEW.id, NEW.sha256, NEW.size_bytes)
       OR OLD.status = 'imported' THEN
        RAISE EXCEPTION 'an imported bank statement is never changed'
            USING ERRCODE = '23514', CONSTRAINT = 'bank_statement_imported_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER imported_once BEFORE UPDATE ON bank_statements FOR EACH ROW EXECUTE FUNCTION keep_bank_statement();

-- In pieces, so that neither the API nor the worker ever holds a whole file.
CREATE TABLE bank_statement_chunks (
    statement_id  uuid NOT NULL REFERENCES bank_statements (id),
    number        integer NOT NULL CHECK (number >= 0),
    content       bytea STORAGE EXTERNAL NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 1048576),
    PRIMARY KEY (statement_id, number)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON bank_statement_chunks
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON bank_statement_chunks
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE bank_entries (
    id                    uuid PRIMARY KEY,
    statement_id          uuid NOT NULL,
    account               text NOT NULL,
    direction             text NOT NULL CHECK (direction IN ('in', 'out')),
    day                   date NOT NULL,
    number                text NOT NULL,
    amount_kopecks        bigint NOT NULL CHECK (amount_kopecks > 0),
    counterparty_name     text NOT NULL,
    counterparty_inn      text,
    counterparty_account  text,
    counterparty_bic      text,
    purpose               text NOT NULL,
    line                  integer NOT NULL,
    status                text NOT NULL DEFAULT 'unmatched' CHECK (status IN ('unmatched', 'matched', 'ignored')),
    matched_as            text CHECK (matched_as IN ('payout', 'return', 'payment')),
    matched_case          text,
    matched_attempt       integer,
    decided_by            text,
    decided_at            timestamptz,
    reason                text CHECK (length(reason) BETWEEN 1 AND 2000),
    hold_reason           text,
    hold_score            integer CHECK (hold_score BETWEEN 0 AND 100),
    hold_keys             text[],
    needs_person          boolean NOT NULL DEFAULT false,
    repeats               uuid REFERENCES bank_entries (id),
    FOREIGN KEY (matched_case, matched_attempt) REFERENCES payouts (case_id, attempt),
    CONSTRAINT matched_to_something CHECK ((status = 'matched') = (matched_as IS NOT NULL)
        AND (matched_case IS NOT NULL) = coalesce(matched_as IN ('payout', 'return'), false)
        AND (matched_case IS NULL) = (matched_attempt IS NULL)),
    CONSTRAINT decided_by_somebody CHECK ((status = 'unmatched') = (decided_by IS NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT ignored_by_a_person CHECK (status <> 'ignored' OR (decided_by <> 'system' AND reason IS NOT NULL)),
    CONSTRAINT direction_fits CHECK ((matched_as = 'payout') = (direction = 'out')),
    -- The same money in two files, spelled otherwise: what may be a stored entry is kept, and is left to people.
    CONSTRAINT suspected_of_something CHECK (
        hold_reason <> 'repeat_suspected' OR (repeats IS NOT NULL AND needs_person)),
    CONSTRAINT repeats_another CHECK (repeats <> id)
);
COMMENT ON COLUMN bank_entries.id IS
    'The entry''s key (domain/banking/bank_statement.py): the same in every file that has it.';
COMMENT ON COLUMN bank_entries.hold_keys IS
    'Keys of the invoices that its purpose may name, also of those that are not there yet.';
COMMENT ON COLUMN bank_entries.needs_person IS 'A person undid a match: the system leaves the entry alone.';
COMMENT ON COLUMN bank_entries.repeats IS 'A stored entry that this one may be, spelled otherwise by another file.';
CREATE UNIQUE INDEX payout_matched_once ON bank_entries (matched_case, matched_attempt, matched_as)
    WHERE status = 'matched';
CREATE INDEX bank_entries_by_day ON bank_entries (day, id);
CREATE INDEX bank_entries_by_statement ON bank_entries (statement_id);
-- Money that came in and waits for what it paid for, the oldest first. Money that has been held is looked for by its
-- keys, and not passed over again and again.
CREATE INDEX bank_entries_waiting ON bank_entries (day, id)
    WHERE status = 'unmatched' AND direction = 'in' AND hold_reason IS NULL;
CREATE INDEX bank_entries_held ON bank_entries USING gin (hold_keys)
    WHERE status = 'unmatched' AND direction = 'in';
CREATE INDEX bank_entries_going_out ON bank_entries (account, amount_kopecks)
    WHERE status = 'unmatched' AND direction = 'out';
CREATE INDEX bank_entries_coming_back ON bank_entries (account, amount_kopecks)
    WHERE status = 'unmatched' AND direction = 'in' AND purpose ~ '[Вв][Оо][Зз][Вв][Рр]';
CREATE TRIGGER never_deleted BEFORE DELETE ON bank_entries FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON bank_entries FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Foreign keys in all but the form: an import of 100,000 entries has one bank statement and an account or two, and
-- asking for them row by row took a third of its time. Rows of neither table are deleted, and no key of theirs changes.
-- A day that has not come pays nothing.
CREATE FUNCTION check_bank_entries_belong() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER belong AFTER INSERT ON bank_entries REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION check_bank_entries_belong();

CREATE FUNCTION keep_bank_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.statement_id, OLD.account, OLD.direction, OLD.day, OLD.number, OLD.amount_kopecks,
        OLD.counterparty_name, OLD.counterparty_inn, OLD.counterparty_account, OLD.counterparty_bic, OLD.purpose,
        OLD.line)
       IS DISTINCT FROM
       (NEW.id, NEW.statement_id, NEW.account, NEW.direction, NEW.day, NEW.number, NEW.amount_kopecks,
        NEW.counterparty_name, NEW.counterparty_inn, NEW.counterparty_account, NEW.counterparty_bic, NEW.purpose,
        NEW.line)
    THEN
        RAISE EXCEPTION 'what the bank wrote is never changed'
            USING ERRCODE = '23514', CONSTRAINT = 'bank_entry_facts_stay';
    END IF;
    IF OLD.matched_as = 'payment' AND NEW.status = 'unmatched' AND NEW.needs_person THEN
        RETURN NEW;  -- undone by a person; its payments are reversed in the same transaction
    END IF;
    IF OLD.status = 'matched' THEN
        RAISE EXCEPTION 'a matched entry stays matched'
            USING ERRCODE = '23514', CONSTRAINT = 'bank_entry_matched_once';
    END IF;
    IF (OLD.needs_person OR OLD.decided_by <> 'system') AND NEW.status <> OLD.status
       AND coalesce(NEW.decided_by, 'system') = 'system' OR OLD.needs_person AND NOT NEW.needs_person THEN
        RAISE EXCEPTION 'a person decided on this entry'
            USING ERRCODE = '23514', CONSTRAINT = 'bank_entry_decided_by_a_person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE ON bank_entries FOR EACH ROW EXECUTE FUNCTION keep_bank_entry();
CREATE TRIGGER repeats_stay BEFORE UPDATE OF repeats ON bank_entries FOR EACH ROW
    WHEN (OLD.repeats IS DISTINCT FROM NEW.repeats) EXECUTE FUNCTION forbid_change();
