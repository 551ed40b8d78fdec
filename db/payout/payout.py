"""Payouts: choosing what pays a case back, and recording what the outside said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    DateTime,
    Text,
    and_,
    bindparam,
    cast,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from db.database import Database, Transaction
from db.payout.payout_list import PayoutRow
from db.query import Query, row, typed
from db.tables import payment_reversals, payments, payout_history, payouts, refunds
from domain.billing.invoice import PaymentMethod
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import (
    Answer,
    Channel,
    ChannelReason,
    Choice,
    PayoutRequest,
    PayoutStatus,
    RefundablePayment,
    Way,
    choose_channel,
    way_of,
)
from domain.refund.policy import RefundPolicy
from domain.refund.refund import RefundKind

FIRST_ATTEMPT = 1
MOST_UNSETTLED = 20
"""Payouts of one payment that are looked for at once; more than one is rare."""


@row
class RefundablePaymentRow:
    """A payment with what is still refundable of it."""

    id: str
    invoice_number: str
    method: str
    acquirer_payment_id: str | None
    amount_kopecks: int
    vat_rate: str | None
    received_at: datetime
    created_at: datetime
    besides: dict[str, Any]
    left_kopecks: int


@row
class Attempts:
    """The attempts of a case: their last number, and what the acquirer made of them."""

    attempt: int
    acquirer_refused: bool
    last_by_acquirer: bool


@row
class PayoutOfPayment(PayoutRow):
    """A payout attempt with the payment that it gives back, if it gives one back."""

    acquirer_payment_id: str | None
    method: str | None


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


@row
class EarlierPayout(PayoutRow):
    """An earlier attempt with the payment that it was to give back."""

    acquirer_payment_id: str | None


class CaseToPay(Protocol):
    """What the way of a case's payout depends on."""

    @property
    def kind(self) -> str: ...
    @property
    def client_kind(self) -> str: ...
    @property
    def sum_kopecks(self) -> int: ...


class PaidAs(Protocol):
    """An attempt's channel, and the way that the payment it gives back came by."""

    @property
    def channel(self) -> str: ...
    @property
    def method(self) -> str | None: ...


class AttemptRow(Protocol):
    """An attempt as far as moving it on needs it."""

    @property
    def case_id(self) -> str: ...
    @property
    def attempt(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def external_id(self) -> str | None: ...


_spent = (
    select(func.coalesce(func.sum(payouts.c.amount_kopecks), 0))
    .where(
        payouts.c.payment_id == payments.c.id,
        payouts.c.status.not_in(("rejected", "returned")),
    )
    .scalar_subquery()
)
_PAYMENTS = typed(
    RefundablePaymentRow,
    select(payments, cast(payments.c.amount_kopecks - _spent, BigInteger).label("left_kopecks"))
    .where(
        payments.c.invoice_number == bindparam("invoice_number"),
        ~select(payment_reversals.c.payment_id)
        .where(payment_reversals.c.payment_id == payments.c.id)
        .exists(),
    )
    .order_by(payments.c.received_at.desc(), payments.c.id),
    never_null=("left_kopecks",),
)
_refused = and_(payouts.c.channel == "acquirer", payouts.c.status.in_(("rejected", "returned")))
_channels = func.array_agg(
    aggregate_order_by(payouts.c.channel, payouts.c.attempt.desc()), type_=ARRAY(Text)
)
_ATTEMPTS = typed(
    Attempts,
    select(
        func.coalesce(func.max(payouts.c.attempt), 0).label("attempt"),
        func.coalesce(func.bool_or(_refused), false()).label("acquirer_refused"),
        func.coalesce(_channels[1] == "acquirer", false()).label("last_by_acquirer"),
    ).where(payouts.c.case_id == bindparam("case_id")),
    never_null=("attempt", "acquirer_refused", "last_by_acquirer"),
)
_ONE = typed(
    PayoutOfPayment,
    select(payouts, payments.c.acquirer_payment_id, payments.c.method)
    .outerjoin(payments, payments.c.id == payouts.c.payment_id)
    .where(payouts.c.case_id == bindparam("case_id"), payouts.c.attempt == bindparam("attempt")),
)
_ONE_LOCKED = _ONE.narrowed(lambda rows: rows.with_for_update(of=payouts))
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
_EARLIER = typed(
    EarlierPayout,
    select(_earlier, payments.c.acquirer_payment_id)
    .join(payments, payments.c.id == _earlier.c.payment_id)
    .where(
        _earlier.c.case_id == bindparam("case_id"),
        _earlier.c.attempt < bindparam("attempt"),
        _through_acquirer,
    )
    .order_by(_earlier.c.attempt),
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
_MOVE = update(payouts).where(
    payouts.c.case_id == bindparam("of_case"), payouts.c.attempt == bindparam("of_attempt")
)
_PUT_HISTORY = insert(payout_history)


def payments_of(invoice_number: str) -> Query[RefundablePaymentRow]:
    """The payments of an invoice with what is still refundable of each, newest first."""
    return _PAYMENTS(invoice_number=invoice_number)


def unsettled_of(acquirer_payment_id: str) -> Query[UnsettledPayout]:
    """The payout attempts that give this payment back and are not settled yet."""
    return _UNSETTLED(acquirer_payment_id=acquirer_payment_id)


def attempts_of(case_id: str) -> Query[Attempts]:
    """The number of the last payout attempt of a case, 0 before the first, whether it went by the
    acquirer, and whether the acquirer refused one of them.
    """
    return _ATTEMPTS(case_id=case_id)


def one(request: PayoutRequest, *, locked: bool = False) -> Query[PayoutOfPayment]:
    """A payout attempt with the payment that it gives back."""
    statement = _ONE_LOCKED if locked else _ONE
    return statement(case_id=request.case_id, attempt=request.attempt)


def prepare(
    transaction: Transaction,
    request: PayoutRequest,
    *,
    choice: Choice,
    statement_id: object,
    amount_kopecks: int,
    at: datetime,
) -> None:
    """Puts down a payout attempt; a second live one of the same case breaks a constraint. One that
    is to be cleared stands in no payment run until it is.
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


def record(
    transaction: Transaction,
    row: AttemptRow,
    answer: Answer,
    at: datetime,
    settled_on: date | None,
) -> None:
    """Moves a locked payout to what the outside said of it. One that the bank never got, because an
    earlier attempt was executed after all, has left through the acquirer.
    """
    request = PayoutRequest(row.case_id, row.attempt)
    if answer.earlier_attempt is not None:
        transaction.write(
            _ADOPT,
            of_case=row.case_id,
            of_attempt=row.attempt,
            earlier_attempt=answer.earlier_attempt,
        )
    transaction.write(
        _MOVE,
        of_case=row.case_id,
        of_attempt=row.attempt,
        status=answer.status,
        version=row.version + 1,
        external_id=answer.external_id or row.external_id,
        reason=answer.reason,
        settled_on=settled_on,
        changed_at=at,
    )
    _put_history(
        transaction,
        request,
        row.version + 1,
        PayoutStatus(row.status),
        answer.status,
        at,
        answer.reason,
    )


@dataclass(frozen=True)
class Prepared:
    """An attempt as it is right after it was prepared, within the same transaction."""

    case_id: str
    attempt: int
    version: int = 1
    status: PayoutStatus = PayoutStatus.PREPARED
    external_id: str | None = None


def just_prepared(request: PayoutRequest) -> Prepared:
    """The row to move on in the transaction that prepares it."""
    return Prepared(request.case_id, request.attempt)


def key_of(request: PayoutRequest) -> str:
    """The key towards the outside."""
    return f"{request.case_id}/{request.attempt}"


def choose(
    case: CaseToPay,
    policy: RefundPolicy,
    paid_by: Sequence[RefundablePaymentRow],
    today: date,
    *,
    acquirer_refused: bool,
) -> Choice:
    """The way of a case's payout by the rows of `payments_of`: of one that is prepared, and of one
    that is only foretold. `case` tells its kind and sum and its client's kind.

    A surplus goes by the requisites: nobody can tell which payment it was part of.
    """
    if case.kind == RefundKind.SURPLUS:
        return Choice(Channel.BANK, ChannelReason.SURPLUS)
    return choose_channel(
        [refundable(row) for row in paid_by],
        case.sum_kopecks,
        today,
        policy.acquirer_max_age_days,
        methods=policy.acquirer_methods[ClientKind(case.client_kind)],
        acquirer_refused=acquirer_refused,
    )


def way_by(choice: Choice, paid_by: Sequence[RefundablePaymentRow]) -> Way:
    """Where the chosen payout goes, by the rows of `payments_of`."""
    methods = {row.id: PaymentMethod(row.method) for row in paid_by}
    paid_as = None if choice.payment_id is None else methods.get(choice.payment_id)
    return way_of(choice.channel, paid_as)


def way_in(row: PaidAs) -> Way:
    """Where a payout attempt goes, by a row of `one`."""
    method = None if row.method is None else PaymentMethod(row.method)
    return way_of(Channel(row.channel), method)


def refundable(row: RefundablePaymentRow) -> RefundablePayment:
    """A row of `payments_of` as a fact for choosing the channel."""
    return RefundablePayment(
        payment_id=row.id,
        method=PaymentMethod(row.method),
        paid_on=moscow_date(row.received_at),
        left_kopecks=row.left_kopecks,
    )


def earlier(request: PayoutRequest) -> Query[EarlierPayout]:
    """The attempts before this one that went to the acquirer and are held as rejected."""
    return _EARLIER(case_id=request.case_id, attempt=request.attempt)


def clear(transaction: Transaction, request: PayoutRequest, at: datetime) -> None:
    """Notes that no earlier attempt was executed; the first time counts."""
    transaction.write(_CLEAR, of_case=request.case_id, of_attempt=request.attempt, at=at)


async def acquired(database: Database, case_id: str) -> list[str]:
    """The acquirer's ids of the payments that it brought for the case's invoice."""
    rows = await database.rows(_ACQUIRED(case_id=case_id))
    return [row.acquirer_payment_id for row in rows]


async def find(database: Database, request: PayoutRequest) -> PayoutOfPayment | None:
    """A payout attempt as it is now."""
    return await database.row(one(request))


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
