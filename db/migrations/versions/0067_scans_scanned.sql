-- A scan that signs a statement is a file of the store, under the scan's own id: it is given out when the scanner of
-- files has found it clean. The rows of scans stay as they are; their bytes move into pieces, where they are scanned.

-- What an earlier migration of the same transaction has left to its end is checked first: a table cannot be altered
-- before.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

INSERT INTO file_contents (sha256, media_type, size_bytes, status, due_at, received_at)
SELECT DISTINCT ON (sha256) sha256, media_type, size_bytes, 'received', now(), uploaded_at
  FROM scans ORDER BY sha256, uploaded_at
    ON CONFLICT (sha256) DO UPDATE
   SET status = 'received', attempts = 0, due_at = excluded.due_at, received_at = excluded.received_at
 WHERE file_contents.status = 'erased';
INSERT INTO file_pieces (sha256, number, bytes)
SELECT s.sha256, n, substring(s.content FROM (n - 1) * 1048576 + 1 FOR 1048576)
  FROM (SELECT DISTINCT ON (sha256) sha256, size_bytes, content FROM scans ORDER BY sha256, uploaded_at) s,
       generate_series(1, (s.size_bytes + 1048575) / 1048576) n
    ON CONFLICT DO NOTHING;
INSERT INTO files (id, sha256, name, client_id, uploaded_by, uploaded_at)
SELECT s.id, s.sha256, 'scan-' || s.refund_id, r.client_id, r.client_id, s.uploaded_at
  FROM scans s JOIN refunds r ON r.id = s.refund_id;

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

-- What was signed by is bound to its bytes: by the digest of its file, which the scanner's answer counts for alone.
ALTER TABLE files ADD CONSTRAINT file_of_its_content UNIQUE (id, sha256);
ALTER TABLE scans
    DROP CONSTRAINT size_is_true,
    DROP COLUMN content,
    ADD CONSTRAINT scan_is_its_file FOREIGN KEY (id, sha256) REFERENCES files (id, sha256);

-- Open pages of a refund look again when its scan has been scanned.
CREATE FUNCTION announce_scanned_scan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('refund', r.id, r.client_id)
    FROM files f
    JOIN scans s ON s.id = f.id
    JOIN refunds r ON r.id = s.refund_id
    WHERE f.sha256 = NEW.sha256;
    RETURN NULL;
END $$;
CREATE TRIGGER announce_scanned_scan AFTER UPDATE OF status ON file_contents
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION announce_scanned_scan();

-- Operators are told of a scanner that judges nothing any more.
CREATE INDEX file_contents_by_scan ON file_contents (scanned_at) WHERE scanned_at IS NOT NULL;
