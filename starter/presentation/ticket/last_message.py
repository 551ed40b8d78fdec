"""The last message of threads, in one line of their lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.database import Database
from db.ticket.last_message import MAX_PREVIEW_LENGTH, LastMessageRow, last_messages
from domain.text import one_line


@dataclass(frozen=True, repr=False)
class LastMessage:
    """Whose it is, and its beginning in one line."""

    is_ours: bool
    text: str


async def last_of(database: Database, ticket_ids: Iterable[str]) -> dict[str, LastMessage]:
    """By thread. Whoever may read a list of tickets may read their threads."""
    rows = await database.rows(last_messages(list(ticket_ids)))
    return {row.ticket_id: _shown(row) for row in rows}


def _shown(row: LastMessageRow) -> LastMessage:
    line = one_line(row.text[:MAX_PREVIEW_LENGTH])
    more = len(row.text) > MAX_PREVIEW_LENGTH
    return LastMessage(row.is_ours, f"{line}…" if more else line)
