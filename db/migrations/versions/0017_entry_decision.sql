-- What a person decides about an entry that found no payout by itself: a submission that the entry's process stores
-- once, or refuses, before it tells the payout.

CREATE TABLE entry_decisions (
    id          uuid PRIMARY KEY,
    entry_id    uuid NOT NULL REFERENCES bank_entries (id),
    decided_as  text NOT NULL CHECK (decided_as IN ('payout', 'return', 'ignored')),
    case_id     text,
    attempt     integer,
    reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    written_by  text NOT NULL,
    written_at  timestamptz NOT NULL,
    CONSTRAINT decision_names_a_payout CHECK ((decided_as = 'ignored') = (case_id IS NULL)
        AND (case_id IS NULL) = (attempt IS NULL)),
    FOREIGN KEY (case_id, attempt) REFERENCES payouts (case_id, attempt)
);
CREATE INDEX entry_decisions_by_entry ON entry_decisions (entry_id);
CREATE INDEX entry_decisions_by_payout ON entry_decisions (case_id, attempt);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON entry_decisions FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON entry_decisions FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
