-- Clients, their invoices, and the payments that stand or were reversed. An invoice counts what was paid, what is
-- promised back, and what is above what is due: its surplus, held until a refund case gives it back.

CREATE TABLE clients (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9-]{1,40}$'),
    kind         text NOT NULL CHECK (kind IN ('company', 'sole_trader', 'individual')),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
    folded_name  text COLLATE "C" GENERATED ALWAYS AS (folded(name)) STORED NOT NULL,
    inn          text CHECK (inn ~ '^(\d{10}|\d{12})$'),
    kpp          text,
    address      text CHECK (length(address) BETWEEN 1 AND 300),
    email        text NOT NULL CHECK (length(email) <= 254),
    language     text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'en')),
    time_zone    text NOT NULL DEFAULT 'Europe/Moscow',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    -- A name that is kept otherwise than it is seen has no spelling that is the same.
    CONSTRAINT name_is_as_seen CHECK (name = one_line(name))
);
COMMENT ON COLUMN clients.address IS
    'As new invoices name it; an invoice or an order that has been written keeps its own.';
CREATE INDEX clients_by_inn ON clients (inn);
CREATE INDEX clients_by_words ON clients USING gin (folded_name gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX clients_by_name ON clients (folded_name, id);
CREATE INDEX clients_by_beginning_of_inn ON clients (inn text_pattern_ops);

CREATE TABLE invoices (
    number                    text PRIMARY KEY CHECK (number ~ '^[A-Za-z0-9-]{1,40}$'),
    client_id                 text NOT NULL REFERENCES clients (id),
    issued_by                 text NOT NULL CHECK (issued_by IN ('online', 'service_centre')),
    service_centre            text CHECK (length(service_centre) <= 160),
    issued_on                 date NOT NULL,
    total_kopecks             bigint NOT NULL CHECK (total_kopecks > 0),
    paid_kopecks              bigint NOT NULL DEFAULT 0 CHECK (paid_kopecks >= 0),
    promised_kopecks          bigint NOT NULL DEFAULT 0,
    surplus_kopecks           bigint NOT NULL DEFAULT 0 CHECK (surplus_kopecks >= 0),
    surplus_promised_kopecks  bigint NOT NULL DEFAULT 0,
    surplus_notified_kopecks  bigint NOT NULL DEFAULT 0 CHECK (surplus_notified_kopecks >= 0),
    surplus_changes           integer NOT NULL DEFAULT 0,
    matching_key              text NOT NULL GENERATED ALWAYS AS (regexp_replace(
                                  regexp_replace(number, '[^0-9]', '', 'g'), '^(20[0-9]{2})?0*(?=[0-9])', '')) STORED,
    rematched                 boolean NOT NULL DEFAULT false,
    last_paid_at              timestamptz,
    voided_at                 timestamptz,
    voided_by                 text,
    void_reason               text,
    created_at                timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT service_centre_is_named CHECK ((issued_by = 'service_centre') = (service_centre IS NOT NULL)),
    CONSTRAINT voided_by_somebody CHECK (
        (voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)),
    CONSTRAINT promised_at_most_paid CHECK (promised_kopecks BETWEEN 0 AND paid_kopecks),
    CONSTRAINT surplus_is_above_due CHECK (
        surplus_kopecks = greatest(0, paid_kopecks - CASE WHEN voided_at IS NULL THEN total_kopecks ELSE 0 END)),
    CONSTRAINT surplus_promised_at_most_surplus CHECK (surplus_promised_kopecks BETWEEN 0 AND surplus_kopecks),
    CONSTRAINT surplus_is_not_for_lines CHECK (
        promised_kopecks - surplus_promised_kopecks BETWEEN 0 AND paid_kopecks - surplus_kopecks)
);
COMMENT ON COLUMN invoices.surplus_notified_kopecks IS 'How much of the surplus the client has heard of.';
COMMENT ON COLUMN invoices.matching_key IS
    'What a payer''s words find the invoice by: key_of in domain/banking/matching/numbers.py.';
COMMENT ON COLUMN invoices.rematched IS 'Whether held money that names it has been looked at since it was written.';
CREATE INDEX invoices_by_client ON invoices (client_id, number);
CREATE INDEX invoices_by_matching_key ON invoices (matching_key) WHERE matching_key <> '';
CREATE INDEX invoices_open ON invoices (client_id, number) WHERE voided_at IS NULL AND paid_kopecks < total_kopecks;
CREATE INDEX invoices_with_unnotified_surplus ON invoices (number) WHERE surplus_kopecks > surplus_notified_kopecks;
-- Held money is looked at again for an invoice that is newer than it: once, by the next bank statement.
CREATE INDEX invoices_not_rematched ON invoices (number) WHERE NOT rematched;

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

CREATE FUNCTION keep_voided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at THEN
        RAISE EXCEPTION 'a void invoice stays void' USING ERRCODE = '23514', CONSTRAINT = 'invoice_stays_void';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_void BEFORE UPDATE OF voided_at ON invoices FOR EACH ROW EXECUTE FUNCTION keep_voided();

CREATE TABLE invoice_lines (
    invoice_number       text NOT NULL REFERENCES invoices (number),
    line_no              integer NOT NULL CHECK (line_no BETWEEN 1 AND 200),
    title                text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    kind                 text NOT NULL CHECK (kind IN ('subscription', 'support', 'licence', 'service')),
    sum_kopecks          bigint NOT NULL CHECK (sum_kopecks > 0),
    vat_rate             text NOT NULL CHECK (vat_rate IN ('none', 'vat5', 'vat7', 'vat10', 'vat20', 'vat22')),
    period_start         date,
    period_end           date,
    delivered_on         date,
    closed_by_documents  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (invoice_number, line_no),
    CONSTRAINT period_is_whole CHECK ((period_start IS NULL) = (period_end IS NULL) AND period_start <= period_end)
);

CREATE TABLE payments (
    id                   text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9-]{1,64}$'),
    invoice_number       text NOT NULL REFERENCES invoices (number),
    method               text NOT NULL CHECK (method IN ('bank_card', 'sbp', 'bank_transfer')),
    acquirer_payment_id  text UNIQUE CHECK (length(acquirer_payment_id) <= 64),
    amount_kopecks       bigint NOT NULL CHECK (amount_kopecks > 0),
    vat_rate             text CHECK (vat_rate IN ('none', 'vat5', 'vat7', 'vat10', 'vat20', 'vat22')),
    besides              jsonb NOT NULL DEFAULT '[]',
    received_at          timestamptz NOT NULL,
    created_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT acquired_unless_transferred CHECK ((method = 'bank_transfer') = (acquirer_payment_id IS NULL)),
    CONSTRAINT payment_is_of_invoice_and_sum UNIQUE (id, invoice_number, amount_kopecks)
);
COMMENT ON COLUMN payments.besides IS
    'Payments that bank statements brought, beside which this transfer is another one.';
CREATE INDEX payments_by_invoice ON payments (invoice_number, received_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON payments FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE payment_reversals (
    payment_id   text PRIMARY KEY REFERENCES payments (id),
    reversed_by  text NOT NULL,
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    reversed_at  timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_reversals FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON payment_reversals FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- When an invoice was last paid is told by the payments that stand: a payment that was taken back counts no more.
CREATE FUNCTION last_payment_of(invoice text) RETURNS timestamptz STABLE LANGUAGE sql AS $$
    SELECT max(p.received_at) FROM payments p
     WHERE p.invoice_number = invoice
       AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
$$;

CREATE FUNCTION enter_payment_in_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM transfer('payment_received', cash_of(NEW.method), 'invoice/' || NEW.invoice_number,
                     NEW.amount_kopecks, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER enter_in_ledger AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION enter_payment_in_ledger();

-- The money is in the ledger before the invoice counts it: a surplus leaves the invoice's account at once. Triggers of
-- one event run in the order of their names.
CREATE FUNCTION add_payment_to_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices
       SET paid_kopecks = paid_kopecks + NEW.amount_kopecks,
           last_paid_at = greatest(last_paid_at, NEW.received_at)
     WHERE number = NEW.invoice_number;
    RETURN NULL;
END $$;
CREATE TRIGGER then_add_to_invoice AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION add_payment_to_invoice();

-- The invoice gives the money up before the ledger takes it back: a surplus returns to the invoice's account first.
CREATE FUNCTION reverse_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment payments%ROWTYPE;
BEGIN
    SELECT * INTO STRICT payment FROM payments WHERE id = NEW.payment_id;
    UPDATE invoices
       SET paid_kopecks = paid_kopecks - payment.amount_kopecks,
           last_paid_at = last_payment_of(payment.invoice_number)
     WHERE number = payment.invoice_number;
    PERFORM transfer('payment_reversed', 'invoice/' || payment.invoice_number, cash_of(payment.method),
                     payment.amount_kopecks, payment.id);
    RETURN NULL;
END $$;
CREATE TRIGGER reverse_payment AFTER INSERT ON payment_reversals FOR EACH ROW EXECUTE FUNCTION reverse_payment();
