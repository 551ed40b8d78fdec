"""What the automatic looks make of a dispute: found, accepted without a person, or handed on."""

from datetime import timedelta
from typing import Any, Final

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.dispute.case import (
    BeginningFacts,
    DisputeCase,
    DisputeTransition,
    Found,
    LookFacts,
)
from domain.dispute.changing import moved, until_day
from domain.dispute.dispute import (
    Demand,
    DisputeChange,
    DisputeKind,
    DisputeStatus,
    Outside,
)
from domain.dispute.evidence import missing

LOOK_AFTER: Final = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=24),
)
"""After what time each a payment that is not found is looked for again; then a person is asked."""


def begun(
    case: DisputeCase, change: DisputeChange, facts: BeginningFacts
) -> DisputeTransition | None:
    """The looks begin at once; what begins with a chargeback is decided by the payer's bank."""
    if case.status is not DisputeStatus.OPENED:
        return None
    if facts.taken_back_id is not None:
        wait = until_day(case, DisputeStatus.OUTSIDE, change.at, facts.answer_by)
        outside = Outside.CHARGEBACK
        return moved(case, change, DisputeStatus.OUTSIDE, wait=wait, outside=outside)
    now = Wait(Role.SPECIALIST, change.at, ends_in=DisputeStatus.REVIEW)
    return moved(case, change, DisputeStatus.CHECKING, wait=now)


def looked(case: DisputeCase, change: DisputeChange, facts: LookFacts) -> DisputeTransition | None:
    """The change that a look leads to; None where the dispute is not checked any longer."""
    if case.status is not DisputeStatus.CHECKING:
        return None
    found, kopecks = _found(case, facts)
    looks = case.looks + 1
    columns: dict[str, Any] = {"looks": looks, "found": found, "found_kopecks": kopecks}
    if _is_looked_for(case, found) and looks <= len(LOOK_AFTER):
        until = change.at + LOOK_AFTER[looks - 1]
        again = Wait(Role.SPECIALIST, until, ends_in=DisputeStatus.REVIEW)
        return moved(case, change, DisputeStatus.CHECKING, wait=again, **columns)
    if _is_accepted(case, facts, found):
        award = (case.demand_kopecks or 0) if case.demand is Demand.REFUND else 0
        return moved(
            case, change, DisputeStatus.PROPOSAL, reason=found, awarded_kopecks=award, **columns
        )
    lacks = missing(case.kind, facts.papers)
    status = DisputeStatus.COLLECTING if lacks else DisputeStatus.REVIEW
    return moved(case, change, status, reason=found, **columns)


def _found(case: DisputeCase, facts: LookFacts) -> tuple[Found | None, int | None]:
    if facts.surplus_left_kopecks > 0 and case.kind is DisputeKind.DOUBLE_CHARGE:
        return Found.DOUBLE_CHARGE, facts.surplus_left_kopecks
    if case.kind is DisputeKind.WRONG_STATUS and facts.paid_kopecks >= facts.total_kopecks:
        return Found.PAID, facts.paid_kopecks
    if facts.is_on_its_way:
        return Found.PAYMENT_ON_ITS_WAY, None
    return (Found.REFUND_UNDER_WAY, None) if facts.open_refunds else (None, None)


def _is_looked_for(case: DisputeCase, found: Found | None) -> bool:
    """A payment that has not come to our books may still come by itself."""
    if found is Found.PAYMENT_ON_ITS_WAY:
        return True
    return found is None and case.kind in (DisputeKind.WRONG_STATUS, DisputeKind.DOUBLE_CHARGE)


def _is_accepted(case: DisputeCase, facts: LookFacts, found: Found | None) -> bool:
    """Whether nobody has to judge: what was asked for was found, or is small; what may have been
    paid back already, or claims fraud, is always a person's.
    """
    if case.demand is Demand.CORRECTION:
        return found is Found.PAID
    if case.demand is not Demand.REFUND or case.demand_kopecks is None or facts.open_refunds:
        return False
    if case.kind is DisputeKind.FRAUD or facts.accepted >= case.policy.accepted_at_most:
        return False
    left = facts.surplus_left_kopecks if found is Found.DOUBLE_CHARGE else facts.left_kopecks
    return case.demand_kopecks <= min(left, case.policy.automatic_limit_kopecks)
