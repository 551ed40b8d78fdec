"""What an accountant decides about payment runs, their orders and the payouts that wait for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.payout.payout import Channel, PayoutStatus

ORDER_OPEN = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN)
"""Payouts that the bank can still refuse; prepared ones too, since a handed-over one is marked as
sent only a moment later.
"""


class RunDecisionKind(StrEnum):
    """What is decided."""

    GATHER = "gather"
    """All waiting payouts become a run, whose id is that of this decision."""
    DISSOLVE = "dissolve"
    """The run's file will not be sent; its payouts wait for another run."""
    REJECT = "reject"
    """The bank refused an order before the debit."""
    RETURN = "return"
    """A waiting payout is returned to its client, who is asked for other requisites."""


SETTLES_A_PAYOUT = frozenset({RunDecisionKind.REJECT, RunDecisionKind.RETURN})
"""Decisions that are signalled to a payout as its rejection."""


class RunRefusal(StrEnum):
    """Why a decision is refused; its text is `error.<code>`."""

    NOTHING_TO_PAY = "nothing_to_pay"
    ACCOUNT_CLOSED = "own_account_closed"
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
    """A decision as its process gets it: the id of the stored row."""

    decision_id: str
    kind: RunDecisionKind


@dataclass(frozen=True)
class RunDecisionStored:
    """The result of a decision: stored (`refusal` None), or why nothing was changed."""

    refusal: RunRefusal | None = None


@dataclass(frozen=True)
class OrderFacts:
    """The columns of an order that its rejection depends on; `rejection`: by whom and why it was
    rejected before.
    """

    is_handed_over: bool
    payout_status: PayoutStatus
    rejection: tuple[str, str] | None


@dataclass(frozen=True)
class WaitingFacts:
    """The columns of a payout that its return depends on. `returned`: by whom, why and with what
    note it was returned before; `held`: why no run may include it.
    """

    channel: Channel
    status: PayoutStatus
    is_cleared: bool
    is_ordered: bool
    returned: tuple[str, str, str] | None
    held: RunRefusal | None = None


def rejection_refusal(order: OrderFacts, rejection: tuple[str, str]) -> RunRefusal | None:
    """Why an order may not be rejected, or None: the bank never had it, it is settled, or it was
    rejected with another reason. The same rejection again is no refusal and changes nothing.
    """
    if not order.is_handed_over:
        return RunRefusal.NOT_HANDED_OVER
    if order.rejection is not None:
        return None if order.rejection == rejection else RunRefusal.REJECTED
    return None if order.payout_status in ORDER_OPEN else RunRefusal.SETTLED


def return_refusal(payout: WaitingFacts, returned: tuple[str, str, str]) -> RunRefusal | None:
    """Why a payout may not be returned to its client, or None: it does not wait for a run, or is
    held. The same return again is no refusal and changes nothing.
    """
    if payout.returned is not None:
        return None if payout.returned == returned else RunRefusal.RETURNED
    if payout.channel is not Channel.BANK or payout.status is not PayoutStatus.PREPARED:
        return RunRefusal.NOT_PREPARED
    if not payout.is_cleared:
        return RunRefusal.NOT_CLEARED
    return RunRefusal.IN_A_RUN if payout.is_ordered else payout.held


def run_decision_workflow_id(decision_id: str) -> str:
    """The workflow id of carrying out a decision."""
    return f"run-decision-{decision_id}"


ALREADY_NOTIFIED = frozenset({RunRefusal.DEBITED_BEFORE, RunRefusal.DIFFERS_THERE})
"""Accountants are notified of these already, by the bank statement or by the daily check, and other
requisites would not help.
"""


def held_payouts(debited: Iterable[str], differing: Iterable[str]) -> Mapping[str, RunRefusal]:
    """By case id: why its payout is held back from every run. An unexpected debit is named before a
    difference with the acquirer's list.
    """
    held = dict.fromkeys(differing, RunRefusal.DIFFERS_THERE)
    return held | dict.fromkeys(debited, RunRefusal.DEBITED_BEFORE)
