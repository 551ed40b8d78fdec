"""Tickets read over HTTP: lists, a ticket, its messages, the notes of staff."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from db.ticket import files, lists, reads, submission
from db.ticket.lists import TicketFilter
from domain.text import one_line
from starter.access import client_in_filter, require_visible
from starter.api.http.models import ID_PATTERN, Shown
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    moment_in,
    number_up_to,
    page_of,
)
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, ServicesDep, router
from starter.api.ticket.case import TicketId
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.file.file import FileShown
from starter.presentation.ticket.ticket import (
    DepartmentShown,
    MessageShown,
    TicketShown,
    departments_shown,
    files_shown,
    message_shown,
    ticket_shown,
)
from starter.presentation.ticket.waiting import ticket_waiting

LAST_NUMBER = 10**12
"""Above every ticket's number."""
LAST_CHANGE = 2**31 - 1
MAX_SOUGHT_LENGTH = 160
MAX_NOTES = 200
"""The newest notes of a ticket that are shown."""

routes = router("tickets")

Department = Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")]
Assignee = Annotated[str | None, Query(max_length=254, description="Whose they are.")]
Archived = Annotated[bool | None, Query(description="Put away by the client, or closed.")]


Sought = Annotated[
    str | None,
    Query(
        alias="q",
        max_length=MAX_SOUGHT_LENGTH,
        description="Words of the topic, of messages, for staff of the client's name.",
    ),
]


class TicketNoteShown(Shown):
    """What staff wrote for staff."""

    id: UUID
    text: str
    written_by: str
    written_at: datetime
    files: Sequence[FileShown]


@routes.get("/v1/departments", summary="Departments that may be written to")
async def list_departments(
    database: DatabaseDep, _caller: CurrentCaller, language: LanguageDep
) -> list[DepartmentShown]:
    """By their present rules."""
    (rows,) = await database.read(reads.departments_at(datetime.now(UTC)))
    return departments_shown(rows, language)


@routes.get("/v1/tickets", summary="Tickets, the newest first")
async def list_tickets(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    department: Department = None,
    archived: Archived = None,
    sought: Sought = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[TicketShown]:
    """A client's own, or of all clients."""
    narrowed = TicketFilter(
        client_in_filter(caller, client_id),
        department,
        archived=archived,
        sought=one_line(sought or ""),
    )
    after = key_in(cursor, number_up_to(LAST_NUMBER))
    (rows,) = await database.read(lists.listed(narrowed, limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.number,))
    return Page(items=[ticket_shown(row, caller, language) for row in shown], next=following)


@routes.get("/v1/ticket-queue", summary="Tickets that wait for us, the earliest deadline first")
async def list_ticket_queue(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    department: Department = None,
    assignee: Assignee = None,
    sought: Sought = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[TicketShown]:
    """Of all departments or of one, whoever's or one person's."""
    narrowed = TicketFilter(department=department, assignee=assignee, sought=one_line(sought or ""))
    after = key_in(cursor, moment_in, number_up_to(LAST_NUMBER))
    (rows,) = await database.read(lists.queue(narrowed, limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.wait_until, row.number))
    return Page(items=[ticket_shown(row, caller, language) for row in shown], next=following)


@routes.get("/v1/tickets/{ticket_id}", summary="One ticket")
async def read_ticket(
    ticket_id: TicketId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> TicketShown:
    """A client reads only its own."""
    (rows,) = await database.read(reads.head(ticket_id))
    return ticket_shown(require_visible(caller, rows), caller, language)


@routes.get("/v1/tickets/{ticket_id}/waiting", summary="Why a ticket stands")
async def read_ticket_waiting(
    ticket_id: TicketId, services: ServicesDep, caller: CurrentCaller, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    return await ticket_waiting(services, caller, ticket_id, language)


@routes.get("/v1/tickets/{ticket_id}/messages", summary="Messages of a ticket, the newest first")
async def list_ticket_messages(
    ticket_id: TicketId,
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[MessageShown]:
    """What the ticket and those merged into it have taken, without notes among staff."""
    before = key_in(cursor, moment_in, number_up_to(LAST_CHANGE), UUID)
    heads, rows, attached = await database.read(
        reads.head(ticket_id),
        reads.thread(ticket_id, limit + 1, before),
        files.of_thread(ticket_id, limit + 1, before),
    )
    require_visible(caller, heads)
    shown, following = page_of(rows, limit, lambda row: (row.at, row.number, row.id))
    return Page(
        items=[message_shown(row, attached, caller, language) for row in shown], next=following
    )


@routes.get("/v1/tickets/{ticket_id}/notes", summary="Notes among staff, the newest first")
async def list_ticket_notes(
    ticket_id: TicketId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> list[TicketNoteShown]:
    """The newest ones; the client never reads them."""
    heads, rows, attached = await database.read(
        reads.head(ticket_id),
        submission.notes(ticket_id, MAX_NOTES),
        files.of_notes(ticket_id, MAX_NOTES),
    )
    require_visible(caller, heads)
    return [
        TicketNoteShown(
            id=row.id,
            text=row.text,
            written_by=row.written_by,
            written_at=row.written_at,
            files=files_shown(row.id, attached, language),
        )
        for row in rows
    ]
