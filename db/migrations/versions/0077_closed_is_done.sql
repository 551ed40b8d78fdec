-- What a decision gives is counted whole, goods that come back with their price, and above the limit of its policy another
-- person lets it stand. A dispute is closed when nothing of it is owed any more.

SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE dispute_decisions
    ADD COLUMN returned_kopecks bigint NOT NULL DEFAULT 0 CHECK (returned_kopecks >= 0),
    ADD CONSTRAINT only_goods_have_a_price CHECK (returned IS NOT NULL OR returned_kopecks = 0);
COMMENT ON COLUMN dispute_decisions.returned_kopecks IS 'What the pieces cost that come back; 0 before migration 0077.';

CREATE FUNCTION approve_dispute_above_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM dispute_decisions c
          JOIN disputes d ON d.id = c.dispute_id
          JOIN policies p ON p.kind = 'dispute' AND p.version = d.policy_version
         WHERE c.id = NEW.submission_id AND c.action = 'decide'
           AND c.awarded_kopecks + c.compensation_kopecks + c.returned_kopecks
               > CAST(p.document ->> 'approval_limit_kopecks' AS bigint)) THEN
        RAISE EXCEPTION 'above the limit another person approves'
            USING ERRCODE = '23514', CONSTRAINT = 'dispute_approved_above_limit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approved_above_limit BEFORE INSERT ON dispute_history FOR EACH ROW
    WHEN (NEW.to_status IN ('resolved_client', 'resolved_partly') AND NEW.submission_id IS NOT NULL)
    EXECUTE FUNCTION approve_dispute_above_limit();

ALTER TABLE disputes ADD CONSTRAINT closed_owes_nothing CHECK (
    status <> 'closed'
    OR (compensation_kopecks = 0 OR compensated_on IS NOT NULL) AND (correction IS NULL OR corrected_at IS NOT NULL));
