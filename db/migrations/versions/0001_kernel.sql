-- What every room stands on: rows that are never changed, texts as people write them, commands that are taken once,
-- and the versions of the policies.
--
-- In all of these files money is BIGINT kopecks, and rules about money and about moves between statuses are
-- constraints, foreign keys and triggers here, as well as code in domain/.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A table that only grows has the trigger `append_only`, one whose rows change has `never_deleted`. A trigger for each
-- row does not see TRUNCATE: one statement would empty the ledger without a word. So every such table has
-- `never_emptied` too; a test asks for it.
CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'KP001';
END $$;

-- Texts that people wrote, as they are kept (without what shows nothing, NFC, one space for white space) and as they
-- are compared: as domain/text.py does both. Beside Unicode's category Cf stand the signs of its property
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

CREATE FUNCTION folded(name text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
RETURN btrim(regexp_replace(
    translate(lower(normalize(name, NFC) COLLATE pg_c_utf8), 'ё', 'е'), '[^[:alnum:]]+', ' ', 'g'));
COMMENT ON FUNCTION folded IS
    'A name as people look for it: small letters and digits, ё as е, whatever stands between as one space.';

CREATE TABLE policies (
    kind        text NOT NULL CHECK (kind IN ('refund', 'renewal', 'receipt')),
    version     integer NOT NULL CHECK (version > 0),
    document    jsonb NOT NULL,
    valid_from  timestamptz NOT NULL,
    author      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON policies FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON policies FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE idempotency_keys (
    caller       text NOT NULL,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    fingerprint  text NOT NULL,
    status_code  integer,
    headers      jsonb,
    body         jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
