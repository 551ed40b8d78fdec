-- The decision about an entry may be postponed by a person, until a day or until further notice. The entry stays
-- unmatched: what the system may match it still matches, and then nothing is postponed any more.

ALTER TABLE bank_entries
    ADD COLUMN postponed_by     text,
    ADD COLUMN postponed_at     timestamptz,
    ADD COLUMN postponed_until  date,
    ADD COLUMN postponed_why    text CHECK (length(postponed_why) BETWEEN 1 AND 2000),
    ADD CONSTRAINT postponed_by_a_person CHECK ((postponed_at IS NULL) = (postponed_by IS NULL)
        AND (postponed_at IS NULL) = (postponed_why IS NULL) AND (postponed_at IS NOT NULL OR postponed_until IS NULL)
        AND postponed_by <> 'system'),
    ADD CONSTRAINT only_unmatched_is_postponed CHECK (postponed_at IS NULL OR status = 'unmatched');
COMMENT ON COLUMN bank_entries.postponed_until IS
    'The day, in Moscow, on which the entry waits for a person again; null: when somebody resumes it.';
CREATE INDEX bank_entries_postponed ON bank_entries (day DESC, id DESC) INCLUDE (postponed_at, postponed_until)
    WHERE postponed_at IS NOT NULL;

CREATE FUNCTION is_postponed(postponed_at timestamptz, postponed_until date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT postponed_at IS NOT NULL
        AND coalesce(postponed_until > (now() AT TIME ZONE 'Europe/Moscow')::date, true)
$$;

ALTER TABLE entry_decisions
    ADD COLUMN until date,
    DROP CONSTRAINT entry_decisions_decided_as_check,
    ADD CONSTRAINT entry_decisions_decided_as_check
        CHECK (decided_as IN ('payout', 'return', 'ignored', 'postponed', 'resumed')),
    DROP CONSTRAINT decision_names_a_payout,
    ADD CONSTRAINT decision_names_a_payout CHECK ((decided_as IN ('payout', 'return')) = (case_id IS NOT NULL)
        AND (case_id IS NULL) = (attempt IS NULL)),
    -- domain/banking/entry_decision.py, POSTPONED_DAYS
    ADD CONSTRAINT postponed_until_a_near_day CHECK (until IS NULL OR (decided_as = 'postponed'
        AND until - (written_at AT TIME ZONE 'Europe/Moscow')::date BETWEEN 1 AND 90));

-- What was carried out, and not refused: each decision once, and no more after it was overtaken by another one.
CREATE TABLE carried_out_decisions (
    decision_id  uuid PRIMARY KEY REFERENCES entry_decisions (id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON carried_out_decisions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON carried_out_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
INSERT INTO carried_out_decisions
SELECT d.id FROM entry_decisions AS d JOIN bank_entries AS e ON e.id = d.entry_id
 WHERE (e.decided_by, e.decided_at, e.reason) = (d.written_by, d.written_at, d.reason);
