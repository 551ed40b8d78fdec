"""Reads of tickets: a ticket in full, its thread, lists, and the departments."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, literal, select, tuple_

from db.case.case_store import AnswerRow
from db.query import Query, row, typed
from db.tables import (
    clients,
    department_rules,
    departments,
    invoices,
    refunds,
    subscriptions,
    ticket_history,
    ticket_messages,
    ticket_views,
    tickets,
)
from db.ticket.answers import ANSWERS, SEEN
from db.ticket.ticket import TICKET_TRANSITION_RESULT
from domain.ticket.ticket import TicketTransitionResult


@row
class TicketRow:
    """A ticket with the names of its client and its department, and what its client has seen.

    `staff`: who answers for the department; none, everybody of ours.
    """

    id: str
    number: int
    client_id: str
    client_name: str
    department: str
    department_ru: str
    department_en: str
    text_limit: int
    files_limit: int
    file_bytes_limit: int
    staff: list[str]
    topic: str
    invoice_number: str | None
    subscription_id: str | None
    refund_id: str | None
    follows: str | None
    status: str
    version: int
    assignee: str | None
    answers: int
    seen_answers: int
    hastened_at: datetime | None
    escalated_at: datetime | None
    archived_at: datetime | None
    waiting_for: str | None
    wait_until: datetime | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    merged_into: str | None
    spam_at: datetime | None


@row
class MessageRow:
    """A message that its ticket has taken; `number` is that of the change that took it.
    `sender_confirmed` is of letters only.

    `ticket_id` is another than that of the thread where a ticket was merged into it.
    """

    id: UUID
    ticket_id: str
    number: int
    is_ours: bool
    text: str
    written_by: str
    sender_confirmed: bool | None
    at: datetime


@row
class DepartmentRow:
    """A department that may be written to, by its newest rules."""

    department: str
    version: int
    name_ru: str
    name_en: str
    is_offered: bool
    text_limit: int
    files_limit: int
    file_bytes_limit: int
    mail_address: str | None


@row
class OwnerRow:
    """Whose something is."""

    client_id: str


class Subject(StrEnum):
    """What a ticket may be about, or go on from."""

    INVOICE = "invoice_number"
    SUBSCRIPTION = "subscription_id"
    REFUND = "refund_id"
    TICKET = "follows"


_present = department_rules.alias()
_STAFF = (
    select(_present.c.staff)
    .where(_present.c.department == tickets.c.department, _present.c.valid_from <= func.now())
    .order_by(_present.c.version.desc())
    .limit(1)
    .scalar_subquery()
)
"""Who answers for the department today: the rest of its rules is what the ticket was given."""
TICKETS = typed(
    TicketRow,
    select(
        tickets.c.id,
        tickets.c.number,
        tickets.c.client_id,
        clients.c.name.label("client_name"),
        tickets.c.department,
        department_rules.c.name_ru.label("department_ru"),
        department_rules.c.name_en.label("department_en"),
        department_rules.c.text_limit,
        department_rules.c.files_limit,
        department_rules.c.file_bytes_limit,
        _STAFF.label("staff"),
        tickets.c.topic,
        tickets.c.invoice_number,
        tickets.c.subscription_id,
        tickets.c.refund_id,
        tickets.c.follows,
        tickets.c.status,
        tickets.c.version,
        tickets.c.assignee,
        ANSWERS.label("answers"),
        SEEN.label("seen_answers"),
        tickets.c.hastened_at,
        tickets.c.escalated_at,
        tickets.c.archived_at,
        tickets.c.waiting_for,
        tickets.c.wait_until,
        tickets.c.opened_at,
        tickets.c.changed_at,
        tickets.c.closed_at,
        tickets.c.merged_into,
        tickets.c.spam_at,
    )
    .join(clients, clients.c.id == tickets.c.client_id)
    .join(
        department_rules,
        (department_rules.c.department == tickets.c.department)
        & (department_rules.c.version == tickets.c.rules_version),
    )
    .outerjoin(ticket_views, ticket_views.c.ticket_id == tickets.c.id),
    never_null=("answers", "seen_answers", "staff"),
)
_HEAD = TICKETS.narrowed(lambda rows: rows.where(tickets.c.id == bindparam("ticket_id")))
_DECISION = typed(
    AnswerRow,
    select(ticket_history.c.answer).where(
        ticket_history.c.ticket_id == bindparam("ticket_id"),
        ticket_history.c.submission_id == bindparam("submission_id"),
    ),
)
_merged = tickets.alias()
IN_THREAD = (ticket_history.c.ticket_id == bindparam("ticket_id")) | ticket_history.c.ticket_id.in_(
    select(_merged.c.id).where(_merged.c.merged_into == bindparam("ticket_id"))
)
"""A change of the ticket, or of one that is merged into it."""
NEWEST_FIRST = (
    ticket_history.c.at.desc(),
    ticket_history.c.number.desc(),
    ticket_history.c.submission_id.desc(),
)
_MESSAGES = typed(
    MessageRow,
    select(
        ticket_messages.c.id,
        ticket_history.c.ticket_id,
        ticket_history.c.number,
        ticket_messages.c.is_ours,
        ticket_messages.c.text,
        ticket_messages.c.written_by,
        ticket_messages.c.sender_confirmed,
        ticket_history.c.at,
    )
    .join(ticket_messages, ticket_messages.c.id == ticket_history.c.submission_id)
    .where(IN_THREAD)
    .order_by(*NEWEST_FIRST),
)
_newest_first = (
    select(
        department_rules.c.department,
        department_rules.c.version,
        department_rules.c.name_ru,
        department_rules.c.name_en,
        department_rules.c.is_offered,
        department_rules.c.text_limit,
        department_rules.c.files_limit,
        department_rules.c.file_bytes_limit,
        department_rules.c.mail_address,
    )
    .join(departments, departments.c.code == department_rules.c.department)
    .where(department_rules.c.valid_from <= bindparam("at"))
    .distinct(department_rules.c.department)
    .order_by(department_rules.c.department, department_rules.c.version.desc())
)
_DEPARTMENTS = typed(DepartmentRow, _newest_first)

_OWNERS = {
    subject: typed(OwnerRow, select(table.c.client_id).where(key == bindparam("subject_id")))
    for subject, table, key in (
        (Subject.INVOICE, invoices, invoices.c.number),
        (Subject.SUBSCRIPTION, subscriptions, subscriptions.c.id),
        (Subject.REFUND, refunds, refunds.c.id),
        (Subject.TICKET, tickets, tickets.c.id),
    )
}

BeforeMessage = tuple[datetime, int, UUID]
"""The key (at, number, id) of the earliest message of a thread that was seen."""


def head(ticket_id: str) -> Query[TicketRow]:
    """A ticket in full."""
    return _HEAD(ticket_id=ticket_id)


def decision(ticket_id: str, submission_id: UUID) -> Query[AnswerRow]:
    """The change that a command made, found by its submission; no row until it is stored."""
    return _DECISION(ticket_id=ticket_id, submission_id=submission_id)


def result_in(rows: Sequence[AnswerRow]) -> TicketTransitionResult | None:
    """The result of a command, from the rows of `decision`."""
    return TICKET_TRANSITION_RESULT.validate_python(rows[0].answer) if rows else None


def thread(ticket_id: str, at_most: int, before: BeforeMessage | None = None) -> Query[MessageRow]:
    """The messages that a ticket, and those merged into it, have taken, the newest first."""
    return _MESSAGES.narrowed(lambda rows: page_of(rows, at_most, before))(ticket_id=ticket_id)


def page_of(rows: Select[Any], at_most: int, before: BeforeMessage | None) -> Select[Any]:
    """So many rows of a thread that come before a message, or the newest."""
    wanted = rows.limit(at_most)
    if before is None:
        return wanted
    key = tuple_(ticket_history.c.at, ticket_history.c.number, ticket_history.c.submission_id)
    return wanted.where(key < tuple_(*map(literal, before)))


def departments_at(at: datetime) -> Query[DepartmentRow]:
    """Every department by its newest rules at an instant."""
    return _DEPARTMENTS(at=at)


def owner_of(subject: Subject, subject_id: str) -> Query[OwnerRow]:
    """Whose an order, a subscription, a refund or a ticket is; no row where there is none."""
    return _OWNERS[subject](subject_id=subject_id)
