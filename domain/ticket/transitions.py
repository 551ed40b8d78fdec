"""Judges what people and time do to a ticket: facts in, a transition or a refusal out."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.case.waiting import Reminder, Wait
from domain.notification.notification import Notice
from domain.ticket import notices
from domain.ticket.case import (
    Clocks,
    OpeningFacts,
    StaffDecision,
    TicketCase,
    TicketTransition,
    WrittenAnswer,
)
from domain.ticket.ticket import (
    OUR_TURN,
    TICKET_ACTIONS,
    TicketAction,
    TicketChange,
    TicketOpening,
    TicketRefusal,
    TicketStatus,
    TicketTransitionResult,
)

Judged = TicketTransition | TicketTransitionResult


def opened(opening: TicketOpening, facts: OpeningFacts) -> TicketTransition:
    """A new ticket: both clocks begin to run."""
    rules, at = facts.rules, opening.at
    due = rules.hours.after(at, rules.first_answer_seconds, facts.calendar)
    clocks = Clocks(due, None, at, rules.solution_seconds)
    wait = clocks.our_wait(rules, facts.calendar)
    return TicketTransition(
        TicketTransitionResult(TicketStatus.NEW, 1, wait),
        columns={
            "department": rules.department,
            "rules_version": rules.version,
            "first_due_at": due,
            "turn_at": at,
            "left_seconds": rules.solution_seconds,
        },
        notices=(notices.opened(rules.role),),
        params=_params(facts, wait),
    )


def reply(case: TicketCase, change: TicketChange) -> Judged:
    """The client writes: on our turn nothing of it changes, else our turn begins."""
    refusal = _refusal(case, TicketAction.REPLY)
    if refusal is not None:
        return refusal
    if case.status in OUR_TURN:
        return _stays(case, change, {}, (notices.replied(case.rules.role),))
    clocks = replace(case.clocks, turn_at=change.at)
    wait = clocks.our_wait(case.rules, case.calendar)
    return _moved(
        case,
        change,
        TicketStatus.OPEN,
        wait,
        columns={"turn_at": change.at, "archived_at": None},
        told=(notices.replied(case.rules.role),),
    )


def answer(case: TicketCase, change: TicketChange, written: WrittenAnswer) -> Judged:
    """We answer; refused where somebody else of ours has answered what its author did not see."""
    refusal = _refusal(case, TicketAction.ANSWER)
    if refusal is not None:
        return refusal
    if written.seen_answers != case.answers:
        return _refused(case, TicketRefusal.ANSWERED_MEANWHILE)
    columns = {
        **_paused(case, change.at),
        "answers": case.answers + 1,
        "first_answered_at": case.clocks.first_answered_at or change.at,
        "assignee": case.assignee or change.by,
        "archived_at": None,
    }
    if written.resolves:
        wait, status = case.rules.resolved_wait(change.at), TicketStatus.RESOLVED
        return _moved(case, change, status, wait, columns=columns, told=(notices.RESOLVED,))
    wait, status = case.rules.client_wait(change.at), TicketStatus.WAITING_CLIENT
    return _moved(case, change, status, wait, columns=columns, told=(notices.ANSWERED,))


def take(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """Somebody of ours takes the ticket, from nobody or from whom its author saw."""
    refusal = _refusal(case, TicketAction.TAKE)
    if refusal is not None:
        return refusal
    if decision.seen_assignee != case.assignee:
        return _refused(case, TicketRefusal.TAKEN_MEANWHILE)
    return _stays(case, change, {"assignee": change.by}, ())


def transfer(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """Another department gets the ticket; its clocks go on by the hours of that department."""
    refusal = _refusal(case, TicketAction.TRANSFER)
    if refusal is not None:
        return refusal
    if decision.seen_assignee != case.assignee:
        return _refused(case, TicketRefusal.TAKEN_MEANWHILE)
    if decision.rules is None:
        raise ValueError("a transfer names a department")
    moved = replace(case, rules=decision.rules)
    columns: dict[str, Any] = {
        "assignee": None,
        "department": decision.rules.department,
        "rules_version": decision.rules.version,
    }
    told: tuple[Notice, ...] = ()
    if case.status in OUR_TURN:
        left = case.clocks.left_at(change.at, case.rules, case.calendar)
        moved = replace(moved, clocks=replace(case.clocks, turn_at=change.at, left_seconds=left))
        columns |= {"turn_at": change.at, "left_seconds": left}
        told = (notices.opened(decision.rules.role),)
    return _stays(moved, change, columns, told, reason=decision.reason)


def escalate(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """The operators are asked to see to the ticket."""
    refusal = _refusal(case, TicketAction.ESCALATE)
    if refusal is not None:
        return refusal
    columns = {"escalated_at": change.at}
    return _stays(case, change, columns, (notices.ESCALATED,), reason=decision.reason)


def hasten(case: TicketCase, change: TicketChange) -> Judged:
    """«Ускорить»: the department is told that the client presses, once in each turn of ours."""
    refusal = _refusal(case, TicketAction.HASTEN)
    if refusal is not None:
        return refusal
    if case.hastened_at is not None:
        return _refused(case, TicketRefusal.HASTENED)
    return _stays(case, change, {"hastened_at": change.at}, (notices.hastened(case.rules.role),))


def archive(case: TicketCase, change: TicketChange) -> Judged:
    """The client puts the ticket away, which resolves it; a reply brings it back for some days."""
    refusal = _refusal(case, TicketAction.ARCHIVE)
    if refusal is not None:
        return refusal
    columns = {"archived_at": change.at}
    if case.status is TicketStatus.RESOLVED:
        return _stays(case, change, columns, ())
    wait = case.rules.resolved_wait(change.at)
    return _moved(case, change, TicketStatus.RESOLVED, wait, columns=columns)


def resolve(case: TicketCase, change: TicketChange) -> Judged:
    """We hold the question for settled; the client is told, and may reopen it."""
    refusal = _refusal(case, TicketAction.RESOLVE)
    if refusal is not None:
        return refusal
    wait = case.rules.resolved_wait(change.at)
    columns = _paused(case, change.at)
    told = (notices.RESOLVED,)
    return _moved(case, change, TicketStatus.RESOLVED, wait, columns=columns, told=told)


def lapse(case: TicketCase, change: TicketChange) -> TicketTransition | None:
    """A wait for the client ends: the ticket is resolved, or closed; None while none has ended."""
    if case.wait is None or change.at < case.wait.until:
        return None
    if case.status is TicketStatus.WAITING_CLIENT:
        wait = case.rules.resolved_wait(change.at)
        told = (notices.RESOLVED_BY_TIME,)
        return _moved(case, change, TicketStatus.RESOLVED, wait, told=told)
    if case.status is TicketStatus.RESOLVED:
        columns = {"closed_at": change.at}
        return _moved(case, change, TicketStatus.CLOSED, None, columns=columns)
    return None


def move_deadline(case: TicketCase, change: TicketChange) -> TicketTransition | None:
    """Computes our deadlines again by the present calendar; None when nothing moves."""
    if case.status not in OUR_TURN:
        return None
    due = case.clocks.first_due_at
    if case.clocks.first_answered_at is None:
        seconds = case.rules.first_answer_seconds
        due = case.rules.hours.after(case.opened_at, seconds, case.calendar)
    moved = replace(case, clocks=replace(case.clocks, first_due_at=due))
    wait = moved.clocks.our_wait(moved.rules, moved.calendar)
    if case.wait is not None and wait.until == case.wait.until:
        return None
    return _stays(moved, change, {"first_due_at": due}, ())


def reminded(reminder: Reminder, case: TicketCase) -> tuple[Notice, dict[str, Any]] | None:
    """The notice of a wait that goes on; None for one that has ended meanwhile."""
    if case.wait is None or case.wait.until != reminder.until:
        return None
    return notices.reminder_of(reminder), _params(case, case.wait)


def _refusal(case: TicketCase, action: TicketAction) -> TicketTransitionResult | None:
    if action in TICKET_ACTIONS[case.status]:
        return None
    closed = case.status is TicketStatus.CLOSED
    return _refused(case, TicketRefusal.CLOSED if closed else TicketRefusal.NOT_ALLOWED_IN_STATUS)


def _refused(case: TicketCase, why: TicketRefusal) -> TicketTransitionResult:
    return TicketTransitionResult(case.status, case.version, case.wait, why)


def _paused(case: TicketCase, at: datetime) -> dict[str, Any]:
    """The clocks stop: it is not our turn any longer."""
    left = case.clocks.left_at(at, case.rules, case.calendar)
    return {"turn_at": None, "left_seconds": left, "hastened_at": None}


def _stays(
    case: TicketCase,
    change: TicketChange,
    columns: dict[str, Any],
    told: tuple[Notice, ...],
    *,
    reason: str | None = None,
) -> TicketTransition:
    """A change that leaves whose turn it is; whatever we do with a new ticket opens it."""
    by_us = "assignee" in columns or "escalated_at" in columns
    opens = case.status is TicketStatus.NEW and by_us
    status = TicketStatus.OPEN if opens else case.status
    return _moved(case, change, status, _wait(case), columns=columns, told=told, reason=reason)


def _moved(
    case: TicketCase,
    change: TicketChange,
    status: TicketStatus,
    wait: Wait | None,
    *,
    columns: dict[str, Any] | None = None,
    told: tuple[Notice, ...] = (),
    reason: str | None = None,
) -> TicketTransition:
    return TicketTransition(
        TicketTransitionResult(status, change.number, wait),
        reason=reason,
        columns=columns or {},
        notices=told,
        params=_params(case, wait),
    )


def _wait(case: TicketCase) -> Wait | None:
    """The open wait: ours by the clocks, the client's as it was set."""
    if case.status in OUR_TURN:
        return case.clocks.our_wait(case.rules, case.calendar)
    return case.wait


def _params(case: TicketCase | OpeningFacts, wait: Wait | None) -> dict[str, Any]:
    params: dict[str, Any] = {"number": case.number, "topic": case.topic}
    return params if wait is None else {**params, "until_at": wait.until.isoformat()}
