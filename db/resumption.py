"""Where a closed case goes on when its money comes back."""

from sqlalchemy import bindparam, select

from db.database import Database
from db.refund import ENTERED
from db.tables import refund_history, refunds
from domain.refund import AskedLine, RefundRequest, Resumed

_CLOSED = (
    select(refunds, refund_history.c.answer)
    .join(
        refund_history,
        (refund_history.c.refund_id == refunds.c.id)
        & (refund_history.c.number == refunds.c.version),
    )
    .where(refunds.c.id == bindparam("refund_id"), refunds.c.closed_at.is_not(None))
)


async def of_closed(database: Database, refund_id: str) -> RefundRequest | None:
    """The request that takes a closed case up after its last change; None for an open one."""
    row = await database.row(_CLOSED, refund_id=refund_id)
    if row is None:
        return None
    return RefundRequest(
        refund_id=row.id,
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        ordinal=row.ordinal,
        asked=tuple(AskedLine(**line) for line in row.asked),
        stopped_on=row.stopped_on,
        resumed=Resumed(row.version, ENTERED.validate_python(row.answer)),
    )
