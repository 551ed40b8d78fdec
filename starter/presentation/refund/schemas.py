"""The schemas of answers about a refund."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from domain.billing.requisite_field import RequisiteField
from domain.payout.payout import Channel, ChannelReason, PayoutStatus, Way
from domain.payout.trace import Contradiction
from domain.refund.inquiry import InquiryEnd
from domain.refund.refund import Action, RefundKind, RefundStatus
from starter.presentation.models import Roubles, Shown
from starter.presentation.refund.calculation_schemas import CalculationShown
from starter.presentation.refund.state import CaseState


class RequisitesShown(Shown):
    """The requisites; roles that do not need them whole see the last digits."""

    recipient_name: str
    inn: str | None = None
    kpp: str | None = None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None = None


class SignatureShown(Shown):
    """How a statement was signed."""

    method: str
    signed_at: datetime
    address: str | None = Field(default=None, description="Where the one-time code went, masked.")


class StatementShown(Shown):
    """The newest statement."""

    id: UUID
    sha256: str
    drawn_up_at: datetime
    requisites: RequisitesShown
    signature: SignatureShown | None = None


class PayoutShown(Shown):
    """A payout attempt."""

    attempt: int
    status: PayoutStatus
    title: str
    amount: Roubles
    channel: Channel
    channel_reason: ChannelReason
    way: Way
    way_title: str = Field(description="The channel as text.")
    prepared_at: datetime
    changed_at: datetime
    settled_on: date | None = None
    reason: str | None = None
    words: str | None = Field(
        default=None,
        description="For accountants: the acquirer's reason of the rejection, unchanged.",
    )


class TimelineRow(Shown):
    """A change of the case."""

    number: int
    at: datetime
    from_status: RefundStatus | None = None
    to_status: RefundStatus
    title: str
    by: str = Field(description="A role, or `system`.")
    by_title: str
    login: str | None = Field(default=None, description="For staff.")
    reason_code: str | None = Field(default=None, description="Why, where a rule decided.")
    reason: str | None = Field(default=None, description="Why, as text, with remarks.")
    fields: list[RequisiteField] = Field(
        default_factory=list, description="The requisites that the reason is about."
    )


class FeedbackShown(Shown):
    """The client's feedback."""

    score: int
    text: str | None = None
    at: datetime


class TraceShown(Shown):
    """Where the money of a payout can be found: what a client shows to its bank."""

    attempt: int
    way: Way
    way_title: str
    amount: Roubles
    paid_on: date | None = None
    acquirer_refund: str | None = Field(
        default=None, description="The acquirer's id of the refund; absent: paid by the bank."
    )
    rrn: str | None = Field(
        default=None, description="The number under which the bank of the card knows the refund."
    )
    order_number: int | None = Field(default=None, description="The number of the payment order.")
    order_day: date | None = None
    bank_name: str | None = Field(default=None, description="The recipient's bank.")
    debited_on: date | None = Field(
        default=None, description="When our bank debited the order, by its statement."
    )
    returned_on: date | None = None
    suspect_on: date | None = Field(
        default=None,
        description="For staff: the day of an undecided credit that may be its return.",
    )
    contradiction: Contradiction | None = Field(
        default=None, description="For staff: what speaks against the payment."
    )
    contradiction_title: str | None = None
    text: str = Field(description="All of it in words, to be copied.")


class InquiryShown(Shown):
    """An inquiry about money that has not come."""

    id: UUID
    asked_at: datetime
    checked_on: date = Field(description="When the client looked for the money.")
    looked_at: str | None = Field(default=None, description="In which account statement.")
    comment: str | None = None
    login: str | None = Field(default=None, description="For staff: who asked.")
    wait_until: datetime | None = Field(
        default=None, description="Until when an accountant answers; absent: it has ended."
    )
    ended_at: datetime | None = None
    ended_as: InquiryEnd | None = None
    ended_by: str | None = Field(default=None, description="For staff: whose login ended it.")
    title: str = Field(description="Where it is, as text.")
    answer: str | None = Field(default=None, description="What the accountant wrote.")
    trace: TraceShown | None = Field(
        default=None, description="For staff at once, for the client with the answer."
    )


class ActionShown(Shown):
    """What the caller may do now, and the request for it."""

    action: Action
    title: str
    method: str
    href: str


class ListedCase(CaseState):
    """A case in a list."""

    kind: RefundKind
    invoice_number: str
    client_id: str
    client_name: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None


class CaseInFull(ListedCase):
    """Everything about a case that the caller may see."""

    letters_to: str = Field(
        description="Where letters of this case go; masked for roles that do not write them."
    )
    letters_undelivered: bool = Field(
        description="The latest letter to that address was given up: the client corrects it."
    )
    stopped_on: date
    paid_on: date | None = Field(default=None, description="When the money left.")
    credit_bank_days: int = Field(
        description="Bank days from the payment in which the money arrives."
    )
    credit_by: date | None = Field(default=None, description="The last day on which it arrives.")
    refusal: str | None = Field(default=None, description="The condition that was not met.")
    calculation: CalculationShown | None = None
    statement: StatementShown | None = None
    way: Way | None = Field(
        default=None,
        description="The payout's channel, or the one expected now; absent: nothing is refunded.",
    )
    way_title: str | None = None
    payouts: list[PayoutShown]
    timeline: list[TimelineRow]
    feedback: FeedbackShown | None = None
    inquiries: list[InquiryShown] = Field(description="Oldest first.")
    inquiry_from: date | None = Field(
        default=None,
        description="The first day on which the client may say that the money has not come;"
        " absent: nothing was paid.",
    )
    actions: list[ActionShown]
    web_ui: str | None = Field(default=None, description="For operators: the case in Temporal.")
