-- Who has seen the requisites of a client whole: a row is written before they are shown, and stays.

CREATE TABLE requisites_reads (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject_id text NOT NULL CHECK (length(subject_id) BETWEEN 1 AND 100),
    shown_as   text NOT NULL CHECK (shown_as IN ('case', 'statement', 'scan', 'payment_run', 'payment_order',
                                                 'run_file', 'bank_entry')),
    role       text NOT NULL,
    login      text NOT NULL,
    read_at    timestamptz NOT NULL
);
CREATE INDEX requisites_reads_by_subject ON requisites_reads (subject_id, id DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON requisites_reads FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON requisites_reads FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
