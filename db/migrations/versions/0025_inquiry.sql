-- The client says that a refund's money has not come: an inquiry is a status of its case, in which an accountant looks
-- for the money. What the client wrote is a submission; what ends an inquiry is a change of the case.

ALTER TABLE policies DROP CONSTRAINT policies_kind_check;
ALTER TABLE policies ADD CONSTRAINT policies_kind_check CHECK (kind IN ('refund', 'renewal', 'receipt', 'inquiry'));

INSERT INTO refund_statuses VALUES ('inquiry');
INSERT INTO refund_moves VALUES
    ('completed', 'inquiry'), ('inquiry', 'completed'), ('inquiry', 'awaiting_statement'), ('inquiry', 'inquiry');

CREATE TABLE inquiries (
    id              uuid PRIMARY KEY,
    refund_id       text NOT NULL,
    attempt         integer NOT NULL,
    policy_kind     text NOT NULL DEFAULT 'inquiry' CHECK (policy_kind = 'inquiry'),
    policy_version  integer NOT NULL,
    checked_on      date NOT NULL,
    looked_at       text CHECK (length(looked_at) BETWEEN 1 AND 200),
    comment         text CHECK (length(comment) BETWEEN 1 AND 2000),
    asked_by        text NOT NULL,
    asked_at        timestamptz NOT NULL,
    UNIQUE (id, refund_id),
    FOREIGN KEY (refund_id, attempt) REFERENCES payouts (case_id, attempt),
    FOREIGN KEY (policy_kind, policy_version) REFERENCES policies (kind, version)
);
COMMENT ON TABLE inquiries IS 'What clients wrote; a case takes one or refuses it, and its history says which.';
COMMENT ON COLUMN inquiries.checked_on IS 'The day on which the client looked for the money.';
COMMENT ON COLUMN inquiries.looked_at IS 'The account statement that it looked at, in its own words.';
CREATE INDEX inquiries_by_refund ON inquiries (refund_id, attempt);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON inquiries FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON inquiries FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- A case has one open inquiry at most, about a payout that was paid, and is not closed over it.
ALTER TABLE refunds
    ADD COLUMN inquiry_id uuid,
    ADD CONSTRAINT inquiry_is_of_this_case FOREIGN KEY (inquiry_id, id) REFERENCES inquiries (id, refund_id),
    ADD CONSTRAINT inquiry_is_open CHECK ((status = 'inquiry') = (inquiry_id IS NOT NULL)),
    ADD CONSTRAINT never_closed_over_an_inquiry CHECK (status <> 'inquiry' OR closed_at IS NULL),
    DROP CONSTRAINT paid_by_statement,
    ADD CONSTRAINT paid_by_statement CHECK (
        status NOT IN ('under_review', 'awaiting_approval', 'paying', 'completed', 'inquiry')
        OR statement_id IS NOT NULL),
    DROP CONSTRAINT completed_is_paid,
    ADD CONSTRAINT completed_is_paid CHECK (
        status NOT IN ('completed', 'inquiry') OR (paid_on IS NOT NULL AND credit_by IS NOT NULL));
CREATE UNIQUE INDEX inquiry_is_taken_once ON refund_history (submission_id) WHERE to_status = 'inquiry';

-- The number under which the bank of a card knows a refund: what a client finds its money by.
ALTER TABLE payouts
    ADD COLUMN rrn text CHECK (length(rrn) BETWEEN 1 AND 40),
    ADD CONSTRAINT rrn_is_of_a_card CHECK (rrn IS NULL OR channel = 'acquirer');
COMMENT ON COLUMN payouts.rrn IS 'Retrieval reference number, where the acquirer gave one.';
