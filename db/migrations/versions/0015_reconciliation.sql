-- Where the acquirer's list and our books differ, and what people decided about it.

-- A difference is one invariant that does not hold of one thing with one sum: found again, it is the same row, so what
-- somebody decided about it stays decided; with another sum it is another one.
CREATE TABLE acquirer_differences (
    id                   uuid PRIMARY KEY,
    invariant            text NOT NULL CHECK (invariant IN (
                             'not_rejected', 'settled', 'same_sum', 'once', 'ours', 'listed', 'known', 'recorded')),
    subject              text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    acquirer_payment_id  text CHECK (length(acquirer_payment_id) BETWEEN 1 AND 64),
    amount_kopecks       bigint CHECK (amount_kopecks > 0),
    happened_on          date,
    found                text NOT NULL CHECK (length(found) BETWEEN 1 AND 600),
    found_at             timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (invariant, subject, amount_kopecks)
);
COMMENT ON TABLE acquirer_differences IS
    'Where the acquirer''s list and our books differ; known by invariant, subject and sum.';
CREATE INDEX acquirer_differences_by_payment ON acquirer_differences (acquirer_payment_id);
CREATE INDEX acquirer_differences_by_age ON acquirer_differences (found_at, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_differences
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_differences
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE acquirer_difference_decisions (
    difference_id  uuid PRIMARY KEY REFERENCES acquirer_differences (id),
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    decided_by     text NOT NULL CHECK (length(decided_by) BETWEEN 1 AND 200),
    decided_at     timestamptz NOT NULL
);
COMMENT ON TABLE acquirer_difference_decisions IS 'What an accountant decided about a difference: once, and it stays.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON acquirer_difference_decisions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON acquirer_difference_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
