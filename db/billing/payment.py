"""Payments: stored once, never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from db.banking import allocation
from db.banking.allocation import BankPayment
from db.database import Database
from db.query import Query, row, typed
from db.tables import invoices, payment_reversals, payments
from domain.banking.incoming_money import is_about
from domain.billing.invoice import PaymentMethod
from domain.calendar.bank_calendar import moscow_date


@row
class PaymentRow:
    """A payment as it was stored."""

    id: str
    invoice_number: str
    method: str
    acquirer_payment_id: str | None
    amount_kopecks: int
    vat_rate: str | None
    received_at: datetime
    created_at: datetime
    besides: list[Any]


@row
class LockedInvoice:
    """The number of a locked invoice."""

    number: str


@row
class PaymentOfInvoice:
    """A payment of an invoice; `reversed_at`: it was undone."""

    id: str
    invoice_number: str
    method: str
    acquirer_payment_id: str | None
    amount_kopecks: int
    vat_rate: str | None
    received_at: datetime
    created_at: datetime
    besides: list[Any]
    reversed_at: datetime | None


@row
class News:
    """Whether a case waits for an invoice's payment, or a client for a notification of its
    surplus.
    """

    is_news: bool


_PUT = insert(payments).on_conflict_do_nothing(index_elements=["id"])
_PUT_NOW = typed(PaymentRow, _PUT.returning(payments))
_FIND = typed(PaymentRow, select(payments).where(payments.c.id == bindparam("payment_id")))
_LOCK_INVOICE = typed(
    LockedInvoice,
    select(invoices.c.number)
    .where(invoices.c.number == bindparam("invoice_number"))
    .with_for_update(key_share=True),
)
_OF_INVOICE = typed(
    PaymentOfInvoice,
    select(payments, payment_reversals.c.reversed_at)
    .outerjoin(payment_reversals, payment_reversals.c.payment_id == payments.c.id)
    .where(payments.c.invoice_number == bindparam("invoice_number"))
    .order_by(payments.c.received_at, payments.c.id),
)
_OF_ACQUIRER = typed(
    PaymentOfInvoice,
    select(payments, payment_reversals.c.reversed_at)
    .outerjoin(payment_reversals, payment_reversals.c.payment_id == payments.c.id)
    .where(payments.c.acquirer_payment_id == bindparam("acquirer_payment_id")),
)
_IS_NEWS = typed(
    News,
    text(
        """
SELECT EXISTS (SELECT FROM recheck_outbox n JOIN issued_invoices i ON i.renewal_id = n.renewal_id
                WHERE i.invoice_number = :invoice_number)
    OR EXISTS (SELECT FROM invoices WHERE number = :invoice_number
                  AND surplus_kopecks > surplus_notified_kopecks)
    OR EXISTS (SELECT FROM collection_outbox
                WHERE collection_id = 'collection-' || :invoice_number) AS is_news
"""
    ),
    never_null=("is_news",),
)


class PaymentFromBank(Exception):  # noqa: N818  the name says what is the matter
    """Bank statements already brought money for this invoice about this day: the same payment would
    be stored twice.
    """

    def __init__(self, brought: Sequence[BankPayment], amount_kopecks: int) -> None:
        self.payment_ids = [row.payment_id for row in brought]
        self.amount_kopecks = sum(row.amount_kopecks for row in brought)
        self.is_same = amount_kopecks in {
            self.amount_kopecks,
            *(row.amount_kopecks for row in brought),
        }
        super().__init__(", ".join(self.payment_ids))


async def put(
    database: Database, payment_id: str, columns: Mapping[str, Any]
) -> tuple[PaymentRow, bool]:
    """Stores a payment and adds it to its invoice; an existing one is never changed.

    The second value is True when it is new. Raises `ConstraintBroken`, and `PaymentFromBank` for a
    transfer when bank statements have brought some within a week, unless `besides` names them all:
    the caller then knows that it is another one.
    """
    if columns["method"] is PaymentMethod.BANK_TRANSFER:
        return await _put_transfer(database, payment_id, columns)
    put, found = await database.read(
        _PUT_NOW(id=payment_id, **columns), _FIND(payment_id=payment_id)
    )
    return found[0], bool(put)


def of_invoice(invoice_number: str) -> Query[PaymentOfInvoice]:
    """The payments of an invoice, oldest first."""
    return _OF_INVOICE(invoice_number=invoice_number)


def of_acquirer(acquirer_payment_id: str) -> Query[PaymentOfInvoice]:
    """The payment of ours that the acquirer knows by this id."""
    return _OF_ACQUIRER(acquirer_payment_id=acquirer_payment_id)


async def is_news(database: Database, invoice_number: str) -> bool:
    """Whether a case waits for the invoice's money, or its client has to be notified of a
    surplus.
    """
    row = await database.row(_IS_NEWS(invoice_number=invoice_number))
    return row is not None and row.is_news


async def _put_transfer(
    database: Database, payment_id: str, columns: Mapping[str, Any]
) -> tuple[PaymentRow, bool]:
    """Stores a transfer with the invoice locked, so that no bank statement brings the same money
    meanwhile.
    """
    number = columns["invoice_number"]
    async with database.transaction() as transaction:
        _, found, from_bank = await transaction.read(
            _LOCK_INVOICE(invoice_number=number),
            _FIND(payment_id=payment_id),
            allocation.from_bank(number),
        )
        if not found:
            _refuse_known(from_bank, columns)
            transaction.write(_PUT, id=payment_id, **columns)
    if found:
        return found[0], False
    ((row,),) = await database.read(_FIND(payment_id=payment_id))
    return row, True


def _refuse_known(from_bank: Sequence[BankPayment], columns: Mapping[str, Any]) -> None:
    day, besides = moscow_date(columns["received_at"]), columns["besides"]
    known = [row for row in from_bank if is_about(row.day, day) and row.payment_id not in besides]
    if known:
        same = [row for row in known if row.amount_kopecks == columns["amount_kopecks"]]
        raise PaymentFromBank(same[:1] or known, columns["amount_kopecks"])
