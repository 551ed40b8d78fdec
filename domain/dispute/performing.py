"""Judges what is done of a decision: the refund that pays, and the compensation."""

from domain.dispute.case import (
    DecisionFacts,
    DisputeCase,
    DisputeTransition,
    Judged,
    PerformedFacts,
)
from domain.dispute.changing import given_up, moved, refusal_of, refused, stays
from domain.dispute.dispute import DisputeAction, DisputeChange, DisputeRefusal, DisputeStatus


def begin_performing(case: DisputeCase, change: DisputeChange, refund_id: str | None) -> Judged:
    """What was decided is done: by a refund, and an accountant pays a compensation."""
    return moved(case, change, DisputeStatus.PERFORMING, refund_id=refund_id)


def perform(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """An accountant has paid the compensation on a day."""
    refusal = refusal_of(case, DisputeAction.PERFORM)
    if refusal is not None:
        return refusal
    if not case.owes_compensation:
        return refused(case, DisputeRefusal.NOT_ALLOWED_IN_STATUS)
    return stays(case, change, {"compensated_on": decision.until_on}, ())


def performed(
    case: DisputeCase, change: DisputeChange, facts: PerformedFacts
) -> DisputeTransition | None:
    """Closes a dispute once all is done; a refund that ends without money, or with less than was
    awarded, is a person's again. A compensation stands whatever the refund comes to: it may have
    left already, so that it is recorded first.
    """
    if case.status is not DisputeStatus.PERFORMING or case.owes_compensation:
        return None
    owes_refund = facts.paid_kopecks < case.awarded_kopecks
    if facts.is_over and owes_refund:
        columns = {**given_up(case), "decided_by": None}
        return moved(case, change, DisputeStatus.REVIEW, reason=facts.refund_status, **columns)
    return None if owes_refund else moved(case, change, DisputeStatus.CLOSED)
