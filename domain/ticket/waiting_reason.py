"""Why a ticket stands: whom it waits for, until when, and who may do what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import FailedStep, WaitingReason, WaitsFor, timer_of, with_failure
from domain.ticket.ticket import OUR_TURN, TicketStatus

NAMED = "_named"
"""Ends the code of our turn where the department names who answers: `staff` of the details."""

_WAITS_FOR: Mapping[TicketStatus, WaitsFor] = MappingProxyType(
    {
        TicketStatus.WAITING_THIRD_PARTY: WaitsFor.THIRD_PARTY,
        TicketStatus.MERGED: WaitsFor.CALENDAR,
        TicketStatus.SPAM: WaitsFor.CALENDAR,
        TicketStatus.RESOLVED: WaitsFor.CALENDAR,
        TicketStatus.CLOSED: WaitsFor.NOBODY,
    }
)
"""Other than whom the wait itself names."""


@dataclass(frozen=True)
class StandingTicket:
    """A ticket as it is stored; `since`: our present turn, or the status it is in (UTC). `staff`:
    who answers for its department; none, everybody of ours.
    """

    status: TicketStatus
    since: datetime
    wait: Wait | None
    staff: Sequence[str] = ()
    failure: FailedStep | None = None


def ticket_waits(
    ticket: StandingTicket, allowed: Mapping[Role, tuple[str, ...]], now: datetime
) -> WaitingReason:
    """The answer at an instant (UTC); `allowed` are the actions that each role may take now."""
    wait = ticket.wait
    details: dict[str, Any] = {}
    code: str = ticket.status
    if ticket.staff and ticket.status in OUR_TURN:
        code, details = code + NAMED, {"staff": ", ".join(ticket.staff)}
    told = WaitingReason(
        code,
        _whom(ticket),
        ticket.since,
        until=None if wait is None else wait.until,
        timer=None if wait is None else timer_of(wait, now),
        details=details,
        allowed=allowed,
    )
    return with_failure(told, ticket.failure, now)


def _whom(ticket: StandingTicket) -> WaitsFor:
    known = _WAITS_FOR.get(ticket.status)
    if known is not None:
        return known
    return WaitsFor.PROCESS if ticket.wait is None else WaitsFor(ticket.wait.waiting_for)
