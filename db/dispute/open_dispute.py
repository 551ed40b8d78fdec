"""Whether a dispute of an order is open: it holds what else is done about the order."""

from sqlalchemy import bindparam, select

from db.query import Query, row, typed
from db.tables import disputes


@row
class OpenDispute:
    """The dispute of an order that has not ended."""

    id: str
    status: str


_OPEN = typed(
    OpenDispute,
    select(disputes.c.id, disputes.c.status).where(
        disputes.c.invoice_number == bindparam("invoice_number"), disputes.c.closed_at.is_(None)
    ),
)


def open_of(invoice_number: str) -> Query[OpenDispute]:
    """The open dispute of an order, none or one."""
    return _OPEN(invoice_number=invoice_number)
