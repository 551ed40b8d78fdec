-- Refunds: the case with its history, what people handed in for it, and what it promises of its invoice's money.

CREATE TABLE refund_statuses (status text PRIMARY KEY);
CREATE TABLE refund_moves (
    from_status  text NOT NULL REFERENCES refund_statuses (status),
    to_status    text NOT NULL REFERENCES refund_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
-- A move from a status to itself is a change of the case that leaves its status: a deadline moves, the payout takes
-- another way.
INSERT INTO refund_statuses VALUES
    ('calculating'), ('awaiting_specialist'), ('awaiting_statement'), ('under_review'), ('awaiting_approval'),
    ('paying'), ('completed'), ('declined'), ('cancelled'), ('expired'), ('payout_held');
INSERT INTO refund_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('calculating',         'awaiting_statement awaiting_specialist declined'),
    ('awaiting_specialist', 'awaiting_statement declined cancelled awaiting_specialist'),
    ('awaiting_statement',  'under_review expired cancelled declined'),
    ('under_review',        'awaiting_approval paying awaiting_statement awaiting_specialist cancelled declined '
                            'under_review'),
    ('awaiting_approval',   'paying declined cancelled awaiting_approval'),
    ('paying',              'completed awaiting_statement paying payout_held'),
    ('completed',           'awaiting_statement completed'),
    ('payout_held',         'paying completed awaiting_specialist payout_held')
) AS allowed (from_status, targets);

CREATE TABLE refunds (
    id              text PRIMARY KEY,
    kind            text NOT NULL DEFAULT 'invoice' CHECK (kind IN ('invoice', 'surplus')),
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
    CONSTRAINT sum_has_calculation CHECK (sum_kopecks = 0 OR calculation_id IS NOT NULL),
    CONSTRAINT paid_by_statement CHECK (
        status NOT IN ('under_review', 'awaiting_approval', 'paying', 'completed') OR statement_id IS NOT NULL),
    CONSTRAINT completed_is_paid CHECK (status <> 'completed' OR (paid_on IS NOT NULL AND credit_by IS NOT NULL)),
    CONSTRAINT refused_promises_nothing CHECK (
        status NOT IN ('declined', 'cancelled', 'expired') OR closed_at IS NOT NULL)
);
CREATE UNIQUE INDEX one_case_before_payout ON refunds (invoice_number)
    WHERE first_paid_on IS NULL AND status NOT IN ('declined', 'cancelled', 'expired');
CREATE INDEX refunds_by_status ON refunds (status, id);
CREATE INDEX refunds_by_client ON refunds (client_id, id);
CREATE INDEX refunds_by_opening ON refunds (opened_at, id);
CREATE INDEX refunds_open ON refunds (status, waiting_for, wait_until) WHERE closed_at IS NULL;
-- A case that waits for no moment comes after all that do.
CREATE INDEX refunds_by_deadline ON refunds ((coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX refunds_by_status_and_deadline ON refunds (status, (coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX refunds_by_turn ON refunds (waiting_for, (coalesce(wait_until, 'infinity'::timestamptz)), id)
    WHERE waiting_for IS NOT NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON refunds FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION promise_of(status text, sum_kopecks bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
$$ SELECT CASE WHEN status IN ('declined', 'cancelled', 'expired') THEN 0 ELSE sum_kopecks END $$;

-- A refund of an invoice's surplus promises the surplus; any other refund promises what was paid for the lines.
CREATE FUNCTION carry_promise() RETURNS trigger LANGUAGE plpgsql AS $$
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
               surplus_promised_kopecks = surplus_promised_kopecks
                   + CASE NEW.kind WHEN 'surplus' THEN difference ELSE 0 END
         WHERE number = NEW.invoice_number;
    END IF;
    IF difference > 0 THEN
        PERFORM transfer('promised', held, 'promised/' || NEW.id, difference, NEW.id || '@' || NEW.version);
    ELSIF difference < 0 THEN
        PERFORM transfer('promise_freed', 'promised/' || NEW.id, held, -difference, NEW.id || '@' || NEW.version);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER carry_promise AFTER INSERT OR UPDATE OF status, sum_kopecks ON refunds
    FOR EACH ROW EXECUTE FUNCTION carry_promise();

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
    submission_id  uuid,
    answer       jsonb NOT NULL,
    PRIMARY KEY (refund_id, number),
    UNIQUE (refund_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES refund_moves (from_status, to_status),
    FOREIGN KEY (refund_id, previous, from_status) REFERENCES refund_history (refund_id, number, to_status),
    CONSTRAINT begins_by_calculating CHECK (
        (number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'calculating'))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON refund_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON refund_history FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE refunds ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES refund_history (refund_id, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

-- Submissions: what people handed in. Put down once, never changed; a case takes one by its id.
CREATE TABLE calculations (
    id                uuid PRIMARY KEY,
    refund_id         text NOT NULL REFERENCES refunds (id) DEFERRABLE INITIALLY DEFERRED,
    kind              text NOT NULL CHECK (kind IN ('automatic', 'specialist')),
    calculated_by     text NOT NULL,
    at                timestamptz NOT NULL,
    inputs            jsonb NOT NULL,
    trace             jsonb NOT NULL,
    reason            text CHECK (length(reason) <= 2000),
    sum_kopecks       bigint NOT NULL CHECK (sum_kopecks >= 0),
    service_stops_on  date,
    UNIQUE (id, refund_id, sum_kopecks),
    CONSTRAINT trace_says_when_service_stops CHECK (
        CAST(trace #>> '{service,stops_on}' AS date) IS NOT DISTINCT FROM service_stops_on)
);
COMMENT ON COLUMN calculations.service_stops_on IS
    'The first day that is no longer served; none: the service goes on, or the refund is of none.';
CREATE INDEX calculations_by_refund ON calculations (refund_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calculations FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON calculations FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- VAT of a part that goes back, by the rate recorded when its money came: the parts of a line add up to the line's own.
CREATE TABLE calculation_lines (
    calculation_id  uuid NOT NULL REFERENCES calculations (id),
    line_no         integer NOT NULL,
    sum_kopecks     bigint NOT NULL CHECK (sum_kopecks >= 0),
    vat_rate        text NOT NULL CHECK (vat_rate IN ('none', 'vat5', 'vat7', 'vat10', 'vat20', 'vat22')),
    vat_kopecks     bigint NOT NULL,
    PRIMARY KEY (calculation_id, line_no),
    CONSTRAINT vat_is_inside CHECK (
        vat_kopecks BETWEEN 0 AND sum_kopecks AND (vat_rate <> 'none' OR vat_kopecks = 0))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calculation_lines FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON calculation_lines FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- VAT as the code finds it, for the check of the books.
CREATE FUNCTION vat_inside(gross_kopecks bigint, rate text) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE rate WHEN 'none' THEN 0 ELSE
        (2 * gross_kopecks * percent + 100 + percent) / (2 * (100 + percent)) END
      FROM (SELECT coalesce(CAST(substring(rate FROM '[0-9]+') AS bigint), 0) AS percent) AS rated
$$;
COMMENT ON FUNCTION vat_inside IS 'VAT inside a gross sum, half up once: vat_inside in domain/money.py.';

CREATE TABLE calculation_deductions (
    calculation_id  uuid NOT NULL REFERENCES calculations (id),
    number          integer NOT NULL CHECK (number BETWEEN 1 AND 20),
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    reason          text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    PRIMARY KEY (calculation_id, number)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calculation_deductions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON calculation_deductions
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

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
    FOREIGN KEY (calculation_id, refund_id, sum_kopecks) REFERENCES calculations (id, refund_id, sum_kopecks),
    CONSTRAINT statement_of_refund UNIQUE (id, refund_id, calculation_id, sum_kopecks),
    CONSTRAINT recipient_is_as_seen CHECK (recipient_name = one_line(recipient_name)),
    CONSTRAINT bank_is_as_seen CHECK (bank_name = one_line(bank_name))
);
CREATE INDEX statements_by_refund ON statements (refund_id, drawn_up_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON statements FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON statements FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The promised sum is a calculation's sum, and the accepted statement is for that same sum.
ALTER TABLE refunds
    ADD CONSTRAINT sum_is_calculated FOREIGN KEY (calculation_id, id, sum_kopecks)
        REFERENCES calculations (id, refund_id, sum_kopecks) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT statement_is_of_this_sum FOREIGN KEY (statement_id, id, calculation_id, sum_kopecks)
        REFERENCES statements (id, refund_id, calculation_id, sum_kopecks) DEFERRABLE INITIALLY DEFERRED;

-- What a refund does to the service is calculated, signed and then done.
CREATE FUNCTION check_statement_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF CAST(NEW.content #>> '{service,stops_on}' AS date) IS DISTINCT FROM
       (SELECT service_stops_on FROM calculations WHERE id = NEW.calculation_id) THEN
        RAISE EXCEPTION 'a statement says when the service stops'
            USING ERRCODE = '23514', CONSTRAINT = 'statement_says_when_service_stops';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER says_when_service_stops BEFORE INSERT ON statements
    FOR EACH ROW EXECUTE FUNCTION check_statement_service();

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
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON scans FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON scans FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

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
    CONSTRAINT evidence_fits_method CHECK (
        (method = 'one_time_code') = (code_id IS NOT NULL) AND (method = 'scan') = (scan_id IS NOT NULL))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON signatures FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON signatures FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE remarks (
    id         uuid PRIMARY KEY,
    refund_id  text NOT NULL REFERENCES refunds (id),
    author     text NOT NULL,
    text       text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    at         timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON remarks FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON remarks FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE feedback (
    refund_id  text PRIMARY KEY REFERENCES refunds (id),
    score      integer NOT NULL CHECK (score BETWEEN 1 AND 5),
    text       text CHECK (length(text) <= 2000),
    at         timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON feedback FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON feedback FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Whoever calculated lets no money go, neither by an approval nor by a word on a payout that is held, whatever the
-- spelling of the login.
CREATE FUNCTION approve_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM refunds AS r JOIN calculations AS c ON c.id = r.calculation_id
               WHERE r.id = NEW.refund_id AND compared(c.calculated_by) = compared(NEW."by")) THEN
        RAISE EXCEPTION 'whoever calculated does not approve'
            USING ERRCODE = '23514', CONSTRAINT = 'approved_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approve_by_another BEFORE INSERT ON refund_history FOR EACH ROW
    WHEN (NEW.from_status IN ('awaiting_approval', 'payout_held') AND NEW.to_status IN ('paying', 'completed'))
    EXECUTE FUNCTION approve_by_another();
