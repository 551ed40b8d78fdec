-- The files of our answers are sent to Telegram, each as a message of its own behind the text: it waits for the scanner
-- and holds up nothing that its chat hears meanwhile.

ALTER TABLE telegram_outbox
    ADD COLUMN file_id uuid REFERENCES files (id),
    DROP CONSTRAINT telegram_outbox_method_check,
    ADD CONSTRAINT telegram_outbox_method_check
        CHECK (method IN ('sendMessage', 'sendDocument', 'answerCallbackQuery', 'editMessageReplyMarkup')),
    ADD CONSTRAINT a_document_is_a_file CHECK ((method = 'sendDocument') = (file_id IS NOT NULL)),
    ADD CONSTRAINT file_of_a_message CHECK (file_id IS NULL OR ticket_message_id IS NOT NULL);
COMMENT ON COLUMN telegram_outbox.part IS 'Of the text, or the number of the file among those of its message.';

CREATE OR REPLACE FUNCTION queue_answer_to_telegram() RETURNS trigger LANGUAGE plpgsql AS $$
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
    INSERT INTO telegram_outbox (
        occasion, chat_id, link_id, ticket_message_id, file_id, part, parts, method, status, due_at, created_at)
    SELECT 'file-' || message.id || '-' || link.id || '-' || file.number, link.chat_id, link.id, message.id,
        file.file_id, file.number, count(*) OVER (PARTITION BY link.id), 'sendDocument', 'queued', now(), now()
    FROM ticket_messages message
    JOIN ticket_files file ON file.message_id = message.id
    JOIN tickets ticket ON ticket.id = message.ticket_id
    JOIN telegram_switches switch ON switch.client_id = ticket.client_id AND switch.is_on
    JOIN telegram_links link
        ON link.client_id = ticket.client_id AND link.confirmed_at IS NOT NULL AND link.ended_at IS NULL
    WHERE message.id = NEW.submission_id AND message.is_ours
    ORDER BY link.id, file.number;
    RETURN NULL;
END $$;
