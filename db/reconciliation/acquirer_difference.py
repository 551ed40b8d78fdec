"""Differences between our books and the acquirer's lists: stored when found, decided once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Text, bindparam, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.facts import Reading, every
from db.query import Query, row, typed
from db.tables import (
    acquirer_difference_decisions,
    acquirer_differences,
    payments,
    payouts,
    refunds,
)
from domain.reconciliation.acquirer_list import ListDifference, ListInvariant


@row
class DifferenceRow:
    """A difference between our books and the acquirer's lists."""

    invariant: str
    subject: str
    found: str
    acquirer_payment_id: str | None
    amount_kopecks: int | None
    happened_on: date | None


_differences, _decisions = acquirer_differences, acquirer_difference_decisions


@row
class DifferenceId:
    """The id of a difference."""

    id: UUID


@row
class DecidedDifference:
    """A difference with the decision about it, if there is one."""

    id: UUID
    invariant: str
    subject: str
    acquirer_payment_id: str | None
    amount_kopecks: int | None
    happened_on: date | None
    found: str
    found_at: datetime
    answer_by: date | None
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None


@row
class DisputedCase:
    """A case whose payments differ at the acquirer."""

    case_id: str


_is_decided = (
    select(_decisions.c.difference_id).where(_decisions.c.difference_id == _differences.c.id)
).exists()
_PUT = insert(_differences).on_conflict_do_nothing()
_OPEN_OF = typed(
    DifferenceId,
    select(_differences.c.id).where(
        _differences.c.id.in_(bindparam("ids", expanding=True)), ~_is_decided
    ),
)
_of_invoice = (
    select(payments.c.id)
    .where(
        payments.c.acquirer_payment_id == _differences.c.acquirer_payment_id,
        payments.c.invoice_number == bindparam("invoice_number"),
    )
    .exists()
)
_OPEN_OF_INVOICE = typed(
    DifferenceRow,
    select(
        _differences.c.invariant,
        _differences.c.subject,
        _differences.c.found,
        _differences.c.acquirer_payment_id,
        _differences.c.amount_kopecks,
        _differences.c.happened_on,
    )
    .where(_of_invoice, ~_is_decided)
    .order_by(_differences.c.found_at, _differences.c.id)
    .with_for_update(of=_differences),
)
_PUT_DECISION = insert(_decisions).on_conflict_do_nothing(index_elements=["difference_id"])
_DECIDE_OF_INVOICE = insert(_decisions).from_select(
    ["difference_id", "reason", "decided_by", "decided_at"],
    select(
        _differences.c.id,
        bindparam("reason", type_=Text),
        bindparam("by", type_=Text),
        bindparam("at", type_=DateTime(timezone=True)),
    ).where(_of_invoice, ~_is_decided),
)
_DIFFERENCES = typed(
    DecidedDifference,
    select(
        _differences, _decisions.c.reason, _decisions.c.decided_by, _decisions.c.decided_at
    ).outerjoin(_decisions, _decisions.c.difference_id == _differences.c.id),
)
_ONE = _DIFFERENCES.narrowed(
    lambda rows: rows.where(_differences.c.id == bindparam("difference_id"))
)
_LOCK = typed(
    DifferenceId,
    select(_differences.c.id)
    .where(_differences.c.id == bindparam("difference_id"))
    .with_for_update(of=_differences),
)
_OPEN_CASES = typed(
    DisputedCase,
    select(payouts.c.case_id)
    .join(refunds, refunds.c.id == payouts.c.case_id)
    .join(payments, payments.c.invoice_number == refunds.c.invoice_number)
    .join(_differences, _differences.c.acquirer_payment_id == payments.c.acquirer_payment_id)
    .where(payouts.c.channel == "bank", payouts.c.status == literal("prepared"), ~_is_decided)
    .distinct(),
)

After = tuple[datetime, UUID]
"""The key (found_at, id) of the last difference seen."""


def put(transaction: Transaction, found: Iterable[ListDifference], at: datetime) -> None:
    """Stores differences; one found again is not changed."""
    for one in found:
        transaction.write(
            _PUT,
            id=one.id,
            invariant=one.invariant.name.lower(),
            subject=one.subject,
            acquirer_payment_id=one.payment_id,
            amount_kopecks=one.amount_kopecks,
            happened_on=one.happened_on,
            answer_by=one.answer_by,
            found=one.found,
            found_at=at,
        )


async def undecided(
    database: Database, found: Sequence[ListDifference], at: datetime
) -> list[ListDifference]:
    """Stores differences and returns those that nobody has decided about."""
    if not found:
        return []
    async with database.transaction() as transaction:
        put(transaction, found, at)
    rows = await database.rows(_OPEN_OF(ids=[one.id for one in found]))
    known = {row.id for row in rows}
    return [one for one in found if one.id in known]


def open_of_invoice(invoice_number: str) -> Reading[Sequence[ListDifference]]:
    """Undecided differences of an invoice's payments, locked."""
    found = every(_OPEN_OF_INVOICE(invoice_number=invoice_number))
    return found.to(lambda rows: [_difference_from(row) for row in rows])


def _difference_from(row: DifferenceRow) -> ListDifference:
    return ListDifference(
        invariant=ListInvariant[row.invariant.upper()],
        subject=row.subject,
        found=row.found,
        payment_id=row.acquirer_payment_id,
        amount_kopecks=row.amount_kopecks,
        happened_on=row.happened_on,
    )


def open_cases() -> Query[DisputedCase]:
    """Cases with a prepared bank payout whose payments differ at the acquirer."""
    return _OPEN_CASES()


def decide(
    transaction: Transaction, ids: Collection[UUID], reason: str, by: str, at: datetime
) -> None:
    """Stores a person's decision on differences; earlier decisions stay."""
    for difference_id in ids:
        transaction.write(
            _PUT_DECISION, difference_id=difference_id, reason=reason, decided_by=by, decided_at=at
        )


def decide_of_invoice(
    transaction: Transaction, invoice_number: str, reason: str, by: str, at: datetime
) -> None:
    """Stores a person's decision on all undecided differences of an invoice's payments."""
    transaction.write(
        _DECIDE_OF_INVOICE, invoice_number=invoice_number, reason=reason, by=by, at=at
    )


def one(difference_id: UUID) -> Query[DecidedDifference]:
    """A difference with the decision about it."""
    return _ONE(difference_id=difference_id)


def lock(difference_id: UUID) -> Query[DifferenceId]:
    """Locks a difference, so that two decisions on it are stored one after another."""
    return _LOCK(difference_id=difference_id)


def listed(
    limit: int, after: After | None = None, *, is_open: bool | None = None
) -> Query[DecidedDifference]:
    """Differences, the newest first; `is_open` None: decided ones too."""
    order = (_differences.c.found_at.desc(), _differences.c.id.desc())
    conditions: list[ColumnElement[bool]] = []
    if is_open is not None:
        conditions.append(
            _decisions.c.difference_id.is_(None) if is_open else _decisions.c.reason.is_not(None)
        )
    if after is not None:
        key = tuple_(_differences.c.found_at, _differences.c.id)
        conditions.append(key < tuple_(*after))
    return _DIFFERENCES.narrowed(
        lambda rows: rows.where(*conditions).order_by(*order).limit(limit)
    )()


def is_same_decision(row: DecidedDifference, reason: str, by: str) -> bool:
    """Whether the stored decision is the same as this one."""
    return (row.reason, row.decided_by) == (reason, by)
