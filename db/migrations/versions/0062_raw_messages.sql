-- What came from Telegram and by mail, and what the bot said, is kept as it was for some days, by the policy of files.
-- Then the words go and the numbers stay: an update or a letter that comes again is known for ever.

INSERT INTO policies (kind, version, document, valid_from, author)
SELECT kind, version + 1, document || '{"raw_days": 180}', greatest(now(), valid_from), 'migration 0062_raw_messages'
  FROM policies WHERE kind = 'file' ORDER BY version DESC LIMIT 1;

CREATE INDEX telegram_updates_by_age ON telegram_updates (done_at) WHERE payload <> '{}';
CREATE INDEX telegram_outbox_by_age ON telegram_outbox (settled_at) WHERE payload <> '{}';
CREATE INDEX incoming_letters_by_age ON incoming_letters (done_at) WHERE content <> '';
CREATE INDEX incoming_letters_with_sender ON incoming_letters (done_at) WHERE content = '' AND sender <> '';
COMMENT ON COLUMN telegram_updates.payload IS 'The update as it came; {} once its words are erased.';
COMMENT ON COLUMN incoming_letters.sender IS 'The address of From; empty where there is none, or once it is erased.';
COMMENT ON COLUMN incoming_letters.content IS
    'The letter as it came; of one that is too large, its header; empty once it is erased.';

-- A letter that comes by two ways differs in what servers have written on it: it is known by its sender's Message-ID.
ALTER TABLE incoming_letters ADD COLUMN message_key bytea CHECK (length(message_key) = 32);
COMMENT ON COLUMN incoming_letters.message_key IS 'SHA-256 of the sender and the Message-ID; null where it has none.';
CREATE INDEX incoming_letters_by_message_key ON incoming_letters (message_key) WHERE message_key IS NOT NULL;

-- The parts of a draft are what an account has typed: they go some days after the draft has ended.
CREATE FUNCTION check_draft_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM telegram_drafts WHERE id = OLD.draft_id AND ended_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the parts of a draft stay until it has ended'
            USING ERRCODE = '23514', CONSTRAINT = 'parts_stay_until_ended';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER never_deleted ON telegram_draft_parts;
CREATE TRIGGER stays_until_ended BEFORE DELETE ON telegram_draft_parts
    FOR EACH ROW EXECUTE FUNCTION check_draft_ended();
