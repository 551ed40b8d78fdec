-- The third book: what the acquirer's lists say has moved money, as the daily comparison reads them. What was read
-- stays; a list that was read from an instant to another is known to be whole between them.

CREATE TABLE acquirer_operations (
    kind            text NOT NULL CHECK (kind IN ('payment', 'refund')),
    id              text NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
    key             text CHECK (length(key) BETWEEN 1 AND 200),
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    day             date NOT NULL,
    read_at         timestamptz NOT NULL,
    PRIMARY KEY (kind, id)
);
COMMENT ON COLUMN acquirer_operations.key IS 'Ours, under which it was asked for; NULL: somebody else asked.';
COMMENT ON COLUMN acquirer_operations.day IS 'In Moscow; that of the reading where the list tells none.';
CREATE INDEX acquirer_operations_by_day ON acquirer_operations (day, id);
CREATE INDEX acquirer_operations_by_key ON acquirer_operations (key) WHERE key IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_operations FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_operations
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE acquirer_readings (
    read_at  timestamptz PRIMARY KEY,
    since    timestamptz NOT NULL,
    CONSTRAINT read_after_its_beginning CHECK (since < read_at)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_readings FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_readings FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The books are laid side by side by days.
CREATE INDEX payments_by_moment ON payments (received_at);
CREATE INDEX payouts_by_settlement ON payouts (settled_on) WHERE settled_on IS NOT NULL;
CREATE INDEX payouts_by_acquirer_refund ON payouts (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX acquirer_differences_by_subject ON acquirer_differences (subject);
