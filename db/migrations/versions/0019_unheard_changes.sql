-- A step is stored before the history of its case knows what asked for it. Until somebody has seen that the case knows
-- its last change, the change stands here.

CREATE TABLE unheard_changes (
    case_id  text PRIMARY KEY,
    number   integer NOT NULL CHECK (number > 0),
    at       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE unheard_changes IS
    'Cases whose last change nobody has seen their process know of; a minute later it does, or is told to look.';
COMMENT ON COLUMN unheard_changes.case_id IS 'A refund or a renewal.';
CREATE INDEX unheard_changes_by_age ON unheard_changes (at, case_id);
CREATE FUNCTION note_unheard_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unheard_changes (case_id, number) VALUES (NEW.id, NEW.version)
        ON CONFLICT (case_id) DO UPDATE SET number = EXCLUDED.number, at = now();
    RETURN NULL;
END $$;
CREATE TRIGGER note_unheard_change AFTER INSERT OR UPDATE OF version ON refunds
    FOR EACH ROW EXECUTE FUNCTION note_unheard_change();
CREATE TRIGGER note_unheard_change AFTER INSERT OR UPDATE OF version ON renewals
    FOR EACH ROW EXECUTE FUNCTION note_unheard_change();
