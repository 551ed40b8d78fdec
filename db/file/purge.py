"""Files whose retention is over: names that nothing has are deleted, contents nobody needs erased.

What is known about a content stays.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from db.database import Database
from db.query import row, typed
from domain.file.retention import RetentionLimits


@row
class NameRow:
    """A name that may be deleted, or was."""

    id: UUID


@row
class ErasedRow:
    """A content that may be erased."""

    sha256: str


AT_ONCE = 500
"""Names that one transaction deletes, or contents that it erases."""

_IS_UNATTACHED = """
f.uploaded_at < :unattached_before
   AND NOT EXISTS (SELECT FROM ticket_files WHERE file_id = f.id)
   AND NOT EXISTS (SELECT FROM dispute_evidence WHERE file_id = f.id)
   AND NOT EXISTS (SELECT FROM goods_return_photos WHERE file_id = f.id)
   AND NOT EXISTS (SELECT FROM scans WHERE id = f.id)
   AND NOT EXISTS (SELECT FROM payment_claims WHERE id = f.id)
"""
# Whoever attaches a file keeps its row from being deleted: such a one is left alone, and what was
# locked here is looked at once more, with what was attached before the lock.
_LOCK_NAMES = typed(
    NameRow,
    text(
        f"""
SELECT id FROM files f WHERE {_IS_UNATTACHED}
 ORDER BY id LIMIT :at_most FOR UPDATE SKIP LOCKED
"""  # noqa: S608  our own words
    ),
)
_FORGET = typed(
    NameRow,
    text(
        f"""
DELETE FROM files f
 WHERE f.id = ANY(CAST(string_to_array(:locked, ',') AS uuid[])) AND {_IS_UNATTACHED}
RETURNING f.id
"""  # noqa: S608  our own words
    ),
)
_IS_OVER = """
status <> 'erased' AND received_at < :unattached_before AND (
    (status = 'quarantined' AND scanned_at < :quarantined_before)
    OR NOT EXISTS (
        SELECT FROM files f
          LEFT JOIN ticket_files tf ON tf.file_id = f.id
          LEFT JOIN ticket_messages m ON m.id = tf.message_id
          LEFT JOIN ticket_notes n ON n.id = tf.note_id
          LEFT JOIN tickets t ON t.id = coalesce(m.ticket_id, n.ticket_id)
          LEFT JOIN dispute_evidence de ON de.file_id = f.id
          LEFT JOIN disputes d ON d.id = de.dispute_id
          LEFT JOIN goods_return_photos rp ON rp.file_id = f.id
          LEFT JOIN goods_return_decisions rd ON rd.id = rp.decision_id
          LEFT JOIN goods_returns r ON r.id = rd.return_id OR r.opening_id = rp.opening_id
          LEFT JOIN scans s ON s.id = f.id
          LEFT JOIN payment_claims pc ON pc.id = f.id
         WHERE f.sha256 = file_contents.sha256
           AND (s.id IS NOT NULL OR pc.id IS NOT NULL
                OR tf.file_id IS NULL AND de.id IS NULL AND rp.file_id IS NULL
                OR tf.file_id IS NOT NULL AND (t.closed_at IS NULL OR t.closed_at >= :closed_before)
                OR de.id IS NOT NULL AND (d.closed_at IS NULL OR d.closed_at >= :closed_before)
                OR rp.file_id IS NOT NULL
                    AND (r.closed_at IS NULL OR r.closed_at >= :closed_before))))
"""
# Whoever hands the same content in locks its row: what was locked here is looked at once more, with
# what was stored before the lock.
_LOCK = typed(
    ErasedRow,
    text(
        f"""
SELECT sha256 FROM file_contents WHERE {_IS_OVER}
 ORDER BY sha256 LIMIT :at_most FOR UPDATE SKIP LOCKED
"""  # noqa: S608  our own words
    ),
    never_null=("sha256",),
)
_ERASE = text(
    f"""
UPDATE file_contents
   SET status = 'erased', due_at = NULL, preview = NULL, preview_width = NULL, preview_height = NULL
 WHERE sha256 = ANY(string_to_array(:locked, ',')) AND {_IS_OVER}
"""  # noqa: S608  our own words
)
_DELETE_PIECES = text(
    """
DELETE FROM file_pieces p USING file_contents c
 WHERE c.sha256 = p.sha256 AND c.status = 'erased' AND p.sha256 = ANY(string_to_array(:locked, ','))
"""
)


async def purge(database: Database, over: RetentionLimits) -> tuple[int, int]:
    """How many names were deleted, and how many contents erased."""
    forgotten = erased = 0
    while gone := await _forget_some(database, over.unattached_before):
        forgotten += gone
    while found := await _erase_some(database, _params(over)):
        erased += found
    return forgotten, erased


async def _forget_some(database: Database, before: datetime) -> int:
    async with database.transaction() as transaction:
        (names,) = await transaction.read(_LOCK_NAMES(unattached_before=before, at_most=AT_ONCE))
        locked = ",".join(str(row.id) for row in names)
        (gone,) = await transaction.read(_FORGET(locked=locked, unattached_before=before))
    return len(gone)


async def _erase_some(database: Database, over: dict[str, datetime]) -> int:
    async with database.transaction() as transaction:
        (rows,) = await transaction.read(_LOCK(**over, at_most=AT_ONCE))
        if rows:
            locked = ",".join(row.sha256 for row in rows)
            transaction.write(_ERASE, locked=locked, **over)
            transaction.write(_DELETE_PIECES, locked=locked)
    return len(rows)


def _params(over: RetentionLimits) -> dict[str, datetime]:
    return {
        "unattached_before": over.unattached_before,
        "quarantined_before": over.quarantined_before,
        "closed_before": over.closed_before,
    }
