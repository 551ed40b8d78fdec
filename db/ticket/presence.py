"""Who of ours has a ticket open: rows that say nothing any more after a minute and a half."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.query import row, typed
from db.tables import ticket_presences

SAYS_FOR = timedelta(seconds=90)
"""How long a row says that somebody is there; an open page renews it every half a minute."""
MAX_SHOWN = 10


@row
class PresenceRow:
    """Somebody who has the ticket open."""

    login: str
    seen_at: datetime


_seen = insert(ticket_presences)
_SEEN = _seen.on_conflict_do_update(
    index_elements=["ticket_id", "login"], set_={"seen_at": _seen.excluded.seen_at}
)
_FORGET = delete(ticket_presences).where(
    ticket_presences.c.ticket_id == bindparam("of_ticket"),
    ticket_presences.c.seen_at < bindparam("before"),
)
_OTHERS = typed(
    PresenceRow,
    select(ticket_presences.c.login, ticket_presences.c.seen_at)
    .where(
        ticket_presences.c.ticket_id == bindparam("ticket_id"),
        ticket_presences.c.login != bindparam("login"),
        ticket_presences.c.seen_at >= bindparam("since"),
    )
    .order_by(ticket_presences.c.login)
    .limit(bindparam("at_most")),
)


async def others_at(
    database: Database, ticket_id: str, login: str, now: datetime
) -> list[PresenceRow]:
    """Notes that somebody looks at a ticket, and who else does; old rows of it are removed."""
    since = now - SAYS_FOR
    async with database.transaction() as transaction:
        transaction.write(_SEEN, ticket_id=ticket_id, login=login, seen_at=now)
        transaction.write(_FORGET, of_ticket=ticket_id, before=since)
    return await database.rows(
        _OTHERS(ticket_id=ticket_id, login=login, since=since, at_most=MAX_SHOWN)
    )
