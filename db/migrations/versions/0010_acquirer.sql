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

-- A difference is one invariant that does not hold of one thing with one sum: found again, it is the same row, so what
-- somebody decided about it stays decided; with another sum it is another one.
CREATE TABLE acquirer_differences (
    id                   uuid PRIMARY KEY,
    invariant            text NOT NULL CHECK (invariant IN (
                             'not_rejected', 'settled', 'same_sum', 'once', 'ours', 'listed', 'known', 'recorded')),
    subject              text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    acquirer_payment_id  text CHECK (length(acquirer_payment_id) BETWEEN 1 AND 64),
    amount_kopecks       bigint CHECK (amount_kopecks > 0),
    happened_on          date,
    found                text NOT NULL CHECK (length(found) BETWEEN 1 AND 600),
    found_at             timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (invariant, subject, amount_kopecks)
);
CREATE INDEX acquirer_differences_by_payment ON acquirer_differences (acquirer_payment_id);
CREATE INDEX acquirer_differences_by_age ON acquirer_differences (found_at, id);
COMMENT ON TABLE acquirer_differences IS 'Where the acquirer''s list and our books differ; known by invariant, subject and sum.';
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

-- Fiscal receipts by 54-ФЗ: a receipt is put down with its words before it is asked for, so a repeat says the same.
ALTER TABLE policies DROP CONSTRAINT policies_kind_check;
ALTER TABLE policies ADD CONSTRAINT policies_kind_check CHECK (kind IN ('refund', 'renewal', 'receipt'));
INSERT INTO policies (kind, version, document, valid_from, author)
    VALUES ('receipt', 1, '{"printed_by": "acquirer"}', '2020-01-01T00:00:00Z', 'migration 0010');

CREATE FUNCTION receipt_total(content jsonb) RETURNS numeric IMMUTABLE LANGUAGE sql AS
$$ SELECT sum(CAST(item ->> 'amount_kopecks' AS bigint)) FROM jsonb_array_elements(content -> 'items') AS item $$;
CREATE TABLE receipts (
    id                   uuid PRIMARY KEY,
    kind                 text NOT NULL CHECK (kind IN ('refund', 'closing')),
    payment_id           text NOT NULL REFERENCES payments (id),
    case_id              text,
    attempt              integer,
    amount_kopecks       bigint NOT NULL CHECK (amount_kopecks > 0),
    content              jsonb NOT NULL,
    status               text NOT NULL CHECK (status IN ('prepared', 'pending', 'succeeded', 'failed', 'settled')),
    acquirer_receipt_id  text CHECK (length(acquirer_receipt_id) BETWEEN 1 AND 64),
    reason               text CHECK (length(reason) BETWEEN 1 AND 2000),
    settled_by           text CHECK (length(settled_by) BETWEEN 1 AND 200),
    prepared_at          timestamptz NOT NULL,
    changed_at           timestamptz NOT NULL,
    FOREIGN KEY (case_id, attempt) REFERENCES payouts (case_id, attempt),
    CONSTRAINT items_add_up CHECK (receipt_total(content) = amount_kopecks),
    CONSTRAINT refund_is_of_an_attempt CHECK ((kind = 'refund') = (case_id IS NOT NULL AND attempt IS NOT NULL)),
    CONSTRAINT settled_says_by_whom CHECK ((status = 'settled') = (settled_by IS NOT NULL)),
    CONSTRAINT failed_says_why CHECK (status NOT IN ('failed', 'settled') OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX one_receipt_per_attempt ON receipts (case_id, attempt) WHERE kind = 'refund';
CREATE UNIQUE INDEX one_closing_receipt_per_payment ON receipts (payment_id) WHERE kind = 'closing';
CREATE INDEX receipts_by_age ON receipts (prepared_at, id);
COMMENT ON COLUMN receipts.content IS 'The buyer''s address and the items, as the acquirer is asked to print them.';
CREATE TRIGGER never_deleted BEFORE DELETE ON receipts FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON receipts FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.kind, OLD.payment_id, OLD.case_id, OLD.attempt, OLD.amount_kopecks, OLD.content, OLD.prepared_at)
       IS DISTINCT FROM
       (NEW.id, NEW.kind, NEW.payment_id, NEW.case_id, NEW.attempt, NEW.amount_kopecks, NEW.content, NEW.prepared_at) THEN
        RAISE EXCEPTION 'what a receipt says stays'
            USING ERRCODE = '23514', CONSTRAINT = 'receipt_facts_stay';
    END IF;
    IF OLD.status IN ('succeeded', 'settled') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'a printed receipt stays printed'
            USING ERRCODE = '23514', CONSTRAINT = 'receipt_stays_printed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER facts_stay BEFORE UPDATE ON receipts FOR EACH ROW EXECUTE FUNCTION keep_receipt();
