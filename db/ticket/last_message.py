"""The last message of threads, as their lists show it."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, func, literal, select, true, union_all

from db.query import Query, row, typed
from db.tables import ticket_history, ticket_messages, tickets

MAX_PREVIEW_LENGTH = 160
"""Characters of a message that a list shows."""


@row
class LastMessageRow:
    """The beginning of the last message of a thread: one character more than a list shows tells
    that there is more.
    """

    ticket_id: str
    is_ours: bool
    text: str


_IDS: BindParameter[str] = bindparam("ticket_ids", expanding=True)
_merged = tickets.alias()
_parts = union_all(
    select(tickets.c.id.label("thread"), tickets.c.id.label("part")).where(tickets.c.id.in_(_IDS)),
    select(_merged.c.merged_into, _merged.c.id).where(_merged.c.merged_into.in_(_IDS)),
).subquery("parts")
_last = (
    select(
        ticket_history.c.at,
        ticket_history.c.number,
        ticket_messages.c.is_ours,
        func.left(ticket_messages.c.text, literal(MAX_PREVIEW_LENGTH + 1)).label("text"),
    )
    .join(ticket_messages, ticket_messages.c.id == ticket_history.c.submission_id)
    .where(ticket_history.c.ticket_id == _parts.c.part)
    .order_by(ticket_history.c.number.desc())
    .limit(1)
    .lateral("last")
)
_LAST = typed(
    LastMessageRow,
    select(_parts.c.thread.label("ticket_id"), _last.c.is_ours, _last.c.text)
    .select_from(_parts.join(_last, true()))
    .distinct(_parts.c.thread)
    .order_by(_parts.c.thread, _last.c.at.desc(), _last.c.number.desc()),
    never_null=("ticket_id", "text"),
)


def last_messages(ticket_ids: Sequence[str]) -> Query[LastMessageRow]:
    """The last message of each of these threads, in no order; what is merged into a thread belongs
    to it. A ticket that has taken none yet has no row.
    """
    return _LAST(ticket_ids=list(ticket_ids))
