-- What an open wait is counted from, so that a change of the calendar can count it again.
ALTER TABLE collections
    ADD COLUMN counted_from timestamptz,
    ADD COLUMN counted_days integer CHECK (counted_days >= 0),
    ADD CONSTRAINT counted_from_somewhere CHECK ((counted_from IS NULL) = (counted_days IS NULL)),
    ADD CONSTRAINT only_a_wait_is_counted CHECK (closed_at IS NULL OR counted_from IS NULL);
COMMENT ON COLUMN collections.counted_from IS 'The open wait is so many bank days from here; null: no calendar moves it.';

-- What became of a debt between the writing of a letter and its leaving: what is still owed, nothing for one that is
-- left out of the letter.
CREATE TABLE collection_letter_changes (
    letter_id      uuid NOT NULL,
    collection_id  text NOT NULL,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    debt_kopecks   bigint NOT NULL CHECK (debt_kopecks >= 0),
    PRIMARY KEY (letter_id, collection_id, at),
    FOREIGN KEY (letter_id, collection_id) REFERENCES collection_letter_lines (letter_id, collection_id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_letter_changes
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_letter_changes
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Keeps letters that have not left true: a debt that is gone is left out, one that has changed says its new sum, without
-- interest. A letter that asks for nothing any more, or a claim that claims nothing, is given up, with all that it says.
CREATE FUNCTION correct_letters(of_case text, owed bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    letter  record;
    debts   jsonb;
BEGIN
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
        INSERT INTO collection_letter_changes (letter_id, collection_id, debt_kopecks)
        VALUES (letter.letter_id, of_case, owed);
        IF debts = '[]' OR (letter.tone = 'claim' AND NOT EXISTS (
               SELECT FROM collection_letter_lines line JOIN collections c ON c.id = line.collection_id
                WHERE line.letter_id = letter.letter_id AND line.is_claimed
                  AND debts @> jsonb_build_array(jsonb_build_object('invoice_number', c.invoice_number)))) THEN
            INSERT INTO collection_letter_changes (letter_id, collection_id, debt_kopecks)
            SELECT line.letter_id, line.collection_id, 0 FROM collection_letter_lines line
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

-- With the COMMIT of the money: whoever stores it holds all the invoices that it pays by then.
CREATE FUNCTION correct_letters_of_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM correct_letters('collection-' || i.number,
                            CASE WHEN i.voided_at IS NULL THEN greatest(0, i.total_kopecks - i.paid_kopecks) ELSE 0 END)
       FROM invoices i WHERE i.number = NEW.number;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER correct_letters AFTER UPDATE OF paid_kopecks, voided_at ON invoices
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.paid_kopecks <> NEW.paid_kopecks OR OLD.voided_at IS DISTINCT FROM NEW.voided_at)
    EXECUTE FUNCTION correct_letters_of_invoice();
