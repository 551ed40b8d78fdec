-- Dossiers of disputes and of unpaid orders that go to court. A dossier is made of what was known at an instant and never
-- changes: its small files are kept here, papers are named by the digest of their content in the store of files. Each is
-- the next of the chain of its case and its export, and names the digest of the manifest before it. Keys are public.

CREATE TABLE dossier_keys (
    id             text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
    public_key     text NOT NULL UNIQUE CHECK (public_key ~ '^[0-9a-f]{64}$'),
    first_used_at  timestamptz NOT NULL
);
COMMENT ON TABLE dossier_keys IS 'Public keys that dossiers were signed with; the id is the beginning of their SHA-256.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dossier_keys FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dossier_keys FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE dossiers (
    id               uuid PRIMARY KEY,
    dispute_id       text REFERENCES disputes (id),
    collection_id    text REFERENCES collections (id),
    case_id          text NOT NULL GENERATED ALWAYS AS (coalesce(dispute_id, collection_id)) STORED,
    client_id        text NOT NULL REFERENCES clients (id),
    export           text NOT NULL CHECK (export IN ('full', 'redacted')),
    number           integer NOT NULL CHECK (number > 0),
    previous         integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    previous_sha256  text,
    as_of            timestamptz NOT NULL,
    facts_sha256     text NOT NULL CHECK (facts_sha256 ~ '^[0-9a-f]{64}$'),
    sha256           text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    key_id           text NOT NULL REFERENCES dossier_keys (id),
    size_bytes       bigint NOT NULL CHECK (size_bytes > 0),
    made_by          text NOT NULL,
    made_at          timestamptz NOT NULL,
    UNIQUE (case_id, export, number),
    UNIQUE (case_id, export, number, sha256),
    FOREIGN KEY (case_id, export, previous, previous_sha256) REFERENCES dossiers (case_id, export, number, sha256),
    CONSTRAINT of_one_case CHECK (num_nonnulls(dispute_id, collection_id) = 1),
    CONSTRAINT first_follows_none CHECK ((number = 1) = (previous_sha256 IS NULL))
);
COMMENT ON COLUMN dossiers.facts_sha256 IS
    'Of everything but the manifest, the sums and the signature: where it is the last one''s, no dossier is made.';
COMMENT ON COLUMN dossiers.sha256 IS 'Of the manifest, which names the digest of every other file.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dossiers FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dossiers FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE dossier_files (
    dossier_id     uuid NOT NULL REFERENCES dossiers (id),
    path           text NOT NULL CHECK (length(path) BETWEEN 1 AND 300),
    sha256         text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes     bigint NOT NULL CHECK (size_bytes >= 0),
    content        bytea,
    stored_sha256  text GENERATED ALWAYS AS (CASE WHEN content IS NULL THEN sha256 END) STORED
                   REFERENCES file_contents (sha256),
    PRIMARY KEY (dossier_id, path),
    CONSTRAINT content_is_what_its_digest_says CHECK (
        content IS NULL OR (octet_length(content) = size_bytes AND encode(sha256(content), 'hex') = sha256))
);
COMMENT ON COLUMN dossier_files.content IS 'Of a file that was made for the dossier; of a paper the store of files has it.';
ALTER TABLE dossier_files ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX dossier_files_stored ON dossier_files (stored_sha256) WHERE stored_sha256 IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dossier_files FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dossier_files FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

ALTER TABLE requisites_reads DROP CONSTRAINT requisites_reads_shown_as_check;
ALTER TABLE requisites_reads ADD CONSTRAINT requisites_reads_shown_as_check CHECK (shown_as IN (
    'case', 'statement', 'scan', 'payment_run', 'payment_order', 'run_file', 'bank_entry', 'dossier'));
