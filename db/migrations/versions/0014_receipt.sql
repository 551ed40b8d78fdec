-- Fiscal receipts by 54-ФЗ: a receipt is put down with its words before it is asked for, so a repeat says the same.

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
COMMENT ON COLUMN receipts.content IS 'The buyer''s address and the items, as the acquirer is asked to print them.';
CREATE UNIQUE INDEX one_receipt_per_attempt ON receipts (case_id, attempt) WHERE kind = 'refund';
CREATE UNIQUE INDEX one_closing_receipt_per_payment ON receipts (payment_id) WHERE kind = 'closing';
CREATE INDEX receipts_by_age ON receipts (prepared_at, id);
CREATE TRIGGER never_deleted BEFORE DELETE ON receipts FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON receipts FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.kind, OLD.payment_id, OLD.case_id, OLD.attempt, OLD.amount_kopecks, OLD.content, OLD.prepared_at)
       IS DISTINCT FROM
       (NEW.id, NEW.kind, NEW.payment_id, NEW.case_id, NEW.attempt, NEW.amount_kopecks, NEW.content, NEW.prepared_at)
    THEN
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
