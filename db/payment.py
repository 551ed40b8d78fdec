"""Payments as the billing system wrote them: put down once, never changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Query, Row
from db.tables import payment_reversals, payments

_PUT = insert(payments).on_conflict_do_nothing(index_elements=["id"]).returning(payments)
_FIND = select(payments).where(payments.c.id == bindparam("payment_id"))
_OF_INVOICE = (
    select(payments, payment_reversals.c.reversed_at)
    .outerjoin(payment_reversals, payment_reversals.c.payment_id == payments.c.id)
    .where(payments.c.invoice_number == bindparam("invoice_number"))
    .order_by(payments.c.received_at, payments.c.id)
)


async def put(database: Database, payment_id: str, columns: Mapping[str, Any]) -> tuple[Row, bool]:
    """Puts down a payment and adds it to its invoice; one that is there already stays as it is.

    The second value tells whether it was put down now. Raises `ConstraintBroken`.
    """
    put, found = await database.read(
        (_PUT, {"id": payment_id, **columns}), (_FIND, {"payment_id": payment_id})
    )
    return found[0], bool(put)


def of_invoice(invoice_number: str) -> Query:
    """The payments of an invoice, oldest first."""
    return _OF_INVOICE, {"invoice_number": invoice_number}
