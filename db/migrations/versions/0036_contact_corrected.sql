-- A client corrects the address for the letters of one refund. What has not left by then is given up for good, and what
-- still matters is written again to the new address.

INSERT INTO refund_moves VALUES ('awaiting_statement', 'awaiting_statement');

ALTER TABLE notifications ADD COLUMN replaced_at timestamptz;
COMMENT ON COLUMN notifications.replaced_at IS
    'When its reader''s address was corrected before it had left: nobody sends it again.';

-- The page of a refund says that letters do not arrive.
CREATE FUNCTION announce_undelivered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('refund', id, client_id) FROM refunds WHERE id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER announce_undelivered AFTER UPDATE OF status ON notifications
    FOR EACH ROW WHEN (NEW.status = 'failed' AND NEW.channel = 'mail' AND NEW.role = 'client')
    EXECUTE FUNCTION announce_undelivered();
