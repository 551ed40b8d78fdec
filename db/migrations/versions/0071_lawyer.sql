-- A lawyer sees to debts that are large or silent: claims, courts, contacts; money is the accountant's. Letters to the
-- lawyer go to the accountants until the role has an address of its own.
SET CONSTRAINTS ALL IMMEDIATE;

ALTER TABLE mailboxes DROP CONSTRAINT mailboxes_role_check,
    ADD CONSTRAINT mailboxes_role_check CHECK (role IN ('specialist', 'accountant', 'lawyer', 'support', 'operator'));
ALTER TABLE notifications DROP CONSTRAINT notifications_role_check,
    ADD CONSTRAINT notifications_role_check
        CHECK (role IN ('client', 'specialist', 'accountant', 'lawyer', 'support', 'operator'));
INSERT INTO mailboxes (role, address, written_by, updated_at)
SELECT 'lawyer', address, 'migration 0071_lawyer', now() FROM mailboxes WHERE role = 'accountant';

-- The debts of new cases wait for the lawyer; a case that is open keeps the policy that it was opened under.
INSERT INTO policies (kind, version, document, valid_from, author)
SELECT kind, version + 1, jsonb_set(document, '{legal,waiting_for}', '"lawyer"'), greatest(now(), valid_from),
       'migration 0071_lawyer'
  FROM policies WHERE kind = 'collection' ORDER BY version DESC LIMIT 1;

-- The lawyer hands a debt back: the ladder goes on.
INSERT INTO collection_moves VALUES ('legal', 'reminded');
ALTER TABLE collection_decisions DROP CONSTRAINT collection_decisions_action_check,
    ADD CONSTRAINT collection_decisions_action_check CHECK (action IN (
        'give_reason', 'promise_payment', 'pause_collection', 'send_claim', 'to_lawyer', 'from_lawyer', 'record_court',
        'settle_debt', 'propose_write_off', 'confirm_write_off', 'decline_write_off', 'cancel_collection'));
SET CONSTRAINTS ALL DEFERRED;
