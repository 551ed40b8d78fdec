"""What staff do with a ticket beside answering it: each is a form of its page."""

import re

from starlette.responses import Response

from starter.commands.refusal import FieldError, Refusal, invalid
from starter.commands.ticket import decide, write
from starter.web.desk.ticket import ticket_done, ticket_refused
from starter.web.desk.tickets import LIST
from starter.web.http.days import day_in
from starter.web.http.deed import needed, with_reason
from starter.web.http.files import FILES_FORM_BYTES, attached_in, with_files
from starter.web.http.forms import Form
from starter.web.http.ids import TICKET_ID, TicketId
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.post(f"{LIST}/{{ticket_id}}/notes", max_body_size=FILES_FORM_BYTES)
async def add_ticket_note(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Staff write for staff, with files; the client never reads it."""
    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await ticket_refused(visit, ticket_id, refusal)

    async def added() -> None:
        text = needed(visit.form, "note", "page_ticket_text_missing")
        files = attached_in(visit.form)
        await write.add_ticket_note(
            visit.services, visit.caller, visit.command_id, ticket_id, text, files
        )

    return await ticket_done(visit, ticket_id, added())


@routes.post(f"{LIST}/{{ticket_id}}/take")
async def take_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Gives the ticket to whoever presses, unless it is no longer whose the page said."""
    deed = decide.take_ticket(
        visit.services, visit.caller, visit.command_id, ticket_id, _seen_assignee(visit.form)
    )
    return await ticket_done(visit, ticket_id, deed)


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

    return await ticket_done(visit, ticket_id, transferred())


@routes.post(f"{LIST}/{{ticket_id}}/escalate")
async def escalate_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Asks the operators to see to the ticket."""
    said = with_reason(visit, decide.escalate_ticket, ticket_id, "escalate-reason")
    return await ticket_done(visit, ticket_id, said)


@routes.post(f"{LIST}/{{ticket_id}}/resolve")
async def resolve_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Holds the question for settled; the client is told."""
    deed = decide.resolve_ticket(visit.services, visit.caller, visit.command_id, ticket_id)
    return await ticket_done(visit, ticket_id, deed)


@routes.post(f"{LIST}/{{ticket_id}}/third-party")
async def await_third_party(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Somebody outside has to answer first: our clocks stand still until that day."""

    async def awaited() -> None:
        reason = needed(visit.form, "third-party-reason")
        until = day_in(visit.form.line("until"), "until")
        await decide.await_third_party(
            visit.services, visit.caller, visit.command_id, ticket_id, reason, until
        )

    return await ticket_done(visit, ticket_id, awaited())


@routes.post(f"{LIST}/{{ticket_id}}/merge")
async def merge_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Puts the messages into the thread of another ticket of this client, and leads there."""

    async def merged() -> None:
        into = f"ticket-{visit.form.line('into').removeprefix('№').strip()}"
        if not re.fullmatch(TICKET_ID, into):
            raise invalid(FieldError("ticket_merge_unknown", field="into"))
        await decide.merge_ticket(visit.services, visit.caller, visit.command_id, ticket_id, into)

    return await ticket_done(visit, ticket_id, merged())


@routes.post(f"{LIST}/{{ticket_id}}/unmerge")
async def unmerge_ticket(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Undoes a merge."""
    deed = decide.unmerge_ticket(visit.services, visit.caller, visit.command_id, ticket_id)
    return await ticket_done(visit, ticket_id, deed)


@routes.post(f"{LIST}/{{ticket_id}}/spam")
async def mark_ticket_spam(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Puts the ticket aside as spam."""
    said = with_reason(visit, decide.mark_ticket_spam, ticket_id, "spam-reason")
    return await ticket_done(visit, ticket_id, said)


@routes.post(f"{LIST}/{{ticket_id}}/not-spam")
async def unmark_ticket_spam(visit: VisitDep, ticket_id: TicketId) -> Response:
    """Takes a mark as spam back."""
    deed = decide.unmark_ticket_spam(visit.services, visit.caller, visit.command_id, ticket_id)
    return await ticket_done(visit, ticket_id, deed)


def _seen_assignee(form: Form) -> str | None:
    """Whose the ticket was on the page; None: nobody's."""
    return form.line("seen_assignee") or None
