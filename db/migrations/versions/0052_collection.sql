-- Unpaid orders. An invoice whose day of payment has gone by without its money is collected by a case of its own: it
-- looks for the money before every letter, writes to the client by a ladder, sends a claim, and ends at the lawyer. One
-- letter of a day speaks of everything that a client owes. Money that is stored wins against everything.

ALTER TABLE invoices
    ADD COLUMN due_on date,
    ADD CONSTRAINT due_after_it_was_issued CHECK (due_on >= issued_on);
COMMENT ON COLUMN invoices.due_on IS 'The last day of payment; none: nothing is owed before it is rendered.';
CREATE INDEX invoices_overdue ON invoices (due_on, number)
    WHERE due_on IS NOT NULL AND voided_at IS NULL AND paid_kopecks < total_kopecks;

-- What waits for the COMMIT is checked now: a table with such checks cannot be altered.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE policies DROP CONSTRAINT policies_kind_check;
ALTER TABLE policies ADD CONSTRAINT policies_kind_check
    CHECK (kind IN ('refund', 'renewal', 'receipt', 'inquiry', 'file', 'dispute', 'collection'));
SET CONSTRAINTS ALL DEFERRED;

CREATE TABLE collection_statuses (status text PRIMARY KEY);
CREATE TABLE collection_moves (
    from_status  text NOT NULL REFERENCES collection_statuses (status),
    to_status    text NOT NULL REFERENCES collection_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
-- A paid one is due again where its payment is taken back.
INSERT INTO collection_statuses VALUES
    ('due'), ('checking'), ('contacted'), ('reminded'), ('promised'), ('claim_sent'), ('legal'),
    ('paid'), ('settled'), ('written_off'), ('cancelled');
INSERT INTO collection_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('due',        'due checking promised legal paid settled written_off cancelled'),
    ('checking',   'checking contacted reminded claim_sent promised legal paid settled written_off cancelled'),
    ('contacted',  'contacted reminded promised claim_sent legal paid settled written_off cancelled'),
    ('reminded',   'reminded promised claim_sent legal paid settled written_off cancelled'),
    ('promised',   'promised contacted reminded claim_sent legal paid settled written_off cancelled'),
    ('claim_sent', 'claim_sent promised legal paid settled written_off cancelled'),
    ('legal',      'legal promised claim_sent paid settled written_off cancelled'),
    ('paid',       'due')
) AS allowed (from_status, targets);

CREATE TABLE collections (
    id              text PRIMARY KEY,
    invoice_number  text NOT NULL UNIQUE REFERENCES invoices (number),
    client_id       text NOT NULL REFERENCES clients (id),
    policy_kind     text NOT NULL DEFAULT 'collection' CHECK (policy_kind = 'collection'),
    policy_version  integer NOT NULL,
    status          text NOT NULL REFERENCES collection_statuses (status),
    version         integer NOT NULL,
    due_on          date NOT NULL,
    limitation_on   date NOT NULL,
    looks           integer NOT NULL DEFAULT 0 CHECK (looks >= 0),
    rung            integer NOT NULL DEFAULT 0 CHECK (rung >= 0),
    answer          text,
    answered_at     timestamptz,
    promises        integer NOT NULL DEFAULT 0 CHECK (promises >= 0),
    promised_on     date,
    claim_sent_on   date,
    write_off_by    text,
    written_off_by  text,
    waiting_for     text,
    wait_until      timestamptz,
    opened_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    closed_at       timestamptz,
    FOREIGN KEY (policy_kind, policy_version) REFERENCES policies (kind, version),
    CONSTRAINT id_says_invoice CHECK (id = 'collection-' || invoice_number),
    CONSTRAINT answer_has_its_time CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT promised_names_a_day CHECK ((status = 'promised') = (promised_on IS NOT NULL)),
    CONSTRAINT claim_has_its_day CHECK (status <> 'claim_sent' OR claim_sent_on IS NOT NULL),
    CONSTRAINT written_off_by_two CHECK (
        (status = 'written_off') = (written_off_by IS NOT NULL)
        AND (written_off_by IS NULL
             OR (write_off_by IS NOT NULL AND compared(written_off_by) <> compared(write_off_by)))),
    CONSTRAINT ended_is_closed CHECK (
        (status IN ('paid', 'settled', 'written_off', 'cancelled')) = (closed_at IS NOT NULL)),
    CONSTRAINT somebody_is_waited_for CHECK (
        (closed_at IS NULL) = (wait_until IS NOT NULL) AND (wait_until IS NULL) = (waiting_for IS NULL))
);
COMMENT ON COLUMN collections.rung IS 'The next row of the ladder.';
COMMENT ON COLUMN collections.looks IS 'How often the money was looked for before the first letter.';
COMMENT ON COLUMN collections.limitation_on IS 'The last day to sue; a claim moves it.';
COMMENT ON COLUMN collections.write_off_by IS 'Who proposes to write the debt off; another person confirms.';
CREATE INDEX collections_of_client ON collections (client_id, invoice_number) WHERE closed_at IS NULL;
CREATE INDEX collections_by_deadline ON collections ((coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX collections_by_status ON collections (status, (coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX collections_by_limitation ON collections (limitation_on, id) WHERE closed_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON collections FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collections FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE collection_history (
    collection_id  text NOT NULL REFERENCES collections (id) DEFERRABLE INITIALLY DEFERRED,
    number         integer NOT NULL CHECK (number > 0),
    previous       integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status    text,
    to_status      text NOT NULL,
    at             timestamptz NOT NULL,
    by             text NOT NULL,
    reason         text,
    submission_id  uuid,
    answer         jsonb NOT NULL,
    PRIMARY KEY (collection_id, number),
    UNIQUE (collection_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES collection_moves (from_status, to_status),
    FOREIGN KEY (collection_id, previous, from_status)
        REFERENCES collection_history (collection_id, number, to_status),
    CONSTRAINT begins_by_due CHECK (
        (number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'due'))
);
CREATE UNIQUE INDEX collection_takes_a_submission_once ON collection_history (collection_id, submission_id)
    WHERE submission_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_history
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_history
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE collections ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES collection_history (collection_id, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

-- Submissions: what a client or staff said; the history names those that were taken.
CREATE TABLE collection_decisions (
    id             uuid PRIMARY KEY,
    collection_id  text NOT NULL REFERENCES collections (id),
    action         text NOT NULL CHECK (action IN (
                       'give_reason', 'promise_payment', 'pause_collection', 'send_claim', 'to_lawyer',
                       'record_court', 'settle_debt', 'propose_write_off', 'confirm_write_off',
                       'decline_write_off', 'cancel_collection')),
    answer         text CHECK (answer IN ('forgot', 'failed', 'paid', 'approval', 'unwanted', 'disagree')),
    day            date,
    reason         text CHECK (length(reason) BETWEEN 1 AND 2000),
    decided_by     text NOT NULL,
    decided_at     timestamptz NOT NULL,
    CONSTRAINT reason_of_a_client CHECK ((action = 'give_reason') = (answer IS NOT NULL)),
    CONSTRAINT day_is_named CHECK (
        (action IN ('promise_payment', 'pause_collection', 'record_court')) = (day IS NOT NULL))
);
CREATE INDEX collection_decisions_of_case ON collection_decisions (collection_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_decisions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE collection_courts (
    decision_id    uuid PRIMARY KEY REFERENCES collection_decisions (id),
    kind           text NOT NULL CHECK (kind IN ('order', 'suit')),
    court          text NOT NULL CHECK (length(court) BETWEEN 1 AND 200),
    number         text NOT NULL CHECK (length(number) BETWEEN 1 AND 60),
    claim_kopecks  bigint NOT NULL CHECK (claim_kopecks > 0),
    fee_kopecks    bigint NOT NULL CHECK (fee_kopecks > 0),
    fee_rule       text NOT NULL REFERENCES legal_rules (id)
);
COMMENT ON TABLE collection_courts IS 'Orders to pay (приказы) and suits that were brought; the decision has the day.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_courts
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_courts
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- What was found before a step of the case: whether the acquirer answered, and what the bank's entries brought.
CREATE TABLE collection_looks (
    collection_id  text NOT NULL REFERENCES collections (id),
    number         integer NOT NULL CHECK (number > 1),
    at             timestamptz NOT NULL,
    acquirer       text NOT NULL CHECK (acquirer IN ('nothing_to_ask', 'answered', 'silent')),
    entries        integer NOT NULL CHECK (entries >= 0),
    paid_kopecks   bigint NOT NULL CHECK (paid_kopecks >= 0),
    PRIMARY KEY (collection_id, number)
);
COMMENT ON COLUMN collection_looks.number IS 'The change of the case that followed.';
COMMENT ON COLUMN collection_looks.entries IS 'Held entries of the bank that were judged anew and taken.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_looks
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_looks
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Letters: one a day of Moscow of a client, about everything it owes. `token_hash` opens the page of one-tap answers.
CREATE TABLE collection_letters (
    id             uuid PRIMARY KEY,
    client_id      text NOT NULL REFERENCES clients (id),
    day            date NOT NULL,
    tone           text NOT NULL CHECK (tone IN ('first', 'reminder', 'firm', 'claim')),
    collection_id  text NOT NULL REFERENCES collections (id),
    number         integer NOT NULL,
    next_on        date NOT NULL CHECK (next_on >= day),
    token_hash     bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    written_by     text NOT NULL,
    written_at     timestamptz NOT NULL,
    CONSTRAINT one_letter_a_day UNIQUE (client_id, day)
);
CREATE TABLE collection_letter_lines (
    letter_id         uuid NOT NULL REFERENCES collection_letters (id),
    collection_id     text NOT NULL REFERENCES collections (id),
    is_claimed        boolean NOT NULL,
    total_kopecks     bigint NOT NULL,
    debt_kopecks      bigint NOT NULL CHECK (debt_kopecks > 0),
    days_late         integer NOT NULL CHECK (days_late > 0),
    interest_kopecks  bigint CHECK (interest_kopecks >= 0),
    a_day_kopecks     bigint CHECK (a_day_kopecks >= 0),
    rules             jsonb NOT NULL,
    PRIMARY KEY (letter_id, collection_id)
);
COMMENT ON COLUMN collection_letter_lines.rules IS 'The rules and, after a slash, the rates that interest was counted by.';
CREATE INDEX collection_letters_of_case ON collection_letter_lines (collection_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_letters
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_letters
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_letter_lines
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_letter_lines
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The step that writes a letter holds the locks of the client's unpaid invoices, so what is paid is known here.
CREATE FUNCTION keep_letters_from_the_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM collections c JOIN invoices i ON i.number = c.invoice_number
         WHERE c.id = NEW.collection_id AND i.voided_at IS NULL
           AND i.total_kopecks - i.paid_kopecks = NEW.debt_kopecks) THEN
        RAISE EXCEPTION 'a letter says what is owed' USING ERRCODE = '23514', CONSTRAINT = 'no_letter_after_money';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_letter_after_money BEFORE INSERT ON collection_letter_lines
    FOR EACH ROW EXECUTE FUNCTION keep_letters_from_the_paid();

-- Contacts that staff had: a day with one has no letter after it.
CREATE TABLE collection_contacts (
    id             uuid PRIMARY KEY,
    collection_id  text NOT NULL REFERENCES collections (id),
    client_id      text NOT NULL REFERENCES clients (id),
    channel        text NOT NULL CHECK (channel IN ('mail', 'call', 'telegram', 'letter', 'meeting')),
    day            date NOT NULL,
    note           text NOT NULL CHECK (length(note) BETWEEN 1 AND 2000),
    written_by     text NOT NULL,
    written_at     timestamptz NOT NULL
);
CREATE INDEX collection_contacts_of_case ON collection_contacts (collection_id, written_at);
CREATE INDEX collection_contacts_of_client ON collection_contacts (client_id, day);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_contacts
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_contacts
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Cases whose money or invoice has changed. No foreign key: news of money never waits for a step of the case.
CREATE TABLE collection_outbox (
    collection_id  text PRIMARY KEY,
    at             timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE collection_outbox IS 'Cases to be told that their money has changed; a row goes when it is done.';
CREATE FUNCTION note_collection_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO collection_outbox (collection_id)
        SELECT id FROM collections
         WHERE invoice_number = NEW.number AND (closed_at IS NULL OR status = 'paid')
        ON CONFLICT (collection_id) DO UPDATE SET at = now();
    RETURN NULL;
END $$;
CREATE TRIGGER note_collection_outbox AFTER UPDATE OF paid_kopecks, voided_at ON invoices
    FOR EACH ROW WHEN (OLD.paid_kopecks <> NEW.paid_kopecks OR OLD.voided_at IS DISTINCT FROM NEW.voided_at)
    EXECUTE FUNCTION note_collection_outbox();

CREATE TRIGGER note_unheard_change AFTER INSERT OR UPDATE OF version ON collections
    FOR EACH ROW EXECUTE FUNCTION note_unheard_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON collections
    FOR EACH ROW EXECUTE FUNCTION announce_case('collection');
COMMENT ON COLUMN unheard_changes.case_id IS 'A refund, a renewal, a ticket or a collection.';
