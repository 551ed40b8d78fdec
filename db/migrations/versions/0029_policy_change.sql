-- A policy is changed by two people. The proposal waits here, one of a kind at a time; the version appears in `policies`
-- when another person confirms it, from a day that has not begun. What a version said stays.

CREATE TABLE policy_changes (
    id               uuid PRIMARY KEY,
    kind             text NOT NULL,
    base_version     integer NOT NULL,
    document         jsonb NOT NULL,
    valid_from       timestamptz NOT NULL,
    reason           text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    proposed_by      text NOT NULL,
    proposed_at      timestamptz NOT NULL,
    outcome          text CHECK (outcome IN ('confirmed', 'declined', 'withdrawn')),
    decided_by       text,
    decided_at       timestamptz,
    decision_reason  text CHECK (length(decision_reason) BETWEEN 1 AND 2000),
    version          integer,
    UNIQUE (kind, version),
    FOREIGN KEY (kind, base_version) REFERENCES policies (kind, version),
    FOREIGN KEY (kind, version) REFERENCES policies (kind, version),
    CONSTRAINT policy_change_decided_whole CHECK (num_nulls(outcome, decided_by, decided_at) IN (0, 3)),
    CONSTRAINT policy_changed_by_two CHECK (
        (outcome = 'withdrawn') = (compared(decided_by) = compared(proposed_by))),
    CONSTRAINT policy_declined_with_reason CHECK (outcome <> 'declined' OR decision_reason IS NOT NULL),
    CONSTRAINT policy_confirmed_is_next CHECK (
        COALESCE(outcome = 'confirmed', false) = (version IS NOT NULL) AND version = base_version + 1),
    CONSTRAINT policy_confirmed_before_its_day CHECK (outcome <> 'confirmed' OR valid_from > decided_at)
);
CREATE UNIQUE INDEX one_open_policy_change ON policy_changes (kind) WHERE outcome IS NULL;
CREATE INDEX policy_changes_by_kind ON policy_changes (kind, proposed_at);
CREATE TRIGGER never_deleted BEFORE DELETE ON policy_changes FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON policy_changes FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome IS NOT NULL
       OR (OLD.id, OLD.kind, OLD.base_version, OLD.document, OLD.valid_from, OLD.reason, OLD.proposed_by,
           OLD.proposed_at)
          IS DISTINCT FROM
          (NEW.id, NEW.kind, NEW.base_version, NEW.document, NEW.valid_from, NEW.reason, NEW.proposed_by,
           NEW.proposed_at) THEN
        RAISE EXCEPTION 'a proposed policy is only decided, and once'
            USING ERRCODE = '23514', CONSTRAINT = 'policy_change_decided_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE ON policy_changes FOR EACH ROW EXECUTE FUNCTION keep_policy_change();

-- A release may bring a version by a migration, whose name is the author; no login has a space.
CREATE FUNCTION check_policy_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM policies p
               WHERE p.kind = NEW.kind AND p.version < NEW.version AND p.valid_from > NEW.valid_from) THEN
        RAISE EXCEPTION 'a version of a policy holds from no earlier day than the one before it'
            USING ERRCODE = '23514', CONSTRAINT = 'policy_versions_in_order';
    END IF;
    IF NEW.author NOT LIKE 'migration %' AND NOT EXISTS (
        SELECT FROM policy_changes c
        WHERE c.outcome = 'confirmed' AND (c.kind, c.version, c.document, c.valid_from, c.proposed_by)
            = (NEW.kind, NEW.version, NEW.document, NEW.valid_from, NEW.author)) THEN
        RAISE EXCEPTION 'a version of a policy needs a second person'
            USING ERRCODE = '23514', CONSTRAINT = 'policy_changed_by_two';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER changed_by_two AFTER INSERT ON policies DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_policy_version();
