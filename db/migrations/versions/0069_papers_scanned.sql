-- A scan that signs a statement and a payment order that a client shows are files of the store, under the scan's or the
-- claim's own id: they are given out when the scanner of files has found them clean. The rows stay as they are; their
-- bytes move into pieces, where they are scanned.

-- What an earlier migration of the same transaction has left to its end is checked first: a table cannot be altered
-- before.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

CREATE TEMPORARY VIEW papers AS
SELECT s.id, s.sha256, s.media_type, s.content, 'scan-' || s.refund_id AS name, r.client_id,
       r.client_id AS uploaded_by, s.uploaded_at
  FROM scans s JOIN refunds r ON r.id = s.refund_id
 UNION ALL
SELECT c.id, c.sha256, c.media_type, c.content, 'payment-order-' || c.renewal_id, r.client_id,
       c.claimed_by, c.claimed_at
  FROM payment_claims c JOIN renewals r ON r.id = c.renewal_id
 WHERE c.content IS NOT NULL;

INSERT INTO file_contents (sha256, media_type, size_bytes, status, due_at, received_at)
SELECT DISTINCT ON (sha256) sha256, media_type, length(content), 'received', now(), uploaded_at
  FROM papers ORDER BY sha256, uploaded_at
    ON CONFLICT (sha256) DO UPDATE
   SET status = 'received', attempts = 0, due_at = excluded.due_at, received_at = excluded.received_at
 WHERE file_contents.status = 'erased';
INSERT INTO file_pieces (sha256, number, bytes)
SELECT p.sha256, n, substring(p.content FROM (n - 1) * 1048576 + 1 FOR 1048576)
  FROM (SELECT DISTINCT ON (sha256) sha256, content FROM papers ORDER BY sha256, uploaded_at) p,
       generate_series(1, (length(p.content) + 1048575) / 1048576) n
    ON CONFLICT DO NOTHING;
INSERT INTO files (id, sha256, name, client_id, uploaded_by, uploaded_at)
SELECT id, sha256, name, client_id, uploaded_by, uploaded_at FROM papers;
DROP VIEW papers;

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

-- What was signed by, or shown, is bound to its bytes: by the digest of its file, which the scanner's answer counts for
-- alone.
ALTER TABLE files ADD CONSTRAINT file_of_its_content UNIQUE (id, sha256);
ALTER TABLE scans
    DROP CONSTRAINT size_is_true,
    DROP COLUMN content,
    ADD CONSTRAINT scan_is_its_file FOREIGN KEY (id, sha256) REFERENCES files (id, sha256);
ALTER TABLE payment_claims
    DROP CONSTRAINT file_is_whole,
    DROP COLUMN content,
    ADD CONSTRAINT file_is_whole CHECK ((sha256 IS NULL) = (media_type IS NULL)),
    ADD CONSTRAINT claim_is_its_file FOREIGN KEY (id, sha256) REFERENCES files (id, sha256);

-- Open pages of a refund or a renewal look again when its paper has been scanned.
CREATE FUNCTION announce_scanned_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('refund', r.id, r.client_id)
    FROM files f
    JOIN scans s ON s.id = f.id
    JOIN refunds r ON r.id = s.refund_id
    WHERE f.sha256 = NEW.sha256;
    PERFORM announce_change('renewal', r.id, r.client_id)
    FROM files f
    JOIN payment_claims c ON c.id = f.id
    JOIN renewals r ON r.id = c.renewal_id
    WHERE f.sha256 = NEW.sha256;
    RETURN NULL;
END $$;
CREATE TRIGGER announce_scanned_paper AFTER UPDATE OF status ON file_contents
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION announce_scanned_paper();

-- Operators are told of a scanner that judges nothing any more.
CREATE INDEX file_contents_by_scan ON file_contents (scanned_at) WHERE scanned_at IS NOT NULL;
