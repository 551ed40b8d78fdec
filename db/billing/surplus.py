"""Surpluses: the ones that clients have to be notified of, and the notification."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from db.billing.invoice import INVOICE_COLUMNS, InvoiceRow
from db.database import Database, Transaction
from db.notification import notification
from db.query import row, typed
from db.tables import invoices
from domain.banking.incoming_money import SURPLUS_HELD
from domain.billing.surplus import Surplus, SurplusGrowth, growth


@row
class InvoiceNumber:
    """The number of an invoice."""

    number: str


_unnotified = invoices.c.surplus_kopecks > invoices.c.surplus_notified_kopecks
_UNNOTIFIED = typed(
    InvoiceNumber,
    select(invoices.c.number)
    .where(_unnotified)
    .order_by(invoices.c.number)
    .limit(bindparam("at_most")),
)
_ONE_UNNOTIFIED = typed(
    InvoiceRow,
    select(*INVOICE_COLUMNS)
    .where(invoices.c.number == bindparam("invoice_number"), _unnotified)
    .with_for_update(key_share=True),
)
_MARK_NOTIFIED = (
    update(invoices)
    .where(invoices.c.number == bindparam("of_invoice"))
    .values(surplus_notified_kopecks=bindparam("notified"))
)


async def unnotified(database: Database, at_most: int) -> list[str]:
    """Invoices whose surplus has grown since their client was notified."""
    return [row.number for row in await database.rows(_UNNOTIFIED(at_most=at_most))]


async def notify(database: Database, invoice_number: str, at: datetime) -> bool:
    """Notifies a client of its surplus; False when it was notified meanwhile."""
    async with database.transaction() as transaction:
        (rows,) = await transaction.read(_ONE_UNNOTIFIED(invoice_number=invoice_number))
        for row in rows:
            notify_of(transaction, growth(surplus_from(row)), at)
    return bool(rows)


def surplus_from(invoice: InvoiceRow) -> Surplus:
    """The surplus of an invoice."""
    return Surplus(
        invoice_number=invoice.number,
        client_id=invoice.client_id,
        paid_kopecks=invoice.paid_kopecks,
        held_kopecks=invoice.surplus_kopecks,
        changes=invoice.surplus_changes,
        notified_kopecks=invoice.surplus_notified_kopecks,
    )


def notify_of(transaction: Transaction, grown: SurplusGrowth | None, at: datetime) -> None:
    """Queues the notification of a surplus that has grown; nothing for None."""
    if grown is None:
        return
    notification.notify(
        transaction,
        (SURPLUS_HELD,),
        case_id=None,
        client_id=grown.client_id,
        occasion=f"surplus-{grown.invoice_number}-{grown.change}",
        params={"invoice_number": grown.invoice_number, "amount_kopecks": grown.new_kopecks},
        at=at,
    )
    transaction.write(_MARK_NOTIFIED, of_invoice=grown.invoice_number, notified=grown.held_kopecks)
