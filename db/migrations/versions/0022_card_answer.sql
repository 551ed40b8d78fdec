-- Whoever asks how a payment by card stands is told when the acquirer last said so, also when it said nothing new.

ALTER TABLE card_payments ADD COLUMN answered_at timestamptz;
COMMENT ON COLUMN card_payments.answered_at IS 'When the acquirer last answered how the payment stands; no answer, no change.';

-- An answer without news changes nothing but its time, which is no move.
DROP TRIGGER moves_as_allowed ON card_payments;
CREATE TRIGGER moves_as_allowed
    BEFORE UPDATE OF order_id, invoice_number, amount_kopecks, status, asked, acquirer_payment_id, confirmation_url,
                     reason, payment_id, prepared_at, changed_at
    ON card_payments FOR EACH ROW EXECUTE FUNCTION keep_card_payment();
