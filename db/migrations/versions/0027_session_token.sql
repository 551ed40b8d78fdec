-- Another organisation is chosen under another token: what is open under the old one ends.
DROP TRIGGER announce_end ON sessions;
CREATE TRIGGER announce_end AFTER DELETE OR UPDATE OF token_hash ON sessions
    FOR EACH ROW EXECUTE FUNCTION announce_session_end();
