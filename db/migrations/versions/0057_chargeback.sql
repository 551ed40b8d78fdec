-- A payer's bank that takes a payment back sets the last day of an objection.

ALTER TABLE acquirer_differences ADD COLUMN answer_by date;
COMMENT ON COLUMN acquirer_differences.answer_by IS 'Of a chargeback: the last day of an objection.';

-- What goes back through the acquirer is compared with what it took back by the acquirer itself.
DROP TRIGGER never_paid_twice ON payouts;
CREATE TRIGGER never_paid_twice BEFORE UPDATE OF cleared_at ON payouts FOR EACH ROW
    WHEN (NEW.channel = 'bank' AND NEW.cleared_at IS NOT NULL AND OLD.cleared_at IS NULL)
    EXECUTE FUNCTION refuse_second_payment();
