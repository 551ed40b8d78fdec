-- Support in Telegram. What comes is stored as it came, under the number that Telegram gave it, and then worked through
-- in order, chat by chat: in one transaction an update becomes done, the draft of its chat moves on, and what the chat
-- hears of it is queued. So an update has its effect once, whenever the process is killed.

CREATE TABLE telegram_bots (
    bot_id    bigint PRIMARY KEY,
    username  text NOT NULL CHECK (username ~ '^[A-Za-z0-9_]{3,64}$'),
    seen_at   timestamptz NOT NULL
);
COMMENT ON TABLE telegram_bots IS 'Bots that have worked here; clients write to the one that was seen last.';

CREATE TABLE telegram_switches (
    client_id   text PRIMARY KEY REFERENCES clients (id),
    is_on       boolean NOT NULL,
    changed_by  text NOT NULL,
    changed_at  timestamptz NOT NULL
);
COMMENT ON TABLE telegram_switches IS 'Whether a client writes to support in Telegram; without a row it does not.';

-- A person's wish to write from a Telegram account, which the account opens by a one-time link and the person then
-- confirms where the wish was made.
CREATE TABLE telegram_links (
    id            uuid PRIMARY KEY,
    token_hash    bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    client_id     text NOT NULL REFERENCES clients (id),
    login         text NOT NULL,
    asked_at      timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    chat_id       bigint,
    account       text CHECK (length(account) BETWEEN 1 AND 200),
    opened_at     timestamptz,
    confirmed_at  timestamptz,
    ended_at      timestamptz,
    ended_by      text CHECK (ended_by IN ('person', 'chat', 'blocked', 'replaced', 'address')),
    CONSTRAINT opened_by_an_account CHECK (
        (opened_at IS NULL) = (chat_id IS NULL) AND (opened_at IS NULL) = (account IS NULL)),
    CONSTRAINT confirmed_once_opened CHECK (confirmed_at IS NULL OR opened_at IS NOT NULL),
    CONSTRAINT ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
COMMENT ON COLUMN telegram_links.token_hash IS 'SHA-256 of the link''s end.';
COMMENT ON COLUMN telegram_links.chat_id IS 'Of a private chat, which is the account''s own id.';
CREATE UNIQUE INDEX telegram_account_writes_for_a_client_once ON telegram_links (chat_id, client_id)
    WHERE confirmed_at IS NOT NULL AND ended_at IS NULL;
CREATE UNIQUE INDEX person_has_one_telegram_account ON telegram_links (client_id, login)
    WHERE confirmed_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX telegram_links_of_client ON telegram_links (client_id, asked_at DESC);
CREATE TRIGGER never_deleted BEFORE DELETE ON telegram_links FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON telegram_links FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION announce_telegram() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('telegram', NEW.client_id, NEW.client_id);
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON telegram_links FOR EACH ROW EXECUTE FUNCTION announce_telegram();
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON telegram_switches
    FOR EACH ROW EXECUTE FUNCTION announce_telegram();

CREATE TABLE telegram_updates (
    bot_id       bigint NOT NULL REFERENCES telegram_bots (bot_id),
    update_id    bigint NOT NULL,
    chat_id      bigint NOT NULL,
    payload      jsonb NOT NULL,
    received_at  timestamptz NOT NULL,
    tries        integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    done_at      timestamptz,
    failure      text,
    PRIMARY KEY (bot_id, update_id),
    CONSTRAINT only_what_is_done_failed CHECK (failure IS NULL OR done_at IS NOT NULL)
);
COMMENT ON COLUMN telegram_updates.chat_id IS 'Where it is from: an account''s own chat, a group, or 0.';
COMMENT ON COLUMN telegram_updates.failure IS 'The class of the error that no repeat mended.';
CREATE INDEX telegram_updates_to_do ON telegram_updates (chat_id, bot_id, update_id) WHERE done_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON telegram_updates FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON telegram_updates FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE SEQUENCE telegram_draft_numbers;
COMMENT ON SEQUENCE telegram_draft_numbers IS 'Taken before a draft is stored: the buttons of its first question name it.';
CREATE TABLE telegram_drafts (
    id          bigint PRIMARY KEY,
    chat_id     bigint NOT NULL,
    link_id     uuid REFERENCES telegram_links (id),
    step        text NOT NULL CHECK (step IN ('organisation', 'department', 'topic', 'subject', 'messages')),
    department  text REFERENCES departments (code),
    topic       text CHECK (length(topic) BETWEEN 1 AND 200),
    subject     text CHECK (subject IN ('invoice_number', 'subscription_id', 'refund_id')),
    subject_id  text,
    ticket_id   text REFERENCES tickets (id),
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    CONSTRAINT organisation_is_chosen_first CHECK ((step = 'organisation') = (link_id IS NULL)),
    CONSTRAINT subject_is_whole CHECK ((subject IS NULL) = (subject_id IS NULL)),
    CONSTRAINT a_ticket_is_answered CHECK (ticket_id IS NULL OR step = 'messages')
);
COMMENT ON TABLE telegram_drafts IS 'What a chat is writing: a new ticket, or with ticket_id an answer.';
CREATE UNIQUE INDEX telegram_chat_writes_one_thing ON telegram_drafts (chat_id) WHERE ended_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON telegram_drafts FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON telegram_drafts FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE telegram_draft_parts (
    draft_id    bigint NOT NULL REFERENCES telegram_drafts (id),
    message_id  bigint NOT NULL,
    text        text CHECK (length(text) BETWEEN 1 AND 255),
    file_id     text,
    file_name   text,
    file_bytes  bigint CHECK (file_bytes >= 0),
    PRIMARY KEY (draft_id, message_id),
    CONSTRAINT says_something CHECK (num_nonnulls(text, file_id) > 0),
    CONSTRAINT file_has_a_name CHECK ((file_id IS NULL) = (file_name IS NULL))
);
COMMENT ON COLUMN telegram_draft_parts.file_id IS 'What Telegram gives the file for.';
CREATE TRIGGER never_deleted BEFORE DELETE ON telegram_draft_parts FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON telegram_draft_parts
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE telegram_outbox (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occasion           text NOT NULL UNIQUE,
    chat_id            bigint NOT NULL,
    link_id            uuid REFERENCES telegram_links (id),
    ticket_message_id  uuid REFERENCES ticket_messages (id),
    part               integer CHECK (part > 0),
    parts              integer CHECK (parts >= part),
    method             text NOT NULL
        CHECK (method IN ('sendMessage', 'answerCallbackQuery', 'editMessageReplyMarkup')),
    payload            jsonb,
    is_repeat          boolean NOT NULL DEFAULT false,
    status             text NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'unknown', 'failed')),
    tries              integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    due_at             timestamptz NOT NULL,
    created_at         timestamptz NOT NULL,
    settled_at         timestamptz,
    sent_as            bigint,
    failure            text CHECK (length(failure) BETWEEN 1 AND 200),
    CONSTRAINT says_something CHECK ((payload IS NULL) = (ticket_message_id IS NOT NULL)),
    CONSTRAINT answer_has_parts CHECK (num_nulls(ticket_message_id, link_id, part, parts) IN (0, 4)),
    CONSTRAINT settled_has_a_time CHECK ((status IN ('queued', 'sending')) = (settled_at IS NULL))
);
COMMENT ON TABLE telegram_outbox IS 'What is sent: what a chat hears of its updates, and the parts of our answers.';
COMMENT ON COLUMN telegram_outbox.status IS 'unknown: Telegram was silent, so it may have been sent.';
COMMENT ON COLUMN telegram_outbox.is_repeat IS 'It was sent before, and nobody knows whether it came: this time it says so.';
CREATE INDEX telegram_outbox_to_send ON telegram_outbox (chat_id, id) WHERE status IN ('queued', 'sending');
CREATE INDEX telegram_outbox_of_message ON telegram_outbox (ticket_message_id) WHERE ticket_message_id IS NOT NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON telegram_outbox FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON telegram_outbox FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- An answer that a ticket takes is queued for every account that writes for its client, with the change itself. A part
-- has 1,800 characters: Telegram takes 4,096 units of UTF-16, and a character may be two of them.
CREATE FUNCTION queue_answer_to_telegram() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO telegram_outbox (
        occasion, chat_id, link_id, ticket_message_id, part, parts, method, status, due_at, created_at)
    SELECT 'answer-' || message.id || '-' || link.id || '-' || part, link.chat_id, link.id, message.id, part,
        ceil(length(message.text) / 1800.0), 'sendMessage', 'queued', now(), now()
    FROM ticket_messages message
    JOIN tickets ticket ON ticket.id = message.ticket_id
    JOIN telegram_switches switch ON switch.client_id = ticket.client_id AND switch.is_on
    JOIN telegram_links link
        ON link.client_id = ticket.client_id AND link.confirmed_at IS NOT NULL AND link.ended_at IS NULL
    CROSS JOIN generate_series(1, ceil(length(message.text) / 1800.0)::integer) AS part
    WHERE message.id = NEW.submission_id AND message.is_ours
    ORDER BY link.id, part;
    RETURN NULL;
END $$;
CREATE TRIGGER queue_answer_to_telegram AFTER INSERT ON ticket_history
    FOR EACH ROW WHEN (NEW.submission_id IS NOT NULL) EXECUTE FUNCTION queue_answer_to_telegram();

ALTER TABLE ticket_messages DROP CONSTRAINT ticket_messages_channel_check;
ALTER TABLE ticket_messages ADD CONSTRAINT ticket_messages_channel_check
    CHECK (channel IN ('web', 'api', 'telegram', 'mail'));
