"""Messages as they came, and what the bot said, whose retention is over: the words are erased.

What tells a repeat stays: the number of an update, the digests of a letter.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from db.database import Database
from db.query import TypedStatement, row, typed

AT_ONCE = 500
"""Rows that one transaction erases."""


@row
class ErasedRow:
    """A row whose words were erased."""

    what: str


_UPDATES = typed(
    ErasedRow,
    text(
        """
UPDATE telegram_updates SET payload = '{}'
 WHERE (bot_id, update_id) IN (
     SELECT bot_id, update_id FROM telegram_updates
      WHERE done_at < :before AND payload <> '{}' ORDER BY done_at LIMIT :at_most)
RETURNING update_id::text AS what
"""
    ),
    never_null=("what",),
)
_SAID = typed(
    ErasedRow,
    text(
        """
UPDATE telegram_outbox SET payload = '{}'
 WHERE id IN (SELECT id FROM telegram_outbox
               WHERE settled_at < :before AND payload <> '{}' ORDER BY settled_at LIMIT :at_most)
RETURNING id::text AS what
"""
    ),
    never_null=("what",),
)
# A draft that was left alone for so long ends now.
_DRAFTS = typed(
    ErasedRow,
    text(
        """
UPDATE telegram_drafts SET topic = NULL, ended_at = coalesce(ended_at, :now)
 WHERE id IN (SELECT id FROM telegram_drafts
               WHERE coalesce(ended_at, started_at) < :before
                 AND (topic IS NOT NULL OR ended_at IS NULL) ORDER BY id LIMIT :at_most)
RETURNING id::text AS what
"""
    ),
    never_null=("what",),
)
_PARTS = typed(
    ErasedRow,
    text(
        """
DELETE FROM telegram_draft_parts
 WHERE (draft_id, message_id) IN (
     SELECT p.draft_id, p.message_id FROM telegram_draft_parts p
       JOIN telegram_drafts d ON d.id = p.draft_id
      WHERE d.ended_at < :before OR d.ended_at = :now LIMIT :at_most)
RETURNING draft_id::text AS what
"""
    ),
    never_null=("what",),
)
# What nobody has looked at yet is kept whole, however old it is.
_LETTERS = typed(
    ErasedRow,
    text(
        """
UPDATE incoming_letters SET content = ''
 WHERE id IN (
     SELECT id FROM incoming_letters
      WHERE done_at < :before AND content <> '' AND (outcome <> 'parked' OR handled_at < :before)
      ORDER BY done_at LIMIT :at_most)
RETURNING id::text AS what
"""
    ),
    never_null=("what",),
)
# A sender takes part in a ticket until it is closed, and is held for spam until it no longer is.
_SENDERS = typed(
    ErasedRow,
    text(
        """
UPDATE incoming_letters SET sender = ''
 WHERE id IN (
     SELECT l.id FROM incoming_letters l LEFT JOIN tickets t ON t.id = l.ticket_id
      WHERE l.done_at < :before AND l.content = '' AND l.sender <> ''
        AND (t.id IS NULL OR t.closed_at < :before AND t.spam_at IS NULL)
      ORDER BY l.done_at LIMIT :at_most)
RETURNING id::text AS what
"""
    ),
    never_null=("what",),
)


async def purge(database: Database, before: datetime, now: datetime) -> Mapping[str, int]:
    """Erases what was done with before an instant; how much of each kind."""
    return {
        "updates of Telegram": await _all(database, _UPDATES, before=before),
        "messages of the bot": await _all(database, _SAID, before=before),
        "drafts of Telegram": await _all(database, _DRAFTS, before=before, now=now),
        "messages of drafts": await _all(database, _PARTS, before=before, now=now),
        "incoming letters": await _all(database, _LETTERS, before=before),
        "senders of letters": await _all(database, _SENDERS, before=before),
    }


async def _all(database: Database, erased: TypedStatement[ErasedRow], **params: datetime) -> int:
    total = 0
    while rows := await database.rows(erased(**params, at_most=AT_ONCE)):
        total += len(rows)
    return total
