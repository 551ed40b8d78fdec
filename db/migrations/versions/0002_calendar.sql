-- The bank calendar: days that differ from the law's, and years that somebody has confirmed. A confirmed year can be
-- taken back; who said what of a day or of a year stays.

CREATE TABLE calendar_overrides (
    day         date PRIMARY KEY,
    is_working  boolean NOT NULL,
    reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
    author      text NOT NULL,
    created_at  timestamptz NOT NULL
);

CREATE TABLE calendar_years (
    year          integer PRIMARY KEY CHECK (year BETWEEN 2000 AND 2199),
    confirmed_by  text NOT NULL,
    confirmed_at  timestamptz NOT NULL
);

CREATE TABLE calendar_history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day         date NOT NULL,
    is_working  boolean,
    reason      text NOT NULL,
    author      text NOT NULL,
    at          timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calendar_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON calendar_history FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

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
