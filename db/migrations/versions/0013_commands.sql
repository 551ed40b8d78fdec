-- Commands taken once, and reference data that can be taken back.

-- Letters leave in the order in which their changes queued them: a case's changes are stored one after another, so
-- the number grows with them.

ALTER TABLE notifications ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX notifications_in_order ON notifications (number) WHERE status = 'queued';
CREATE INDEX notifications_of_case_in_order ON notifications (case_id, number) WHERE status = 'queued';

-- A confirmed year can be taken back; who said what of it stays.

CREATE TABLE calendar_year_history (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    year          integer NOT NULL CHECK (year BETWEEN 2000 AND 2199),
    is_confirmed  boolean NOT NULL,
    reason        text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
    author        text NOT NULL,
    at            timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calendar_year_history
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON calendar_year_history
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
INSERT INTO calendar_year_history (year, is_confirmed, reason, author, at)
SELECT year, true, 'confirmed before reasons were kept', confirmed_by, confirmed_at FROM calendar_years ORDER BY year;

-- A price can be withdrawn before its first day in Moscow, once; another one may then hold from that day. What orders
-- agreed to stands in the orders.

ALTER TABLE tariff_prices
    ADD COLUMN withdrawn_by text,
    ADD COLUMN withdrawn_at timestamptz,
    ADD COLUMN withdrawal_reason text CHECK (length(withdrawal_reason) BETWEEN 1 AND 2000),
    ADD CONSTRAINT price_withdrawn_by_somebody CHECK (
        (withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawal_reason IS NULL)),
    ADD CONSTRAINT price_withdrawn_before_its_day CHECK (valid_from > (withdrawn_at AT TIME ZONE 'Europe/Moscow')::date),
    DROP CONSTRAINT tariff_prices_tariff_code_valid_from_key;
CREATE UNIQUE INDEX one_price_from_a_day ON tariff_prices (tariff_code, valid_from) WHERE withdrawn_at IS NULL;

CREATE FUNCTION keep_tariff_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
       OR (OLD.tariff_code, OLD.version, OLD.is_free, OLD.price_kopecks, OLD.valid_from, OLD.author, OLD.created_at)
          IS DISTINCT FROM
          (NEW.tariff_code, NEW.version, NEW.is_free, NEW.price_kopecks, NEW.valid_from, NEW.author, NEW.created_at)
       OR OLD.valid_from <= (now() AT TIME ZONE 'Europe/Moscow')::date THEN
        RAISE EXCEPTION 'a price is only withdrawn, once, before its day'
            USING ERRCODE = '23514', CONSTRAINT = 'price_changes_once';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER append_only ON tariff_prices;
CREATE TRIGGER changes_once BEFORE UPDATE ON tariff_prices FOR EACH ROW EXECUTE FUNCTION keep_tariff_price();
CREATE TRIGGER never_deleted BEFORE DELETE ON tariff_prices FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- A run whose file was not given to the bank can be dissolved, once: its payouts wait for another run. Its orders keep
-- their numbers, for should the bank debit one after all, that debit must find its payout.

ALTER TABLE payment_runs
    ADD COLUMN dissolved_by text,
    ADD COLUMN dissolved_at timestamptz,
    ADD COLUMN dissolution_reason text CHECK (length(dissolution_reason) BETWEEN 1 AND 2000),
    ADD CONSTRAINT dissolved_by_somebody CHECK (
        (dissolved_by IS NULL) = (dissolved_at IS NULL) AND (dissolved_by IS NULL) = (dissolution_reason IS NULL)),
    ADD CONSTRAINT handed_over_or_dissolved CHECK (handed_over_at IS NULL OR dissolved_at IS NULL);

CREATE OR REPLACE FUNCTION keep_payment_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.handed_over_at IS NOT NULL OR OLD.dissolved_at IS NOT NULL
       OR (OLD.id, OLD.number, OLD.own_account, OLD.payer, OLD.created_by, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.number, NEW.own_account, NEW.payer, NEW.created_by, NEW.created_at) THEN
        RAISE EXCEPTION 'a payment run is only handed over or dissolved, once'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_run_changes_once';
    END IF;
    RETURN NEW;
END $$;

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

ALTER TABLE payment_orders
    ADD COLUMN dissolved_at timestamptz,
    DROP CONSTRAINT payout_ordered_once;
CREATE UNIQUE INDEX payout_ordered_once ON payment_orders (case_id, attempt) WHERE dissolved_at IS NULL;
CREATE INDEX payment_orders_of_payout ON payment_orders (case_id, attempt);

CREATE OR REPLACE FUNCTION keep_payment_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    run payment_runs;
BEGIN
    SELECT * INTO run FROM payment_runs WHERE id = OLD.run_id;
    IF (OLD.id, OLD.run_id, OLD.case_id, OLD.attempt, OLD.channel, OLD.number, OLD.day, OLD.amount_kopecks, OLD.purpose)
          IS DISTINCT FROM
          (NEW.id, NEW.run_id, NEW.case_id, NEW.attempt, NEW.channel, NEW.number, NEW.day, NEW.amount_kopecks, NEW.purpose)
       OR OLD.rejected_at IS NOT NULL OR OLD.dissolved_at IS NOT NULL
       OR NEW.dissolved_at IS DISTINCT FROM run.dissolved_at
       OR (run.handed_over_at IS NULL AND run.dissolved_at IS NULL)
       OR (NEW.rejected_at IS NOT NULL AND run.handed_over_at IS NULL) THEN
        RAISE EXCEPTION 'a payment order is rejected, once, after it was handed over, or dissolved with its run'
            USING ERRCODE = '23514', CONSTRAINT = 'payment_order_changes_once';
    END IF;
    RETURN NEW;
END $$;

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

CREATE OR REPLACE FUNCTION return_what_waits() RETURNS trigger LANGUAGE plpgsql AS $$
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
