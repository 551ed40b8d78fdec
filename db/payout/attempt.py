"""Payout attempts, and the facts by which the next one's channel is chosen."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, Text, and_, bindparam, cast, false, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from db.database import Database
from db.facts import Reading, every, only
from db.query import Query, row, typed
from db.tables import payment_reversals, payments, payouts
from domain.billing.invoice import PaymentMethod
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import (
    AttemptsSoFar,
    Channel,
    PayoutAttempt,
    PayoutRequest,
    PayoutStatus,
    RefundablePayment,
)


@row
class PaymentRow:
    """A payment of an invoice, and how much of it no payout has refunded yet."""

    id: str
    method: str
    received_at: datetime
    acquirer_payment_id: str | None
    left_kopecks: int


@row
class AttemptsRow:
    """The attempts of a case so far: see `AttemptsSoFar`."""

    last: int
    acquirer_refused: bool
    last_by_acquirer: bool


@row
class AttemptRow:
    """A payout attempt with the payment that it refunds."""

    case_id: str
    attempt: int
    channel: str
    status: str
    amount_kopecks: int
    prepared_at: datetime
    version: int
    external_id: str | None
    reason: str | None
    settled_on: date | None
    cleared_at: datetime | None
    method: str | None
    acquirer_payment_id: str | None


@row
class EarlierRow:
    """An attempt by the acquirer, and the payment that it was to refund."""

    attempt: int
    acquirer_payment_id: str


_spent = (
    select(func.coalesce(func.sum(payouts.c.amount_kopecks), 0))
    .where(
        payouts.c.payment_id == payments.c.id,
        payouts.c.status.not_in(("rejected", "returned")),
    )
    .scalar_subquery()
)
_PAYMENTS = typed(
    PaymentRow,
    select(
        payments.c.id,
        payments.c.method,
        payments.c.received_at,
        payments.c.acquirer_payment_id,
        cast(payments.c.amount_kopecks - _spent, BigInteger).label("left_kopecks"),
    )
    .where(
        payments.c.invoice_number == bindparam("invoice_number"),
        ~select(payment_reversals.c.payment_id)
        .where(payment_reversals.c.payment_id == payments.c.id)
        .exists(),
    )
    .order_by(payments.c.received_at.desc(), payments.c.id),
    never_null=["left_kopecks"],
)
_refused = and_(payouts.c.channel == "acquirer", payouts.c.status.in_(("rejected", "returned")))
_channels = func.array_agg(
    aggregate_order_by(payouts.c.channel, payouts.c.attempt.desc()), type_=ARRAY(Text)
)
_ATTEMPTS = typed(
    AttemptsRow,
    select(
        func.coalesce(func.max(payouts.c.attempt), 0).label("last"),
        func.coalesce(func.bool_or(_refused), false()).label("acquirer_refused"),
        func.coalesce(_channels[1] == "acquirer", false()).label("last_by_acquirer"),
    ).where(payouts.c.case_id == bindparam("case_id")),
    never_null=["last", "acquirer_refused", "last_by_acquirer"],
)
_ONE = typed(
    AttemptRow,
    select(
        payouts.c.case_id,
        payouts.c.attempt,
        payouts.c.channel,
        payouts.c.status,
        payouts.c.amount_kopecks,
        payouts.c.prepared_at,
        payouts.c.version,
        payouts.c.external_id,
        payouts.c.reason,
        payouts.c.settled_on,
        payouts.c.cleared_at,
        payments.c.method,
        payments.c.acquirer_payment_id,
    )
    .outerjoin(payments, payments.c.id == payouts.c.payment_id)
    .where(payouts.c.case_id == bindparam("case_id"), payouts.c.attempt == bindparam("attempt")),
)
_ONE_LOCKED = _ONE.narrowed(lambda one: one.with_for_update(of=payouts))
_EARLIER = typed(
    EarlierRow,
    select(payouts.c.attempt, payments.c.acquirer_payment_id)
    .join(payments, payments.c.id == payouts.c.payment_id)
    .where(
        payouts.c.case_id == bindparam("case_id"),
        payouts.c.attempt < bindparam("attempt"),
        payouts.c.channel == "acquirer",
        payouts.c.status == "rejected",
    )
    .order_by(payouts.c.attempt),
    never_null=["acquirer_payment_id"],  # the acquirer refunds only payments made through it
)


def payment_rows(invoice_number: str) -> Query[PaymentRow]:
    """The payments of an invoice with the refundable part of each, newest first."""
    return _PAYMENTS(invoice_number=invoice_number)


def payments_from(rows: Sequence[PaymentRow]) -> Sequence[RefundablePayment]:
    """The rows of `payment_rows` as facts for choosing the channel."""
    return [_refundable(row) for row in rows]


def payments_of(invoice_number: str) -> Reading[Sequence[RefundablePayment]]:
    """The payments of an invoice as facts, newest first."""
    return every(payment_rows(invoice_number)).to(payments_from)


def attempts_row(case_id: str) -> Query[AttemptsRow]:
    """The outcomes of a case's payout attempts so far, in one row."""
    return _ATTEMPTS(case_id=case_id)


def attempts_of(case_id: str) -> Reading[AttemptsSoFar]:
    """The outcomes of a case's payout attempts so far, as facts."""
    return only(attempts_row(case_id)).to(
        lambda row: AttemptsSoFar(row.last, row.acquirer_refused, row.last_by_acquirer)
    )


def attempt(request: PayoutRequest, *, locked: bool = False) -> Reading[PayoutAttempt]:
    """A payout attempt; raises ValueError for one that does not exist."""
    one = _ONE_LOCKED if locked else _ONE
    return only(one(case_id=request.case_id, attempt=request.attempt)).to(_attempt_from)


def earlier(request: PayoutRequest) -> Query[EarlierRow]:
    """The attempts before this one that went to the acquirer and are stored as rejected."""
    return _EARLIER(case_id=request.case_id, attempt=request.attempt)


async def find(database: Database, request: PayoutRequest) -> PayoutAttempt | None:
    """The present state of a payout attempt."""
    row = await database.row(_ONE(case_id=request.case_id, attempt=request.attempt))
    return None if row is None else _attempt_from(row)


def _refundable(row: PaymentRow) -> RefundablePayment:
    return RefundablePayment(
        payment_id=row.id,
        method=PaymentMethod(row.method),
        paid_on=moscow_date(row.received_at),
        left_kopecks=row.left_kopecks,
        acquirer_payment_id=row.acquirer_payment_id,
    )


def _attempt_from(row: AttemptRow) -> PayoutAttempt:
    return PayoutAttempt(
        case_id=row.case_id,
        attempt=row.attempt,
        channel=Channel(row.channel),
        status=PayoutStatus(row.status),
        amount_kopecks=row.amount_kopecks,
        prepared_at=row.prepared_at,
        version=row.version,
        external_id=row.external_id,
        reason=row.reason,
        settled_on=row.settled_on,
        cleared_at=row.cleared_at,
        method=None if row.method is None else PaymentMethod(row.method),
        acquirer_payment_id=row.acquirer_payment_id,
    )
