-- Letters, to clients and to staff, and the staff's mailboxes.

CREATE TABLE mailboxes (
    role         text PRIMARY KEY CHECK (role IN ('specialist', 'accountant', 'operator')),
    address      text NOT NULL CHECK (length(address) <= 254)
);

-- Letters leave in the order in which their changes queued them: a case's changes are stored one after another, so
-- `number` grows with them. What a letter said when the mail server took it is kept: texts and names change afterwards.
CREATE TABLE notifications (
    id            uuid PRIMARY KEY,
    number        bigint GENERATED ALWAYS AS IDENTITY,
    case_id       text,
    occasion      text NOT NULL,
    role          text NOT NULL CHECK (role IN ('client', 'specialist', 'accountant', 'operator')),
    client_id     text REFERENCES clients (id),
    channel       text NOT NULL CHECK (channel IN ('mail', 'inbox')),
    template      text NOT NULL,
    params        jsonb NOT NULL,
    status        text NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    attempts      integer NOT NULL DEFAULT 0,
    due_at        timestamptz,
    last_error    text,
    created_at    timestamptz NOT NULL,
    settled_at    timestamptz,
    read_at       timestamptz,
    sent_to       text CHECK (length(sent_to) <= 254),
    sent_subject  text,
    sent_text     text,
    CONSTRAINT notified_once_per_channel UNIQUE NULLS NOT DISTINCT (case_id, occasion, role, channel),
    CONSTRAINT client_is_named CHECK ((role = 'client') = (client_id IS NOT NULL)),
    CONSTRAINT queued_is_due CHECK ((status = 'queued') = (due_at IS NOT NULL)),
    CONSTRAINT sent_is_kept_whole CHECK (num_nulls(sent_to, sent_subject, sent_text) IN (0, 3))
);
CREATE INDEX notifications_due ON notifications (due_at) WHERE status = 'queued';
CREATE INDEX notifications_inbox ON notifications (client_id, role, created_at DESC, id) WHERE channel = 'inbox';
CREATE INDEX notifications_failed ON notifications (created_at) WHERE status = 'failed';
CREATE INDEX notifications_in_order ON notifications (number) WHERE status = 'queued';
CREATE INDEX notifications_of_case_in_order ON notifications (case_id, number) WHERE status = 'queued';

CREATE FUNCTION announce_notification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('notifications', '');
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT ON notifications FOR EACH STATEMENT EXECUTE FUNCTION announce_notification();
