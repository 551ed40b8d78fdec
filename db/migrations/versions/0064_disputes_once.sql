-- What one fault is paid for is paid once: no day of an order is compensated in two disputes, and no more than the law's
-- cap for all of them. A contract is judged by who the buyer was when it was made, whatever the client becomes later. What
-- many complain about at once is announced on the pages.

SET CONSTRAINTS ALL IMMEDIATE;

-- A small dispute is accepted without a person so often in so many days of a client: dated like the rest of the policy.
INSERT INTO policies (kind, version, document, valid_from, author)
SELECT kind, version + 1, document || '{"accepted_days": 90, "accepted_at_most": 1}', greatest(now(), valid_from),
       'migration 0064_disputes_once'
  FROM policies WHERE kind = 'dispute' ORDER BY version DESC LIMIT 1;

-- The days that a dispute compensates, by the decision whose compensation stands.
CREATE FUNCTION compensated_days(dispute text) RETURNS TABLE (first date, last date) LANGUAGE sql STABLE AS $$
    SELECT min(CAST(line ->> 'first' AS date)), max(CAST(line ->> 'last' AS date))
      FROM (SELECT c.calculation
              FROM disputes d
              JOIN dispute_history h ON h.dispute_id = d.id
              JOIN dispute_decisions c ON c.id = h.submission_id
             WHERE d.id = dispute AND d.compensation_kopecks > 0
               AND c.compensation_kopecks = d.compensation_kopecks
             ORDER BY h.number DESC LIMIT 1) AS stands
     CROSS JOIN jsonb_array_elements(stands.calculation -> 'lines') AS line
    HAVING count(*) > 0
$$;

CREATE FUNCTION compensate_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided dispute_decisions%ROWTYPE;
    given   bigint;
BEGIN
    SELECT * INTO STRICT decided FROM dispute_decisions WHERE id = NEW.decision_id;
    IF decided.compensation_kopecks = 0 THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM disputes o
         CROSS JOIN compensated_days(o.id) AS counted
         CROSS JOIN jsonb_array_elements(decided.calculation -> 'lines') AS line
         WHERE o.invoice_number = NEW.invoice_number AND o.id <> NEW.id AND o.compensation_kopecks > 0
           AND CAST(line ->> 'first' AS date) <= counted.last AND CAST(line ->> 'last' AS date) >= counted.first) THEN
        RAISE EXCEPTION 'a day of an order is compensated once'
            USING ERRCODE = '23514', CONSTRAINT = 'compensated_once';
    END IF;
    SELECT coalesce(sum(compensation_kopecks), 0) INTO given
      FROM disputes WHERE invoice_number = NEW.invoice_number AND id <> NEW.id;
    IF given + decided.compensation_kopecks > CAST(decided.calculation ->> 'cap_kopecks' AS bigint) THEN
        RAISE EXCEPTION 'all compensations of an order are within the cap'
            USING ERRCODE = '23514', CONSTRAINT = 'compensated_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER compensated_once BEFORE UPDATE OF decision_id ON disputes
    FOR EACH ROW WHEN (NEW.compensation_kopecks > 0 AND NEW.decision_id IS DISTINCT FROM OLD.decision_id)
    EXECUTE FUNCTION compensate_once();

-- Who the buyer was when the contract was made: it says by which law the order is judged.
ALTER TABLE invoices ADD COLUMN client_kind text CHECK (client_kind IN ('company', 'sole_trader', 'individual'));
UPDATE invoices SET client_kind = (SELECT kind FROM clients WHERE id = client_id);
ALTER TABLE invoices ALTER COLUMN client_kind SET NOT NULL;
COMMENT ON COLUMN invoices.client_kind IS 'Of the client when the invoice was stored; it never changes.';

CREATE FUNCTION keep_client_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT kind INTO NEW.client_kind FROM clients WHERE id = NEW.client_id;
    ELSE
        NEW.client_kind := OLD.client_kind;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_client_kind BEFORE INSERT OR UPDATE OF client_kind ON invoices
    FOR EACH ROW EXECUTE FUNCTION keep_client_kind();

CREATE TABLE incidents (
    id            uuid PRIMARY KEY,
    title         text NOT NULL CHECK (length(title) BETWEEN 1 AND 120 AND title = one_line(title)),
    text          text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
    shown_to      text NOT NULL CHECK (shown_to IN ('clients', 'staff', 'everybody')),
    begins_at     timestamptz NOT NULL,
    ends_at       timestamptz,
    announced_by  text NOT NULL,
    announced_at  timestamptz NOT NULL,
    closed_by     text,
    closed_at     timestamptz,
    CONSTRAINT ends_after_it_begins CHECK (ends_at > begins_at),
    CONSTRAINT closed_by_somebody CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
COMMENT ON TABLE incidents IS 'What many complain about at once: shown above pages from its begin until it ends or is closed.';
CREATE INDEX incidents_open ON incidents (begins_at, id) WHERE closed_at IS NULL;
CREATE INDEX incidents_by_age ON incidents (announced_at DESC, id DESC);

CREATE FUNCTION keep_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL OR (to_jsonb(NEW) - 'closed_by' - 'closed_at')
            IS DISTINCT FROM (to_jsonb(OLD) - 'closed_by' - 'closed_at') THEN
        RAISE EXCEPTION 'an incident is only closed, once' USING ERRCODE = '23514', CONSTRAINT = 'incident_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_stays BEFORE UPDATE ON incidents FOR EACH ROW EXECUTE FUNCTION keep_incident();
CREATE TRIGGER never_deleted BEFORE DELETE ON incidents FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON incidents FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION announce_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('incident', CAST(NEW.id AS text), NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON incidents FOR EACH ROW EXECUTE FUNCTION announce_incident();
