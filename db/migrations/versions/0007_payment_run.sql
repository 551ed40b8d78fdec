-- Our own accounts and the payment runs that leave by them: prepared bank payouts gathered into one file of payment
-- orders. A run and its orders are put down once; afterwards a run is handed over or dissolved, once, and an order of a
-- run that was handed over may be rejected, once.

CREATE TABLE own_accounts (
    account                text PRIMARY KEY CHECK (account ~ '^\d{20}$'),
    bic                    text NOT NULL CHECK (bic ~ '^\d{9}$'),
    bank_name              text NOT NULL CHECK (length(bank_name) BETWEEN 1 AND 160),
    correspondent_account  text CHECK (correspondent_account ~ '^\d{20}$'),
    name                   text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
    inn                    text NOT NULL CHECK (inn ~ '^(\d{10}|\d{12})$'),
    kpp                    text,
    address                text CHECK (length(address) BETWEEN 1 AND 300),
    written_by             text NOT NULL,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL,
    CONSTRAINT name_is_as_seen CHECK (name = one_line(name))
);
COMMENT ON COLUMN own_accounts.address IS 'As new invoices name it; an invoice that was issued keeps its own.';
CREATE TRIGGER never_deleted BEFORE DELETE ON own_accounts FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON own_accounts FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Bank entries name an account without a foreign key: see check_bank_entries_belong.
CREATE FUNCTION keep_own_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the number of an own account never changes'
        USING ERRCODE = '23514', CONSTRAINT = 'own_account_number_stays';
END $$;
CREATE TRIGGER number_stays BEFORE UPDATE ON own_accounts FOR EACH ROW
    WHEN (OLD.account IS DISTINCT FROM NEW.account) EXECUTE FUNCTION keep_own_account();

-- A run whose file was not given to the bank can be dissolved: its payouts wait for another run.
CREATE TABLE payment_runs (
    id                  uuid PRIMARY KEY,
    number              bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    own_account         text NOT NULL REFERENCES own_accounts (account),
    payer               jsonb NOT NULL,
    created_by          text NOT NULL,
    created_at          timestamptz NOT NULL,
    handed_over_by      text,
    handed_over_at      timestamptz,
    dissolved_by        text,
    dissolved_at        timestamptz,
    dissolution_reason  text CHECK (length(dissolution_reason) BETWEEN 1 AND 2000),
    CONSTRAINT handed_over_by_somebody CHECK ((handed_over_by IS NULL) = (handed_over_at IS NULL)),
    CONSTRAINT dissolved_by_somebody CHECK (
        (dissolved_by IS NULL) = (dissolved_at IS NULL) AND (dissolved_by IS NULL) = (dissolution_reason IS NULL)),
    CONSTRAINT handed_over_or_dissolved CHECK (handed_over_at IS NULL OR dissolved_at IS NULL)
);
COMMENT ON COLUMN payment_runs.payer IS 'Our requisites as they were, so that the file is always the same.';
CREATE TRIGGER never_deleted BEFORE DELETE ON payment_runs FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON payment_runs FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_payment_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.handed_over_at IS NOT NULL OR OLD.dissolved_at IS NOT NULL
       OR (OLD.id, OLD.number, OLD.own_account, OLD.payer, OLD.created_by, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.number, NEW.own_account, NEW.payer, NEW.created_by, NEW.created_at) THEN
        RAISE EXCEPTION 'a payment run is only handed over or dissolved, once'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_run_changes_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_once BEFORE UPDATE ON payment_runs FOR EACH ROW EXECUTE FUNCTION keep_payment_run();

-- The orders of a run that was dissolved keep their numbers: should the bank debit one after all, that debit must find
-- its payout.
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
    dissolved_at    timestamptz,
    FOREIGN KEY (case_id, attempt, channel, amount_kopecks)
        REFERENCES payouts (case_id, attempt, channel, amount_kopecks),
    CONSTRAINT number_of_the_day UNIQUE (day, number),
    CONSTRAINT rejected_by_somebody CHECK (
        (rejected_by IS NULL) = (rejected_at IS NULL) AND (rejected_by IS NULL) = (rejection IS NULL))
);
CREATE INDEX payment_orders_by_run ON payment_orders (run_id, number);
CREATE INDEX payment_orders_by_number ON payment_orders (number, amount_kopecks);
CREATE UNIQUE INDEX payout_ordered_once ON payment_orders (case_id, attempt) WHERE dissolved_at IS NULL;
CREATE INDEX payment_orders_of_payout ON payment_orders (case_id, attempt);
CREATE TRIGGER never_deleted BEFORE DELETE ON payment_orders FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON payment_orders FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION order_what_is_prepared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payouts
                    WHERE case_id = NEW.case_id AND attempt = NEW.attempt AND status = 'prepared') THEN
        RAISE EXCEPTION 'only a prepared payout is ordered'
            USING ERRCODE = '23514', CONSTRAINT = 'ordered_payout_is_prepared';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prepared BEFORE INSERT ON payment_orders FOR EACH ROW EXECUTE FUNCTION order_what_is_prepared();

CREATE FUNCTION order_in_an_open_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.dissolved_at IS NOT NULL
       OR EXISTS (SELECT FROM payment_runs WHERE id = NEW.run_id AND dissolved_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a run that was dissolved takes no order'
            USING ERRCODE = '23514', CONSTRAINT = 'ordered_in_an_open_run';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER in_an_open_run BEFORE INSERT ON payment_orders
    FOR EACH ROW EXECUTE FUNCTION order_in_an_open_run();

CREATE FUNCTION keep_payment_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    run payment_runs;
BEGIN
    SELECT * INTO run FROM payment_runs WHERE id = OLD.run_id;
    IF (OLD.id, OLD.run_id, OLD.case_id, OLD.attempt, OLD.channel, OLD.number, OLD.day, OLD.amount_kopecks,
        OLD.purpose)
          IS DISTINCT FROM
          (NEW.id, NEW.run_id, NEW.case_id, NEW.attempt, NEW.channel, NEW.number, NEW.day, NEW.amount_kopecks,
           NEW.purpose)
       OR OLD.rejected_at IS NOT NULL OR OLD.dissolved_at IS NOT NULL
       OR NEW.dissolved_at IS DISTINCT FROM run.dissolved_at
       OR (run.handed_over_at IS NULL AND run.dissolved_at IS NULL)
       OR (NEW.rejected_at IS NOT NULL AND run.handed_over_at IS NULL) THEN
        RAISE EXCEPTION 'a payment order is rejected, once, after it was handed over, or dissolved with its run'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_order_changes_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_once BEFORE UPDATE ON payment_orders FOR EACH ROW EXECUTE FUNCTION keep_payment_order();

-- The bank's debit of one of its orders proves that the file was sent.
CREATE FUNCTION dissolve_what_was_not_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM payment_orders o
        JOIN bank_entries e ON e.matched_case = o.case_id AND e.matched_attempt = o.attempt
            AND e.matched_as = 'payout' AND ltrim(e.number, '0') = CAST(o.number AS text)
        WHERE o.run_id = NEW.id) THEN
        RAISE EXCEPTION 'a run that the bank has debited is not dissolved'
            USING ERRCODE = '23514', CONSTRAINT = 'dissolved_run_was_not_sent';
    END IF;
    UPDATE payment_orders SET dissolved_at = NEW.dissolved_at WHERE run_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER dissolve_orders AFTER UPDATE OF dissolved_at ON payment_runs FOR EACH ROW
    WHEN (OLD.dissolved_at IS NULL AND NEW.dissolved_at IS NOT NULL) EXECUTE FUNCTION dissolve_what_was_not_sent();

-- A payout whose requisites no bank takes, or that an accountant will not pay by them, goes back to its client. From
-- then on no payment run takes it; one that a run has is the bank's to refuse.
CREATE TABLE returned_requisites (
    case_id      text NOT NULL,
    attempt      integer NOT NULL,
    reason       text NOT NULL,
    note         text NOT NULL CHECK (length(note) BETWEEN 1 AND 2000),
    returned_by  text NOT NULL,
    returned_at  timestamptz NOT NULL,
    PRIMARY KEY (case_id, attempt),
    FOREIGN KEY (case_id, attempt) REFERENCES payouts (case_id, attempt)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON returned_requisites FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON returned_requisites FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION return_what_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payouts WHERE case_id = NEW.case_id AND attempt = NEW.attempt
                      AND channel = 'bank' AND status = 'prepared' AND cleared_at IS NOT NULL)
       OR EXISTS (SELECT FROM payment_orders WHERE case_id = NEW.case_id AND attempt = NEW.attempt
                     AND dissolved_at IS NULL) THEN
        RAISE EXCEPTION 'only a payout that waits for a payment run is returned to its client'
            USING ERRCODE = '23514', CONSTRAINT = 'returned_payout_waits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER waits BEFORE INSERT ON returned_requisites FOR EACH ROW EXECUTE FUNCTION return_what_waits();

CREATE FUNCTION order_what_is_not_returned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM returned_requisites WHERE case_id = NEW.case_id AND attempt = NEW.attempt) THEN
        RAISE EXCEPTION 'a payout that was returned to its client is not ordered'
            USING ERRCODE = '23514', CONSTRAINT = 'ordered_payout_is_not_returned';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER not_returned BEFORE INSERT ON payment_orders
    FOR EACH ROW EXECUTE FUNCTION order_what_is_not_returned();
