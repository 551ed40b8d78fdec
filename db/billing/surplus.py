"""Surpluses: which ones their clients have to be notified of, and the notification."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from db.billing.invoice import InvoiceRow
from db.database import Database, Transaction
from db.notification import notification
from db.query import row, typed
from db.tables import invoices
from domain.banking.incoming_money import SURPLUS_HELD


@row
class InvoiceNumber:
    """The number of an invoice."""

    number: str


@row
class Surplus:
    """A locked invoice with its surplus."""

    number: str
    client_id: str
    surplus_kopecks: int
    surplus_notified_kopecks: int
    surplus_changes: int


_unnotified = invoices.c.surplus_kopecks > invoices.c.surplus_notified_kopecks
_UNTOLD = typed(
    InvoiceNumber,
    select(invoices.c.number)
    .where(_unnotified)
    .order_by(invoices.c.number)
    .limit(bindparam("at_most")),
)
_ONE_UNTOLD = typed(
    Surplus,
    select(
        *invoices.c[
            "number", "client_id", "surplus_kopecks", "surplus_notified_kopecks", "surplus_changes"
        ]
    )
    .where(invoices.c.number == bindparam("invoice_number"), _unnotified)
    .with_for_update(key_share=True),
)
_MARK_NOTIFIED = (
    update(invoices)
    .where(invoices.c.number == bindparam("of_invoice"))
    .values(surplus_notified_kopecks=bindparam("notified"))
)


async def unnotified(database: Database, at_most: int) -> list[str]:
    """Invoices whose surplus has grown since their client heard of it."""
    return [row.number for row in await database.rows(_UNTOLD(at_most=at_most))]


async def notify(database: Database, invoice_number: str, at: datetime) -> bool:
    """Tells the client of what came above, once for each time; False when it was told meanwhile."""
    async with database.transaction() as transaction:
        (rows,) = await transaction.read(_ONE_UNTOLD(invoice_number=invoice_number))
        for row in rows:
            _notify(transaction, row, row.surplus_kopecks, row.surplus_changes, at)
    return bool(rows)


def notify_of_void(transaction: Transaction, invoice: InvoiceRow, at: datetime) -> None:
    """Tells the client that what an invoice got is held, with the change that makes it void.

    `invoice` is the locked row as it was before: what was paid becomes a surplus by that change.
    """
    if invoice.paid_kopecks > invoice.surplus_kopecks:
        _notify(transaction, invoice, invoice.paid_kopecks, invoice.surplus_changes + 1, at)


def _notify(
    transaction: Transaction,
    invoice: Surplus | InvoiceRow,
    surplus_kopecks: int,
    change: int,
    at: datetime,
) -> None:
    notification.notify(
        transaction,
        (SURPLUS_HELD,),
        case_id=None,
        client_id=invoice.client_id,
        occasion=f"surplus-{invoice.number}-{change}",
        params={
            "invoice_number": invoice.number,
            "amount_kopecks": surplus_kopecks - invoice.surplus_notified_kopecks,
        },
        at=at,
    )
    transaction.write(_MARK_NOTIFIED, of_invoice=invoice.number, notified=surplus_kopecks)
