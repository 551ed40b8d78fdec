"""A ticket as its changes are judged: what is stored of it, and the rules of its department."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Wait
from domain.ticket.business_hours import BusinessHours
from domain.ticket.ticket import TicketStatus, TicketTransitionResult

TicketTransition = Transition[TicketTransitionResult, None]
"""A change of a ticket; it stores nothing beside the case."""


@dataclass(frozen=True)
class DepartmentRules:
    """A version of a department's rules.

    The clocks count seconds of working time; the other waits count days.
    """

    department: str
    version: int
    role: Role
    hours: BusinessHours
    first_answer_seconds: int
    solution_seconds: int
    remind_after_days: int
    resolve_after_days: int
    reopen_days: int
    client_archives: bool = True

    def client_wait(self, at: datetime) -> Wait:
        """The client's turn: a reminder, and the ticket is resolved at the end."""
        return Wait(
            Role.CLIENT,
            at + timedelta(days=self.resolve_after_days),
            (at + timedelta(days=self.remind_after_days),),
            ends_in=TicketStatus.RESOLVED,
        )

    def resolved_wait(self, at: datetime) -> Wait:
        """The time in which a reply reopens a resolved ticket."""
        until = at + timedelta(days=self.reopen_days)
        return Wait(Role.CLIENT, until, ends_in=TicketStatus.CLOSED)

    def aside_wait(self, at: datetime) -> Wait:
        """The time in which a merge, or a mark as spam, can be undone."""
        until = at + timedelta(days=self.reopen_days)
        return Wait(self.role, until, ends_in=TicketStatus.CLOSED)


@dataclass(frozen=True)
class Clocks:
    """The clocks of a ticket: when the first answer is due, whether it was given, since when it is
    our turn (None: the client's), and how many seconds of working time the solution had left then.
    """

    first_due_at: datetime
    first_answered_at: datetime | None
    turn_at: datetime | None
    left_seconds: int

    def our_wait(self, rules: DepartmentRules, calendar: BankCalendar) -> Wait:
        """Our turn: until the nearest deadline, with a reminder in the middle of the time."""
        if self.turn_at is None:
            raise ValueError("it is the client's turn")
        due = rules.hours.after(self.turn_at, self.left_seconds, calendar)
        if self.first_answered_at is None:
            due = min(due, self.first_due_at)
        ahead = rules.hours.between(self.turn_at, due, calendar, self.left_seconds)
        middle = rules.hours.after(self.turn_at, ahead // 2, calendar)
        return Wait(rules.role, due, (middle,) if middle < due else ())

    def left_at(self, at: datetime, rules: DepartmentRules, calendar: BankCalendar) -> int:
        """The working time that the solution has left at an instant."""
        if self.turn_at is None:
            return self.left_seconds
        return self.left_seconds - rules.hours.between(
            self.turn_at, at, calendar, self.left_seconds
        )


@dataclass(frozen=True)
class TicketCase:
    """A stored ticket: `version` is the number of its last change; `answers` counts ours, and
    `merged_answers` those of tickets whose messages stand in its thread.
    """

    id: str
    number: int
    client_id: str
    topic: str
    status: TicketStatus
    assignee: str | None
    answers: int
    merged_answers: int
    hastened_at: datetime | None
    opened_at: datetime
    version: int
    wait: Wait | None
    clocks: Clocks
    rules: DepartmentRules
    calendar: BankCalendar


@dataclass(frozen=True)
class OpeningFacts:
    """What a ticket is opened by: what the client wrote, the rules valid now, the calendar."""

    number: int
    client_id: str
    topic: str
    invoice_number: str | None
    subscription_id: str | None
    refund_id: str | None
    follows: str | None
    rules: DepartmentRules
    calendar: BankCalendar


@dataclass(frozen=True)
class WrittenAnswer:
    """A stored answer of ours: how many answers its author saw, and whether it resolves."""

    seen_answers: int
    resolves: bool


@dataclass(frozen=True)
class StaffDecision:
    """A stored decision about whose a ticket is: the assignee that its author saw, and the rules of
    the department that it goes to, if it goes to another; or until when a third party is awaited.
    """

    seen_assignee: str | None
    reason: str | None
    rules: DepartmentRules | None
    until: datetime | None = None


@dataclass(frozen=True)
class MergeFacts:
    """What a merge is judged by: the other ticket as it is, locked; `holds` counts the tickets that
    are merged into the one that is to be merged itself.
    """

    into: str
    into_status: TicketStatus
    into_until: datetime | None
    holds: int
