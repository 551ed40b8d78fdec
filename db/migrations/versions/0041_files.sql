-- One store of files. A content is known by its SHA-256 and stored once, in pieces, whoever hands it in and however
-- often; a file is a name that somebody gave to a content. What is scanned is the content: what is not clean is read by
-- the scanner alone.

CREATE TABLE file_contents (
    sha256       text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    media_type   text NOT NULL CHECK (length(media_type) BETWEEN 3 AND 100),
    size_bytes   integer NOT NULL CHECK (size_bytes BETWEEN 1 AND 20971520),
    status       text NOT NULL CHECK (status IN ('received', 'clean', 'quarantined', 'unscannable', 'erased')),
    attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at       timestamptz,
    scanned_at   timestamptz,
    scanner      text CHECK (length(scanner) BETWEEN 1 AND 200),
    finding      text CHECK (length(finding) BETWEEN 1 AND 200),
    received_at  timestamptz NOT NULL,
    CONSTRAINT due_until_scanned CHECK ((status = 'received') = (due_at IS NOT NULL)),
    CONSTRAINT scanned_by_something CHECK ((scanned_at IS NULL) = (scanner IS NULL)),
    CONSTRAINT judged_by_a_scanner CHECK (
        status NOT IN ('clean', 'quarantined', 'unscannable') OR scanned_at IS NOT NULL),
    CONSTRAINT clean_without_finding CHECK (status <> 'clean' OR finding IS NULL),
    CONSTRAINT quarantined_with_finding CHECK (status <> 'quarantined' OR finding IS NOT NULL)
);
COMMENT ON COLUMN file_contents.due_at IS 'When the scanner is asked next: silence is no answer.';
COMMENT ON COLUMN file_contents.attempts IS 'How often it was silent.';
COMMENT ON COLUMN file_contents.finding IS 'In the scanner''s words.';
CREATE INDEX file_contents_due ON file_contents (due_at) WHERE due_at IS NOT NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON file_contents FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON file_contents FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE file_moves (
    from_status  text NOT NULL,
    to_status    text NOT NULL,
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO file_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('received',    'received clean quarantined unscannable erased'),
    ('clean',       'erased'),
    ('quarantined', 'erased'),
    ('unscannable', 'received erased'),
    ('erased',      'received')
) AS allowed (from_status, targets);

-- A content keeps its digest, and moves as the table above says.
CREATE FUNCTION check_file_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.sha256, OLD.media_type, OLD.size_bytes) IS DISTINCT FROM (NEW.sha256, NEW.media_type, NEW.size_bytes)
       OR NOT EXISTS (SELECT FROM file_moves WHERE (from_status, to_status) = (OLD.status, NEW.status)) THEN
        RAISE EXCEPTION 'a file is never % after it was %', NEW.status, OLD.status
            USING ERRCODE = '23514', CONSTRAINT = 'file_moves_as_allowed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves_as_allowed BEFORE UPDATE ON file_contents FOR EACH ROW EXECUTE FUNCTION check_file_move();

CREATE FUNCTION announce_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('files', '');
    RETURN NULL;
END $$;
CREATE TRIGGER announce_received AFTER INSERT OR UPDATE ON file_contents
    FOR EACH ROW WHEN (NEW.status = 'received' AND NEW.attempts = 0) EXECUTE FUNCTION announce_file();

CREATE TABLE file_pieces (
    sha256  text NOT NULL REFERENCES file_contents (sha256),
    number  integer NOT NULL CHECK (number BETWEEN 1 AND 20),
    bytes   bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (sha256, number)
);
ALTER TABLE file_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE file_pieces IS 'Deleted with the retention of their content only.';
CREATE TRIGGER never_changed BEFORE UPDATE ON file_pieces FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON file_pieces FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION check_file_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM file_contents WHERE sha256 = OLD.sha256 AND status = 'erased') THEN
        RAISE EXCEPTION 'the pieces of a file stay until it is erased'
            USING ERRCODE = '23514', CONSTRAINT = 'pieces_stay_until_erased';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER stays_until_erased BEFORE DELETE ON file_pieces FOR EACH ROW EXECUTE FUNCTION check_file_erased();

CREATE TABLE files (
    id           uuid PRIMARY KEY,
    sha256       text NOT NULL REFERENCES file_contents (sha256),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 255 AND name = one_line(name)),
    client_id    text REFERENCES clients (id),
    uploaded_by  text NOT NULL,
    uploaded_at  timestamptz NOT NULL
);
COMMENT ON COLUMN files.client_id IS 'Whose person handed it in; NULL: one of ours.';
CREATE INDEX files_by_client ON files (client_id, uploaded_at);
CREATE INDEX files_by_content ON files (sha256);
CREATE INDEX files_by_age ON files (uploaded_at);
CREATE TRIGGER never_changed BEFORE UPDATE ON files FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON files FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- A message that its ticket refused keeps its files; the message that is sent instead may have the same ones.
CREATE TABLE ticket_files (
    message_id  uuid REFERENCES ticket_messages (id),
    note_id     uuid REFERENCES ticket_notes (id),
    number      integer NOT NULL CHECK (number BETWEEN 1 AND 5),
    file_id     uuid NOT NULL REFERENCES files (id),
    CONSTRAINT of_a_message_or_a_note CHECK (num_nonnulls(message_id, note_id) = 1),
    UNIQUE (message_id, number),
    UNIQUE (note_id, number)
);
COMMENT ON COLUMN ticket_files.note_id IS 'Among staff: a client never reads it.';
CREATE INDEX ticket_files_by_file ON ticket_files (file_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_files FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ticket_files FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Open pages of a ticket look again when one of its files has been scanned.
CREATE FUNCTION announce_scanned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('ticket', t.id, t.client_id)
    FROM files f
    JOIN ticket_files tf ON tf.file_id = f.id
    LEFT JOIN ticket_messages m ON m.id = tf.message_id
    LEFT JOIN ticket_notes n ON n.id = tf.note_id
    JOIN tickets t ON t.id = coalesce(m.ticket_id, n.ticket_id)
    WHERE f.sha256 = NEW.sha256;
    RETURN NULL;
END $$;
CREATE TRIGGER announce_scanned AFTER UPDATE OF status ON file_contents
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION announce_scanned();
