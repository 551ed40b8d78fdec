-- Payment runs: prepared bank payouts gathered into one file of payment orders. A run and its orders are put down
-- once; afterwards a run is handed over once, and an order of a run that was handed over may be rejected once.

CREATE TABLE own_accounts (
    account                text PRIMARY KEY CHECK (account ~ '^\d{20}$'),
    bic                    text NOT NULL CHECK (bic ~ '^\d{9}$'),
    bank_name              text NOT NULL CHECK (length(bank_name) BETWEEN 1 AND 160),
    correspondent_account  text CHECK (correspondent_account ~ '^\d{20}$'),
    name                   text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
    inn                    text NOT NULL CHECK (inn ~ '^(\d{10}|\d{12})$'),
    kpp                    text,
    written_by             text NOT NULL,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL
);
CREATE TRIGGER never_deleted BEFORE DELETE ON own_accounts FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE payment_runs (
    id              uuid PRIMARY KEY,
    number          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    own_account     text NOT NULL REFERENCES own_accounts (account),
    payer           jsonb NOT NULL,
    created_by      text NOT NULL,
    created_at      timestamptz NOT NULL,
    handed_over_by  text,
    handed_over_at  timestamptz,
    CONSTRAINT handed_over_by_somebody CHECK ((handed_over_by IS NULL) = (handed_over_at IS NULL))
);
COMMENT ON COLUMN payment_runs.payer IS 'Our requisites as they were, so that the file is always the same.';

CREATE FUNCTION keep_payment_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.handed_over_at IS NOT NULL
       OR (OLD.id, OLD.number, OLD.own_account, OLD.payer, OLD.created_by, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.number, NEW.own_account, NEW.payer, NEW.created_by, NEW.created_at) THEN
        RAISE EXCEPTION 'a payment run is only handed over, once'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_run_changes_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_once BEFORE UPDATE ON payment_runs FOR EACH ROW EXECUTE FUNCTION keep_payment_run();
CREATE TRIGGER never_deleted BEFORE DELETE ON payment_runs FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- An order is for exactly what its payout is: the foreign key compares the channel and the sum too.
ALTER TABLE payouts ADD CONSTRAINT payout_as_ordered UNIQUE (case_id, attempt, channel, amount_kopecks);
CREATE SEQUENCE payment_order_numbers AS integer MINVALUE 1 MAXVALUE 999999 CYCLE;

CREATE TABLE payment_orders (
    id              uuid PRIMARY KEY,
    run_id          uuid NOT NULL REFERENCES payment_runs (id),
    case_id         text NOT NULL,
    attempt         integer NOT NULL,
    channel         text NOT NULL DEFAULT 'bank' CHECK (channel = 'bank'),
    number          integer NOT NULL DEFAULT nextval('payment_order_numbers') CHECK (number BETWEEN 1 AND 999999),
    day             date NOT NULL,
    amount_kopecks  bigint NOT NULL,
    purpose         text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 210),
    rejected_by     text,
    rejected_at     timestamptz,
    rejection       text,
    FOREIGN KEY (case_id, attempt, channel, amount_kopecks)
        REFERENCES payouts (case_id, attempt, channel, amount_kopecks),
    CONSTRAINT payout_ordered_once UNIQUE (case_id, attempt),
    CONSTRAINT number_of_the_day UNIQUE (day, number),
    CONSTRAINT rejected_by_somebody CHECK (
        (rejected_by IS NULL) = (rejected_at IS NULL) AND (rejected_by IS NULL) = (rejection IS NULL))
);
CREATE INDEX payment_orders_by_run ON payment_orders (run_id, number);
CREATE INDEX payment_orders_by_number ON payment_orders (number, amount_kopecks);

CREATE FUNCTION order_what_is_prepared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payouts WHERE case_id = NEW.case_id AND attempt = NEW.attempt AND status = 'prepared') THEN
        RAISE EXCEPTION 'only a prepared payout is ordered'
            USING ERRCODE = '23514', CONSTRAINT = 'ordered_payout_is_prepared';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prepared BEFORE INSERT ON payment_orders FOR EACH ROW EXECUTE FUNCTION order_what_is_prepared();

CREATE FUNCTION keep_payment_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.rejected_at IS NOT NULL
       OR (OLD.id, OLD.run_id, OLD.case_id, OLD.attempt, OLD.channel, OLD.number, OLD.day, OLD.amount_kopecks, OLD.purpose)
          IS DISTINCT FROM
          (NEW.id, NEW.run_id, NEW.case_id, NEW.attempt, NEW.channel, NEW.number, NEW.day, NEW.amount_kopecks, NEW.purpose)
       OR NOT EXISTS (SELECT FROM payment_runs WHERE id = NEW.run_id AND handed_over_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a payment order is only rejected, once, after it was handed over'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_order_changes_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_once BEFORE UPDATE ON payment_orders FOR EACH ROW EXECUTE FUNCTION keep_payment_order();
CREATE TRIGGER never_deleted BEFORE DELETE ON payment_orders FOR EACH ROW EXECUTE FUNCTION forbid_change();
