-- Disputes: a client says what is wrong with an order and what it demands; the system looks first, papers are collected
-- while our clock stands still, somebody decides, somebody else approves above a limit, and what was decided is done. What
-- people write is a message; evidence is a file of the store with what it is, whose and about what. The history of a
-- dispute names the messages that it took.

-- What an earlier migration of the same transaction stored is checked first: a table with open checks is not altered.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE policies DROP CONSTRAINT policies_kind_check;
ALTER TABLE policies ADD CONSTRAINT policies_kind_check
    CHECK (kind IN ('refund', 'renewal', 'receipt', 'inquiry', 'file', 'dispute'));
SET CONSTRAINTS ALL DEFERRED;

CREATE TABLE dispute_statuses (status text PRIMARY KEY);
CREATE TABLE dispute_moves (
    from_status  text NOT NULL REFERENCES dispute_statuses (status),
    to_status    text NOT NULL REFERENCES dispute_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO dispute_statuses VALUES
    ('opened'), ('checking'), ('collecting'), ('review'), ('proposal'), ('awaiting_approval'), ('resolved_client'),
    ('resolved_partly'), ('rejected'), ('performing'), ('appealed'), ('claim_received'), ('outside'), ('won'), ('lost'),
    ('settled'), ('closed'), ('withdrawn');
INSERT INTO dispute_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('opened',            'checking opened outside withdrawn'),
    ('checking',          'checking collecting review proposal outside withdrawn'),
    ('collecting',        'collecting review claim_received outside withdrawn'),
    ('review',            'review collecting awaiting_approval resolved_client resolved_partly rejected claim_received '
                          'outside withdrawn'),
    ('proposal',          'proposal review resolved_client outside withdrawn'),
    ('awaiting_approval', 'awaiting_approval review resolved_client resolved_partly rejected outside withdrawn'),
    ('resolved_client',   'resolved_client performing'),
    ('resolved_partly',   'resolved_partly performing'),
    ('rejected',          'rejected appealed claim_received outside closed'),
    ('performing',        'performing review outside closed'),
    ('appealed',          'appealed collecting awaiting_approval resolved_client resolved_partly rejected claim_received '
                          'outside withdrawn'),
    ('claim_received',    'claim_received collecting awaiting_approval resolved_client resolved_partly rejected outside '
                          'withdrawn'),
    ('outside',           'outside won lost settled'),
    ('won',               'won closed'),
    ('lost',              'lost closed'),
    ('settled',           'settled closed')
) AS allowed (from_status, targets);

-- Submissions. The seven parts of a complaint: the order's number, the day, the problem, the proof, the steps taken, the
-- demand, and when an answer is expected.
CREATE TABLE dispute_openings (
    id              uuid PRIMARY KEY,
    invoice_number  text NOT NULL REFERENCES invoices (number),
    client_id       text NOT NULL REFERENCES clients (id),
    kind            text NOT NULL CHECK (kind IN (
                        'wrong_status', 'double_charge', 'not_received', 'wrong_goods', 'defective', 'refused_refund',
                        'wrong_sum', 'fraud', 'other')),
    happened_on     date NOT NULL,
    problem         text NOT NULL CHECK (length(problem) BETWEEN 1 AND 5000),
    proof           text NOT NULL CHECK (length(proof) BETWEEN 1 AND 2000),
    steps           text NOT NULL CHECK (length(steps) BETWEEN 1 AND 2000),
    demand          text NOT NULL CHECK (demand IN ('refund', 'correction', 'exchange', 'compensation', 'explanation')),
    demand_kopecks  bigint CHECK (demand_kopecks > 0),
    answer_by       date NOT NULL,
    opened_by       text NOT NULL,
    opened_at       timestamptz NOT NULL,
    UNIQUE (id, invoice_number, client_id),
    CONSTRAINT money_has_a_sum CHECK ((demand IN ('refund', 'compensation')) = (demand_kopecks IS NOT NULL))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dispute_openings
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dispute_openings FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- What is demanded is never more than was paid.
CREATE FUNCTION check_dispute_demand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.demand = 'refund' AND NEW.demand_kopecks > (SELECT paid_kopecks FROM invoices
                                                       WHERE number = NEW.invoice_number) THEN
        RAISE EXCEPTION 'a demand is at most what was paid'
            USING ERRCODE = '23514', CONSTRAINT = 'demand_at_most_paid';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER demand_at_most_paid BEFORE INSERT ON dispute_openings
    FOR EACH ROW EXECUTE FUNCTION check_dispute_demand();

CREATE TABLE disputes (
    id                    text PRIMARY KEY,
    invoice_number        text NOT NULL REFERENCES invoices (number),
    ordinal               integer NOT NULL CHECK (ordinal > 0),
    client_id             text NOT NULL REFERENCES clients (id),
    opening_id            uuid NOT NULL UNIQUE,
    kind                  text NOT NULL,
    status                text NOT NULL REFERENCES dispute_statuses (status),
    version               integer NOT NULL,
    policy_version        integer NOT NULL,
    demand_kopecks        bigint CHECK (demand_kopecks > 0),
    looks                 integer NOT NULL DEFAULT 0 CHECK (looks >= 0),
    found                 text,
    found_kopecks         bigint CHECK (found_kopecks > 0),
    handed_in             integer NOT NULL DEFAULT 0 CHECK (handed_in >= 0),
    due_at                timestamptz NOT NULL,
    paused_at             timestamptz,
    hastened_at           timestamptz,
    decision_id           uuid,
    decided_by            text,
    awarded_kopecks       bigint NOT NULL DEFAULT 0 CHECK (awarded_kopecks >= 0),
    compensation_kopecks  bigint NOT NULL DEFAULT 0 CHECK (compensation_kopecks >= 0),
    refund_id             text,
    outside               text CHECK (outside IN ('chargeback', 'regulator', 'court')),
    waiting_for           text,
    wait_until            timestamptz,
    opened_at             timestamptz NOT NULL,
    changed_at            timestamptz NOT NULL,
    closed_at             timestamptz,
    UNIQUE (invoice_number, ordinal),
    FOREIGN KEY (opening_id, invoice_number, client_id) REFERENCES dispute_openings (id, invoice_number, client_id),
    CONSTRAINT id_says_invoice_and_ordinal CHECK (id = 'dispute-' || invoice_number || '-' || ordinal),
    CONSTRAINT clock_stands_while_papers_are_collected CHECK ((status = 'collecting') = (paused_at IS NOT NULL)),
    CONSTRAINT money_is_decided CHECK (
        awarded_kopecks + compensation_kopecks = 0 OR decision_id IS NOT NULL OR found IS NOT NULL),
    CONSTRAINT outside_is_named CHECK (status NOT IN ('outside', 'won', 'lost') OR outside IS NOT NULL),
    CONSTRAINT ended_is_closed CHECK ((status IN ('closed', 'withdrawn')) = (closed_at IS NOT NULL)),
    CONSTRAINT somebody_is_waited_for CHECK ((wait_until IS NULL) = (waiting_for IS NULL))
);
COMMENT ON COLUMN disputes.looks IS 'How often the automatic looks have been made.';
COMMENT ON COLUMN disputes.handed_in IS 'Messages and papers of the client: whoever decides says how many it saw.';
COMMENT ON COLUMN disputes.refund_id IS 'No foreign key: it is named before the refund''s process has stored it.';
COMMENT ON COLUMN disputes.due_at IS 'When our answer is due; while papers are collected, as of the pause.';
-- Two disputes of an order at once would ask for the same money twice.
CREATE UNIQUE INDEX one_open_dispute ON disputes (invoice_number) WHERE closed_at IS NULL;
CREATE INDEX disputes_by_client ON disputes (client_id, opened_at DESC, id);
CREATE INDEX disputes_by_deadline ON disputes ((coalesce(wait_until, 'infinity'::timestamptz)), id)
    WHERE closed_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON disputes FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON disputes FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE dispute_history (
    dispute_id     text NOT NULL REFERENCES disputes (id) DEFERRABLE INITIALLY DEFERRED,
    number         integer NOT NULL CHECK (number > 0),
    previous       integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status    text,
    to_status      text NOT NULL,
    at             timestamptz NOT NULL,
    by             text NOT NULL,
    reason         text,
    submission_id  uuid,
    answer         jsonb NOT NULL,
    PRIMARY KEY (dispute_id, number),
    UNIQUE (dispute_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES dispute_moves (from_status, to_status),
    FOREIGN KEY (dispute_id, previous, from_status) REFERENCES dispute_history (dispute_id, number, to_status),
    CONSTRAINT begins_by_opened CHECK (
        (number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'opened'))
);
CREATE UNIQUE INDEX dispute_takes_a_submission_once ON dispute_history (submission_id)
    WHERE submission_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dispute_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dispute_history FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE disputes ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES dispute_history (dispute_id, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE dispute_messages (
    id          uuid PRIMARY KEY,
    dispute_id  text NOT NULL REFERENCES disputes (id),
    is_ours     boolean NOT NULL,
    text        text NOT NULL CHECK (length(text) BETWEEN 1 AND 5000),
    written_by  text NOT NULL,
    written_at  timestamptz NOT NULL
);
CREATE INDEX dispute_messages_of_dispute ON dispute_messages (dispute_id, written_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dispute_messages
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dispute_messages FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Kinds: 1 contract, 2 payment receipt, 3 account statement, 4 letters and support, 5 screenshots, 6 return papers,
-- 7 contracts with third parties, 8 call records. A better paper supersedes one of its kind; both stay.
CREATE TABLE dispute_evidence (
    id          uuid PRIMARY KEY,
    dispute_id  text NOT NULL REFERENCES disputes (id),
    message_id  uuid REFERENCES dispute_messages (id),
    kind        integer NOT NULL CHECK (kind BETWEEN 1 AND 8),
    source      text NOT NULL CHECK (source IN ('system', 'client', 'staff', 'bank', 'acquirer', 'court')),
    about       text NOT NULL CHECK (length(about) BETWEEN 1 AND 300),
    made_on     date NOT NULL,
    file_id     uuid NOT NULL REFERENCES files (id),
    visibility  text NOT NULL CHECK (visibility IN ('both', 'ours')),
    note        text CHECK (length(note) BETWEEN 1 AND 2000),
    supersedes  uuid UNIQUE,
    added_by    text NOT NULL,
    added_at    timestamptz NOT NULL,
    UNIQUE (id, dispute_id, kind),
    FOREIGN KEY (supersedes, dispute_id, kind) REFERENCES dispute_evidence (id, dispute_id, kind),
    CONSTRAINT people_hand_in_by_a_message CHECK ((source IN ('system', 'bank', 'acquirer')) OR message_id IS NOT NULL),
    CONSTRAINT supersedes_another CHECK (supersedes <> id)
);
COMMENT ON COLUMN dispute_evidence.message_id IS
    'With which it was handed in: evidence of a message that its dispute has not taken does not count.';
COMMENT ON COLUMN dispute_evidence.file_id IS 'Its SHA-256, size, type and scan are those of the content.';
CREATE INDEX dispute_evidence_of_dispute ON dispute_evidence (dispute_id, added_at, id);
CREATE INDEX dispute_evidence_by_file ON dispute_evidence (file_id);
CREATE INDEX dispute_evidence_of_message ON dispute_evidence (message_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dispute_evidence
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dispute_evidence FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- What staff decide: papers that are missing, an outcome with its money, a word on somebody else's decision, a procedure
-- outside and how it ended.
CREATE TABLE dispute_decisions (
    id                    uuid PRIMARY KEY,
    dispute_id            text NOT NULL REFERENCES disputes (id),
    action                text NOT NULL CHECK (action IN (
                              'ask_papers', 'decide', 'approve', 'send_back', 'receive_claim', 'go_outside',
                              'end_outside', 'perform')),
    outcome               text CHECK (outcome IN (
                              'resolved_client', 'resolved_partly', 'rejected', 'won', 'lost', 'settled')),
    awarded_kopecks       bigint NOT NULL DEFAULT 0 CHECK (awarded_kopecks >= 0),
    compensation_kopecks  bigint NOT NULL DEFAULT 0 CHECK (compensation_kopecks >= 0),
    cap_kopecks           bigint NOT NULL DEFAULT 0 CHECK (cap_kopecks >= 0),
    calculation           jsonb,
    outside               text CHECK (outside IN ('chargeback', 'regulator', 'court')),
    kinds                 jsonb NOT NULL DEFAULT '[]',
    until_on              date,
    reason                text NOT NULL CHECK (length(reason) BETWEEN 1 AND 5000),
    seen_handed_in        integer NOT NULL CHECK (seen_handed_in >= 0),
    decided_by            text NOT NULL,
    decided_at            timestamptz NOT NULL,
    CONSTRAINT compensation_within_the_law CHECK (compensation_kopecks <= cap_kopecks),
    CONSTRAINT compensation_is_calculated CHECK (compensation_kopecks = 0 OR calculation IS NOT NULL),
    CONSTRAINT rejected_gives_nothing CHECK (outcome IS DISTINCT FROM 'rejected'
        OR awarded_kopecks + compensation_kopecks = 0),
    CONSTRAINT outcome_is_named CHECK ((action IN ('decide', 'end_outside')) = (outcome IS NOT NULL)),
    CONSTRAINT procedure_is_named CHECK ((action = 'go_outside') = (outside IS NOT NULL))
);
CREATE INDEX dispute_decisions_of_dispute ON dispute_decisions (dispute_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dispute_decisions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON dispute_decisions FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Whoever decided does not approve, whatever the spelling of the login.
CREATE FUNCTION approve_dispute_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM disputes WHERE id = NEW.dispute_id AND compared(decided_by) = compared(NEW."by")) THEN
        RAISE EXCEPTION 'whoever decided does not approve'
            USING ERRCODE = '23514', CONSTRAINT = 'dispute_approved_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approve_by_another BEFORE INSERT ON dispute_history FOR EACH ROW
    WHEN (NEW.from_status = 'awaiting_approval' AND NEW.to_status IN ('resolved_client', 'resolved_partly', 'rejected'))
    EXECUTE FUNCTION approve_dispute_by_another();

-- Open pages of a dispute look again when one of its papers has been scanned.
CREATE OR REPLACE FUNCTION announce_scanned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('ticket', t.id, t.client_id)
    FROM files f
    JOIN ticket_files tf ON tf.file_id = f.id
    LEFT JOIN ticket_messages m ON m.id = tf.message_id
    LEFT JOIN ticket_notes n ON n.id = tf.note_id
    JOIN tickets t ON t.id = coalesce(m.ticket_id, n.ticket_id)
    WHERE f.sha256 = NEW.sha256;
    PERFORM announce_change('dispute', d.id, d.client_id)
    FROM files f
    JOIN dispute_evidence e ON e.file_id = f.id
    JOIN disputes d ON d.id = e.dispute_id
    WHERE f.sha256 = NEW.sha256;
    RETURN NULL;
END $$;

CREATE TRIGGER note_unheard_change AFTER INSERT OR UPDATE OF version ON disputes
    FOR EACH ROW EXECUTE FUNCTION note_unheard_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON disputes FOR EACH ROW EXECUTE FUNCTION announce_case('dispute');
COMMENT ON COLUMN unheard_changes.case_id IS 'A refund, a renewal, a ticket or a dispute.';
