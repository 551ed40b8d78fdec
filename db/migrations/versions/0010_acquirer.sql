-- What the acquirer said: payouts that it refused for a reason of ours, and differences with its list that people decide.

-- A payout that is delayed on our side waits for an accountant, as an approval does.
INSERT INTO policies (kind, version, document, valid_from, author)
    SELECT kind, version + 1,
           jsonb_set(document, '{waits,payout_held}', document -> 'waits' -> 'awaiting_approval'),
           valid_from, 'migration 0010'
      FROM policies WHERE kind = 'refund' ORDER BY version DESC LIMIT 1;

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
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_refusals
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_refusals
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- A difference is one truth that does not hold of one thing with one sum: found again, it is the same row, so what
-- somebody decided about it stays decided; with another sum it is another one.
CREATE TABLE acquirer_differences (
    id                   uuid PRIMARY KEY,
    truth                text NOT NULL CHECK (truth IN (
                             'not_rejected', 'settled', 'same_sum', 'once', 'ours', 'listed', 'known', 'recorded')),
    subject              text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    acquirer_payment_id  text CHECK (length(acquirer_payment_id) BETWEEN 1 AND 64),
    amount_kopecks       bigint CHECK (amount_kopecks > 0),
    happened_on          date,
    found                text NOT NULL CHECK (length(found) BETWEEN 1 AND 600),
    found_at             timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (truth, subject, amount_kopecks)
);
CREATE INDEX acquirer_differences_by_payment ON acquirer_differences (acquirer_payment_id);
CREATE INDEX acquirer_differences_by_age ON acquirer_differences (found_at, id);
COMMENT ON TABLE acquirer_differences IS 'Where the acquirer''s list and our books differ; known by truth, subject and sum.';
CREATE TABLE acquirer_difference_decisions (
    difference_id  uuid PRIMARY KEY REFERENCES acquirer_differences (id),
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    decided_by     text NOT NULL CHECK (length(decided_by) BETWEEN 1 AND 200),
    decided_at     timestamptz NOT NULL
);
COMMENT ON TABLE acquirer_difference_decisions IS 'An accountant''s word on a difference: once, and it stays.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_differences
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_differences
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_difference_decisions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_difference_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The acquirer executes one refund once, so it can be what paid one attempt only.
CREATE UNIQUE INDEX one_attempt_per_acquirer_refund ON payouts (external_id)
    WHERE channel = 'acquirer' AND status IN ('paid', 'returned') AND external_id IS NOT NULL;
