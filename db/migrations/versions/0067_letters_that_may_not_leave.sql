-- Why a debt was left out of a letter, or the whole letter was not sent.
ALTER TABLE collection_letter_changes
    ADD COLUMN reason text NOT NULL DEFAULT 'money'
        CHECK (reason IN ('money', 'ended', 'disputed', 'promised', 'paused', 'outdated', 'superseded'));
COMMENT ON COLUMN collection_letter_changes.reason IS
    'Where debt_kopecks is nought: why the letter does not ask for this debt.';

-- A letter that did not leave is written anew; a claim that did not leave has not been sent.
INSERT INTO collection_moves VALUES ('claim_sent', 'reminded');

-- Tells cases that a letter about them does not leave; before the letters are locked, as money does.
CREATE FUNCTION note_unsent(of_cases text[], why text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO collection_outbox (collection_id)
    SELECT c.id FROM collections c
     WHERE c.id = ANY (of_cases) AND c.closed_at IS NULL AND why NOT IN ('money', 'ended')
     ORDER BY c.id
    ON CONFLICT (collection_id) DO UPDATE SET at = now()
$$;

DROP FUNCTION correct_letters(text, bigint);
CREATE FUNCTION correct_letters(of_case text, owed bigint, why text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    letter  record;
    debts   jsonb;
BEGIN
    PERFORM note_unsent(ARRAY[of_case], why)
      FROM collection_letter_lines line
      JOIN collection_letters l ON l.id = line.letter_id
      JOIN notifications n ON n.case_id = l.collection_id AND n.occasion = 'letter-' || l.number
     WHERE line.collection_id = of_case AND n.role = 'client' AND n.status = 'queued'
     LIMIT 1;
    FOR letter IN
        SELECT n.id, n.params, l.id AS letter_id, l.tone, c.invoice_number
          FROM collection_letter_lines line
          JOIN collections c ON c.id = line.collection_id
          JOIN collection_letters l ON l.id = line.letter_id
          JOIN notifications n ON n.case_id = l.collection_id AND n.occasion = 'letter-' || l.number
         WHERE line.collection_id = of_case AND n.role = 'client' AND n.status = 'queued'
           AND n.params -> 'debts' @> jsonb_build_array(jsonb_build_object('invoice_number', c.invoice_number))
         ORDER BY n.id
           FOR UPDATE OF n
    LOOP
        SELECT coalesce(jsonb_agg(CASE WHEN said ->> 'invoice_number' <> letter.invoice_number THEN said
                                  ELSE said || jsonb_build_object('debt_kopecks', owed, 'interest_kopecks', NULL,
                                                                  'a_day_kopecks', NULL) END ORDER BY place), '[]')
          INTO debts
          FROM jsonb_array_elements(letter.params -> 'debts') WITH ORDINALITY AS one (said, place)
         WHERE said ->> 'invoice_number' <> letter.invoice_number OR owed > 0;
        INSERT INTO collection_letter_changes (letter_id, collection_id, debt_kopecks, reason)
        VALUES (letter.letter_id, of_case, owed, why);
        IF debts = '[]' OR (letter.tone = 'claim' AND NOT EXISTS (
               SELECT FROM collection_letter_lines line JOIN collections c ON c.id = line.collection_id
                WHERE line.letter_id = letter.letter_id AND line.is_claimed
                  AND debts @> jsonb_build_array(jsonb_build_object('invoice_number', c.invoice_number)))) THEN
            INSERT INTO collection_letter_changes (letter_id, collection_id, debt_kopecks, reason)
            SELECT line.letter_id, line.collection_id, 0, why FROM collection_letter_lines line
             WHERE line.letter_id = letter.letter_id AND line.collection_id <> of_case;
            UPDATE notifications
               SET status = 'failed', due_at = NULL, settled_at = now(), replaced_at = now(), params = params - 'code'
             WHERE id = letter.id;
        ELSE
            UPDATE notifications
               SET params = params || jsonb_build_object('debts', debts, 'debt_kopecks',
                       (SELECT sum((said ->> 'debt_kopecks')::bigint) FROM jsonb_array_elements(debts) AS one (said)))
             WHERE id = letter.id;
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION correct_letters_of_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM correct_letters('collection-' || i.number,
                            CASE WHEN i.voided_at IS NULL THEN greatest(0, i.total_kopecks - i.paid_kopecks) ELSE 0 END,
                            'money')
       FROM invoices i WHERE i.number = NEW.number;
    RETURN NULL;
END $$;

-- With the COMMIT of the dispute: nobody is asked for what it disputes.
CREATE FUNCTION correct_letters_of_disputed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM correct_letters('collection-' || NEW.invoice_number, 0, 'disputed');
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER correct_letters AFTER INSERT OR UPDATE OF closed_at ON disputes
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.closed_at IS NULL)
    EXECUTE FUNCTION correct_letters_of_disputed();

-- A letter that may not leave at the moment at which it would, with all that it still asks for.
CREATE FUNCTION withdraw_letter(of_notification uuid, of_letter uuid, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_unsent(array_agg(line.collection_id), why)
       FROM collection_letter_lines line WHERE line.letter_id = of_letter;
    PERFORM FROM notifications WHERE id = of_notification AND status = 'queued' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO collection_letter_changes (letter_id, collection_id, debt_kopecks, reason)
    SELECT line.letter_id, line.collection_id, 0, why FROM collection_letter_lines line
     WHERE line.letter_id = of_letter AND NOT EXISTS (
           SELECT FROM collection_letter_changes gone
            WHERE gone.letter_id = of_letter AND gone.collection_id = line.collection_id AND gone.debt_kopecks = 0);
    UPDATE notifications
       SET status = 'failed', due_at = NULL, settled_at = now(), replaced_at = now(), params = params - 'code'
     WHERE id = of_notification;
END $$;
