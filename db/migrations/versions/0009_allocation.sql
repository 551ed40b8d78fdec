-- Money that comes in: an entry of a bank statement is allocated to invoices, whole or not at all; every allocation is
-- a payment. A person may undo an allocation: the payment is reversed, in the ledger too, and the entry is a person's
-- from then on.

CREATE TABLE known_payers (
    client_id  text NOT NULL REFERENCES clients (id),
    inn        text NOT NULL CHECK (inn ~ '^(\d{10}|\d{12})$'),
    name       text NOT NULL,
    entry_id   uuid REFERENCES bank_entries (id),
    added_by   text NOT NULL,
    added_at   timestamptz NOT NULL,
    PRIMARY KEY (client_id, inn)
);
CREATE INDEX known_payers_by_inn ON known_payers (inn);

-- What a person wants done with an entry: a submission that the entry's process carries out once, or refuses.
CREATE TABLE entry_instructions (
    id                uuid PRIMARY KEY,
    entry_id          uuid NOT NULL REFERENCES bank_entries (id),
    kind              text NOT NULL CHECK (kind IN ('allocate', 'undo')),
    shares            jsonb NOT NULL,
    remembers_payer   boolean NOT NULL,
    reason            text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    written_by        text NOT NULL,
    written_at        timestamptz NOT NULL,
    besides           jsonb NOT NULL DEFAULT '[]',
    UNIQUE (id, entry_id)
);
COMMENT ON COLUMN entry_instructions.besides IS
    'Transfers that billing had written by then, beside which the entry is said to be other money.';
CREATE INDEX entry_instructions_by_entry ON entry_instructions (entry_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON entry_instructions FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON entry_instructions FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE allocations (
    id              uuid PRIMARY KEY,
    entry_id        uuid NOT NULL REFERENCES bank_entries (id),
    invoice_number  text NOT NULL,
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    payment_id      text NOT NULL,
    is_link         boolean NOT NULL,
    score           integer NOT NULL CHECK (score BETWEEN 0 AND 100),
    evidence        jsonb NOT NULL,
    allocated_by    text NOT NULL,
    instruction_id  uuid,
    reason          text CHECK (length(reason) BETWEEN 1 AND 2000),
    allocated_at    timestamptz NOT NULL,
    undoing_id      uuid,
    undone_at       timestamptz,
    CONSTRAINT person_says_why CHECK ((allocated_by = 'system') = (reason IS NULL)
        AND (reason IS NULL) = (instruction_id IS NULL)),
    CONSTRAINT undone_by_a_person CHECK ((undone_at IS NULL) = (undoing_id IS NULL)),
    CONSTRAINT allocation_is_a_payment FOREIGN KEY (payment_id, invoice_number, amount_kopecks)
        REFERENCES payments (id, invoice_number, amount_kopecks),
    FOREIGN KEY (instruction_id, entry_id) REFERENCES entry_instructions (id, entry_id),
    FOREIGN KEY (undoing_id, entry_id) REFERENCES entry_instructions (id, entry_id)
);
COMMENT ON COLUMN allocations.is_link IS
    'The billing system had written the payment already: the entry is its bank side.';
CREATE INDEX allocations_by_entry ON allocations (entry_id);
CREATE INDEX allocations_by_invoice ON allocations (invoice_number);
CREATE UNIQUE INDEX payment_allocated_once ON allocations (payment_id) WHERE undone_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON allocations FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON allocations FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.undone_at IS NOT NULL
       OR to_jsonb(OLD) - '{undone_at,undoing_id}'::text[] <> to_jsonb(NEW) - '{undone_at,undoing_id}'::text[] THEN
        RAISE EXCEPTION 'an allocation is only undone, and once'
            USING ERRCODE = '23514', CONSTRAINT = 'allocation_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER allocation_stays BEFORE UPDATE ON allocations FOR EACH ROW EXECUTE FUNCTION keep_allocation();

-- Whole or not at all, judged when the transaction ends.
CREATE FUNCTION require_whole_entry(entry uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found bank_entries%ROWTYPE;
    allocated bigint;
BEGIN
    SELECT * INTO STRICT found FROM bank_entries WHERE id = entry;
    SELECT coalesce(sum(a.amount_kopecks), 0) INTO allocated FROM allocations a
     WHERE a.entry_id = entry AND a.undone_at IS NULL;
    IF allocated <> (CASE WHEN found.matched_as = 'payment' THEN found.amount_kopecks ELSE 0 END) THEN
        RAISE EXCEPTION 'an entry is allocated whole' USING ERRCODE = '23514', CONSTRAINT = 'entry_allocated_whole';
    END IF;
END $$;
CREATE FUNCTION check_allocated_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_whole_entry(NEW.entry_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER allocated_whole AFTER INSERT OR UPDATE OF undone_at ON allocations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_allocated_entry();
CREATE FUNCTION check_matched_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_whole_entry(NEW.id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER allocated_whole AFTER UPDATE OF matched_as ON bank_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_matched_entry();

-- What an entry brought goes with its allocation, and only with it; what billing wrote stays when a link is undone.
CREATE FUNCTION check_undone_is_reversed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM allocations a WHERE a.payment_id = NEW.payment_id AND NOT a.is_link
                  AND (a.undone_at IS NULL)
                      = EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = a.payment_id)) THEN
        RAISE EXCEPTION 'an allocation is undone with its payment'
            USING ERRCODE = '23514', CONSTRAINT = 'undone_is_reversed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER undone_is_reversed AFTER INSERT OR UPDATE OF undone_at ON allocations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_undone_is_reversed();
CREATE CONSTRAINT TRIGGER undone_is_reversed AFTER INSERT ON payment_reversals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_undone_is_reversed();

-- One transfer is one payment: what billing writes beside the bank's own money of these days, it says so of.
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
