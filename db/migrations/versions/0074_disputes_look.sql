-- What a dispute waits for has it look. Which dispute waits, and for what, may be stored in the same moment by a
-- transaction that is not over; so the open dispute of the order is told, whatever it does. The dispute's own change
-- and this note write the same row: either the dispute looks after what it was told of is stored, or the note stays.

SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE unheard_changes ALTER COLUMN number DROP NOT NULL;
COMMENT ON COLUMN unheard_changes.number IS
    'The last change of the case; NULL: something beside it has changed, and it has to look whatever change it knows of.';
COMMENT ON COLUMN unheard_changes.case_id IS 'A refund, a renewal, a ticket, a dispute, a return or an unpaid order.';

CREATE FUNCTION have_open_dispute_look(of_invoice text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO unheard_changes (case_id, number)
    SELECT id, NULL FROM disputes WHERE invoice_number = of_invoice AND closed_at IS NULL
        ON CONFLICT (case_id) DO UPDATE SET number = NULL, at = now()
$$;
CREATE OR REPLACE FUNCTION tell_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM have_open_dispute_look(NEW.invoice_number);
    RETURN NULL;
END $$;
DROP TRIGGER tell_dispute ON goods_returns;
CREATE TRIGGER tell_dispute AFTER UPDATE OF closed_at ON goods_returns FOR EACH ROW
    WHEN (NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL) EXECUTE FUNCTION tell_dispute();
DROP TRIGGER tell_dispute ON payments;
CREATE TRIGGER tell_dispute AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION tell_dispute();
DROP FUNCTION tell_dispute_of_return();
DROP FUNCTION tell_dispute_of_money();
DROP FUNCTION have_dispute_look(text);
