"""Checks of an order's payment: reserved within their limits, answered once."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text

from db.database import Database
from db.query import Query, row, typed
from db.tables import payment_checks
from domain.billing.payment_check import (
    MAX_CHECKS_A_DAY,
    PAUSE,
    AcquirerAnswer,
    BankAnswer,
    BankLook,
    CheckFound,
    PaymentCheck,
)
from domain.calendar.bank_calendar import moscow_date


@row
class PaymentCheckRow:
    """A check as it is stored."""

    id: UUID
    invoice_number: str
    checked_by: str
    checked_at: datetime
    free_at: datetime
    day: date
    number: int
    paid_before_kopecks: int
    answered_at: datetime | None
    acquirer: str | None
    banked_until: date | None
    waiting_entries: int | None
    paid_kopecks: int | None
    bank: str | None
    found_entries: int | None


_NEVER_NULL = (
    "id",
    "invoice_number",
    "checked_by",
    "checked_at",
    "free_at",
    "day",
    "number",
    "paid_before_kopecks",
)
_CHECKS = typed(PaymentCheckRow, select(payment_checks))
_BY_ID = _CHECKS.narrowed(lambda rows: rows.where(payment_checks.c.id == bindparam("of_id")))
_OF_INVOICE = _CHECKS.narrowed(
    lambda rows: (
        rows.where(payment_checks.c.invoice_number == bindparam("of_invoice"))
        .order_by(payment_checks.c.checked_at.desc())
        .limit(bindparam("how_many"))
    )
)
# Of two at once the later one meets a constraint, and is none.
_RESERVE = typed(
    PaymentCheckRow,
    text(
        """
INSERT INTO payment_checks
    (id, invoice_number, checked_by, checked_at, free_at, day, number, paid_before_kopecks)
SELECT :id, i.number, :by, :at, :free_at, :day, 1 + count(c.id), i.paid_kopecks
  FROM invoices i LEFT JOIN payment_checks c ON c.invoice_number = i.number AND c.day = :day
 WHERE i.number = :invoice_number
 GROUP BY i.number, i.paid_kopecks
HAVING count(c.id) < :at_most
ON CONFLICT DO NOTHING
RETURNING *
"""
    ),
    never_null=_NEVER_NULL,
)
_ANSWER = typed(
    PaymentCheckRow,
    text(
        """
UPDATE payment_checks c
   SET answered_at = :at, acquirer = :acquirer, bank = :bank, found_entries = :found,
       paid_kopecks = i.paid_kopecks,
       banked_until = (SELECT max(s.last_day) FROM bank_statements s WHERE s.status = 'imported'),
       waiting_entries = (
           SELECT count(*) FROM bank_entries e
            WHERE e.status = 'unmatched' AND e.direction = 'in'
              AND e.hold_keys && ARRAY[i.matching_key]
              AND i.matching_key <> '')
  FROM invoices i
 WHERE c.id = :of_id AND i.number = c.invoice_number AND c.answered_at IS NULL
RETURNING c.*
"""
    ),
)


async def reserve(
    database: Database, check_id: UUID, invoice_number: str, by: str, at: datetime
) -> PaymentCheck | None:
    """Stores that an order is checked now; None where it was checked a moment ago, or too often
    today.
    """
    found = await database.row(
        _RESERVE(
            id=check_id,
            invoice_number=invoice_number,
            by=by,
            at=at,
            free_at=at + PAUSE,
            day=moscow_date(at),
            at_most=MAX_CHECKS_A_DAY,
        )
    )
    return None if found is None else check_from(found)


async def answer(
    database: Database, check_id: UUID, acquirer: AcquirerAnswer, bank: BankLook, at: datetime
) -> PaymentCheck | None:
    """Stores what a check found, with what is in our books now; None where it is answered."""
    asked = {"acquirer": acquirer.value, "bank": bank.answer.value, "found": bank.found}
    found = await database.row(_ANSWER(of_id=check_id, at=at, **asked))
    return None if found is None else check_from(found)


async def find(database: Database, check_id: UUID) -> PaymentCheck | None:
    """A check by its id."""
    found = await database.row(_BY_ID(of_id=check_id))
    return None if found is None else check_from(found)


def of_invoice(invoice_number: str, how_many: int) -> Query[PaymentCheckRow]:
    """The latest checks of an order, the newest first."""
    return _OF_INVOICE(of_invoice=invoice_number, how_many=how_many)


def check_from(found: PaymentCheckRow) -> PaymentCheck:
    """The check that a row holds."""
    return PaymentCheck(
        found.id,
        found.invoice_number,
        found.checked_at,
        found.number,
        found.paid_before_kopecks,
        _found_from(found),
    )


def _found_from(found: PaymentCheckRow) -> CheckFound | None:
    if (
        found.answered_at is None
        or found.acquirer is None
        or found.waiting_entries is None
        or found.paid_kopecks is None
    ):
        return None
    return CheckFound(
        found.answered_at,
        AcquirerAnswer(found.acquirer),
        None if found.bank is None else BankLook(BankAnswer(found.bank), found.found_entries or 0),
        found.banked_until,
        found.waiting_entries,
        found.paid_kopecks,
    )
