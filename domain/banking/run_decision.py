"""What an accountant decides about payment runs, their orders and the payouts that wait for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.payout.payout import Channel, PayoutStatus

ORDER_OPEN = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN)
"""Payouts that the bank can still refuse; a handed-over one may be recorded as sent in a moment."""


class RunDecisionKind(StrEnum):
    """What is decided."""

    GATHER = "gather"
    """All payouts that wait become a run, which has the id of this decision."""
    DISSOLVE = "dissolve"
    """A run's file is not sent; its payouts wait for another run."""
    REJECT = "reject"
    """The bank refused an order before the debit."""
    RETURN = "return"
    """A payout that waits goes back to its client for other requisites."""


SETTLES_A_PAYOUT = frozenset({RunDecisionKind.REJECT, RunDecisionKind.RETURN})
"""Decisions that a payout hears of as its rejection."""


class RunRefusal(StrEnum):
    """Why a decision is refused; its text is `error.<code>`."""

    NOTHING_TO_PAY = "nothing_to_pay"
    LEFT_OUT = "payouts_left_out"
    HANDED_OVER = "payment_run_handed_over"
    DEBITED = "payment_run_debited"
    NOT_HANDED_OVER = "payment_run_not_handed_over"
    REJECTED = "payment_order_rejected"
    SETTLED = "payment_order_settled"
    RETURNED = "requisites_returned"
    NOT_PREPARED = "payout_not_prepared"
    NOT_CLEARED = "payout_not_cleared"
    IN_A_RUN = "payout_in_a_run"
    DEBITED_BEFORE = "payout_debited_before"
    DIFFERS_THERE = "payout_differs_there"


@dataclass(frozen=True)
class RunDecision:
    """A decision on its way, by the id of the row that holds it."""

    decision_id: str
    kind: RunDecisionKind


@dataclass(frozen=True)
class RunDecisionStored:
    """What came of a decision: stored, or why it changed nothing."""

    refusal: RunRefusal | None = None


@dataclass(frozen=True)
class OrderFacts:
    """What of an order its rejection is judged by; `rejection`: who rejected it before, and why."""

    is_handed_over: bool
    payout_status: PayoutStatus
    rejection: tuple[str, str] | None


@dataclass(frozen=True)
class WaitingFacts:
    """What of a payout its return is judged by. `returned`: who returned it before, why, and the
    note; `held`: why no run may take it.
    """

    channel: Channel
    status: PayoutStatus
    is_cleared: bool
    is_ordered: bool
    returned: tuple[str, str, str] | None
    held: RunRefusal | None = None


def rejection_refusal(order: OrderFacts, rejection: tuple[str, str]) -> RunRefusal | None:
    """Why an order may not be rejected: the bank never had it, it is settled, or it is rejected
    otherwise. The same rejection again changes nothing and is no refusal.
    """
    if not order.is_handed_over:
        return RunRefusal.NOT_HANDED_OVER
    if order.rejection is not None:
        return None if order.rejection == rejection else RunRefusal.REJECTED
    return None if order.payout_status in ORDER_OPEN else RunRefusal.SETTLED


def return_refusal(payout: WaitingFacts, returned: tuple[str, str, str]) -> RunRefusal | None:
    """Why a payout may not go back to its client: it does not wait for a run, or is held back. The
    same return again changes nothing and is no refusal.
    """
    if payout.returned is not None:
        return None if payout.returned == returned else RunRefusal.RETURNED
    if payout.channel is not Channel.BANK or payout.status is not PayoutStatus.PREPARED:
        return RunRefusal.NOT_PREPARED
    if not payout.is_cleared:
        return RunRefusal.NOT_CLEARED
    return RunRefusal.IN_A_RUN if payout.is_ordered else payout.held


def run_decision_workflow_id(decision_id: str) -> str:
    """The id of the process that carries a decision out."""
    return f"run-decision-{decision_id}"


TOLD_OTHERWISE = frozenset({RunRefusal.DEBITED_BEFORE, RunRefusal.DIFFERS_THERE})
"""What accountants are notified of already, by the bank statement or by the daily check, and what
no other requisites mend.
"""


def held_payouts(debited: Iterable[str], differing: Iterable[str]) -> Mapping[str, RunRefusal]:
    """By case: why its payout is held back from every run; an unexpected debit goes before a
    difference with the acquirer's list.
    """
    held = dict.fromkeys(differing, RunRefusal.DIFFERS_THERE)
    return held | dict.fromkeys(debited, RunRefusal.DEBITED_BEFORE)
