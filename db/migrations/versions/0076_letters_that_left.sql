-- «Проверить оплату» judges bank entries anew that wait for an accountant; older checks have nothing to say of it.
ALTER TABLE payment_checks
    ADD COLUMN bank text CHECK (bank IN ('nothing', 'held', 'found', 'silent')),
    ADD COLUMN found_entries integer CHECK (found_entries >= 0),
    ADD CONSTRAINT payment_check_bank_whole CHECK (
        num_nulls(bank, found_entries) IN (0, 2)
        AND (bank IS NULL OR answered_at IS NOT NULL AND (bank = 'found') = (found_entries > 0)));
COMMENT ON COLUMN payment_checks.found_entries IS 'Of the entries that were judged anew, those that are allocated now.';

-- The lawyer hands a debt back that nobody had written about, or only once.
INSERT INTO collection_moves VALUES ('legal', 'checking'), ('legal', 'contacted');

-- A letter about debts that was withdrawn or corrected while the mail server took it has left all the same: what holds
-- of a debt is its last change, and that is what the letter said.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE collection_letter_changes
    DROP CONSTRAINT collection_letter_changes_reason_check,
    ADD CONSTRAINT collection_letter_changes_reason_check CHECK (reason IN (
        'money', 'ended', 'disputed', 'promised', 'paused', 'outdated', 'superseded', 'left'));
SET CONSTRAINTS ALL DEFERRED;
COMMENT ON COLUMN collection_letter_changes.reason IS
    'Where debt_kopecks is nought: why the letter does not ask for this debt. left: it had left before it was changed.';

CREATE FUNCTION note_letter_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO collection_letter_changes (letter_id, collection_id, debt_kopecks, reason)
    SELECT line.letter_id, line.collection_id, (said ->> 'debt_kopecks')::bigint, 'left'
      FROM jsonb_array_elements(NEW.params -> 'debts') AS one (said)
      JOIN collections c ON c.invoice_number = said ->> 'invoice_number'
      JOIN collection_letters l ON l.collection_id = NEW.case_id AND 'letter-' || l.number = NEW.occasion
      JOIN collection_letter_lines line ON line.letter_id = l.id AND line.collection_id = c.id;
    NEW.replaced_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER note_letter_left BEFORE UPDATE OF status ON notifications
    FOR EACH ROW WHEN (NEW.status = 'sent' AND OLD.status <> 'sent' AND NEW.role = 'client'
                       AND NEW.case_id LIKE 'collection-%' AND NEW.occasion LIKE 'letter-%'
                       AND (OLD.replaced_at IS NOT NULL
                            OR OLD.params -> 'debt_kopecks' IS DISTINCT FROM NEW.params -> 'debt_kopecks'))
    EXECUTE FUNCTION note_letter_left();

-- The inbox has a letter about debts once its mail has left, as it left, or once the mail has failed for good: what was
-- withdrawn before is not read as if it had been sent.
CREATE FUNCTION copy_letter_to_inbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notifications (id, case_id, occasion, role, client_id, channel, template, params, status, created_at,
                               settled_at)
    VALUES (gen_random_uuid(), NEW.case_id, NEW.occasion, NEW.role, NEW.client_id, 'inbox', NEW.template,
            NEW.params - 'code' - 'code_page', 'sent', NEW.settled_at, NEW.settled_at)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER copy_letter_to_inbox AFTER UPDATE OF status ON notifications
    FOR EACH ROW WHEN (NEW.channel = 'mail' AND NEW.role = 'client' AND NEW.status IN ('sent', 'failed')
                       AND NEW.replaced_at IS NULL AND NEW.settled_at IS NOT NULL
                       AND NEW.case_id LIKE 'collection-%' AND NEW.occasion LIKE 'letter-%')
    EXECUTE FUNCTION copy_letter_to_inbox();

-- Until now the copy was written with the letter.
DELETE FROM notifications copy USING notifications mail
 WHERE copy.channel = 'inbox' AND mail.channel = 'mail' AND mail.role = 'client'
   AND (copy.case_id, copy.occasion, copy.role) = (mail.case_id, mail.occasion, mail.role)
   AND mail.case_id LIKE 'collection-%' AND mail.occasion LIKE 'letter-%'
   AND (mail.status = 'queued' OR mail.replaced_at IS NOT NULL);
