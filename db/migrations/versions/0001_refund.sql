-- Refunds: clients, invoices, payments, cases with their history, papers, payouts, notifications, calendar, policies.
-- Money is BIGINT kopecks. Rules about money and about status moves are constraints, foreign keys and triggers here,
-- as well as code in domain/.

CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'KP001';
END $$;

CREATE TABLE clients (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9-]{1,40}$'),
    kind         text NOT NULL CHECK (kind IN ('company', 'sole_trader', 'individual')),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
    inn          text CHECK (inn ~ '^(\d{10}|\d{12})$'),
    kpp          text,
    email        text NOT NULL CHECK (length(email) <= 254),
    language     text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'en')),
    time_zone    text NOT NULL DEFAULT 'Europe/Moscow',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mailboxes (
    role         text PRIMARY KEY CHECK (role IN ('specialist', 'accountant', 'operator')),
    address      text NOT NULL CHECK (length(address) <= 254)
);

CREATE TABLE invoices (
    number            text PRIMARY KEY CHECK (number ~ '^[A-Za-z0-9-]{1,40}$'),
    client_id         text NOT NULL REFERENCES clients (id),
    issued_by         text NOT NULL CHECK (issued_by IN ('online', 'service_centre')),
    service_centre    text CHECK (length(service_centre) <= 160),
    issued_on         date NOT NULL,
    total_kopecks     bigint NOT NULL CHECK (total_kopecks > 0),
    paid_kopecks      bigint NOT NULL DEFAULT 0 CHECK (paid_kopecks >= 0),
    promised_kopecks  bigint NOT NULL DEFAULT 0,
    last_paid_at      timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT promised_at_most_paid CHECK (promised_kopecks BETWEEN 0 AND paid_kopecks),
    CONSTRAINT service_centre_is_named CHECK ((issued_by = 'service_centre') = (service_centre IS NOT NULL))
);
CREATE INDEX invoices_by_client ON invoices (client_id, number);

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
    received_at          timestamptz NOT NULL,
    created_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT acquired_unless_transferred CHECK ((method = 'bank_transfer') = (acquirer_payment_id IS NULL))
);
CREATE INDEX payments_by_invoice ON payments (invoice_number, received_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE FUNCTION add_payment_to_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices
       SET paid_kopecks = paid_kopecks + NEW.amount_kopecks,
           last_paid_at = greatest(last_paid_at, NEW.received_at)
     WHERE number = NEW.invoice_number;
    RETURN NULL;
END $$;
CREATE TRIGGER add_to_invoice AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION add_payment_to_invoice();

CREATE TABLE policies (
    kind        text NOT NULL CHECK (kind IN ('refund')),
    version     integer NOT NULL CHECK (version > 0),
    document    jsonb NOT NULL,
    valid_from  timestamptz NOT NULL,
    author      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON policies FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE calendar_overrides (
    day         date PRIMARY KEY,
    is_working  boolean NOT NULL,
    reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
    author      text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE TABLE calendar_years (
    year          integer PRIMARY KEY CHECK (year BETWEEN 2000 AND 2199),
    confirmed_by  text NOT NULL,
    confirmed_at  timestamptz NOT NULL
);
CREATE TABLE calendar_history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day         date NOT NULL,
    is_working  boolean,
    reason      text NOT NULL,
    author      text NOT NULL,
    at          timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calendar_history FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE refund_statuses (status text PRIMARY KEY);
CREATE TABLE refund_moves (
    from_status  text NOT NULL REFERENCES refund_statuses (status),
    to_status    text NOT NULL REFERENCES refund_statuses (status),
    PRIMARY KEY (from_status, to_status)
);

CREATE TABLE refunds (
    id              text PRIMARY KEY,
    invoice_number  text NOT NULL REFERENCES invoices (number),
    ordinal         integer NOT NULL CHECK (ordinal > 0),
    client_id       text NOT NULL REFERENCES clients (id),
    status          text NOT NULL REFERENCES refund_statuses (status),
    version         integer NOT NULL,
    asked           jsonb NOT NULL,
    stopped_on      date NOT NULL,
    policy_version  integer NOT NULL,
    sum_kopecks     bigint NOT NULL DEFAULT 0 CHECK (sum_kopecks >= 0),
    calculation_id  uuid,
    statement_id    uuid,
    refusal         text,
    waiting_for     text,
    wait_until      timestamptz,
    first_paid_on   date,
    paid_on         date,
    credit_by       date,
    closed_at       timestamptz,
    opened_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    UNIQUE (invoice_number, ordinal),
    CONSTRAINT id_says_invoice_and_ordinal CHECK (id = 'refund-' || invoice_number || '-' || ordinal),
    CONSTRAINT completed_is_paid CHECK (status <> 'completed' OR (paid_on IS NOT NULL AND credit_by IS NOT NULL)),
    CONSTRAINT refused_promises_nothing CHECK (status NOT IN ('declined', 'cancelled', 'expired') OR closed_at IS NOT NULL)
);
CREATE UNIQUE INDEX one_case_before_payout ON refunds (invoice_number)
    WHERE first_paid_on IS NULL AND status NOT IN ('declined', 'cancelled', 'expired');
CREATE INDEX refunds_by_status ON refunds (status, id);
CREATE INDEX refunds_by_client ON refunds (client_id, id);
CREATE INDEX refunds_by_opening ON refunds (opened_at, id);

CREATE FUNCTION promise_of(status text, sum_kopecks bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
$$ SELECT CASE WHEN status IN ('declined', 'cancelled', 'expired') THEN 0 ELSE sum_kopecks END $$;

CREATE FUNCTION carry_promise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    difference bigint := promise_of(NEW.status, NEW.sum_kopecks);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        difference := difference - promise_of(OLD.status, OLD.sum_kopecks);
    END IF;
    IF difference <> 0 THEN
        UPDATE invoices SET promised_kopecks = promised_kopecks + difference WHERE number = NEW.invoice_number;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER carry_promise AFTER INSERT OR UPDATE OF status, sum_kopecks ON refunds
    FOR EACH ROW EXECUTE FUNCTION carry_promise();
CREATE TRIGGER never_deleted BEFORE DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- The history is a chain: every row starts where the one before it ended, by an allowed move, and the case's own
-- status and version are its last row. Foreign keys hold all of it.
CREATE TABLE refund_history (
    refund_id    text NOT NULL REFERENCES refunds (id) DEFERRABLE INITIALLY DEFERRED,
    number       integer NOT NULL CHECK (number > 0),
    previous     integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status  text,
    to_status    text NOT NULL,
    at           timestamptz NOT NULL,
    by           text NOT NULL,
    reason       text,
    submission_id     uuid,
    answer       jsonb NOT NULL,
    PRIMARY KEY (refund_id, number),
    UNIQUE (refund_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES refund_moves (from_status, to_status),
    FOREIGN KEY (refund_id, previous, from_status) REFERENCES refund_history (refund_id, number, to_status),
    CONSTRAINT begins_by_calculating CHECK ((number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'calculating'))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON refund_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
ALTER TABLE refunds ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES refund_history (refund_id, number, to_status) DEFERRABLE INITIALLY DEFERRED;

-- Papers: what people wrote. Put down once, never changed; a case takes one by its id.
CREATE TABLE calculations (
    id              uuid PRIMARY KEY,
    refund_id       text NOT NULL REFERENCES refunds (id) DEFERRABLE INITIALLY DEFERRED,
    kind            text NOT NULL CHECK (kind IN ('automatic', 'specialist')),
    calculated_by   text NOT NULL,
    at              timestamptz NOT NULL,
    inputs          jsonb NOT NULL,
    trace           jsonb NOT NULL,
    reason          text CHECK (length(reason) <= 2000),
    sum_kopecks     bigint NOT NULL CHECK (sum_kopecks >= 0),
    UNIQUE (id, refund_id, sum_kopecks)
);
CREATE INDEX calculations_by_refund ON calculations (refund_id);
CREATE TABLE calculation_lines (
    calculation_id  uuid NOT NULL REFERENCES calculations (id),
    line_no         integer NOT NULL,
    sum_kopecks     bigint NOT NULL CHECK (sum_kopecks >= 0),
    PRIMARY KEY (calculation_id, line_no)
);
CREATE TABLE calculation_deductions (
    calculation_id  uuid NOT NULL REFERENCES calculations (id),
    number          integer NOT NULL CHECK (number BETWEEN 1 AND 20),
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    reason          text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    PRIMARY KEY (calculation_id, number)
);
CREATE TABLE statements (
    id                     uuid PRIMARY KEY,
    refund_id              text NOT NULL REFERENCES refunds (id),
    calculation_id         uuid NOT NULL,
    sum_kopecks            bigint NOT NULL CHECK (sum_kopecks > 0),
    recipient_name         text NOT NULL CHECK (length(recipient_name) BETWEEN 1 AND 160),
    inn                    text,
    kpp                    text,
    bic                    text NOT NULL CHECK (bic ~ '^\d{9}$'),
    account                text NOT NULL CHECK (account ~ '^\d{20}$'),
    bank_name              text NOT NULL,
    correspondent_account  text CHECK (correspondent_account ~ '^\d{20}$'),
    content                jsonb NOT NULL,
    content_sha256         text NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    drawn_up_at            timestamptz NOT NULL,
    FOREIGN KEY (calculation_id, refund_id, sum_kopecks) REFERENCES calculations (id, refund_id, sum_kopecks)
);
CREATE INDEX statements_by_refund ON statements (refund_id, drawn_up_at);
CREATE TABLE scans (
    id           uuid PRIMARY KEY,
    refund_id    text NOT NULL REFERENCES refunds (id),
    media_type   text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    size_bytes   integer NOT NULL CHECK (size_bytes > 0),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content      bytea NOT NULL,
    uploaded_at  timestamptz NOT NULL,
    CONSTRAINT size_is_true CHECK (octet_length(content) = size_bytes)
);
CREATE TABLE one_time_codes (
    id            uuid PRIMARY KEY,
    statement_id  uuid NOT NULL REFERENCES statements (id),
    code_hash     text NOT NULL,
    channel       text NOT NULL CHECK (channel IN ('mail')),
    address       text NOT NULL,
    issued_at     timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    attempts      integer NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 5),
    used_at       timestamptz
);
CREATE INDEX one_time_codes_by_statement ON one_time_codes (statement_id, issued_at);
CREATE TABLE signatures (
    id              uuid PRIMARY KEY,
    statement_id    uuid NOT NULL UNIQUE REFERENCES statements (id),
    method          text NOT NULL CHECK (method IN ('one_time_code', 'scan')),
    content_sha256  text NOT NULL,
    code_id         uuid UNIQUE REFERENCES one_time_codes (id),
    scan_id         uuid UNIQUE REFERENCES scans (id),
    signed_at       timestamptz NOT NULL,
    CONSTRAINT evidence_fits_method CHECK ((method = 'one_time_code') = (code_id IS NOT NULL) AND (method = 'scan') = (scan_id IS NOT NULL))
);
CREATE TABLE remarks (
    id         uuid PRIMARY KEY,
    refund_id  text NOT NULL REFERENCES refunds (id),
    author     text NOT NULL,
    text       text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    at         timestamptz NOT NULL
);
CREATE TABLE feedback (
    refund_id  text PRIMARY KEY REFERENCES refunds (id),
    score      integer NOT NULL CHECK (score BETWEEN 1 AND 5),
    text       text CHECK (length(text) <= 2000),
    at         timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calculations FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calculation_lines FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calculation_deductions FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON statements FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON scans FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON signatures FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON remarks FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON feedback FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- The promised sum is a calculation's sum, and the accepted statement is for that same sum.
ALTER TABLE statements ADD CONSTRAINT statement_of_refund UNIQUE (id, refund_id, calculation_id, sum_kopecks);
ALTER TABLE refunds
    ADD CONSTRAINT sum_is_calculated FOREIGN KEY (calculation_id, id, sum_kopecks)
        REFERENCES calculations (id, refund_id, sum_kopecks) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT statement_is_of_this_sum FOREIGN KEY (statement_id, id, calculation_id, sum_kopecks)
        REFERENCES statements (id, refund_id, calculation_id, sum_kopecks) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT sum_has_calculation CHECK (sum_kopecks = 0 OR calculation_id IS NOT NULL),
    ADD CONSTRAINT paid_by_statement CHECK (status NOT IN ('under_review', 'awaiting_approval', 'paying', 'completed') OR statement_id IS NOT NULL);

CREATE TABLE payout_statuses (status text PRIMARY KEY);
CREATE TABLE payout_moves (
    from_status  text NOT NULL REFERENCES payout_statuses (status),
    to_status    text NOT NULL REFERENCES payout_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
CREATE TABLE payouts (
    case_id         text NOT NULL REFERENCES refunds (id),
    attempt         integer NOT NULL CHECK (attempt > 0),
    channel         text NOT NULL CHECK (channel IN ('acquirer', 'bank')),
    status          text NOT NULL REFERENCES payout_statuses (status),
    version         integer NOT NULL,
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    channel_reason  text NOT NULL,
    payment_id      text REFERENCES payments (id),
    statement_id    uuid NOT NULL REFERENCES statements (id),
    external_id     text,
    reason          text,
    settled_on      date,
    prepared_at     timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    cleared_at      timestamptz,
    PRIMARY KEY (case_id, attempt),
    CONSTRAINT acquirer_returns_a_payment CHECK ((channel = 'acquirer') = (payment_id IS NOT NULL)),
    CONSTRAINT paid_has_a_day CHECK (status NOT IN ('paid', 'returned') OR settled_on IS NOT NULL)
);
COMMENT ON COLUMN payouts.cleared_at IS 'When it was certain that no earlier attempt was executed; no payment run takes it before.';
CREATE UNIQUE INDEX one_live_payout_per_case ON payouts (case_id) WHERE status NOT IN ('rejected', 'returned');
CREATE TABLE payout_history (
    case_id      text NOT NULL,
    attempt      integer NOT NULL,
    number       integer NOT NULL CHECK (number > 0),
    previous     integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status  text,
    to_status    text NOT NULL,
    at           timestamptz NOT NULL,
    reason       text,
    PRIMARY KEY (case_id, attempt, number),
    UNIQUE (case_id, attempt, number, to_status),
    FOREIGN KEY (case_id, attempt) REFERENCES payouts (case_id, attempt) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (from_status, to_status) REFERENCES payout_moves (from_status, to_status),
    FOREIGN KEY (case_id, attempt, previous, from_status) REFERENCES payout_history (case_id, attempt, number, to_status),
    CONSTRAINT begins_prepared CHECK ((number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'prepared'))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payout_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
ALTER TABLE payouts ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (case_id, attempt, version, status) REFERENCES payout_history (case_id, attempt, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE notifications (
    id            uuid PRIMARY KEY,
    case_id       text,
    occasion      text NOT NULL,
    role          text NOT NULL CHECK (role IN ('client', 'specialist', 'accountant', 'operator')),
    client_id     text REFERENCES clients (id),
    channel       text NOT NULL CHECK (channel IN ('mail', 'inbox')),
    template      text NOT NULL,
    params        jsonb NOT NULL,
    status        text NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    attempts      integer NOT NULL DEFAULT 0,
    due_at        timestamptz,
    last_error    text,
    created_at    timestamptz NOT NULL,
    settled_at    timestamptz,
    read_at       timestamptz,
    CONSTRAINT notified_once_per_channel UNIQUE NULLS NOT DISTINCT (case_id, occasion, role, channel),
    CONSTRAINT client_is_named CHECK ((role = 'client') = (client_id IS NOT NULL)),
    CONSTRAINT queued_is_due CHECK ((status = 'queued') = (due_at IS NOT NULL))
);
CREATE INDEX notifications_due ON notifications (due_at) WHERE status = 'queued';
CREATE INDEX notifications_inbox ON notifications (client_id, role, created_at DESC, id) WHERE channel = 'inbox';
CREATE INDEX notifications_failed ON notifications (created_at) WHERE status = 'failed';

CREATE FUNCTION announce_notification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('notifications', '');
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT ON notifications FOR EACH STATEMENT EXECUTE FUNCTION announce_notification();

CREATE TABLE idempotency_keys (
    caller       text NOT NULL,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    fingerprint  text NOT NULL,
    status_code  integer,
    headers      jsonb,
    body         jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
