-- What accountants decide about payment runs, their orders and the payouts that wait for one: submissions that their
-- process stores once, or refuses, before it tells the payout.

CREATE TABLE run_decisions (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('gather', 'dissolve', 'reject', 'return')),
    own_account  text REFERENCES own_accounts (account),
    run_id       uuid REFERENCES payment_runs (id),
    order_id     uuid REFERENCES payment_orders (id),
    case_id      text,
    attempt      integer,
    reason       text CHECK (length(reason) BETWEEN 1 AND 2000),
    note         text CHECK (length(note) BETWEEN 1 AND 2000),
    written_by   text NOT NULL,
    written_at   timestamptz NOT NULL,
    FOREIGN KEY (case_id, attempt) REFERENCES payouts (case_id, attempt),
    CONSTRAINT decision_names_its_subject CHECK (
        (kind = 'gather') = (own_account IS NOT NULL)
        AND (kind = 'dissolve') = (run_id IS NOT NULL)
        AND (kind = 'reject') = (order_id IS NOT NULL)
        AND (kind = 'return') = (case_id IS NOT NULL) AND (case_id IS NULL) = (attempt IS NULL)
        AND (kind = 'gather') = (reason IS NULL) AND (kind = 'return') = (note IS NOT NULL))
);
COMMENT ON COLUMN run_decisions.reason IS 'A person''s words of a dissolved run; else a code that the client is told.';
CREATE INDEX run_decisions_by_run ON run_decisions (run_id);
CREATE INDEX run_decisions_by_order ON run_decisions (order_id);
CREATE INDEX run_decisions_by_payout ON run_decisions (case_id, attempt);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON run_decisions FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON run_decisions FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
