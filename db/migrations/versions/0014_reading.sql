-- What lists filter and sort by, and what papers and letters say.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION folded(name text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
RETURN btrim(regexp_replace(
    translate(lower(normalize(name, NFC) COLLATE pg_c_utf8), 'ё', 'е'), '[^[:alnum:]]+', ' ', 'g'));
COMMENT ON FUNCTION folded IS
    'A name as people look for it: small letters and digits, ё as е, whatever stands between as one space.';

ALTER TABLE clients ADD COLUMN folded_name text COLLATE "C" GENERATED ALWAYS AS (folded(name)) STORED NOT NULL;
CREATE INDEX clients_by_words ON clients USING gin (folded_name gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX clients_by_name ON clients (folded_name, id);
CREATE INDEX clients_by_beginning_of_inn ON clients (inn text_pattern_ops);

-- A case that waits for no moment comes after all that do.
CREATE INDEX refunds_by_deadline ON refunds ((coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX refunds_by_status_and_deadline ON refunds (status, (coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX refunds_by_turn ON refunds (waiting_for, (coalesce(wait_until, 'infinity'::timestamptz)), id)
    WHERE waiting_for IS NOT NULL;
CREATE INDEX refunds_open ON refunds (status, waiting_for, wait_until) WHERE closed_at IS NULL;

CREATE INDEX renewals_by_deadline ON renewals ((coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX renewals_by_status_and_deadline ON renewals (status, (coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX renewals_by_turn ON renewals (waiting_for, (coalesce(wait_until, 'infinity'::timestamptz)), id)
    WHERE waiting_for IS NOT NULL;
CREATE INDEX renewals_open ON renewals (status, waiting_for, wait_until) WHERE closed_at IS NULL;

CREATE INDEX payouts_by_preparation ON payouts (prepared_at, case_id, attempt);
CREATE INDEX payouts_by_status ON payouts (status, prepared_at, case_id, attempt);

-- What a letter said when the mail server took it: texts and names change afterwards.
ALTER TABLE notifications
    ADD COLUMN sent_to      text CHECK (length(sent_to) <= 254),
    ADD COLUMN sent_subject text,
    ADD COLUMN sent_text    text,
    ADD CONSTRAINT sent_is_kept_whole CHECK (num_nulls(sent_to, sent_subject, sent_text) IN (0, 3));

-- Addresses, as invoices name them. What an invoice said stays: the order and the invoice keep their own.
ALTER TABLE clients ADD COLUMN address text CHECK (length(address) BETWEEN 1 AND 300);
ALTER TABLE own_accounts ADD COLUMN address text CHECK (length(address) BETWEEN 1 AND 300);
ALTER TABLE orders ADD COLUMN payer_address text CHECK (length(payer_address) BETWEEN 1 AND 300);
ALTER TABLE issued_invoices ADD COLUMN supplier_address text CHECK (length(supplier_address) BETWEEN 1 AND 300);
