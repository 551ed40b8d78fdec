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
