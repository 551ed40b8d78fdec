"""A ticket as its client reads it: the thread, an answer, «Ускорить», the archive, a rating."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from starlette.responses import Response

from db.ticket import files, reads, submission
from domain.ticket.ticket import TicketStatus
from starter.access import require_visible
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.commands.ticket import decide, write
from starter.commands.ticket.case import limits_of
from starter.commands.ticket.open import Channel
from starter.http.download import download, preview
from starter.presentation.ticket.file import ticket_file
from starter.presentation.ticket.ticket import message_shown, ticket_shown
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

SCORES = ("1", "2", "3", "4", "5")
RATED = frozenset({TicketStatus.RESOLVED, TicketStatus.CLOSED})
"""A ticket in one of these can be rated."""

routes = pages()


@routes.get("/tickets/{ticket_id}")
async def show_ticket(visit: VisitDep, ticket_id: TicketId, before: Before = None) -> Response:
    """The thread, the newest messages last; whoever reads it has seen all answers."""
    return await _page(visit, ticket_id, before=before)


@routes.get("/tickets/{ticket_id}/files/{file_id}")
async def read_ticket_file(visit: VisitDep, ticket_id: TicketId, file_id: UUID) -> Response:
    """A file of a message, as a download; only a clean one."""
    row = await ticket_file(visit.database, visit.caller, ticket_id, file_id)
    return download(visit.database, row)


@routes.get("/tickets/{ticket_id}/files/{file_id}/preview")
async def read_ticket_preview(visit: VisitDep, ticket_id: TicketId, file_id: UUID) -> Response:
    """What the thread shows of a picture."""
    row = await ticket_file(visit.database, visit.caller, ticket_id, file_id)
    return await preview(visit.database, row)


@routes.post("/tickets/{ticket_id}/reply", max_body_size=FILES_FORM_BYTES)
async def reply_to_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """The client writes; what was settled is open again."""

    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await refused(visit, refusal, f"/tickets/{ticket_id}", _shown(visit, ticket_id))

    async def replied() -> None:
        await write.reply_to_ticket(
            visit.services,
            visit.caller,
            visit.command_id,
            ticket_id,
            message_in(visit.form),
            Channel.WEB,
            attached_in(visit.form),
        )

    return await _done(visit, ticket_id, replied())


@routes.post("/tickets/{ticket_id}/hasten")
async def hasten_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """«Ускорить»: the department hears that the client presses."""
    deed = decide.hasten_ticket(visit.services, visit.caller, visit.command_id, ticket_id)
    return await _done(visit, ticket_id, deed)


@routes.post("/tickets/{ticket_id}/archive")
async def archive_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """«Поместить в архив»: the question is settled."""
    deed = decide.archive_ticket(visit.services, visit.caller, visit.command_id, ticket_id)
    return await _done(visit, ticket_id, deed)


@routes.post("/tickets/{ticket_id}/rating")
async def rate_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """How the client was served, once."""

    async def rated() -> None:
        score, text = visit.form.line("score"), visit.form.note("comment")
        if score not in SCORES:
            raise invalid(FieldError("page_choice_missing", field="score"))
        await write.rate_ticket(
            visit.services, visit.caller, visit.command_id, ticket_id, int(score), text or None
        )

    return await _done(visit, ticket_id, rated())


async def _done(visit: Visit, ticket_id: str, deed: Awaitable[Any]) -> Response:
    """Leads back to the thread; a refusal is shown on it as it is now."""
    return await done(visit, deed, f"/tickets/{ticket_id}", _shown(visit, ticket_id))


def _shown(visit: Visit, ticket_id: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, ticket_id, form, status)

    return page


async def _page(
    visit: Visit,
    ticket_id: str,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    before: str | None = None,
) -> Response:
    upto = ticket_text.before_in(before)
    heads, messages, attached, ratings = await visit.database.read(
        reads.head(ticket_id),
        reads.thread(ticket_id, ticket_text.MESSAGES + 1, upto),
        files.of_thread(ticket_id, ticket_text.MESSAGES + 1, upto),
        submission.rating(ticket_id),
    )
    row = require_visible(visit.caller, heads)
    if row.merged_into is not None:
        if form is None:
            return visit.see(f"/tickets/{row.merged_into}")
        return await _page(visit, row.merged_into, form, status)
    if row.answers > row.seen_answers and before is None:
        row = await write.see_ticket(visit.services, visit.caller, uuid4(), ticket_id, row.answers)
    ticket = ticket_shown(row, visit.caller, visit.language)
    newest = reversed(messages[: ticket_text.MESSAGES])
    shown = [message_shown(one, attached, visit.caller, visit.language) for one in newest]
    return visit.page(
        "ticket.html",
        status=status,
        form=form,
        here=f"/tickets/{ticket_id}",
        ticket=ticket,
        stage=row.status,
        text_limit=row.text_limit,
        limits=limits_of(row),
        messages=shown,
        earlier=ticket_text.mark_of(shown[0]) if len(messages) > len(shown) else None,
        is_newest=before is None,
        chosen=await chosen_files(visit, form),
        rating=ratings[0] if ratings else None,
        may_rate=row.status in RATED and row.spam_at is None and not ratings,
        scores=SCORES,
    )
