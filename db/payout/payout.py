"""Payouts: stored, changed by the outcome from outside, found by the acquirer's payment."""

from datetime import datetime

from sqlalchemy import DateTime, Text, bindparam, func, insert, select, update

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import payment_reversals, payments, payout_history, payouts, refunds
from domain.payout.payout import Answer, Choice, PayoutAttempt, PayoutRequest, PayoutStatus

FIRST_ATTEMPT = 1
MOST_UNSETTLED = 20
"""The most unsettled payouts of one payment that are read; more than one is rare."""


@row
class UnsettledPayout:
    """A payout attempt that is not settled yet."""

    case_id: str
    attempt: int
    status: str
    prepared_at: datetime


@row
class AcquiredPayment:
    """The acquirer's id of a payment."""

    acquirer_payment_id: str


_UNSETTLED = typed(
    UnsettledPayout,
    select(payouts.c.case_id, payouts.c.attempt, payouts.c.status, payouts.c.prepared_at)
    .join(payments, payments.c.id == payouts.c.payment_id)
    .join(refunds, refunds.c.id == payouts.c.case_id)
    .where(
        payments.c.acquirer_payment_id == bindparam("acquirer_payment_id"),
        refunds.c.invoice_number == payments.c.invoice_number,  # the way that has an index
        payouts.c.status.in_(("prepared", "sent", "unknown")),
    )
    .order_by(payouts.c.prepared_at)
    .limit(MOST_UNSETTLED),
)
_ACQUIRED = typed(
    AcquiredPayment,
    select(payments.c.acquirer_payment_id)
    .join(refunds, refunds.c.invoice_number == payments.c.invoice_number)
    .where(
        refunds.c.id == bindparam("case_id"),
        payments.c.acquirer_payment_id.is_not(None),
        ~select(payment_reversals.c.payment_id)
        .where(payment_reversals.c.payment_id == payments.c.id)
        .exists(),
    ),
    never_null=("acquirer_payment_id",),
)
_earlier = payouts.alias("earlier")
_through_acquirer = (_earlier.c.channel == "acquirer") & (_earlier.c.status == "rejected")
_PUT = insert(payouts)
_HOLD = (
    update(payouts)
    .where(
        payouts.c.case_id == bindparam("of_case"),
        payouts.c.attempt == bindparam("of_attempt"),
        select(_earlier.c.attempt)
        .where(_earlier.c.case_id == bindparam("of_case"), _through_acquirer)
        .exists(),
    )
    .values(cleared_at=None)
)
_CLEAR = (
    update(payouts)
    .where(
        payouts.c.case_id == bindparam("of_case"),
        payouts.c.attempt == bindparam("of_attempt"),
        payouts.c.cleared_at.is_(None),
    )
    .values(cleared_at=bindparam("at", type_=DateTime(timezone=True)))
)
_ADOPT = (
    update(payouts)
    .where(
        payouts.c.case_id == bindparam("of_case"),
        payouts.c.attempt == bindparam("of_attempt"),
        payouts.c.channel == "bank",
    )
    .values(
        channel="acquirer",
        payment_id=select(_earlier.c.payment_id)
        .where(
            _earlier.c.case_id == bindparam("of_case"),
            _earlier.c.attempt == bindparam("earlier_attempt"),
        )
        .scalar_subquery(),
    )
)
_MOVE = (
    update(payouts)
    .where(payouts.c.case_id == bindparam("of_case"), payouts.c.attempt == bindparam("of_attempt"))
    .values(rrn=func.coalesce(bindparam("of_card", type_=Text), payouts.c.rrn))
)
_PUT_HISTORY = insert(payout_history)


def unsettled_of(acquirer_payment_id: str) -> Query[UnsettledPayout]:
    """The payout attempts that refund this payment and are not settled yet."""
    return _UNSETTLED(acquirer_payment_id=acquirer_payment_id)


def prepare(
    transaction: Transaction,
    request: PayoutRequest,
    *,
    choice: Choice,
    statement_id: object,
    amount_kopecks: int,
    at: datetime,
) -> None:
    """Stores a payout attempt; a second live one of the same case breaks a constraint. One that has
    to be cleared is in no payment run until it is.
    """
    transaction.write(
        _PUT,
        case_id=request.case_id,
        attempt=request.attempt,
        channel=choice.channel,
        channel_reason=choice.reason,
        status=PayoutStatus.PREPARED,
        version=1,
        amount_kopecks=amount_kopecks,
        payment_id=choice.payment_id,
        statement_id=statement_id,
        prepared_at=at,
        changed_at=at,
        cleared_at=None if request.to_clear else at,
    )
    if request.attempt > FIRST_ATTEMPT:
        transaction.write(_HOLD, of_case=request.case_id, of_attempt=request.attempt)
    _put_history(transaction, request, 1, None, PayoutStatus.PREPARED, at, None)


def record(transaction: Transaction, attempt: PayoutAttempt, answer: Answer, at: datetime) -> None:
    """Stores the outcome of a locked payout. One that was never sent to the bank, because an
    earlier attempt was executed after all, is stored as paid through the acquirer.
    """
    if answer.earlier_attempt is not None:
        transaction.write(
            _ADOPT,
            of_case=attempt.case_id,
            of_attempt=attempt.attempt,
            earlier_attempt=answer.earlier_attempt,
        )
    transaction.write(
        _MOVE,
        of_case=attempt.case_id,
        of_attempt=attempt.attempt,
        status=answer.status,
        version=attempt.version + 1,
        external_id=answer.external_id or attempt.external_id,
        reason=answer.reason,
        settled_on=answer.settled_on,
        changed_at=at,
        of_card=answer.rrn,
    )
    _put_history(
        transaction,
        attempt.request,
        attempt.version + 1,
        attempt.status,
        answer.status,
        at,
        answer.reason,
    )


def clear(transaction: Transaction, request: PayoutRequest, at: datetime) -> None:
    """Stores that no earlier attempt was executed; a repeat changes nothing."""
    transaction.write(_CLEAR, of_case=request.case_id, of_attempt=request.attempt, at=at)


async def acquired(database: Database, case_id: str) -> list[str]:
    """The acquirer's ids of the payments made through it for the case's invoice."""
    rows = await database.rows(_ACQUIRED(case_id=case_id))
    return [row.acquirer_payment_id for row in rows]


def _put_history(
    transaction: Transaction,
    request: PayoutRequest,
    number: int,
    previous: PayoutStatus | None,
    status: PayoutStatus,
    at: datetime,
    reason: str | None,
) -> None:
    transaction.write(
        _PUT_HISTORY,
        case_id=request.case_id,
        attempt=request.attempt,
        number=number,
        from_status=previous,
        to_status=status,
        at=at,
        reason=reason,
    )
