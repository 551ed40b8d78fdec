-- Ends of terms. By ГК РФ ст. 191–192 п. 3 a term of N months ends on the number of the day before its first day, N
-- months on, or on the last day of a month without that number; a chain of terms keeps the number of its first one.

-- The day of `day`'s month on which a term ends whose chain begins on `anchored_on`.
CREATE FUNCTION chain_day(anchored_on date, day date) RETURNS date IMMUTABLE LANGUAGE sql AS $$
    SELECT CAST((anchored_on - 1) + make_interval(months => CAST(
        12 * (extract(year FROM day) - extract(year FROM anchored_on - 1))
        + extract(month FROM day) - extract(month FROM anchored_on - 1) AS integer)) AS date)
$$;

ALTER TABLE terms ADD COLUMN anchored_on date;
UPDATE terms SET anchored_on = starts_on;
ALTER TABLE terms
    ALTER COLUMN anchored_on SET NOT NULL,
    ADD CONSTRAINT term_begins_by_its_anchor CHECK (
        anchored_on <= starts_on AND chain_day(anchored_on, starts_on - 1) = starts_on - 1);
COMMENT ON COLUMN terms.anchored_on IS 'The first day of the chain that the term goes on with; its own when it begins one.';

CREATE OR REPLACE FUNCTION keep_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.subscription_id, OLD.tariff_code, OLD.units, OLD.starts_on, OLD.ends_on, OLD.anchored_on,
        OLD.invoice_number)
       IS DISTINCT FROM
       (NEW.id, NEW.subscription_id, NEW.tariff_code, NEW.units, NEW.starts_on, NEW.ends_on, NEW.anchored_on,
        NEW.invoice_number)
       OR OLD.withdrawn_at IS NOT NULL OR OLD.stopped_on <= NEW.stopped_on THEN
        RAISE EXCEPTION 'a term is only stopped or withdrawn' USING ERRCODE = '23514', CONSTRAINT = 'term_stays';
    END IF;
    RETURN NEW;
END $$;

-- A term that we sold has its order's months and goes on with the chain that it adjoins. One of the host's records has
-- any days and begins a chain; none of these is of an invoice of ours, whose term its case makes.
CREATE FUNCTION check_term_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bought integer;
    chain  date;
BEGIN
    SELECT o.months INTO bought FROM issued_invoices i JOIN orders o ON o.id = i.order_id
     WHERE i.invoice_number = NEW.invoice_number;
    IF bought IS NOT NULL THEN
        SELECT t.anchored_on INTO chain FROM terms t
         WHERE t.subscription_id = NEW.subscription_id AND t.ends_on = NEW.starts_on - 1
           AND t.withdrawn_at IS NULL AND t.stopped_on IS NULL AND chain_day(t.anchored_on, t.ends_on) = t.ends_on;
    END IF;
    IF NEW.anchored_on <> coalesce(chain, NEW.starts_on)
       OR NEW.ends_on <> chain_day(NEW.anchored_on,
                                   CAST((NEW.starts_on - 1) + make_interval(months => bought) AS date)) THEN
        RAISE EXCEPTION 'a term has the months of its order, by the anchor of its chain'
            USING ERRCODE = '23514', CONSTRAINT = 'term_has_its_orders_days';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER has_its_orders_days BEFORE INSERT ON terms FOR EACH ROW EXECUTE FUNCTION check_term_days();
