"""Judges what is done of a decision: refund, return of goods, correction, compensation."""

from dataclasses import replace
from typing import Any

from domain.dispute import notices
from domain.dispute.case import (
    Begun,
    DecisionFacts,
    DisputeCase,
    DisputeTransition,
    Found,
    Judged,
    PerformedFacts,
    Returning,
)
from domain.dispute.changing import given_up, moved, refusal_of, refused, stays
from domain.dispute.dispute import (
    DisputeAction,
    DisputeChange,
    DisputeKind,
    DisputeRefusal,
    DisputeStatus,
)


def begin_performing(case: DisputeCase, change: DisputeChange, begun: Begun) -> Judged:
    """What was decided is done: by a refund, by a return of goods, by a person who puts something
    right, and an accountant pays a compensation.
    """
    columns: dict[str, Any] = {"refund_id": begun.refund_id, "return_id": begun.return_id}
    return moved(replace(case, **columns), change, DisputeStatus.PERFORMING, **columns)


def perform(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """An accountant has paid the compensation on a day."""
    refusal = refusal_of(case, DisputeAction.PERFORM)
    if refusal is not None:
        return refusal
    if not case.owes_compensation:
        return refused(case, DisputeRefusal.NOT_ALLOWED_IN_STATUS)
    paid = {"compensated_on": decision.until_on}
    return stays(replace(case, compensated_on=decision.until_on), change, paid, ())


def correct(case: DisputeCase, change: DisputeChange) -> Judged:
    """Somebody has put right what was decided, and says how: the client is told."""
    refusal = refusal_of(case, DisputeAction.CORRECT)
    if refusal is not None:
        return refusal
    if not case.owes_correction:
        return refused(case, DisputeRefusal.NOT_ALLOWED_IN_STATUS)
    done = {"corrected_at": change.at}
    return stays(replace(case, corrected_at=change.at), change, done, (notices.CORRECTED,))


def performed(
    case: DisputeCase, change: DisputeChange, facts: PerformedFacts
) -> DisputeTransition | None:
    """Closes a dispute once all is done; a refund that ends without money, or with less than was
    awarded, and a return that comes to nothing are a person's again. A compensation stands whatever
    the rest comes to: it may have left already, so that it is recorded first.
    """
    if case.status is not DisputeStatus.PERFORMING or case.owes_compensation:
        return None
    owes_refund = facts.paid_kopecks < case.awarded_kopecks
    if (facts.is_over and owes_refund) or facts.returning is Returning.FAILED:
        columns = {**given_up(case), "decided_by": None}
        reason = facts.refund_status if owes_refund else "return"
        return moved(case, change, DisputeStatus.REVIEW, reason=reason, **columns)
    if owes_refund or facts.returning is Returning.OPEN:
        return None
    put_right = _put_right(case, change, facts)
    return None if put_right is None else moved(case, change, DisputeStatus.CLOSED, **put_right)


def _put_right(
    case: DisputeCase, change: DisputeChange, facts: PerformedFacts
) -> dict[str, Any] | None:
    """The columns of what is put right; None while it is not. A wrong status is put right as soon
    as the order shows that it is paid.
    """
    if not case.owes_correction:
        return {}
    if case.kind is not DisputeKind.WRONG_STATUS or not facts.order_paid_kopecks:
        return None
    found = {"found": Found.PAID, "found_kopecks": facts.order_paid_kopecks}
    return {"corrected_at": change.at, **found}
