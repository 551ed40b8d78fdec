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
    DebtFacts,
    GiveUpLetters,
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
    columns: dict[str, Any] | None = None,
    told: tuple[Notice, ...] = (),
    params: dict[str, Any] | None = None,
    reason: str | None = None,
    effects: tuple[CollectionEffect, ...] = (),
) -> CollectionTransition:
    """A change that leads to a status, and whom the case waits for there."""
    written: dict[str, Any] = {"promised_on": None, **(columns or {})}
    if status in ENDS:
        written["closed_at"] = change.at
        effects = (*effects, GiveUpLetters(case.id))
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
        columns={"promised_on": case.promised_on, **(columns or {})},
        told=told,
        params=params,
        reason=reason,
        effects=effects,
    )


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
    wait = case.policy.legal.starting(change.at, case.calendar)
    told = (notices.LEGAL,)
    params = {"until_at": wait.until.isoformat()}
    return moved(
        case,
        change,
        CollectionStatus.LEGAL,
        wait,
        told=told,
        params=params,
        reason=reason,
        effects=effects,
    )


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


def next_wait(case: CollectionCase, at: datetime, rung: int) -> Wait:
    """The time until the rung of the ladder that follows a letter."""
    ladder = case.policy.ladder
    days = ladder[rung].after_bank_days if rung < len(ladder) else case.policy.legal.at_most
    until = case.policy.after_bank_days(days, at, case.zone, case.calendar)
    return client_wait(until, following(case, rung))
