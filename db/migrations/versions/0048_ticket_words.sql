-- What a ticket has taken is found by its words, in the order of a list. The indexes on topics and messages found all
-- that have a word, at hundreds of milliseconds for one that many have; here a row says the order and the client, too,
-- so that lists read common words in their order and rare ones by the index of words.

CREATE TABLE ticket_words (
    ticket_id  text NOT NULL,
    change     integer NOT NULL,
    number     bigint NOT NULL,
    client_id  text NOT NULL,
    words      tsvector NOT NULL,
    PRIMARY KEY (ticket_id, change),
    FOREIGN KEY (ticket_id, change) REFERENCES ticket_history (ticket_id, number)
);
COMMENT ON TABLE ticket_words IS 'The words of each message that a ticket has taken; the topic''s stand with the first.';
COMMENT ON COLUMN ticket_words.change IS 'The change that took the message.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_words FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_words FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO ticket_words
SELECT history.ticket_id, history.number, opening.number, opening.client_id, to_tsvector(
    'russian', CASE WHEN history.number = 1 THEN opening.topic || E'\n' || message.text ELSE message.text END)
FROM ticket_history history
JOIN ticket_messages message ON message.id = history.submission_id
JOIN tickets ticket ON ticket.id = history.ticket_id
JOIN ticket_openings opening ON opening.id = ticket.opening_id;

CREATE FUNCTION note_ticket_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ticket_words
    SELECT NEW.ticket_id, NEW.number, opening.number, opening.client_id, to_tsvector(
        'russian', CASE WHEN NEW.number = 1 THEN opening.topic || E'\n' || message.text ELSE message.text END)
    FROM ticket_messages message
    JOIN ticket_openings opening ON opening.number = CAST(substr(NEW.ticket_id, length('ticket-') + 1) AS bigint)
    WHERE message.id = NEW.submission_id;
    RETURN NULL;
END $$;
CREATE TRIGGER note_ticket_words AFTER INSERT ON ticket_history
    FOR EACH ROW WHEN (NEW.submission_id IS NOT NULL) EXECUTE FUNCTION note_ticket_words();

-- What is pending is read by every search from end to end.
CREATE INDEX ticket_words_found ON ticket_words USING gin (words) WITH (gin_pending_list_limit = 256);
CREATE INDEX ticket_words_newest ON ticket_words (number DESC);
CREATE INDEX ticket_words_of_client ON ticket_words (client_id, number DESC);
DROP INDEX tickets_by_words, ticket_messages_by_words;

-- The queues, in their order.
DROP INDEX tickets_by_deadline;
CREATE INDEX tickets_by_deadline ON tickets (wait_until, number) WHERE turn_at IS NOT NULL;
CREATE INDEX tickets_of_department ON tickets (department, wait_until, number) WHERE turn_at IS NOT NULL;
