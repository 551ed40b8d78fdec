-- Tickets at the desk: two of one client merged, a third party waited for, what they say is searched, prepared answers,
-- and who else has a thread open.

INSERT INTO ticket_statuses VALUES ('waiting_third_party'), ('merged');
INSERT INTO ticket_moves VALUES
    ('open', 'waiting_third_party'),
    ('waiting_third_party', 'waiting_third_party'),
    ('waiting_third_party', 'open'),
    ('waiting_third_party', 'waiting_client'),
    ('waiting_third_party', 'resolved'),
    ('new', 'merged'),
    ('open', 'merged'),
    ('waiting_client', 'merged'),
    ('merged', 'merged'),
    ('merged', 'open'),
    ('merged', 'closed');

ALTER TABLE tickets
    ADD COLUMN merged_into text,
    ADD CONSTRAINT of_client UNIQUE (id, client_id),
    ADD CONSTRAINT merged_within_one_client FOREIGN KEY (merged_into, client_id) REFERENCES tickets (id, client_id),
    ADD CONSTRAINT merged_into_another CHECK (merged_into <> id),
    ADD CONSTRAINT merged_says_into_what CHECK (status <> 'merged' OR merged_into IS NOT NULL),
    ADD CONSTRAINT only_merged_and_closed_are_in_another CHECK (merged_into IS NULL OR status IN ('merged', 'closed'));
COMMENT ON COLUMN tickets.merged_into IS 'The ticket whose thread has the messages of this one too.';
CREATE INDEX tickets_merged_into ON tickets (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE ticket_decisions
    DROP CONSTRAINT ticket_decisions_action_check,
    DROP CONSTRAINT reason_is_given,
    ADD COLUMN into_ticket text,
    ADD COLUMN until_at timestamptz,
    ADD CONSTRAINT ticket_decisions_action_check
        CHECK (action IN ('take', 'transfer', 'escalate', 'await_third_party', 'merge')),
    ADD CONSTRAINT reason_is_given CHECK ((action IN ('take', 'merge')) = (reason IS NULL)),
    ADD CONSTRAINT merge_names_a_ticket CHECK ((action = 'merge') = (into_ticket IS NOT NULL)),
    ADD CONSTRAINT third_party_until CHECK ((action = 'await_third_party') = (until_at IS NOT NULL)),
    ADD FOREIGN KEY (into_ticket) REFERENCES tickets (id);

ALTER TABLE department_rules ADD COLUMN client_archives boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN department_rules.client_archives IS 'Whether a client may put away what waits for its reply.';

CREATE INDEX tickets_by_words ON tickets USING gin (to_tsvector('russian'::regconfig, topic));
CREATE INDEX ticket_messages_by_words ON ticket_messages USING gin (to_tsvector('russian'::regconfig, text));

CREATE TABLE canned_answers (
    code        text NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{0,39}$'),
    version     integer NOT NULL CHECK (version > 0),
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    text        text NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    department  text REFERENCES departments (code),
    is_offered  boolean NOT NULL,
    valid_from  timestamptz NOT NULL,
    author      text NOT NULL,
    PRIMARY KEY (code, version)
);
COMMENT ON TABLE canned_answers IS 'Versions of texts that staff put into answers; {names} in them are filled in from the ticket.';
COMMENT ON COLUMN canned_answers.department IS 'Whose tickets it is offered for; null: those of every department.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON canned_answers FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON canned_answers FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
INSERT INTO canned_answers
SELECT code, 1, title, text, department, true, '2020-01-01T00:00:00Z', 'migration 0045_tickets_at_the_desk'
FROM (VALUES
    ('need-details', 'Уточнить вопрос',
     'Здравствуйте! Чтобы разобраться, нам нужно больше сведений: что именно вы делали и что увидели. '
     'Напишите, пожалуйста, в этом запросе.', NULL),
    ('where-refund', 'Где мой возврат',
     E'Здравствуйте!\n\n{refund}\n\nЕсли остались вопросы, напишите в этом запросе.', 'refunds'),
    ('solved', 'Вопрос решён',
     'Здравствуйте! Мы разобрались с вопросом «{topic}». Если всё в порядке, поместите запрос № {number} в архив.', NULL)
) AS first_answers (code, title, text, department);

CREATE TABLE ticket_presences (
    ticket_id  text NOT NULL REFERENCES tickets (id),
    login      text NOT NULL,
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, login)
);
COMMENT ON TABLE ticket_presences IS 'Who of ours looks at a ticket; a row that is not renewed says nothing after a minute and a half.';

CREATE INDEX ticket_openings_by_client ON ticket_openings (client_id);
