"""What every change of a ticket is made of: a refusal, a move, the clocks that stop."""

from datetime import datetime
from typing import Any

from domain.case.waiting import Wait
from domain.notification.notification import Notice
from domain.ticket.case import OpeningFacts, TicketCase, TicketTransition
from domain.ticket.ticket import (
    OUR_TURN,
    TICKET_ACTIONS,
    TicketAction,
    TicketChange,
    TicketRefusal,
    TicketStatus,
    TicketTransitionResult,
)

Judged = TicketTransition | TicketTransitionResult


def refusal_of(case: TicketCase, action: TicketAction) -> TicketTransitionResult | None:
    """Why the ticket does not take a command in its status; None where it does."""
    if action in TICKET_ACTIONS[case.status]:
        return None
    closed = case.status is TicketStatus.CLOSED
    return refused(case, TicketRefusal.CLOSED if closed else TicketRefusal.NOT_ALLOWED_IN_STATUS)


def refused(case: TicketCase, why: TicketRefusal) -> TicketTransitionResult:
    """A refusal with where the ticket is."""
    return TicketTransitionResult(case.status, case.version, case.wait, why)


def paused(case: TicketCase, at: datetime) -> dict[str, Any]:
    """The clocks stop: it is not our turn any longer."""
    left = case.clocks.left_at(at, case.rules, case.calendar)
    return {"turn_at": None, "left_seconds": left, "hastened_at": None}


def stays(
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
    return moved(case, change, status, wait_of(case), columns=columns, told=told, reason=reason)


def moved(
    case: TicketCase,
    change: TicketChange,
    status: TicketStatus,
    wait: Wait | None,
    *,
    columns: dict[str, Any] | None = None,
    told: tuple[Notice, ...] = (),
    reason: str | None = None,
) -> TicketTransition:
    """A change that leads to a status, and whom the ticket waits for there."""
    return TicketTransition(
        TicketTransitionResult(status, change.number, wait),
        reason=reason,
        columns=columns or {},
        notices=told,
        params=params_of(case, wait),
    )


def wait_of(case: TicketCase) -> Wait | None:
    """The open wait: ours by the clocks, the client's as it was set."""
    if case.status in OUR_TURN:
        return case.clocks.our_wait(case.rules, case.calendar)
    return case.wait


def params_of(case: TicketCase | OpeningFacts, wait: Wait | None) -> dict[str, Any]:
    """What the letters of a change say."""
    params: dict[str, Any] = {"number": case.number, "topic": case.topic}
    return params if wait is None else {**params, "until_at": wait.until.isoformat()}
