-- Support tickets. A client writes to a department; staff answer; what people write are submissions, and the history of
-- a ticket names those that it took: a thread is read by it. What staff write among themselves has a table of its own,
-- so that no reader of messages can show it.

CREATE TABLE departments (
    code  text PRIMARY KEY CHECK (code ~ '^[a-z_]{1,40}$'),
    role  text NOT NULL CHECK (role IN ('specialist', 'accountant', 'operator'))
);
COMMENT ON COLUMN departments.role IS 'Whose letters tell of its tickets.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON departments FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON departments FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE department_rules (
    department            text NOT NULL REFERENCES departments (code),
    version               integer NOT NULL CHECK (version > 0),
    name_ru               text NOT NULL CHECK (length(name_ru) BETWEEN 1 AND 80),
    name_en               text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 80),
    is_offered            boolean NOT NULL,
    opens_at              time NOT NULL,
    closes_at             time NOT NULL,
    lunch_from            time,
    lunch_to              time,
    first_answer_seconds  integer NOT NULL CHECK (first_answer_seconds BETWEEN 1 AND 5184000),
    solution_seconds      integer NOT NULL CHECK (solution_seconds BETWEEN 1 AND 5184000),
    remind_after_days     integer NOT NULL CHECK (remind_after_days > 0),
    resolve_after_days    integer NOT NULL CHECK (resolve_after_days BETWEEN 2 AND 365),
    reopen_days           integer NOT NULL CHECK (reopen_days BETWEEN 1 AND 365),
    text_limit            integer NOT NULL CHECK (text_limit BETWEEN 255 AND 20000),
    valid_from            timestamptz NOT NULL,
    author                text NOT NULL,
    PRIMARY KEY (department, version),
    CONSTRAINT reminded_before_the_end CHECK (remind_after_days < resolve_after_days),
    CONSTRAINT first_answer_before_solution CHECK (first_answer_seconds <= solution_seconds),
    CONSTRAINT hours_in_order CHECK (opens_at < closes_at),
    CONSTRAINT lunch_is_whole CHECK ((lunch_from IS NULL) = (lunch_to IS NULL)),
    CONSTRAINT lunch_within_hours CHECK (
        lunch_from IS NULL OR (opens_at < lunch_from AND lunch_from < lunch_to AND lunch_to < closes_at))
);
COMMENT ON TABLE department_rules IS 'Versions of what holds for a department; hours by the clock of Moscow.';
COMMENT ON COLUMN department_rules.first_answer_seconds IS 'Working time, as that of the solution.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON department_rules FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON department_rules
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO departments VALUES ('support', 'specialist'), ('refunds', 'specialist'), ('accounting', 'accountant');
INSERT INTO department_rules
SELECT code, 1, name_ru, name_en, true, '09:00', '18:00', '13:00', '14:00', first_answer, solution, 3, 7, 3, 10000,
    '2020-01-01T00:00:00Z', 'migration 0031_tickets'
FROM (VALUES
    ('support', 'Техническая поддержка', 'Technical support', 4 * 3600, 24 * 3600),
    ('refunds', 'Возвраты', 'Refunds', 4 * 3600, 24 * 3600),
    ('accounting', 'Бухгалтерия', 'Accounting', 8 * 3600, 40 * 3600)
) AS first_rules (code, name_ru, name_en, first_answer, solution);

CREATE TABLE ticket_statuses (status text PRIMARY KEY);
CREATE TABLE ticket_moves (
    from_status  text NOT NULL REFERENCES ticket_statuses (status),
    to_status    text NOT NULL REFERENCES ticket_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO ticket_statuses VALUES ('new'), ('open'), ('waiting_client'), ('resolved'), ('closed');
INSERT INTO ticket_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('new',            'new open waiting_client resolved'),
    ('open',           'open waiting_client resolved'),
    ('waiting_client', 'open waiting_client resolved'),
    ('resolved',       'open waiting_client resolved closed')
) AS allowed (from_status, targets);

-- Submissions. A number is taken with what the client wrote, before its case is opened.
CREATE TABLE ticket_openings (
    id               uuid PRIMARY KEY,
    number           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    client_id        text NOT NULL REFERENCES clients (id),
    department       text NOT NULL REFERENCES departments (code),
    topic            text NOT NULL CHECK (length(topic) BETWEEN 1 AND 200),
    invoice_number   text REFERENCES invoices (number),
    subscription_id  text,
    refund_id        text REFERENCES refunds (id),
    follows          text,
    opened_by        text NOT NULL,
    opened_at        timestamptz NOT NULL,
    UNIQUE (id, number, client_id),
    FOREIGN KEY (subscription_id, client_id) REFERENCES subscriptions (id, client_id),
    CONSTRAINT about_one_thing CHECK (num_nonnulls(invoice_number, subscription_id, refund_id) <= 1)
);
COMMENT ON COLUMN ticket_openings.follows IS 'The closed ticket that its client goes on from.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_openings FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_openings FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE tickets (
    id                 text PRIMARY KEY,
    number             bigint NOT NULL UNIQUE,
    opening_id         uuid NOT NULL UNIQUE,
    client_id          text NOT NULL,
    department         text NOT NULL,
    rules_version      integer NOT NULL,
    topic              text NOT NULL,
    invoice_number     text REFERENCES invoices (number),
    subscription_id    text REFERENCES subscriptions (id),
    refund_id          text REFERENCES refunds (id),
    follows            text REFERENCES tickets (id),
    status             text NOT NULL REFERENCES ticket_statuses (status),
    version            integer NOT NULL,
    assignee           text,
    answers            integer NOT NULL DEFAULT 0 CHECK (answers >= 0),
    first_due_at       timestamptz NOT NULL,
    first_answered_at  timestamptz,
    turn_at            timestamptz,
    left_seconds       integer NOT NULL CHECK (left_seconds >= 0),
    hastened_at        timestamptz,
    escalated_at       timestamptz,
    archived_at        timestamptz,
    waiting_for        text,
    wait_until         timestamptz,
    opened_at          timestamptz NOT NULL,
    changed_at         timestamptz NOT NULL,
    closed_at          timestamptz,
    FOREIGN KEY (opening_id, number, client_id) REFERENCES ticket_openings (id, number, client_id),
    FOREIGN KEY (department, rules_version) REFERENCES department_rules (department, version),
    CONSTRAINT id_says_number CHECK (id = 'ticket-' || number),
    CONSTRAINT clock_runs_on_our_turn CHECK ((status IN ('new', 'open')) = (turn_at IS NOT NULL)),
    CONSTRAINT hastened_on_our_turn CHECK (hastened_at IS NULL OR turn_at IS NOT NULL),
    CONSTRAINT answered_once_first CHECK ((answers > 0) = (first_answered_at IS NOT NULL)),
    CONSTRAINT new_is_nobodys CHECK (status <> 'new' OR (assignee IS NULL AND answers = 0)),
    CONSTRAINT archived_is_settled CHECK (archived_at IS NULL OR status IN ('resolved', 'closed')),
    CONSTRAINT ended_is_closed CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT somebody_is_waited_for CHECK (
        (status = 'closed') = (wait_until IS NULL) AND (wait_until IS NULL) = (waiting_for IS NULL))
);
COMMENT ON COLUMN tickets.turn_at IS 'Since when it is our turn.';
COMMENT ON COLUMN tickets.left_seconds IS 'Working time that the solution had left when the turn last changed.';
COMMENT ON COLUMN tickets.answers IS 'Answers of ours: one who writes another says how many it saw.';
CREATE INDEX tickets_by_client ON tickets (client_id, number DESC);
CREATE INDEX tickets_by_deadline ON tickets (department, (coalesce(wait_until, 'infinity'::timestamptz)), id)
    WHERE turn_at IS NOT NULL;
CREATE INDEX tickets_of_assignee ON tickets (assignee, number DESC) WHERE closed_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tickets FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE ticket_history (
    ticket_id      text NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    number         integer NOT NULL CHECK (number > 0),
    previous       integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status    text,
    to_status      text NOT NULL,
    at             timestamptz NOT NULL,
    by             text NOT NULL,
    reason         text,
    submission_id  uuid,
    answer         jsonb NOT NULL,
    PRIMARY KEY (ticket_id, number),
    UNIQUE (ticket_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES ticket_moves (from_status, to_status),
    FOREIGN KEY (ticket_id, previous, from_status) REFERENCES ticket_history (ticket_id, number, to_status),
    CONSTRAINT begins_by_new CHECK (
        (number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'new'))
);
CREATE UNIQUE INDEX ticket_takes_a_submission_once ON ticket_history (submission_id) WHERE submission_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_history FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE tickets ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES ticket_history (ticket_id, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE ticket_messages (
    id            uuid PRIMARY KEY,
    ticket_id     text NOT NULL,
    is_ours       boolean NOT NULL,
    channel       text NOT NULL CHECK (channel IN ('web', 'api')),
    text          text NOT NULL CHECK (length(text) BETWEEN 1 AND 20000),
    seen_answers  integer CHECK (seen_answers >= 0),
    resolves      boolean NOT NULL DEFAULT false,
    written_by    text NOT NULL,
    written_at    timestamptz NOT NULL,
    CONSTRAINT ours_says_what_it_saw CHECK (is_ours = (seen_answers IS NOT NULL)),
    CONSTRAINT only_ours_resolves CHECK (is_ours OR NOT resolves)
);
COMMENT ON COLUMN ticket_messages.ticket_id IS 'No foreign key: the first is written before its ticket is opened.';
CREATE INDEX ticket_messages_of_ticket ON ticket_messages (ticket_id, written_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_messages FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_messages FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE ticket_decisions (
    id             uuid PRIMARY KEY,
    ticket_id      text NOT NULL REFERENCES tickets (id),
    action         text NOT NULL CHECK (action IN ('take', 'transfer', 'escalate')),
    seen_assignee  text,
    department     text REFERENCES departments (code),
    reason         text CHECK (length(reason) BETWEEN 1 AND 2000),
    decided_by     text NOT NULL,
    decided_at     timestamptz NOT NULL,
    CONSTRAINT transfer_names_a_department CHECK ((action = 'transfer') = (department IS NOT NULL)),
    CONSTRAINT reason_is_given CHECK ((action = 'take') = (reason IS NULL))
);
CREATE INDEX ticket_decisions_of_ticket ON ticket_decisions (ticket_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_decisions FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_decisions FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE ticket_notes (
    id          uuid PRIMARY KEY,
    ticket_id   text NOT NULL REFERENCES tickets (id),
    text        text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    written_by  text NOT NULL,
    written_at  timestamptz NOT NULL
);
COMMENT ON TABLE ticket_notes IS 'What staff write for staff; a client never reads it.';
CREATE INDEX ticket_notes_of_ticket ON ticket_notes (ticket_id, written_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_notes FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_notes FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE ticket_ratings (
    ticket_id  text PRIMARY KEY REFERENCES tickets (id),
    score      integer NOT NULL CHECK (score BETWEEN 1 AND 5),
    text       text CHECK (length(text) BETWEEN 1 AND 2000),
    rated_by   text NOT NULL,
    rated_at   timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_ratings FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_ratings FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- How many answers of ours the client has seen: what is new to it.
CREATE TABLE ticket_views (
    ticket_id     text PRIMARY KEY REFERENCES tickets (id),
    seen_answers  integer NOT NULL CHECK (seen_answers > 0),
    seen_at       timestamptz NOT NULL
);

CREATE TRIGGER note_unheard_change AFTER INSERT OR UPDATE OF version ON tickets
    FOR EACH ROW EXECUTE FUNCTION note_unheard_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION announce_case('ticket');
COMMENT ON COLUMN unheard_changes.case_id IS 'A refund, a renewal or a ticket.';
