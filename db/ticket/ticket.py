"""Tickets: loading one for a change, and storing what a step decided."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from db.calendar.calendar import CALENDAR
from db.case.case_store import CaseStore, LoadedCase, ReplayCheck, uuid_of
from db.database import Transaction
from db.facts import Reading, every, only, together
from db.query import row, typed
from db.tables import (
    department_rules,
    departments,
    ticket_decisions,
    ticket_history,
    ticket_messages,
    ticket_openings,
    tickets,
)
from db.ticket.answers import MERGED_ANSWERS
from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar
from domain.ticket.business_hours import BusinessHours
from domain.ticket.case import (
    Clocks,
    DepartmentRules,
    OpeningFacts,
    StaffDecision,
    TicketCase,
    TicketTransition,
    WrittenAnswer,
)
from domain.ticket.ticket import (
    TicketChange,
    TicketOpening,
    TicketStatus,
    TicketTransitionResult,
)

TICKET_TRANSITION_RESULT = TypeAdapter(TicketTransitionResult)
STORE = CaseStore(tickets, ticket_history, "ticket_id", TICKET_TRANSITION_RESULT)


@row
class RulesRow:
    """A version of a department's rules, with its role."""

    department: str
    version: int
    role: str
    opens_at: time
    closes_at: time
    lunch_from: time | None
    lunch_to: time | None
    first_answer_seconds: int
    solution_seconds: int
    remind_after_days: int
    resolve_after_days: int
    reopen_days: int
    client_archives: bool


@row
class LockedTicket:
    """A ticket, locked."""

    id: str
    number: int
    client_id: str
    topic: str
    status: str
    assignee: str | None
    answers: int
    merged_answers: int
    first_due_at: datetime
    first_answered_at: datetime | None
    turn_at: datetime | None
    left_seconds: int
    hastened_at: datetime | None
    opened_at: datetime


@row
class OpeningRow:
    """What a client wrote to open a ticket."""

    id: UUID
    number: int
    client_id: str
    department: str
    topic: str
    invoice_number: str | None
    subscription_id: str | None
    refund_id: str | None
    follows: str | None


@row
class AnswerWritten:
    """What an answer of ours is judged by."""

    seen_answers: int
    resolves: bool


@row
class DecisionRow:
    """What a decision about whose a ticket is is judged by."""

    action: str
    seen_assignee: str | None
    reason: str | None
    until_at: datetime | None


_RULES = select(
    department_rules.c.department,
    department_rules.c.version,
    departments.c.role,
    department_rules.c.opens_at,
    department_rules.c.closes_at,
    department_rules.c.lunch_from,
    department_rules.c.lunch_to,
    department_rules.c.first_answer_seconds,
    department_rules.c.solution_seconds,
    department_rules.c.remind_after_days,
    department_rules.c.resolve_after_days,
    department_rules.c.reopen_days,
    department_rules.c.client_archives,
).join(departments, departments.c.code == department_rules.c.department)
_newest = (
    _RULES.where(department_rules.c.valid_from <= bindparam("at"))
    .order_by(department_rules.c.version.desc())
    .limit(1)
)
_RULES_OF_TICKET = typed(
    RulesRow,
    _RULES.join(
        tickets,
        (tickets.c.department == department_rules.c.department)
        & (tickets.c.rules_version == department_rules.c.version),
    ).where(tickets.c.id == bindparam("ticket_id")),
)
_RULES_OF_OPENING = typed(
    RulesRow,
    _newest.join(
        ticket_openings, ticket_openings.c.department == department_rules.c.department
    ).where(ticket_openings.c.id == bindparam("opening_id")),
)
_RULES_OF_DECISION = typed(
    RulesRow,
    _newest.join(
        ticket_decisions, ticket_decisions.c.department == department_rules.c.department
    ).where(ticket_decisions.c.id == bindparam("decision_id")),
)
_LOCKED = typed(
    LockedTicket,
    select(
        tickets.c.id,
        tickets.c.number,
        tickets.c.client_id,
        tickets.c.topic,
        tickets.c.status,
        tickets.c.assignee,
        tickets.c.answers,
        MERGED_ANSWERS.label("merged_answers"),
        tickets.c.first_due_at,
        tickets.c.first_answered_at,
        tickets.c.turn_at,
        tickets.c.left_seconds,
        tickets.c.hastened_at,
        tickets.c.opened_at,
    )
    .where(tickets.c.id == bindparam("ticket_id"))
    .with_for_update(),
    never_null=("merged_answers",),
)
_OPENING = typed(
    OpeningRow,
    select(
        ticket_openings.c.id,
        ticket_openings.c.number,
        ticket_openings.c.client_id,
        ticket_openings.c.department,
        ticket_openings.c.topic,
        ticket_openings.c.invoice_number,
        ticket_openings.c.subscription_id,
        ticket_openings.c.refund_id,
        ticket_openings.c.follows,
    ).where(ticket_openings.c.id == bindparam("opening_id")),
)
_ANSWER = typed(
    AnswerWritten,
    select(ticket_messages.c.seen_answers, ticket_messages.c.resolves).where(
        ticket_messages.c.id == bindparam("message_id"), ticket_messages.c.is_ours
    ),
    never_null=("seen_answers",),
)
_DECISION = typed(
    DecisionRow,
    select(
        ticket_decisions.c.action,
        ticket_decisions.c.seen_assignee,
        ticket_decisions.c.reason,
        ticket_decisions.c.until_at,
    ).where(ticket_decisions.c.id == bindparam("decision_id")),
)


def one(ticket_id: str) -> Reading[TicketCase]:
    """Locks a ticket, and reads what a change of it is judged by, in one round trip."""
    key = {"ticket_id": ticket_id}
    return together(
        _case_from,
        only(_LOCKED(**key)),
        only(_RULES_OF_TICKET(**key)).to(rules_from),
        stored(ticket_id),
        CALENDAR,
    )


def load(change: TicketChange) -> Reading[LoadedCase[TicketCase, TicketTransitionResult]]:
    """The same with the check for a repeat."""
    return together(_loaded, one(change.ticket_id), STORE.checked(change.ticket_id, change))


def stored(ticket_id: str) -> Reading[TicketTransitionResult | None]:
    """The state of a ticket; None for one that does not exist."""
    return every(STORE.latest(ticket_id)).to(STORE.answer_from)


def opening(message: TicketOpening) -> Reading[OpeningFacts]:
    """What a ticket is opened by."""
    key = {"opening_id": uuid_of(message.request.opening_id)}
    return together(
        _opening_from,
        only(_OPENING(**key)),
        only(_RULES_OF_OPENING(at=message.at, **key)).to(rules_from),
        CALENDAR,
    )


def written_answer(message_id: str | None) -> Reading[WrittenAnswer]:
    """An answer of ours as it was written."""
    return only(_ANSWER(message_id=uuid_of(message_id))).to(
        lambda row: WrittenAnswer(row.seen_answers, row.resolves)
    )


def staff_decision(change: TicketChange) -> Reading[StaffDecision]:
    """A decision about whose a ticket is, with the present rules of the department it names."""
    key = {"decision_id": uuid_of(change.submission_id)}
    return together(
        lambda row, rules: StaffDecision(
            row.seen_assignee,
            row.reason,
            rules_from(rules[0]) if rules else None,
            row.until_at,
        ),
        only(_DECISION(**key)),
        every(_RULES_OF_DECISION(at=change.at, **key)),
    )


def put(
    transaction: Transaction, message: TicketOpening, facts: OpeningFacts, made: TicketTransition
) -> TicketTransitionResult:
    """Stores a new ticket with its first change, which the client's first message makes."""
    request = message.request
    change = TicketChange(request.ticket_id, 1, message.at, request.opened_by, request.opening_id)
    columns: dict[str, Any] = {
        "number": facts.number,
        "opening_id": uuid_of(request.opening_id),
        "client_id": facts.client_id,
        "topic": facts.topic,
        "invoice_number": facts.invoice_number,
        "subscription_id": facts.subscription_id,
        "refund_id": facts.refund_id,
        "follows": facts.follows,
        **made.columns,
    }
    STORE.put(transaction, request.ticket_id, change, made.result, columns)
    return made.result


def rules_from(row: RulesRow) -> DepartmentRules:
    """A version of a department's rules."""
    return DepartmentRules(
        department=row.department,
        version=row.version,
        role=Role(row.role),
        hours=BusinessHours(row.opens_at, row.closes_at, row.lunch_from, row.lunch_to),
        first_answer_seconds=row.first_answer_seconds,
        solution_seconds=row.solution_seconds,
        remind_after_days=row.remind_after_days,
        resolve_after_days=row.resolve_after_days,
        reopen_days=row.reopen_days,
        client_archives=row.client_archives,
    )


def _loaded(
    case: TicketCase, checked: ReplayCheck[TicketTransitionResult]
) -> LoadedCase[TicketCase, TicketTransitionResult]:
    return LoadedCase(case, checked.replayed_result)


def _case_from(
    row: LockedTicket,
    rules: DepartmentRules,
    latest: TicketTransitionResult | None,
    calendar: BankCalendar,
) -> TicketCase:
    return TicketCase(
        id=row.id,
        number=row.number,
        client_id=row.client_id,
        topic=row.topic,
        status=TicketStatus(row.status),
        assignee=row.assignee,
        answers=row.answers,
        merged_answers=row.merged_answers,
        hastened_at=row.hastened_at,
        opened_at=row.opened_at,
        version=0 if latest is None else latest.changes,
        wait=None if latest is None else latest.wait,
        clocks=Clocks(row.first_due_at, row.first_answered_at, row.turn_at, row.left_seconds),
        rules=rules,
        calendar=calendar,
    )


def _opening_from(row: OpeningRow, rules: DepartmentRules, calendar: BankCalendar) -> OpeningFacts:
    return OpeningFacts(
        number=row.number,
        client_id=row.client_id,
        topic=row.topic,
        invoice_number=row.invoice_number,
        subscription_id=row.subscription_id,
        refund_id=row.refund_id,
        follows=row.follows,
        rules=rules,
        calendar=calendar,
    )
