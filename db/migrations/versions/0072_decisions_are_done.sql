-- A decision of a dispute may have goods come back, which a return of their own decides the money of, or something put
-- right, by a person or as soon as our books show it; the dispute waits for both.

SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO policies (kind, version, document, valid_from, author)
SELECT kind, version + 1, document || '{"return_days": 60}', greatest(now(), valid_from), 'migration 0072_decisions_are_done'
  FROM policies WHERE kind = 'dispute' ORDER BY version DESC LIMIT 1;

ALTER TABLE dispute_decisions
    ADD COLUMN returned jsonb CHECK (jsonb_typeof(returned) = 'array' AND jsonb_array_length(returned) > 0),
    ADD COLUMN ground text CHECK (ground IN ('change_of_mind', 'wrong_goods', 'defective', 'damaged')),
    ADD COLUMN correction text CHECK (length(correction) BETWEEN 1 AND 2000),
    DROP CONSTRAINT dispute_decisions_action_check,
    ADD CONSTRAINT dispute_decisions_action_check CHECK (action IN (
        'ask_papers', 'decide', 'approve', 'send_back', 'receive_claim', 'go_outside', 'end_outside', 'perform',
        'correct')),
    ADD CONSTRAINT return_has_a_ground CHECK ((returned IS NULL) = (ground IS NULL)),
    ADD CONSTRAINT return_decides_its_own_money CHECK (returned IS NULL OR awarded_kopecks = 0),
    ADD CONSTRAINT done_is_decided CHECK (
        num_nonnulls(returned, correction) = 0 OR action = 'decide' AND outcome IN ('resolved_client', 'resolved_partly'));
COMMENT ON COLUMN dispute_decisions.returned IS 'Pieces by line that come back: {line_no, pieces}.';
ALTER TABLE disputes
    ADD COLUMN return_id text UNIQUE REFERENCES goods_returns (id),
    ADD COLUMN correction text,
    ADD COLUMN corrected_at timestamptz,
    ADD CONSTRAINT corrected_is_decided CHECK (corrected_at IS NULL OR correction IS NOT NULL);

-- What a dispute waits for has it look: the refund, the return, the return's refund, the order's money.
CREATE FUNCTION have_dispute_look(dispute text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO unheard_changes (case_id, number)
    SELECT id, version + 1 FROM disputes WHERE id = dispute
        ON CONFLICT (case_id) DO UPDATE SET number = EXCLUDED.number, at = now()
$$;
CREATE OR REPLACE FUNCTION tell_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM have_dispute_look(id) FROM disputes
     WHERE status = 'performing' AND (refund_id = NEW.id OR return_id = NEW.goods_return_id);
    RETURN NULL;
END $$;
CREATE FUNCTION tell_dispute_of_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM have_dispute_look(id) FROM disputes WHERE return_id = NEW.id AND status = 'performing';
    RETURN NULL;
END $$;
CREATE TRIGGER tell_dispute AFTER UPDATE OF closed_at ON goods_returns FOR EACH ROW
    WHEN (NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL) EXECUTE FUNCTION tell_dispute_of_return();
CREATE FUNCTION tell_dispute_of_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM have_dispute_look(id) FROM disputes
     WHERE invoice_number = NEW.invoice_number AND status = 'performing' AND correction IS NOT NULL
       AND corrected_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_dispute AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION tell_dispute_of_money();
