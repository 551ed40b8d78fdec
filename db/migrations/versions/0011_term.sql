-- The terms that were bought. A term never overlaps another one of its subscription, and loses no day but what was
-- signed and refunded, or not paid for. By ГК РФ ст. 191–192 п. 3 a term of N months ends on the number of the day
-- before its first day, N months on, or on the last day of a month without that number; a chain of terms keeps the
-- number of its first one.

-- The day of `day`'s month on which a term ends whose chain begins on `anchored_on`.
CREATE FUNCTION chain_day(anchored_on date, day date) RETURNS date IMMUTABLE LANGUAGE sql AS $$
    SELECT CAST((anchored_on - 1) + make_interval(months => CAST(
        12 * (extract(year FROM day) - extract(year FROM anchored_on - 1))
        + extract(month FROM day) - extract(month FROM anchored_on - 1) AS integer)) AS date)
$$;

CREATE TABLE terms (
    id               uuid PRIMARY KEY,
    subscription_id  text NOT NULL REFERENCES subscriptions (id),
    tariff_code      text NOT NULL REFERENCES tariffs (code),
    units            integer NOT NULL CHECK (units >= 0),
    starts_on        date NOT NULL,
    ends_on          date NOT NULL,
    anchored_on      date NOT NULL,
    invoice_number   text REFERENCES invoices (number),
    stopped_on       date,
    stop_reason      text CHECK (stop_reason IN ('refunded', 'unpaid')),
    withdrawn_at     timestamptz,
    created_at       timestamptz NOT NULL,
    UNIQUE (id, subscription_id, ends_on),
    CONSTRAINT term_is_whole CHECK (starts_on <= ends_on),
    CONSTRAINT term_begins_by_its_anchor CHECK (
        anchored_on <= starts_on AND chain_day(anchored_on, starts_on - 1) = starts_on - 1),
    CONSTRAINT stopped_within CHECK (stopped_on BETWEEN starts_on AND ends_on),
    CONSTRAINT stopped_says_why CHECK ((stopped_on IS NULL) = (stop_reason IS NULL)),
    CONSTRAINT terms_never_overlap EXCLUDE USING gist (
        subscription_id WITH =, daterange(starts_on, coalesce(stopped_on, ends_on + 1)) WITH &&)
        WHERE (withdrawn_at IS NULL)
);
COMMENT ON COLUMN terms.starts_on IS 'Both days are Moscow days and belong to the term.';
COMMENT ON COLUMN terms.anchored_on IS
    'The first day of the chain that the term goes on with; its own when it begins one.';
COMMENT ON COLUMN terms.stopped_on IS 'The first day that is no longer served.';
COMMENT ON COLUMN terms.withdrawn_at IS 'The money was taken back, or refunded, before the term had begun.';
COMMENT ON COLUMN terms.stop_reason IS
    'Its days were refunded, or its money was taken back while it ran: then its invoice is due again.';
-- What is paid for an invoice whose term was stopped unpaid makes another term.
CREATE UNIQUE INDEX one_term_of_an_invoice ON terms (invoice_number)
    WHERE withdrawn_at IS NULL AND stop_reason IS DISTINCT FROM 'unpaid';
CREATE TRIGGER never_deleted BEFORE DELETE ON terms FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON terms FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.subscription_id, OLD.tariff_code, OLD.units, OLD.starts_on, OLD.ends_on, OLD.anchored_on,
        OLD.invoice_number)
       IS DISTINCT FROM
       (NEW.id, NEW.subscription_id, NEW.tariff_code, NEW.units, NEW.starts_on, NEW.ends_on, NEW.anchored_on,
        NEW.invoice_number)
       OR OLD.withdrawn_at IS NOT NULL
       OR (OLD.stopped_on, OLD.stop_reason) IS DISTINCT FROM (NEW.stopped_on, NEW.stop_reason)
          AND coalesce(NEW.stopped_on, 'infinity') >= coalesce(OLD.stopped_on, 'infinity') THEN
        RAISE EXCEPTION 'a term is only stopped or withdrawn' USING ERRCODE = '23514', CONSTRAINT = 'term_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER term_stays BEFORE UPDATE ON terms FOR EACH ROW EXECUTE FUNCTION keep_term();

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

-- The first day that a paid refund of a term's invoice, as it was signed, takes from the term; none: no refund does.
CREATE FUNCTION refunded_from(sold terms) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT min(greatest(c.service_stops_on, sold.starts_on))
      FROM refunds r
      JOIN statements s ON s.id = r.statement_id
      JOIN calculations c ON c.id = s.calculation_id
     WHERE r.invoice_number = sold.invoice_number AND r.first_paid_on IS NOT NULL AND r.kind = 'invoice'
       AND c.service_stops_on IS NOT NULL
$$;

-- Judged when the transaction ends: a term of an invoice loses no day but what was signed and paid, or not paid for.
CREATE FUNCTION check_term_shortened() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed date    := refunded_from(NEW);
    unpaid boolean := EXISTS (SELECT FROM invoices i WHERE i.number = NEW.invoice_number
                                 AND (i.paid_kopecks < i.total_kopecks OR i.voided_at IS NOT NULL));
BEGIN
    IF NEW.withdrawn_at IS NOT NULL AND NOT unpaid AND signed IS DISTINCT FROM NEW.starts_on
       OR NEW.withdrawn_at IS NULL AND NEW.stop_reason = 'refunded' AND signed IS DISTINCT FROM NEW.stopped_on
       OR NEW.withdrawn_at IS NULL AND NEW.stop_reason = 'unpaid' AND NOT unpaid THEN
        RAISE EXCEPTION 'a term ends as it was signed' USING ERRCODE = '23514', CONSTRAINT = 'term_ends_as_signed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ends_as_signed AFTER UPDATE OF stopped_on, withdrawn_at ON terms
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.invoice_number IS NOT NULL)
    EXECUTE FUNCTION check_term_shortened();

CREATE FUNCTION check_service_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM terms t WHERE t.invoice_number = NEW.invoice_number AND t.withdrawn_at IS NULL
                  AND t.stop_reason IS DISTINCT FROM 'unpaid'
                  AND refunded_from(t) < coalesce(t.stopped_on, t.ends_on + 1)) THEN
        RAISE EXCEPTION 'a refund ends the service as it was signed'
            USING ERRCODE = '23514', CONSTRAINT = 'service_ends_as_signed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER service_ends_as_signed AFTER UPDATE OF status ON refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'completed' AND OLD.status <> 'completed')
    EXECUTE FUNCTION check_service_ended();
