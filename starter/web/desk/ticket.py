"""A ticket at the desk: the thread beside the client's context, and what staff do with it."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from starlette.responses import Response

from db.ticket import canned, files, presence, reads, submission, transcript
from db.ticket.reads import TicketRow
from domain.file.file import WIDEST
from starter.commands.refusal import Refusal, not_found
from starter.commands.ticket import write
from starter.commands.ticket.canned import MAX_CANNED
from starter.commands.ticket.case import limits_of
from starter.commands.ticket.open import Channel
from starter.commands.ticket.write import Answer
from starter.http.download import download, preview
from starter.presentation.ticket.canned import answer_from, is_for
from starter.presentation.ticket.context import context_of, refund_in_words
from starter.presentation.ticket.file import ticket_file
from starter.presentation.ticket.ticket import (
    departments_shown,
    files_shown,
    message_shown,
    ticket_shown,
)
from starter.presentation.ticket.waiting import ticket_waiting
from starter.web.desk.tickets import LIST
from starter.web.http import ticket_text
from starter.web.http.deed import PageOf, done, refused
from starter.web.http.files import (
    FILES_FORM_BYTES,
    attached_in,
    chosen_files,
    with_files,
)
from starter.web.http.forms import Form
from starter.web.http.ids import TicketId
from starter.web.http.page import pages
from starter.web.http.ticket_text import Before, message_in
from starter.web.http.visit import Visit, VisitDep
from texts import translate

NOTES = 50
"""The newest notes that are shown."""
MAX_ANSWERS_DIGITS = 7
INSERT = "insert"
"""What the button says that adds prepared words to an answer; nothing is sent."""

routes = pages()


@routes.get(f"{LIST}/{{ticket_id}}")
async def show_ticket_on_desk(
    visit: VisitDep, ticket_id: TicketId, before: Before = None
) -> Response:
    """The page that the queue and letters to staff lead to."""
    return await ticket_page(visit, ticket_id, before=before)


@routes.get(f"{LIST}/{{ticket_id}}/presence")
async def show_ticket_presence(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Who else has the ticket open, for an open page that asks every half a minute."""
    heads = await visit.database.rows(reads.head(ticket_id))
    if not heads:
        raise not_found()
    now = datetime.now(UTC)
    others = await presence.others_at(visit.database, ticket_id, visit.caller.login, now)
    return visit.page("desk_ticket_presence.html", others=others)


@routes.get(f"{LIST}/{{ticket_id}}/files/{{file_id}}")
async def read_ticket_file_on_desk(visit: VisitDep, ticket_id: TicketId, file_id: UUID) -> Response:
    """A file of a message or a note, as a download; only a clean one."""
    row = await ticket_file(visit.database, visit.caller, ticket_id, file_id)
    return download(visit.database, row)


@routes.get(f"{LIST}/{{ticket_id}}/files/{{file_id}}/preview")
async def read_ticket_preview_on_desk(
    visit: VisitDep, ticket_id: TicketId, file_id: UUID
) -> Response:
    """What the thread, or a note, shows of a picture."""
    row = await ticket_file(visit.database, visit.caller, ticket_id, file_id)
    return await preview(visit.database, row)


@routes.post(f"{LIST}/{{ticket_id}}/answer", max_body_size=FILES_FORM_BYTES)
async def answer_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Answers the client. Where another answer was sent since the page was shown, the page asks
    once more, with what was typed.
    """

    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await refused(visit, refusal, f"{LIST}/{ticket_id}", _shown(visit, ticket_id))

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

    if visit.form.typed("then") == INSERT:
        return await ticket_page(visit, ticket_id, await _with_inserted(visit, ticket_id))
    return await ticket_done(visit, ticket_id, answered())


async def ticket_done(visit: Visit, ticket_id: str, deed: Awaitable[Any]) -> Response:
    """Leads back to the ticket; a refusal is shown on it as it is now."""
    return await done(visit, deed, f"{LIST}/{ticket_id}", _shown(visit, ticket_id))


async def ticket_refused(visit: Visit, ticket_id: str, refusal: Refusal) -> Response:
    """The ticket as it is now, with what one of its forms was refused for."""
    return await refused(visit, refusal, f"{LIST}/{ticket_id}", _shown(visit, ticket_id))


def _shown(visit: Visit, ticket_id: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await ticket_page(visit, ticket_id, form, status)

    return page


async def ticket_page(
    visit: Visit,
    ticket_id: str,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    before: str | None = None,
) -> Response:
    """The page of a ticket; `form` is what one of its forms shows. One that shows what is about to
    be sent is not live: to be asked for again, it would be as it was before.
    """
    upto = ticket_text.before_in(before)
    heads, messages, attached, notes, of_notes, ratings, (size,), marks = await visit.database.read(
        reads.head(ticket_id),
        reads.thread(ticket_id, ticket_text.MESSAGES + 1, upto),
        files.of_thread(ticket_id, ticket_text.MESSAGES + 1, upto),
        submission.notes(ticket_id, NOTES),
        files.of_notes(ticket_id, NOTES),
        submission.rating(ticket_id),
        transcript.parts(ticket_id),
        submission.spam_mark(ticket_id),
    )
    if not heads:
        raise not_found()
    (row,) = heads
    beside = await _beside(visit, row)
    newest = reversed(messages[: ticket_text.MESSAGES])
    shown = [message_shown(one, attached, visit.caller, visit.language) for one in newest]
    return visit.page(
        "desk_ticket.html",
        status=status,
        form=form,
        here=f"{LIST}/{ticket_id}" if form is None or status != HTTPStatus.OK else "",
        ticket=ticket_shown(row, visit.caller, visit.language),
        text_limit=row.text_limit,
        limits=limits_of(row),
        note_limits=WIDEST,
        messages=shown,
        earlier=ticket_text.mark_of(shown[0]) if len(messages) > len(shown) else None,
        is_newest=before is None,
        notes=[(one, files_shown(one.id, of_notes, visit.language)) for one in notes],
        chosen=await chosen_files(visit, form),
        rating=ratings[0] if ratings else None,
        papers=size.parts,
        spam=marks[0] if row.spam_at is not None else None,
        **beside,
        answered_meanwhile=status == HTTPStatus.CONFLICT and bool(form and form.typed("text")),
    )


async def _with_inserted(visit: Visit, ticket_id: str) -> Form:
    """What was typed, with the words of the refund or of the prepared answer that was chosen."""
    heads, rows = await visit.database.read(reads.head(ticket_id), canned.newest(MAX_CANNED))
    if not heads:
        raise not_found()
    context, chosen = await context_of(visit.database, heads[0]), visit.form.typed("insert")
    words = [refund_in_words(one, visit.language) for one in context.refunds if one.id == chosen]
    words += [
        answer_from(row, heads[0], context, visit.language)
        for row in rows
        if row.code == chosen and is_for(row, heads[0])
    ]
    text = "\n\n".join([one for one in (visit.form.text("text"), *words) if one])
    return Form({**visit.form.typed_fields, "text": text})


async def _beside(visit: Visit, row: TicketRow) -> dict[str, Any]:
    """What the page shows beside the thread: the client, prepared answers, who else is here."""
    now = datetime.now(UTC)
    context = await context_of(visit.database, row)
    departments, prepared = await visit.database.read(
        reads.departments_at(now), canned.newest(MAX_CANNED)
    )
    refunds = [
        (
            one.id,
            translate("page.desk.ticket.insert_refund", visit.language, number=one.invoice_number),
        )
        for one in context.refunds
    ]
    offered = departments_shown(departments, visit.language)
    return {
        "context": context,
        "departments": [(one.code, one.name) for one in offered if one.code != row.department],
        "insertable": [*refunds, *((one.code, one.title) for one in prepared if is_for(one, row))],
        "waiting": await ticket_waiting(visit.services, visit.caller, row.id, visit.language),
        "others": await presence.others_at(visit.database, row.id, visit.caller.login, now),
    }


def _seen_answers(form: Form) -> int:
    """How many answers the page showed."""
    said = form.typed("seen_answers")
    known = said.isascii() and said.isdecimal() and len(said) <= MAX_ANSWERS_DIGITS
    return int(said) if known else 0
