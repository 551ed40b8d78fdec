"""A ticket at the desk: the thread beside the client's context, and what staff do with it."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from db.ticket import files, reads, submission
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.commands.ticket import decide, write
from starter.commands.ticket.open import Channel
from starter.commands.ticket.write import Answer
from starter.http.download import download
from starter.presentation.ticket.context import context_of, refund_in_words
from starter.presentation.ticket.file import ticket_file
from starter.presentation.ticket.ticket import (
    department_name,
    departments_shown,
    files_shown,
    message_shown,
    ticket_shown,
)
from starter.web.desk.tickets import LIST
from starter.web.http.deed import needed, refused
from starter.web.http.files import (
    FILES_FORM_BYTES,
    attached_in,
    chosen_files,
    with_files,
)
from starter.web.http.forms import Form
from starter.web.http.ids import TicketId
from starter.web.http.page import pages
from starter.web.http.ticket_text import message_in
from starter.web.http.visit import Visit, VisitDep

MESSAGES = 50
"""Messages of one page of a thread."""
NOTES = 50
"""The newest notes that are shown."""
MAX_ANSWERS_DIGITS = 7

Before = Annotated[int, Query(ge=1, le=reads.ALL_OF_IT)]

routes = pages()


@routes.get(f"{LIST}/{{ticket_id}}")
async def show_ticket_on_desk(
    visit: VisitDep, ticket_id: TicketId, before: Before = reads.ALL_OF_IT
) -> Response:
    """The page that the queue and letters to staff lead to."""
    return await ticket_page(visit, ticket_id, before=before)


@routes.get(f"{LIST}/{{ticket_id}}/files/{{file_id}}")
async def read_ticket_file_on_desk(visit: VisitDep, ticket_id: TicketId, file_id: UUID) -> Response:
    """A file of a message or a note, as a download; only a clean one."""
    row = await ticket_file(visit.database, visit.caller, ticket_id, file_id)
    return download(visit.database, row)


@routes.post(f"{LIST}/{{ticket_id}}/answer", max_body_size=FILES_FORM_BYTES)
async def answer_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Answers the client. Where another answer was sent since the page was shown, the page asks
    once more, with what was typed.
    """

    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await _refused(visit, ticket_id, refusal)

    async def answered() -> None:
        form = visit.form
        answer = Answer(
            message_in(form),
            _seen_answers(form),
            bool(form.typed("resolves")),
            attached_in(form),
        )
        await write.answer_ticket(
            visit.services, visit.caller, visit.command_id, ticket_id, answer, Channel.WEB
        )

    if visit.form.typed("insert"):
        return await ticket_page(visit, ticket_id, await _with_inserted(visit, ticket_id))
    return await _done(visit, ticket_id, answered())


@routes.post(f"{LIST}/{{ticket_id}}/notes")
async def add_ticket_note(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Staff write for staff; the client never reads it."""

    async def added() -> None:
        text = needed(visit.form, "note", "page_ticket_text_missing")
        await write.add_ticket_note(visit.services, visit.caller, visit.command_id, ticket_id, text)

    return await _done(visit, ticket_id, added())


@routes.post(f"{LIST}/{{ticket_id}}/take")
async def take_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Gives the ticket to whoever presses, unless it is no longer whose the page said."""
    deed = decide.take_ticket(
        visit.services, visit.caller, visit.command_id, ticket_id, _seen_assignee(visit.form)
    )
    return await _done(visit, ticket_id, deed)


@routes.post(f"{LIST}/{{ticket_id}}/transfer")
async def transfer_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Gives the ticket to another department."""

    async def transferred() -> None:
        department = visit.form.line("department")
        if not department:
            raise invalid(FieldError("page_choice_missing", field="department"))
        await decide.transfer_ticket(
            visit.services,
            visit.caller,
            visit.command_id,
            ticket_id,
            department,
            needed(visit.form, "transfer-reason"),
            _seen_assignee(visit.form),
        )

    return await _done(visit, ticket_id, transferred())


@routes.post(f"{LIST}/{{ticket_id}}/escalate")
async def escalate_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Asks the operators to see to the ticket."""

    async def escalated() -> None:
        reason = needed(visit.form, "escalate-reason")
        await decide.escalate_ticket(
            visit.services, visit.caller, visit.command_id, ticket_id, reason
        )

    return await _done(visit, ticket_id, escalated())


@routes.post(f"{LIST}/{{ticket_id}}/resolve")
async def resolve_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Holds the question for settled; the client is told."""
    deed = decide.resolve_ticket(visit.services, visit.caller, visit.command_id, ticket_id)
    return await _done(visit, ticket_id, deed)


async def _done(visit: Visit, ticket_id: str, deed: Awaitable[Any]) -> Response:
    """Leads back to the ticket; a refusal is shown on it as it is now."""
    try:
        await deed
    except Refusal as refusal:
        return await _refused(visit, ticket_id, refusal)
    return visit.see(f"{LIST}/{ticket_id}")


async def _refused(visit: Visit, ticket_id: str, refusal: Refusal) -> Response:
    async def page(form: Form, status: int) -> Response:
        return await ticket_page(visit, ticket_id, form, status)

    return await refused(visit, refusal, f"{LIST}/{ticket_id}", page)


async def ticket_page(
    visit: Visit,
    ticket_id: str,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    before: int = reads.ALL_OF_IT,
) -> Response:
    """The page of a ticket; `form` is what one of its forms shows."""
    heads, messages, attached, notes, of_notes, ratings = await visit.database.read(
        reads.head(ticket_id),
        reads.thread(ticket_id, MESSAGES + 1, before),
        files.of_thread(ticket_id, MESSAGES + 1, before),
        submission.notes(ticket_id, NOTES),
        files.of_notes(ticket_id, NOTES),
        submission.rating(ticket_id),
    )
    if not heads:
        raise not_found()
    (row,) = heads
    departments = await visit.database.rows(reads.departments_at(datetime.now(UTC)))
    offered = departments_shown(departments, visit.language)
    return visit.page(
        "desk_ticket.html",
        status=status,
        form=form,
        here=f"{LIST}/{ticket_id}",
        ticket=ticket_shown(row, visit.caller, visit.language),
        text_limit=row.text_limit,
        department_name=department_name,
        departments=[(one.code, one.name) for one in offered if one.code != row.department],
        messages=[
            message_shown(one, attached, visit.caller, visit.language)
            for one in reversed(messages[:MESSAGES])
        ],
        earlier=messages[MESSAGES - 1].number if len(messages) > MESSAGES else None,
        is_newest=before == reads.ALL_OF_IT,
        notes=[(one, files_shown(one.id, of_notes, visit.language)) for one in notes],
        chosen=await chosen_files(visit, form),
        rating=ratings[0] if ratings else None,
        context=await context_of(visit.database, row),
        answered_meanwhile=status == HTTPStatus.CONFLICT and bool(form and form.typed("text")),
    )


async def _with_inserted(visit: Visit, ticket_id: str) -> Form:
    """What was typed, with the words about a refund of the client after it."""
    rows = await visit.database.rows(reads.head(ticket_id))
    if not rows:
        raise not_found()
    context = await context_of(visit.database, rows[0])
    wanted = visit.form.typed("insert")
    found = [one for one in context.refunds if one.id == wanted]
    words = [refund_in_words(one, visit.language) for one in found]
    text = "\n\n".join([one for one in (visit.form.text("text"), *words) if one])
    return Form({**visit.form.typed_fields, "text": text})


def _seen_answers(form: Form) -> int:
    """How many answers the page showed."""
    said = form.typed("seen_answers")
    known = said.isascii() and said.isdecimal() and len(said) <= MAX_ANSWERS_DIGITS
    return int(said) if known else 0


def _seen_assignee(form: Form) -> str | None:
    """Whose the ticket was on the page; None: nobody's."""
    return form.line("seen_assignee") or None
