"""What a client is told of where its refund is: finer than the status, since one status can be
come to in several ways.
"""

from domain.payout.payout import PayoutStatus
from domain.refund.refund import UNPAID_ENDS, RefundStatus
from starter.presentation.refund.schemas import CaseInFull, TimelineRow

_ASKED_AGAIN = {
    RefundStatus.UNDER_REVIEW: "statement_returned",
    RefundStatus.PAYING: "payout_refused",
    RefundStatus.COMPLETED: "money_returned",
    RefundStatus.INQUIRY: "money_returned",
}
"""Why a statement is asked for once more, by where the case came from."""


def situation_of(case: CaseInFull) -> str:
    """The end of the key `page.refund.now.…` of the sentence that says where the case is."""
    came_from = _arrival(case).from_status
    if case.status is RefundStatus.AWAITING_STATEMENT and came_from in _ASKED_AGAIN:
        return _ASKED_AGAIN[came_from]
    if case.status is RefundStatus.AWAITING_STATEMENT and is_unsigned(case):
        return "awaiting_signature"
    if case.status is RefundStatus.PAYING and case.payouts:
        unknown = case.payouts[-1].status is PayoutStatus.UNKNOWN
        return "payout_unknown" if unknown else case.status
    if case.status is RefundStatus.COMPLETED and case.closed_at is not None:
        return "credited"
    return case.status


def remark_of(case: CaseInFull) -> TimelineRow | None:
    """The change that says why the client is asked once more, or why the case ended; None where
    nobody said anything.
    """
    arrival = _arrival(case)
    asked_again = (
        case.status is RefundStatus.AWAITING_STATEMENT and arrival.from_status in _ASKED_AGAIN
    )
    if arrival.reason is None or not (asked_again or case.status in UNPAID_ENDS):
        return None
    return arrival


def is_unsigned(case: CaseInFull) -> bool:
    """Whether there is a statement that nobody has signed; one that was returned is signed."""
    return case.statement is not None and case.statement.signature is None


def _arrival(case: CaseInFull) -> TimelineRow:
    """The change by which the case came to its present status."""
    moves = (change for change in reversed(case.timeline) if change.from_status != change.to_status)
    return next(moves)
