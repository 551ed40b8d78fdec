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
