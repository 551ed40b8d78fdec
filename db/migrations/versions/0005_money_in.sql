-- Money that comes in: an entry of a bank statement is allocated to invoices, whole or not at all; every allocation is
-- a payment. What an invoice got above what is due is a surplus, held until a refund case gives it back. A person may
-- undo an allocation: the payment is reversed, in the ledger too, and the entry is a person's from then on.

ALTER TABLE invoices
    ADD COLUMN voided_at       timestamptz,
    ADD COLUMN voided_by       text,
    ADD COLUMN void_reason     text,
    ADD COLUMN surplus_kopecks bigint NOT NULL DEFAULT 0 CHECK (surplus_kopecks >= 0),
    ADD COLUMN surplus_promised_kopecks bigint NOT NULL DEFAULT 0,
    ADD COLUMN surplus_notified_kopecks bigint NOT NULL DEFAULT 0 CHECK (surplus_notified_kopecks >= 0),
    ADD COLUMN surplus_changes integer NOT NULL DEFAULT 0,
    ADD COLUMN matching_key    text NOT NULL GENERATED ALWAYS AS (regexp_replace(
        regexp_replace(number, '[^0-9]', '', 'g'), '^(20[0-9]{2})?0*(?=[0-9])', '')) STORED,
    ADD CONSTRAINT voided_by_somebody CHECK ((voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL));
COMMENT ON COLUMN invoices.surplus_notified_kopecks IS 'How much of the surplus the client has heard of.';
COMMENT ON COLUMN invoices.matching_key IS 'What a payer''s words find the invoice by: key_of in domain/banking/matching/numbers.py.';
-- Held money is looked at again for an invoice that is newer than it: once, by the next bank statement.
ALTER TABLE invoices ADD COLUMN rematched boolean NOT NULL DEFAULT true;
ALTER TABLE invoices ALTER COLUMN rematched SET DEFAULT false;
COMMENT ON COLUMN invoices.rematched IS 'Whether held money that names it has been looked at since it was written.';
CREATE INDEX invoices_not_rematched ON invoices (number) WHERE NOT rematched;
CREATE INDEX invoices_by_matching_key ON invoices (matching_key) WHERE matching_key <> '';
CREATE INDEX invoices_open ON invoices (client_id, number) WHERE voided_at IS NULL AND paid_kopecks < total_kopecks;
CREATE INDEX invoices_with_unnotified_surplus ON invoices (number) WHERE surplus_kopecks > surplus_notified_kopecks;
CREATE INDEX clients_by_inn ON clients (inn);

ALTER TABLE ledger_transfers
    DROP CONSTRAINT ledger_transfers_kind_check,
    DROP CONSTRAINT ledger_transfers_debit_account_check,
    DROP CONSTRAINT ledger_transfers_credit_account_check;
ALTER TABLE ledger_transfers
    ADD CONSTRAINT ledger_transfers_kind_check CHECK (kind IN (
        'payment_received', 'payment_reversed', 'surplus_held', 'surplus_freed', 'promised', 'promise_freed',
        'payout_begun', 'payout_rejected', 'payout_paid', 'payout_returned')),
    ADD CONSTRAINT ledger_transfers_debit_account_check CHECK (debit_account ~ '^(cash|invoice|surplus|promised|transit)/'),
    ADD CONSTRAINT ledger_transfers_credit_account_check CHECK (credit_account ~ '^(cash|invoice|surplus|promised|transit)/');

-- The money is in the ledger before the invoice counts it: a surplus leaves the invoice's account at once.
DROP TRIGGER add_to_invoice ON payments;
CREATE TRIGGER then_add_to_invoice AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION add_payment_to_invoice();

CREATE FUNCTION hold_surplus() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    due        bigint := CASE WHEN NEW.voided_at IS NULL THEN NEW.total_kopecks ELSE 0 END;
    difference bigint;
BEGIN
    NEW.surplus_kopecks := greatest(0, NEW.paid_kopecks - due);
    difference := NEW.surplus_kopecks - OLD.surplus_kopecks;
    IF difference <> 0 THEN
        NEW.surplus_changes := OLD.surplus_changes + 1;
        NEW.surplus_notified_kopecks := least(OLD.surplus_notified_kopecks, NEW.surplus_kopecks);
    END IF;
    IF difference > 0 THEN
        PERFORM transfer('surplus_held', 'invoice/' || NEW.number, 'surplus/' || NEW.number, difference,
                         NEW.number || '@' || NEW.surplus_changes);
    ELSIF difference < 0 THEN
        PERFORM transfer('surplus_freed', 'surplus/' || NEW.number, 'invoice/' || NEW.number, -difference,
                         NEW.number || '@' || NEW.surplus_changes);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_surplus BEFORE UPDATE OF paid_kopecks, voided_at ON invoices
    FOR EACH ROW EXECUTE FUNCTION hold_surplus();
UPDATE invoices SET paid_kopecks = paid_kopecks WHERE paid_kopecks > total_kopecks;
ALTER TABLE invoices
    ADD CONSTRAINT surplus_is_above_due CHECK (
        surplus_kopecks = greatest(0, paid_kopecks - CASE WHEN voided_at IS NULL THEN total_kopecks ELSE 0 END)),
    ADD CONSTRAINT surplus_promised_at_most_surplus CHECK (surplus_promised_kopecks BETWEEN 0 AND surplus_kopecks),
    ADD CONSTRAINT surplus_is_not_for_lines CHECK (
        promised_kopecks - surplus_promised_kopecks BETWEEN 0 AND paid_kopecks - surplus_kopecks);

CREATE FUNCTION keep_voided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at THEN
        RAISE EXCEPTION 'a void invoice stays void' USING ERRCODE = '23514', CONSTRAINT = 'invoice_stays_void';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_void BEFORE UPDATE OF voided_at ON invoices FOR EACH ROW EXECUTE FUNCTION keep_voided();

-- A refund of an invoice's surplus promises the surplus; any other refund promises what was paid for the lines.
ALTER TABLE refunds ADD COLUMN kind text NOT NULL DEFAULT 'invoice' CHECK (kind IN ('invoice', 'surplus'));
CREATE OR REPLACE FUNCTION carry_promise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    difference bigint := promise_of(NEW.status, NEW.sum_kopecks);
    held       text   := CASE NEW.kind WHEN 'surplus' THEN 'surplus/' ELSE 'invoice/' END || NEW.invoice_number;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        difference := difference - promise_of(OLD.status, OLD.sum_kopecks);
    END IF;
    IF difference <> 0 THEN
        UPDATE invoices
           SET promised_kopecks = promised_kopecks + difference,
               surplus_promised_kopecks = surplus_promised_kopecks + CASE NEW.kind WHEN 'surplus' THEN difference ELSE 0 END
         WHERE number = NEW.invoice_number;
    END IF;
    IF difference > 0 THEN
        PERFORM transfer('promised', held, 'promised/' || NEW.id, difference, NEW.id || '@' || NEW.version);
    ELSIF difference < 0 THEN
        PERFORM transfer('promise_freed', 'promised/' || NEW.id, held, -difference, NEW.id || '@' || NEW.version);
    END IF;
    RETURN NULL;
END $$;

CREATE TABLE payment_reversals (
    payment_id   text PRIMARY KEY REFERENCES payments (id),
    reversed_by  text NOT NULL,
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    reversed_at  timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_reversals FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- The invoice gives the money up before the ledger takes it back: a surplus returns to the invoice's account first.
CREATE FUNCTION reverse_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment payments%ROWTYPE;
BEGIN
    SELECT * INTO STRICT payment FROM payments WHERE id = NEW.payment_id;
    UPDATE invoices SET paid_kopecks = paid_kopecks - payment.amount_kopecks WHERE number = payment.invoice_number;
    PERFORM transfer('payment_reversed', 'invoice/' || payment.invoice_number, cash_of(payment.method),
                     payment.amount_kopecks, payment.id);
    RETURN NULL;
END $$;
CREATE TRIGGER reverse_payment AFTER INSERT ON payment_reversals FOR EACH ROW EXECUTE FUNCTION reverse_payment();

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

-- What we make of an incoming entry.
ALTER TABLE bank_entries
    ADD COLUMN hold_reason text,
    ADD COLUMN hold_score  integer CHECK (hold_score BETWEEN 0 AND 100),
    ADD COLUMN hold_keys   text[],
    ADD COLUMN needs_person  boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT bank_entries_matched_as_check,
    DROP CONSTRAINT matched_to_something,
    DROP CONSTRAINT direction_fits;
ALTER TABLE bank_entries
    ADD CONSTRAINT bank_entries_matched_as_check CHECK (matched_as IN ('payout', 'return', 'payment')),
    ADD CONSTRAINT matched_to_something CHECK ((status = 'matched') = (matched_as IS NOT NULL)
        AND (matched_case IS NOT NULL) = coalesce(matched_as IN ('payout', 'return'), false)
        AND (matched_case IS NULL) = (matched_attempt IS NULL)),
    ADD CONSTRAINT direction_fits CHECK ((matched_as = 'payout') = (direction = 'out'));
COMMENT ON COLUMN bank_entries.hold_keys IS 'Keys of the invoices that its purpose may name, also of those that are not there yet.';
-- Money that has been held is looked for by its keys, and not passed over again and again.
DROP INDEX bank_entries_waiting;
CREATE INDEX bank_entries_waiting ON bank_entries (day, id)
    WHERE status = 'unmatched' AND direction = 'in' AND hold_reason IS NULL;
CREATE INDEX bank_entries_held ON bank_entries USING gin (hold_keys)
    WHERE status = 'unmatched' AND direction = 'in';
COMMENT ON COLUMN bank_entries.needs_person IS 'A person undid a match: the system leaves the entry alone.';

CREATE OR REPLACE FUNCTION keep_bank_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.statement_id, OLD.account, OLD.direction, OLD.day, OLD.number, OLD.amount_kopecks,
        OLD.counterparty_name, OLD.counterparty_inn, OLD.counterparty_account, OLD.counterparty_bic, OLD.purpose, OLD.line)
       IS DISTINCT FROM
       (NEW.id, NEW.statement_id, NEW.account, NEW.direction, NEW.day, NEW.number, NEW.amount_kopecks,
        NEW.counterparty_name, NEW.counterparty_inn, NEW.counterparty_account, NEW.counterparty_bic, NEW.purpose, NEW.line)
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

-- What a person wants done with an entry: a paper that the entry's process carries out once, or refuses.
CREATE TABLE entry_instructions (
    id                uuid PRIMARY KEY,
    entry_id          uuid NOT NULL REFERENCES bank_entries (id),
    kind              text NOT NULL CHECK (kind IN ('allocate', 'undo')),
    shares            jsonb NOT NULL,
    remembers_payer   boolean NOT NULL,
    reason            text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    written_by        text NOT NULL,
    written_at        timestamptz NOT NULL,
    UNIQUE (id, entry_id)
);
CREATE INDEX entry_instructions_by_entry ON entry_instructions (entry_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON entry_instructions FOR EACH ROW EXECUTE FUNCTION forbid_change();

ALTER TABLE payments ADD CONSTRAINT payment_is_of_invoice_and_sum UNIQUE (id, invoice_number, amount_kopecks);
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
COMMENT ON COLUMN allocations.is_link IS 'The billing system had written the payment already: the entry is its bank side.';
CREATE INDEX allocations_by_entry ON allocations (entry_id);
CREATE INDEX allocations_by_invoice ON allocations (invoice_number);
CREATE UNIQUE INDEX payment_allocated_once ON allocations (payment_id) WHERE undone_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON allocations FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.undone_at IS NOT NULL
       OR to_jsonb(OLD) - '{undone_at,undoing_id}'::text[] <> to_jsonb(NEW) - '{undone_at,undoing_id}'::text[] THEN
        RAISE EXCEPTION 'an allocation is only undone, and once' USING ERRCODE = '23514', CONSTRAINT = 'allocation_stays';
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
CREATE FUNCTION check_matched_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_whole_entry(NEW.id);
    RETURN NULL;
END $$;
-- What an entry brought goes with its allocation, and only with it; what billing wrote stays when a link is undone.
CREATE FUNCTION check_undone_is_reversed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM allocations a WHERE a.payment_id = NEW.payment_id AND NOT a.is_link
                  AND (a.undone_at IS NULL)
                      = EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = a.payment_id)) THEN
        RAISE EXCEPTION 'an allocation is undone with its payment' USING ERRCODE = '23514', CONSTRAINT = 'undone_is_reversed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER allocated_whole AFTER INSERT OR UPDATE OF undone_at ON allocations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_allocated_entry();
CREATE CONSTRAINT TRIGGER allocated_whole AFTER UPDATE OF matched_as ON bank_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_matched_entry();
CREATE CONSTRAINT TRIGGER undone_is_reversed AFTER INSERT OR UPDATE OF undone_at ON allocations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_undone_is_reversed();
CREATE CONSTRAINT TRIGGER undone_is_reversed AFTER INSERT ON payment_reversals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_undone_is_reversed();

-- Whoever waits for an invoice is told that there is something to look at, until it has heard.
CREATE TABLE recheck_outbox (
    renewal_id   text PRIMARY KEY REFERENCES renewals (id),
    at           timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE recheck_outbox IS 'Cases whose invoice was paid, reversed or whose card was refused, and which have not been told.';
CREATE FUNCTION note_recheck_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recheck_outbox (renewal_id)
        SELECT renewal_id FROM issued_invoices WHERE invoice_number = NEW.number
        ON CONFLICT (renewal_id) DO UPDATE SET at = now();
    RETURN NULL;
END $$;
CREATE TRIGGER note_recheck_outbox AFTER UPDATE OF paid_kopecks ON invoices
    FOR EACH ROW WHEN (OLD.paid_kopecks <> NEW.paid_kopecks) EXECUTE FUNCTION note_recheck_outbox();
