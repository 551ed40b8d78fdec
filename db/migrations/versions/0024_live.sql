-- Open pages are told to look again when what they show has changed. An announcement has a kind, what has changed, and
-- whose it is, all by their ids ('.': nobody's); db/announcement.py reads it. What became of it, a page asks by itself,
-- with the rights of whoever reads it. Announcements are sent with the COMMIT; equal ones of a transaction are one.

CREATE FUNCTION announce_change(kind text, subject text, client_id text) RETURNS void LANGUAGE sql AS
$$ SELECT pg_notify('changes', kind || ' ' || subject || ' ' || coalesce(client_id, '.')) $$;

CREATE FUNCTION announce_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change(TG_ARGV[0], NEW.id, NEW.client_id);
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION announce_case('refund');
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON renewals FOR EACH ROW EXECUTE FUNCTION announce_case('renewal');

CREATE FUNCTION announce_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('refund', id, client_id) FROM refunds WHERE id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON payouts FOR EACH ROW EXECUTE FUNCTION announce_payout();

CREATE FUNCTION announce_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('invoice', NEW.number, NEW.client_id);
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION announce_invoice();

CREATE FUNCTION announce_card_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('invoice', number, client_id) FROM invoices WHERE number = NEW.invoice_number;
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON card_payments
    FOR EACH ROW EXECUTE FUNCTION announce_card_payment();

CREATE FUNCTION announce_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('inbox', NEW.role, NEW.client_id);
    RETURN NULL;
END $$;
CREATE TRIGGER announce_message AFTER INSERT OR UPDATE OF read_at ON notifications
    FOR EACH ROW WHEN (NEW.channel = 'inbox') EXECUTE FUNCTION announce_message();

-- A session that is logged out ends its open pages, in whichever process they are.
CREATE FUNCTION announce_session_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('session', encode(OLD.token_hash, 'hex'), OLD.client_id);
    RETURN NULL;
END $$;
CREATE TRIGGER announce_end AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION announce_session_end();
