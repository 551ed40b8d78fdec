"""Judges what people and time do to a ticket: facts in, a transition or a refusal out."""

from dataclasses import replace
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
from domain.ticket.changing import Judged, moved, params_of, paused, refusal_of, refused, stays
from domain.ticket.ticket import (
    OUR_TURN,
    TicketAction,
    TicketChange,
    TicketOpening,
    TicketRefusal,
    TicketStatus,
    TicketTransitionResult,
)


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
        params=params_of(facts, wait),
    )


def reply(case: TicketCase, change: TicketChange) -> Judged:
    """The client writes: on our turn nothing of it changes, else our turn begins."""
    refusal = refusal_of(case, TicketAction.REPLY)
    if refusal is not None:
        return refusal
    if case.status in OUR_TURN:
        return stays(case, change, {}, (notices.replied(case.rules.role),))
    clocks = replace(case.clocks, turn_at=change.at)
    wait = clocks.our_wait(case.rules, case.calendar)
    return moved(
        case,
        change,
        TicketStatus.OPEN,
        wait,
        columns={"turn_at": change.at, "archived_at": None},
        told=(notices.replied(case.rules.role),),
    )


def answer(case: TicketCase, change: TicketChange, written: WrittenAnswer) -> Judged:
    """We answer; refused where somebody else of ours has answered what its author did not see."""
    refusal = refusal_of(case, TicketAction.ANSWER)
    if refusal is not None:
        return refusal
    if written.seen_answers != case.answers + case.merged_answers:
        return refused(case, TicketRefusal.ANSWERED_MEANWHILE)
    columns = {
        **paused(case, change.at),
        "answers": case.answers + 1,
        "first_answered_at": case.clocks.first_answered_at or change.at,
        "assignee": case.assignee or change.by,
        "archived_at": None,
    }
    if written.resolves:
        wait, status = case.rules.resolved_wait(change.at), TicketStatus.RESOLVED
        return moved(case, change, status, wait, columns=columns, told=(notices.RESOLVED,))
    wait, status = case.rules.client_wait(change.at), TicketStatus.WAITING_CLIENT
    return moved(case, change, status, wait, columns=columns, told=(notices.ANSWERED,))


def take(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """Somebody of ours takes the ticket, from nobody or from whom its author saw."""
    refusal = refusal_of(case, TicketAction.TAKE)
    if refusal is not None:
        return refusal
    if decision.seen_assignee != case.assignee:
        return refused(case, TicketRefusal.TAKEN_MEANWHILE)
    return stays(case, change, {"assignee": change.by}, ())


def transfer(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """Another department gets the ticket; its clocks go on by the hours of that department."""
    refusal = refusal_of(case, TicketAction.TRANSFER)
    if refusal is not None:
        return refusal
    if decision.seen_assignee != case.assignee:
        return refused(case, TicketRefusal.TAKEN_MEANWHILE)
    if decision.rules is None:
        raise ValueError("a transfer names a department")
    there = replace(case, rules=decision.rules)
    columns: dict[str, Any] = {
        "assignee": None,
        "department": decision.rules.department,
        "rules_version": decision.rules.version,
    }
    told: tuple[Notice, ...] = ()
    if case.status in OUR_TURN:
        left = case.clocks.left_at(change.at, case.rules, case.calendar)
        there = replace(there, clocks=replace(case.clocks, turn_at=change.at, left_seconds=left))
        columns |= {"turn_at": change.at, "left_seconds": left}
        told = (notices.opened(decision.rules.role),)
    return stays(there, change, columns, told, reason=decision.reason)


def escalate(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """The operators are asked to see to the ticket."""
    refusal = refusal_of(case, TicketAction.ESCALATE)
    if refusal is not None:
        return refusal
    columns = {"escalated_at": change.at}
    return stays(case, change, columns, (notices.ESCALATED,), reason=decision.reason)


def await_third_party(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """Somebody outside has to answer first: our clocks stand still until the day that is named. The
    client has to have been answered before, so that it knows.
    """
    refusal = refusal_of(case, TicketAction.AWAIT_THIRD_PARTY)
    if refusal is not None:
        return refusal
    if case.clocks.first_answered_at is None:
        return refused(case, TicketRefusal.NOT_ANSWERED_YET)
    if decision.until is None:
        raise ValueError("a wait for a third party has an end")
    wait = Wait(case.rules.role, decision.until, ends_in=TicketStatus.OPEN)
    columns = paused(case, change.at)
    status = TicketStatus.WAITING_THIRD_PARTY
    return moved(case, change, status, wait, columns=columns, reason=decision.reason)


def hasten(case: TicketCase, change: TicketChange) -> Judged:
    """«Ускорить»: the department is told that the client presses, once in each turn of ours."""
    refusal = refusal_of(case, TicketAction.HASTEN)
    if refusal is not None:
        return refusal
    if case.hastened_at is not None:
        return refused(case, TicketRefusal.HASTENED)
    return stays(case, change, {"hastened_at": change.at}, (notices.hastened(case.rules.role),))


def archive(case: TicketCase, change: TicketChange) -> Judged:
    """The client puts the ticket away, which resolves it; a reply brings it back for some days."""
    refusal = refusal_of(case, TicketAction.ARCHIVE)
    if refusal is not None:
        return refusal
    if case.status is TicketStatus.WAITING_CLIENT and not case.rules.client_archives:
        return refused(case, TicketRefusal.ARCHIVED_BY_US)
    columns = {"archived_at": change.at}
    if case.status is TicketStatus.RESOLVED:
        return stays(case, change, columns, ())
    wait = case.rules.resolved_wait(change.at)
    return moved(case, change, TicketStatus.RESOLVED, wait, columns=columns)


def resolve(case: TicketCase, change: TicketChange) -> Judged:
    """We hold the question for settled; the client is told, and may reopen it."""
    refusal = refusal_of(case, TicketAction.RESOLVE)
    if refusal is not None:
        return refusal
    wait = case.rules.resolved_wait(change.at)
    columns = paused(case, change.at)
    told = (notices.RESOLVED,)
    return moved(case, change, TicketStatus.RESOLVED, wait, columns=columns, told=told)


def lapse(case: TicketCase, change: TicketChange) -> TicketTransition | None:
    """A wait ends: the ticket is resolved or closed, or it is our turn again; None while none has
    ended.
    """
    if case.wait is None or change.at < case.wait.until:
        return None
    if case.status is TicketStatus.WAITING_CLIENT:
        wait = case.rules.resolved_wait(change.at)
        told = (notices.RESOLVED_BY_TIME,)
        return moved(case, change, TicketStatus.RESOLVED, wait, told=told)
    if case.status is TicketStatus.WAITING_THIRD_PARTY:
        ours = replace(case.clocks, turn_at=change.at).our_wait(case.rules, case.calendar)
        told = (notices.third_party_is_late(case.rules.role),)
        columns = {"turn_at": change.at}
        return moved(case, change, TicketStatus.OPEN, ours, columns=columns, told=told)
    if case.status in (TicketStatus.RESOLVED, TicketStatus.MERGED, TicketStatus.SPAM):
        columns = {"closed_at": change.at}
        return moved(case, change, TicketStatus.CLOSED, None, columns=columns)
    return None


def move_deadline(case: TicketCase, change: TicketChange) -> TicketTransition | None:
    """Computes our deadlines again by the present calendar; None when nothing moves."""
    if case.status not in OUR_TURN:
        return None
    due = case.clocks.first_due_at
    if case.clocks.first_answered_at is None:
        seconds = case.rules.first_answer_seconds
        due = case.rules.hours.after(case.opened_at, seconds, case.calendar)
    anew = replace(case, clocks=replace(case.clocks, first_due_at=due))
    wait = anew.clocks.our_wait(anew.rules, anew.calendar)
    if case.wait is not None and wait.until == case.wait.until:
        return None
    return stays(anew, change, {"first_due_at": due}, ())


def reminded(reminder: Reminder, case: TicketCase) -> tuple[Notice, dict[str, Any]] | None:
    """The notice of a wait that goes on; None for one that has ended meanwhile."""
    if case.wait is None or case.wait.until != reminder.until:
        return None
    return notices.reminder_of(reminder), params_of(case, case.wait)
