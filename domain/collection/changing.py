"""What every change of an unpaid order's case is made of: money first, then a move or a refusal."""

from datetime import date, datetime
from typing import Any

from domain.access.roles import Role
from domain.calendar.bank_calendar import end_of_moscow_day
from domain.case.waiting import Wait
from domain.collection import notices
from domain.collection.case import (
    CollectionCase,
    CollectionEffect,
    CollectionTransition,
    Counted,
    DebtFacts,
    LeaveOutOfLetters,
    StoredLook,
)
from domain.collection.collection import (
    COLLECTION_ACTIONS,
    ENDS,
    CollectionAction,
    CollectionChange,
    CollectionRefusal,
    CollectionStatus,
    CollectionTransitionResult,
    invoice_of,
)
from domain.collection.leaving import NotSent
from domain.collection.letters import last_day_of_claim
from domain.compensation.legal_deadline import limitation_ends
from domain.compensation.legal_rule import LegalRules
from domain.notification.notification import Notice


def by_money(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts
) -> CollectionTransition | None:
    """What the money makes of a case, whatever else was to be done: paid, or of a void invoice
    cancelled; None while something is owed.
    """
    if case.status in ENDS:
        return None
    invoice = facts.of(case.id)
    if invoice.is_void:
        return moved(case, change, CollectionStatus.CANCELLED, None, reason="invoice_void")
    if invoice.debt_kopecks > 0:
        return None
    was_written_to = case.status not in (CollectionStatus.DUE, CollectionStatus.CHECKING)
    found = (notices.FOUND,) if change.look is not None else ()
    told = (*found, notices.PAID) if was_written_to else found
    params = {"amount_kopecks": invoice.total_kopecks}
    effects = looked(change, facts)
    return moved(
        case, change, CollectionStatus.PAID, None, told=told, params=params, effects=effects
    )


def refusal_of(
    case: CollectionCase, action: CollectionAction, facts: DebtFacts | None = None
) -> CollectionTransitionResult | None:
    """Why a case does not take a command: its status, or money that is stored. None where it
    does.
    """
    if case.status in ENDS:
        paid = case.status is CollectionStatus.PAID
        return refused(case, CollectionRefusal.PAID if paid else CollectionRefusal.ENDED)
    if facts is not None and facts.of(case.id).debt_kopecks == 0:
        return refused(case, CollectionRefusal.PAID)
    if action in COLLECTION_ACTIONS[case.status]:
        return None
    return refused(case, CollectionRefusal.NOT_ALLOWED_IN_STATUS)


def refused(case: CollectionCase, why: CollectionRefusal) -> CollectionTransitionResult:
    """A refusal with where the case is."""
    return CollectionTransitionResult(case.status, case.version, case.wait, why)


def moved(
    case: CollectionCase,
    change: CollectionChange,
    status: CollectionStatus,
    wait: Wait | None,
    *,
    counted: Counted | None = None,
    columns: dict[str, Any] | None = None,
    told: tuple[Notice, ...] = (),
    params: dict[str, Any] | None = None,
    reason: str | None = None,
    effects: tuple[CollectionEffect, ...] = (),
) -> CollectionTransition:
    """A change that leads to a status, and whom the case waits for there. `counted` is what that
    wait is counted from, if it is counted in bank days.
    """
    written: dict[str, Any] = {"promised_on": None, **_counted(counted), **(columns or {})}
    if status in ENDS:
        written["closed_at"] = change.at
        why = NotSent.MONEY if status is CollectionStatus.PAID else NotSent.ENDED
        effects = (*effects, LeaveOutOfLetters(case.id, why))
    return CollectionTransition(
        CollectionTransitionResult(status, change.number, wait),
        reason=reason,
        columns=written,
        notices=told,
        params={"invoice_number": invoice_of(case.id), **(params or {})},
        effects=effects,
    )


def stays(
    case: CollectionCase,
    change: CollectionChange,
    wait: Wait | None,
    *,
    counted: Counted | None = None,
    columns: dict[str, Any] | None = None,
    told: tuple[Notice, ...] = (),
    params: dict[str, Any] | None = None,
    reason: str | None = None,
    effects: tuple[CollectionEffect, ...] = (),
) -> CollectionTransition:
    """A change that leaves the status."""
    return moved(
        case,
        change,
        case.status,
        wait,
        counted=counted,
        columns={"promised_on": case.promised_on, **(columns or {})},
        told=told,
        params=params,
        reason=reason,
        effects=effects,
    )


def _counted(counted: Counted | None) -> dict[str, Any]:
    if counted is None:
        return {"counted_from": None, "counted_days": None}
    return {"counted_from": counted.since, "counted_days": counted.bank_days}


def looked(change: CollectionChange, facts: DebtFacts) -> tuple[StoredLook, ...]:
    """What was found before a change, to be kept."""
    if change.look is None:
        return ()
    return (StoredLook(change.look, facts.of(change.collection_id).paid_kopecks),)


def client_wait(until: datetime, following: CollectionStatus) -> Wait:
    """The client is waited for until an instant, at which the case goes on by itself."""
    return Wait(Role.CLIENT, until, ends_in=following)


def following(case: CollectionCase, rung: int) -> CollectionStatus:
    """Where a case goes on from a rung of the ladder; past its end, to the lawyer."""
    ladder = case.policy.ladder
    if rung < len(ladder) and case.claim_sent_on is None:
        return ladder[rung].tone.status
    return CollectionStatus.LEGAL


def to_lawyer(
    case: CollectionCase,
    change: CollectionChange,
    reason: str,
    effects: tuple[CollectionEffect, ...] = (),
) -> CollectionTransition:
    """The lawyer decides from here on."""
    counted = lawyers_days(case, change.at)
    wait = lawyers_wait(case, counted)
    told = (notices.legal(wait.waiting_for),)
    params = {"until_at": wait.until.isoformat()}
    return moved(
        case,
        change,
        CollectionStatus.LEGAL,
        wait,
        counted=counted,
        told=told,
        params=params,
        reason=reason,
        effects=effects,
    )


def lawyers_days(case: CollectionCase, at: datetime) -> Counted:
    """The days of the lawyer that begin at an instant."""
    return Counted(at, case.policy.legal.at_most)


def lawyers_wait(case: CollectionCase, counted: Counted) -> Wait:
    """The wait for the lawyer; raises `CalendarNotCovered`."""
    return case.policy.legal.starting(counted.since, case.calendar)


def claim_columns(case: CollectionCase, day: date, rules: LegalRules) -> dict[str, Any]:
    """What a claim changes: its day, and the last day to sue, which it moves."""
    limitation = limitation_ends(case.due_on, rules, claim_sent=True).day
    return {
        "claim_sent_on": day,
        "limitation_on": limitation,
        "rung": len(case.policy.ladder),
    }


def claim_wait(day: date, rules: LegalRules) -> Wait:
    """The time that a claim gives its client; raises `RuleNotCovered`."""
    until = end_of_moscow_day(last_day_of_claim(day, rules))
    return client_wait(until, CollectionStatus.LEGAL)


def next_days(case: CollectionCase, at: datetime, rung: int) -> Counted:
    """What the wait for the rung of the ladder that follows a letter is counted from."""
    ladder = case.policy.ladder
    days = ladder[rung].after_bank_days if rung < len(ladder) else case.policy.legal.at_most
    return Counted(at, days)


def next_wait(case: CollectionCase, counted: Counted, rung: int) -> Wait:
    """The time until the rung of the ladder that follows a letter."""
    return client_wait(case.contact_at(counted), following(case, rung))


def promise_wait(case: CollectionCase, day: date, following_status: CollectionStatus) -> Wait:
    """A promise is kept on its day, or within the policy's bank days after it."""
    kept_by = case.calendar.add_bank_days(day, case.policy.promise_bank_days)
    return client_wait(end_of_moscow_day(kept_by), following_status)
