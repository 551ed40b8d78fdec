"""The recheck outbox: cases whose payments have changed and that have not been signalled yet."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select, tuple_

from db.database import Database
from db.query import row, typed
from db.tables import recheck_outbox, renewals, terms
from domain.renewal.renewal import RenewalRequest
from domain.subscription.term import StopReason


@row
class DueRecheck:
    """A case whose payments have changed, and since when it has not been signalled."""

    at: datetime
    id: str
    subscription_id: str
    client_id: str
    term_id: UUID | None
    term_ends_on: date | None
    status: str
    is_term_unpaid: bool | None


_UNNOTIFIED = typed(
    DueRecheck,
    select(
        recheck_outbox.c.at,
        renewals.c.id,
        renewals.c.subscription_id,
        renewals.c.client_id,
        renewals.c.term_id,
        renewals.c.term_ends_on,
        renewals.c.status,
        (terms.c.stop_reason == StopReason.UNPAID.value).label("is_term_unpaid"),
    )
    .join(renewals, renewals.c.id == recheck_outbox.c.renewal_id)
    .outerjoin(terms, terms.c.id == renewals.c.next_term_id)
    .where(
        tuple_(recheck_outbox.c.at, recheck_outbox.c.renewal_id)
        > tuple_(bindparam("after_at"), bindparam("after_id"))
    )
    .order_by(recheck_outbox.c.at, recheck_outbox.c.renewal_id)
    .limit(bindparam("how_many")),
)
_REMOVE = delete(recheck_outbox).where(
    recheck_outbox.c.renewal_id == bindparam("signalled_id"),
    recheck_outbox.c.at == bindparam("signalled_at"),
)


async def unnotified(
    database: Database, how_many: int, after: tuple[datetime, str]
) -> Sequence[DueRecheck]:
    """The oldest rows after a key (at, case), with the cases they are for."""
    return await database.rows(_UNNOTIFIED(how_many=how_many, after_at=after[0], after_id=after[1]))


async def remove(database: Database, row: DueRecheck) -> None:
    """Removes the row of a signalled case, unless a newer one was written meanwhile."""
    await database.write(_REMOVE, signalled_id=row.id, signalled_at=row.at)


def request_of(row: DueRecheck) -> RenewalRequest:
    """The request that starts the case again if it has ended."""
    term_id = None if row.term_id is None else str(row.term_id)
    return RenewalRequest(row.id, row.subscription_id, row.client_id, term_id, row.term_ends_on)
