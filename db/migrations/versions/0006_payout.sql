-- Payouts: the attempts by which a refund's money leaves, by the acquirer or by the bank. A case has one live attempt.

CREATE TABLE payout_statuses (status text PRIMARY KEY);
CREATE TABLE payout_moves (
    from_status  text NOT NULL REFERENCES payout_statuses (status),
    to_status    text NOT NULL REFERENCES payout_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO payout_statuses VALUES
    ('prepared'), ('sent'), ('unknown'), ('paid'), ('rejected'), ('returned');
INSERT INTO payout_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('prepared', 'sent unknown paid rejected'),
    ('sent',     'unknown paid rejected'),
    ('unknown',  'sent paid rejected'),
    ('paid',     'returned')
) AS allowed (from_status, targets);

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
    CONSTRAINT paid_has_a_day CHECK (status NOT IN ('paid', 'returned') OR settled_on IS NOT NULL),
    -- A payment order is for exactly what its payout is: its foreign key compares the channel and the sum too.
    CONSTRAINT payout_as_ordered UNIQUE (case_id, attempt, channel, amount_kopecks)
);
COMMENT ON COLUMN payouts.cleared_at IS
    'When it was certain that no earlier attempt was executed; no payment run takes it before.';
CREATE UNIQUE INDEX one_live_payout_per_case ON payouts (case_id) WHERE status NOT IN ('rejected', 'returned');
-- The acquirer executes one refund once, so it can be what paid one attempt only.
CREATE UNIQUE INDEX one_attempt_per_acquirer_refund ON payouts (external_id)
    WHERE channel = 'acquirer' AND status IN ('paid', 'returned') AND external_id IS NOT NULL;
CREATE INDEX payouts_by_preparation ON payouts (prepared_at, case_id, attempt);
CREATE INDEX payouts_by_status ON payouts (status, prepared_at, case_id, attempt);

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
    FOREIGN KEY (case_id, attempt, previous, from_status)
        REFERENCES payout_history (case_id, attempt, number, to_status),
    CONSTRAINT begins_prepared CHECK ((number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'prepared'))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payout_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON payout_history FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE payouts ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (case_id, attempt, version, status) REFERENCES payout_history (case_id, attempt, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION enter_payout_in_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised text := 'promised/' || NEW.case_id;
    transit  text := 'transit/' || NEW.case_id || '/' || NEW.attempt;
    attempt  text := NEW.case_id || '/' || NEW.attempt;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM transfer('payout_begun', promised, transit, NEW.amount_kopecks, attempt);
    ELSIF NEW.status = OLD.status THEN
        RETURN NULL;
    ELSIF NEW.status = 'rejected' THEN
        PERFORM transfer('payout_rejected', transit, promised, NEW.amount_kopecks, attempt);
    ELSIF NEW.status = 'paid' THEN
        PERFORM transfer('payout_paid', transit, cash_of(NEW.channel), NEW.amount_kopecks, attempt);
    ELSIF NEW.status = 'returned' THEN
        PERFORM transfer('payout_returned', cash_of(NEW.channel), promised, NEW.amount_kopecks, attempt);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enter_in_ledger AFTER INSERT OR UPDATE OF status ON payouts
    FOR EACH ROW EXECUTE FUNCTION enter_payout_in_ledger();

-- A payout that the acquirer refused for a reason of ours is delayed on our side.
CREATE TABLE acquirer_refusals (
    case_id    text NOT NULL,
    attempt    integer NOT NULL,
    code       text NOT NULL CHECK (length(code) BETWEEN 1 AND 200),
    words      text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
    said_at    timestamptz NOT NULL,
    PRIMARY KEY (case_id, attempt),
    FOREIGN KEY (case_id, attempt) REFERENCES payouts (case_id, attempt)
);
COMMENT ON TABLE acquirer_refusals IS 'Why an attempt was rejected, in the words of the acquirer: for our people only.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_refusals FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_refusals FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
