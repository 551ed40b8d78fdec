-- Requisites and text: one rule for what people write.

-- Texts that people wrote, as they are kept (without what shows nothing, NFC, one space for white space) and as they are
-- compared: as domain/text.py does both. Beside Unicode's category Cf stand the signs of its property
-- Default_Ignorable_Code_Point.
CREATE FUNCTION without_invisible_signs(written text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
RETURN regexp_replace(
    written,
    '[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f'
    '\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb'
    '\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a'
    '\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]',
    '', 'g');

CREATE FUNCTION one_line(written text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
RETURN btrim(regexp_replace(
    normalize(without_invisible_signs(written), NFC),
    '[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+', ' ', 'g'));

CREATE FUNCTION compared(written text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
RETURN one_line(normalize(casefold(normalize(written, NFKC) COLLATE pg_unicode_fast), NFKC));

-- A name that is kept otherwise than it is seen has no spelling that is the same.
ALTER TABLE clients ADD CONSTRAINT name_is_as_seen CHECK (name = one_line(name));
ALTER TABLE statements
    ADD CONSTRAINT recipient_is_as_seen CHECK (recipient_name = one_line(recipient_name)),
    ADD CONSTRAINT bank_is_as_seen CHECK (bank_name = one_line(bank_name));
ALTER TABLE own_accounts ADD CONSTRAINT name_is_as_seen CHECK (name = one_line(name));
ALTER TABLE orders ADD CONSTRAINT payer_is_as_seen CHECK (payer_name = one_line(payer_name));

-- Whoever calculated does not approve, whatever the spelling of the login.
CREATE FUNCTION approve_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM refunds AS r JOIN calculations AS c ON c.id = r.calculation_id
               WHERE r.id = NEW.refund_id AND compared(c.calculated_by) = compared(NEW."by")) THEN
        RAISE EXCEPTION 'whoever calculated does not approve'
            USING ERRCODE = '23514', CONSTRAINT = 'approved_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approve_by_another BEFORE INSERT ON refund_history FOR EACH ROW
    WHEN (NEW.from_status = 'awaiting_approval' AND NEW.to_status = 'paying') EXECUTE FUNCTION approve_by_another();

-- A payout whose requisites no bank takes, or that an accountant will not pay by them, goes back to its client. From
-- then on no payment run takes it; one that a run has is the bank's to refuse.
CREATE TABLE returned_requisites (
    case_id      text NOT NULL,
    attempt      integer NOT NULL,
    reason       text NOT NULL,
    note         text NOT NULL CHECK (length(note) BETWEEN 1 AND 2000),
    returned_by  text NOT NULL,
    returned_at  timestamptz NOT NULL,
    PRIMARY KEY (case_id, attempt),
    FOREIGN KEY (case_id, attempt) REFERENCES payouts (case_id, attempt)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON returned_requisites
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON returned_requisites
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION return_what_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payouts WHERE case_id = NEW.case_id AND attempt = NEW.attempt
                      AND channel = 'bank' AND status = 'prepared' AND cleared_at IS NOT NULL)
       OR EXISTS (SELECT FROM payment_orders WHERE case_id = NEW.case_id AND attempt = NEW.attempt) THEN
        RAISE EXCEPTION 'only a payout that waits for a payment run is returned to its client'
            USING ERRCODE = '23514', CONSTRAINT = 'returned_payout_waits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER waits BEFORE INSERT ON returned_requisites FOR EACH ROW EXECUTE FUNCTION return_what_waits();

CREATE FUNCTION order_what_is_not_returned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM returned_requisites WHERE case_id = NEW.case_id AND attempt = NEW.attempt) THEN
        RAISE EXCEPTION 'a payout that was returned to its client is not ordered'
            USING ERRCODE = '23514', CONSTRAINT = 'ordered_payout_is_not_returned';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER not_returned BEFORE INSERT ON payment_orders
    FOR EACH ROW EXECUTE FUNCTION order_what_is_not_returned();
