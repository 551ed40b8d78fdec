-- «Проверить оплату»: each look for an order's payment, what was asked and what was found. One a minute and ten a day
-- of Moscow of one order, whoever asks and however many at once.

CREATE TABLE payment_checks (
    id                   uuid PRIMARY KEY,
    invoice_number       text NOT NULL REFERENCES invoices (number),
    checked_by           text NOT NULL,
    checked_at           timestamptz NOT NULL,
    free_at              timestamptz NOT NULL,
    day                  date NOT NULL,
    number               integer NOT NULL CHECK (number BETWEEN 1 AND 10),
    paid_before_kopecks  bigint NOT NULL CHECK (paid_before_kopecks >= 0),
    answered_at          timestamptz CHECK (answered_at >= checked_at),
    acquirer             text CHECK (acquirer IN ('nothing_to_ask', 'answered', 'silent')),
    banked_until         date,
    waiting_entries      integer CHECK (waiting_entries >= 0),
    paid_kopecks         bigint CHECK (paid_kopecks >= 0),
    CONSTRAINT payment_check_answered_whole CHECK (
        num_nulls(answered_at, acquirer, waiting_entries, paid_kopecks) IN (0, 4)
        AND (banked_until IS NULL OR answered_at IS NOT NULL)),
    CONSTRAINT payment_check_pause CHECK (free_at = checked_at + interval '1 minute'),
    CONSTRAINT payment_check_of_its_day CHECK (day = (checked_at AT TIME ZONE 'Europe/Moscow')::date),
    CONSTRAINT payment_checks_ten_a_day UNIQUE (invoice_number, day, number),
    CONSTRAINT payment_checks_one_a_minute EXCLUDE USING gist (
        invoice_number WITH =, tstzrange(checked_at, free_at) WITH &&)
);
CREATE INDEX payment_checks_of_invoice ON payment_checks (invoice_number, checked_at DESC);
CREATE TRIGGER never_deleted BEFORE DELETE ON payment_checks FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON payment_checks FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_payment_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL
       OR (OLD.id, OLD.invoice_number, OLD.checked_by, OLD.checked_at, OLD.free_at, OLD.day, OLD.number,
           OLD.paid_before_kopecks)
          IS DISTINCT FROM
          (NEW.id, NEW.invoice_number, NEW.checked_by, NEW.checked_at, NEW.free_at, NEW.day, NEW.number,
           NEW.paid_before_kopecks) THEN
        RAISE EXCEPTION 'a check of a payment is only answered, and once'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_check_answered_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answered_once BEFORE UPDATE ON payment_checks FOR EACH ROW EXECUTE FUNCTION keep_payment_check();
