-- Payments by card: one for an order, asked of the acquirer under one key with the very same words each time, so what
-- was asked is kept. A paid one is a payment; money that comes after we gave it up still makes it paid.

CREATE TABLE card_payment_statuses (status text PRIMARY KEY);
CREATE TABLE card_payment_moves (
    from_status  text NOT NULL REFERENCES card_payment_statuses (status),
    to_status    text NOT NULL REFERENCES card_payment_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
-- A pending one may stay pending: its page comes to be known later.
INSERT INTO card_payment_statuses VALUES
    ('prepared'), ('unknown'), ('pending'), ('cancelled'), ('paid');
INSERT INTO card_payment_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('prepared',  'unknown pending paid cancelled'),
    ('unknown',   'pending paid cancelled'),
    ('pending',   'paid cancelled pending'),
    ('cancelled', 'paid')
) AS allowed (from_status, targets);

CREATE TABLE card_payments (
    order_id             uuid PRIMARY KEY,
    invoice_number       text NOT NULL REFERENCES invoices (number),
    amount_kopecks       bigint NOT NULL CHECK (amount_kopecks > 0),
    status               text NOT NULL REFERENCES card_payment_statuses (status),
    asked                jsonb NOT NULL,
    acquirer_payment_id  text UNIQUE CHECK (length(acquirer_payment_id) BETWEEN 1 AND 64),
    confirmation_url     text CHECK (length(confirmation_url) <= 2000),
    reason               text CHECK (length(reason) BETWEEN 1 AND 300),
    payment_id           text UNIQUE REFERENCES payments (id),
    prepared_at          timestamptz NOT NULL,
    changed_at           timestamptz NOT NULL,
    CONSTRAINT paid_is_a_payment CHECK ((status = 'paid') = (payment_id IS NOT NULL)),
    CONSTRAINT cancelled_says_why CHECK (status <> 'cancelled' OR reason IS NOT NULL),
    CONSTRAINT page_is_of_a_payment CHECK (confirmation_url IS NULL OR acquirer_payment_id IS NOT NULL)
);
COMMENT ON TABLE card_payments IS 'Orders that are paid on the acquirer''s page; the order is known by its id only.';
COMMENT ON COLUMN card_payments.asked IS 'The request to the acquirer: a repeat under the same key says the same.';
COMMENT ON COLUMN card_payments.confirmation_url IS 'The page where the client pays.';
CREATE INDEX card_payments_by_invoice ON card_payments (invoice_number);
CREATE TRIGGER never_deleted BEFORE DELETE ON card_payments FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON card_payments FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_card_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.order_id, OLD.invoice_number, OLD.amount_kopecks, OLD.asked, OLD.prepared_at)
       IS DISTINCT FROM (NEW.order_id, NEW.invoice_number, NEW.amount_kopecks, NEW.asked, NEW.prepared_at)
       OR OLD.acquirer_payment_id <> coalesce(NEW.acquirer_payment_id, '') THEN
        RAISE EXCEPTION 'what was asked of the acquirer stays'
            USING ERRCODE = '23514', CONSTRAINT = 'card_payment_facts_stay';
    END IF;
    IF NOT EXISTS (SELECT FROM card_payment_moves WHERE from_status = OLD.status AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'a card payment does not move so' USING ERRCODE = '23514', CONSTRAINT = 'card_payment_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves_as_allowed BEFORE UPDATE ON card_payments FOR EACH ROW EXECUTE FUNCTION keep_card_payment();

-- That money has come, its payment tells; that none will come, this does. Whoever stopped it knows already.
CREATE FUNCTION note_card_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recheck_outbox (renewal_id)
        SELECT renewal_id FROM issued_invoices WHERE invoice_number = NEW.invoice_number
        ON CONFLICT (renewal_id) DO UPDATE SET at = now();
    RETURN NULL;
END $$;
CREATE TRIGGER note_recheck_outbox AFTER UPDATE OF status ON card_payments
    FOR EACH ROW WHEN (NEW.status = 'cancelled' AND OLD.status <> 'cancelled' AND NEW.reason <> 'stopped')
    EXECUTE FUNCTION note_card_refused();
