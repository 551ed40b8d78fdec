"""A dispute as its changes are judged: what is stored of it, and what a step reads beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Wait
from domain.dispute.dispute import (
    Demand,
    DisputeKind,
    DisputeStatus,
    DisputeTransitionResult,
    Outside,
)
from domain.dispute.evidence import EvidenceKind
from domain.dispute.policy import DisputePolicy


class Found(StrEnum):
    """What the automatic looks have found."""

    DOUBLE_CHARGE = "double_charge"
    """More has come for the order than is due; the sum is what nobody has been promised."""
    PAID = "paid"
    """The order is paid whole, whatever it showed before."""
    PAYMENT_ON_ITS_WAY = "payment_on_its_way"
    """The acquirer has the money, our books not yet: its case was begun again."""
    REFUND_UNDER_WAY = "refund_under_way"
    """A refund of the order is under way already."""


@dataclass(frozen=True)
class DisputeCase:
    """A stored dispute: `version` is the number of its last change. Sums in kopecks.

    `stage_at` is when it came to its status, `handed_in` counts what its client has written.
    `correction` says what has to be put right, by the decision.
    """

    id: str
    client_id: str
    invoice_number: str
    kind: DisputeKind
    demand: Demand
    demand_kopecks: int | None
    status: DisputeStatus
    version: int
    wait: Wait | None
    looks: int
    found: Found | None
    found_kopecks: int | None
    handed_in: int
    due_at: datetime
    paused_at: datetime | None
    hastened_at: datetime | None
    decided_by: str | None
    awarded_kopecks: int
    compensation_kopecks: int
    compensated_on: date | None
    refund_id: str | None
    taken_back_id: str | None
    stage_at: datetime
    policy: DisputePolicy
    calendar: BankCalendar
    return_id: str | None = None
    correction: str | None = None
    corrected_at: datetime | None = None

    @property
    def owes_correction(self) -> bool:
        """Whether something is to be put right that nobody has put right yet."""
        return self.correction is not None and self.corrected_at is None

    @property
    def owes_compensation(self) -> bool:
        """Whether a compensation was decided that nobody has recorded as paid."""
        return self.compensation_kopecks > 0 and self.compensated_on is None


@dataclass(frozen=True)
class OpeningFacts:
    """What a dispute is opened by: what was written, and the policy that is valid now."""

    client_id: str
    kind: DisputeKind
    demand_kopecks: int | None
    policy: DisputePolicy


@dataclass(frozen=True)
class LookFacts:
    """What the automatic looks have read, in kopecks.

    `papers` are the kinds that the dispute has, those found by the system among them; `accepted`
    counts the client's other disputes that were accepted without a person, or are announced so,
    in the policy's `accepted_days`;
    `is_on_its_way`: the acquirer has captured a payment of the order that our books do not have.
    """

    total_kopecks: int
    paid_kopecks: int
    left_kopecks: int
    surplus_left_kopecks: int
    open_refunds: int
    accepted: int
    is_on_its_way: bool
    papers: Sequence[EvidenceKind]


@dataclass(frozen=True)
class DecisionFacts:
    """A stored decision of ours, and what may still be promised of the order (kopecks).

    `returned_kopecks`: what the goods cost that come back by it; `objected_to`: who made the
    decision that the client has objected to last; `is_compensation_unsent`: an accountant says that
    a decided compensation has never left.
    """

    outcome: DisputeStatus | None
    awarded_kopecks: int
    compensation_kopecks: int
    outside: Outside | None
    kinds: Sequence[EvidenceKind]
    until_on: date | None
    reason: str
    seen_handed_in: int
    left_kopecks: int
    taken_back_id: str | None = None
    objected_to: str | None = None
    is_compensation_unsent: bool = False
    correction: str | None = None
    returned_kopecks: int = 0

    @property
    def gives_kopecks(self) -> int:
        """All that it gives, in money and in goods."""
        return self.awarded_kopecks + self.compensation_kopecks + self.returned_kopecks


@dataclass(frozen=True)
class BeginningFacts:
    """The chargeback that a dispute begins with, and its last day if it has one."""

    taken_back_id: str | None
    answer_by: date | None


@dataclass(frozen=True)
class Begun:
    """What a decision has begun: the refund of what was awarded, the return of goods."""

    refund_id: str | None = None
    return_id: str | None = None


class Returning(StrEnum):
    """How far the return of goods is that was decided, with the money that it leads to."""

    NONE = "none"
    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    """Not opened, not sent, not accepted, or not paid: a person's again."""


@dataclass(frozen=True)
class PerformedFacts:
    """How far a refund is that a decision has led to; None: there is none, or it is not stored.

    `paid_kopecks` has left as money; it may be less than was awarded. `order_paid_kopecks` is what
    the whole order has been paid by, 0 while a part of it is not.
    """

    refund_status: str | None
    paid_kopecks: int
    is_over: bool
    returning: Returning = Returning.NONE
    order_paid_kopecks: int = 0


@dataclass(frozen=True)
class ReturnTakenBack:
    """A chargeback was won: the acquirer gave the money back on a day."""

    taken_back_id: str
    returned_on: date
    reason: str


DisputeTransition = Transition[DisputeTransitionResult, ReturnTakenBack]
"""A change of a dispute."""
Judged = DisputeTransition | DisputeTransitionResult
