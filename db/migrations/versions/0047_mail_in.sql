-- Letters to support. A letter is stored as it came, under its number in the mailbox, and then worked through once: it
-- is a reply, a new ticket or the bounce of a letter of ours, or it is parked and nobody answers it.

CREATE TABLE incoming_letters (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mailbox       text NOT NULL,
    uid_validity  bigint NOT NULL,
    uid           bigint NOT NULL,
    content       bytea NOT NULL,
    is_whole      boolean NOT NULL,
    sha256        bytea NOT NULL CHECK (length(sha256) = 32),
    sender        text NOT NULL,
    received_at   timestamptz NOT NULL,
    done_at       timestamptz,
    outcome       text CHECK (outcome IN ('reply', 'ticket', 'bounce', 'parked')),
    reason        text CHECK (length(reason) BETWEEN 1 AND 100),
    ticket_id     text REFERENCES tickets (id),
    UNIQUE (mailbox, uid_validity, uid),
    CONSTRAINT done_with_an_outcome CHECK ((done_at IS NULL) = (outcome IS NULL)),
    CONSTRAINT parked_for_a_reason CHECK ((outcome = 'parked') = (reason IS NOT NULL)),
    CONSTRAINT of_a_ticket CHECK ((outcome IN ('reply', 'ticket')) = (ticket_id IS NOT NULL))
);
COMMENT ON COLUMN incoming_letters.content IS 'The letter as it came; of one that is too large, its header.';
COMMENT ON COLUMN incoming_letters.sender IS 'The address of From; empty where there is none.';
COMMENT ON COLUMN incoming_letters.sha256 IS 'Of the content: a mailbox that was numbered anew gives the same letters again.';
CREATE INDEX incoming_letters_to_do ON incoming_letters (id) WHERE done_at IS NULL;
CREATE INDEX incoming_letters_by_content ON incoming_letters (sha256);
CREATE INDEX incoming_letters_by_sender ON incoming_letters (sender, received_at);
CREATE TRIGGER never_deleted BEFORE DELETE ON incoming_letters FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON incoming_letters FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

ALTER TABLE telegram_draft_parts ADD COLUMN stored_id uuid REFERENCES files (id);
COMMENT ON COLUMN telegram_draft_parts.stored_id IS 'The file, once it was fetched from Telegram.';
