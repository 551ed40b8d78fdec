-- What no client of ours has asked is put aside as spam: nobody gets a letter of it, what its sender writes next is
-- parked, and it can be taken back for some days.

INSERT INTO ticket_statuses VALUES ('spam');
INSERT INTO ticket_moves VALUES
    ('new', 'spam'),
    ('open', 'spam'),
    ('waiting_client', 'spam'),
    ('waiting_third_party', 'spam'),
    ('spam', 'spam'),
    ('spam', 'open'),
    ('spam', 'closed');

ALTER TABLE tickets
    ADD COLUMN spam_at timestamptz,
    ADD CONSTRAINT spam_says_since_when CHECK (status <> 'spam' OR spam_at IS NOT NULL),
    ADD CONSTRAINT only_spam_and_closed_are_spam CHECK (spam_at IS NULL OR status IN ('spam', 'closed'));
COMMENT ON COLUMN tickets.spam_at IS 'Since when it is held for spam; letters of whoever wrote it are parked.';

ALTER TABLE ticket_decisions
    DROP CONSTRAINT ticket_decisions_action_check,
    ADD CONSTRAINT ticket_decisions_action_check
        CHECK (action IN ('take', 'transfer', 'escalate', 'await_third_party', 'merge', 'mark_spam'));
