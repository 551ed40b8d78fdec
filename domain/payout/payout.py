"""What a payout is: its statuses, their moves, and the messages of its process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from domain.billing.invoice import PaymentMethod
from domain.text import one_line


class PayoutStatus(StrEnum):
    """Statuses of product.md, section Payouts and bank statements."""

    PREPARED = "prepared"
    SENT = "sent"
    UNKNOWN = "unknown"
    PAID = "paid"
    REJECTED = "rejected"
    RETURNED = "returned"


PAYOUT_MOVES = MappingProxyType(
    {
        PayoutStatus.PREPARED: frozenset(
            {PayoutStatus.SENT, PayoutStatus.UNKNOWN, PayoutStatus.PAID, PayoutStatus.REJECTED}
        ),
        PayoutStatus.SENT: frozenset(
            {PayoutStatus.UNKNOWN, PayoutStatus.PAID, PayoutStatus.REJECTED}
        ),
        PayoutStatus.UNKNOWN: frozenset(
            {PayoutStatus.SENT, PayoutStatus.PAID, PayoutStatus.REJECTED}
        ),
        PayoutStatus.PAID: frozenset({PayoutStatus.RETURNED}),
        PayoutStatus.REJECTED: frozenset(),
        PayoutStatus.RETURNED: frozenset(),
    }
)
"""The allowed moves; the database holds the same table."""


class Channel(StrEnum):
    """How money is paid out."""

    ACQUIRER = "acquirer"
    BANK = "bank"


class Way(StrEnum):
    """Where the client gets the money: on the means of payment it used, or on an account."""

    CARD = "card"
    SBP = "sbp"
    ACCOUNT = "account"


def way_of(channel: Channel, method: PaymentMethod | None) -> Way:
    """Where a payout goes; `method` is the method of the payment that the acquirer refunds."""
    if channel is Channel.BANK or method is None:
        return Way.ACCOUNT
    return Way.SBP if method is PaymentMethod.SBP else Way.CARD


class ChannelReason(StrEnum):
    """Why a channel was chosen; kept with the payout."""

    PAID_THIS_WAY = "paid_this_way"
    PAID_BY_TRANSFER = "paid_by_transfer"
    PAYMENT_TOO_OLD = "payment_too_old"
    SEVERAL_PAYMENTS = "several_payments"
    ACQUIRER_REFUSED = "acquirer_refused"
    SURPLUS = "surplus"
    METHOD_NOT_REFUNDABLE = "method_not_refundable"
    ACCOUNTANTS_WORD = "accountants_word"
    GIVEN_BACK_THERE = "given_back_there"


@dataclass(frozen=True)
class RefundablePayment:
    """A payment of the invoice, and how much of it no payout has refunded yet.

    `acquirer_payment_id` is the acquirer's id, None for a bank transfer.
    """

    payment_id: str
    method: PaymentMethod
    paid_on: date
    left_kopecks: int
    acquirer_payment_id: str | None = None

    @property
    def through_acquirer(self) -> bool:
        """Whether it was made through the acquirer, not by bank transfer."""
        return self.method is not PaymentMethod.BANK_TRANSFER


@dataclass(frozen=True)
class Choice:
    """The channel of a payout; `payment_id` is the payment that the acquirer refunds, None for the
    bank.
    """

    channel: Channel
    reason: ChannelReason
    payment_id: str | None = None


def choose_channel(
    payments: Sequence[RefundablePayment],
    sum_kopecks: int,
    today: date,
    max_age_days: int,
    *,
    methods: frozenset[PaymentMethod],
    acquirer_refused: bool,
) -> Choice:
    """The same means of payment where that is possible, otherwise the bank account.

    The acquirer refunds one payment, the newest that is large enough for the whole sum, not older
    than `max_age_days`, and only one made by one of `methods`: a business's payment by SBP is not
    refundable. Once it has refused the case, the bank pays by the requisites that the client was
    asked for.
    """
    acquired = [payment for payment in payments if payment.through_acquirer]
    if not acquired:
        return Choice(Channel.BANK, ChannelReason.PAID_BY_TRANSFER)
    if acquirer_refused:
        return Choice(Channel.BANK, ChannelReason.ACQUIRER_REFUSED)
    refundable = [payment for payment in acquired if payment.method in methods]
    if not refundable:
        return Choice(Channel.BANK, ChannelReason.METHOD_NOT_REFUNDABLE)
    young = [payment for payment in refundable if (today - payment.paid_on).days <= max_age_days]
    if not young:
        return Choice(Channel.BANK, ChannelReason.PAYMENT_TOO_OLD)
    for payment in sorted(young, key=lambda one: one.paid_on, reverse=True):
        if payment.left_kopecks >= sum_kopecks:
            return Choice(Channel.ACQUIRER, ChannelReason.PAID_THIS_WAY, payment.payment_id)
    return Choice(Channel.BANK, ChannelReason.SEVERAL_PAYMENTS)


def way_by(choice: Choice, payments: Sequence[RefundablePayment]) -> Way:
    """Where the chosen payout goes."""
    methods = {payment.payment_id: payment.method for payment in payments}
    method = None if choice.payment_id is None else methods.get(choice.payment_id)
    return way_of(choice.channel, method)


@dataclass(frozen=True)
class AttemptsSoFar:
    """The payout attempts of a case: the number of the `last` (0: none); whether the acquirer
    refused one of them, and whether the last was through it.
    """

    last: int = 0
    acquirer_refused: bool = False
    last_by_acquirer: bool = False


@dataclass(frozen=True)
class PayoutRequest:
    """A payout attempt; its key towards the acquirer is (case id, attempt).

    `to_clear`: the acquirer's refunds of its payment have to be checked before it may be sent.
    """

    case_id: str
    attempt: int
    channel: Channel = Channel.ACQUIRER
    to_clear: bool = False


@dataclass(frozen=True)
class Answer:
    """The outcome of a payout as the acquirer or bank gave it: a status, their id, and a reason for
    a refusal.

    `earlier_attempt`: the money was paid under that attempt's key, which had been stored as
    rejected. `rrn`: the number under which the bank of the card knows the refund, if it is known.
    """

    status: PayoutStatus
    external_id: str | None = None
    reason: str | None = None
    settled_on: date | None = None
    earlier_attempt: int | None = None
    rrn: str | None = None


@dataclass(frozen=True)
class PayoutTold:
    """What the outside reports of an attempt of a case."""

    attempt: int
    answer: Answer


@dataclass(frozen=True)
class PayoutAttempt:
    """A payout attempt as it is stored. `version` counts its changes.

    `method` and `acquirer_payment_id` are of the payment that it refunds, None for an attempt by
    the bank. `cleared_at`: the instant (UTC) from which it may be sent, None while the acquirer's
    refunds of that payment have to be checked first.
    """

    case_id: str
    attempt: int
    channel: Channel
    status: PayoutStatus
    amount_kopecks: int
    prepared_at: datetime
    version: int = 1
    external_id: str | None = None
    reason: str | None = None
    settled_on: date | None = None
    cleared_at: datetime | None = None
    method: PaymentMethod | None = None
    acquirer_payment_id: str | None = None

    @property
    def request(self) -> PayoutRequest:
        """The request that identifies it."""
        return PayoutRequest(self.case_id, self.attempt)

    @property
    def gives_back(self) -> str:
        """The acquirer's id of the payment that it refunds.

        Raises ValueError for an attempt by the bank.
        """
        if self.acquirer_payment_id is None:
            raise ValueError(f"{key_of(self.request)} refunds no payment of the acquirer")
        return self.acquirer_payment_id

    @property
    def way(self) -> Way:
        """Where its money goes."""
        return way_of(self.channel, self.method)

    @property
    def answer(self) -> Answer:
        """Its present state."""
        return Answer(self.status, self.external_id, self.reason, self.settled_on)


@dataclass(frozen=True)
class ManualSettlement:
    """An operator's settlement of a payout, by the acquirer's own records.

    `status` is paid (with `settled_on`) or rejected; `by` and `reason` are stored with it.
    """

    status: PayoutStatus
    by: str
    reason: str
    settled_on: date | None = None


_BETWEEN = ": "
"""Separates the operator from the reason; no code of the acquirer or bank contains it."""


def reason_by_hand(settlement: ManualSettlement) -> str:
    """The stored text of a manual settlement: who settled, and why."""
    return f"{one_line(settlement.by)}{_BETWEEN}{one_line(settlement.reason)}"


def is_by_hand(reason: str) -> bool:
    """Whether a payout's reason is an operator's, not a code of the acquirer or bank."""
    return _BETWEEN in reason


@dataclass(frozen=True)
class SettlementRequest:
    """An operator's decision on a payout attempt."""

    payout: PayoutRequest
    word: ManualSettlement


@dataclass(frozen=True)
class PayoutReturn:
    """A payout's money that came back after the debit: which attempt, and the bank's reason."""

    attempt: int
    reason: str | None = None


@dataclass(frozen=True)
class Settlement:
    """An answer that is to be stored for a payout attempt at an instant (UTC)."""

    payout: PayoutRequest
    answer: Answer
    at: datetime


def key_of(request: PayoutRequest) -> str:
    """The idempotency key of a payout attempt towards the acquirer."""
    return f"{request.case_id}/{request.attempt}"
