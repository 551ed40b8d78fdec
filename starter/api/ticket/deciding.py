"""Whose a ticket is and what becomes of it, over HTTP."""

from pydantic import Field

from starter.api.http.models import Body, Day, Line, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import router
from starter.api.ticket.case import AskedOfTicket
from starter.commands.ticket import decide as command
from starter.presentation.ticket.ticket import TicketShown

MAX_LOGIN_LENGTH = 254

routes = router("tickets")


class TakeBody(Body):
    """`seen_assignee`: whose the ticket is, as the caller saw it; none: nobody's."""

    seen_assignee: Line | None = Field(None, max_length=MAX_LOGIN_LENGTH)


class TransferBody(TakeBody):
    """Where the ticket goes, and why."""

    department: str = Field(pattern=r"^[a-z][a-z_]{0,39}$", examples=["accounting"])
    reason: Note


class EscalationBody(Body):
    """Why the operators should see to the ticket."""

    reason: Note


class SpamBody(Body):
    """Why it is no question of a client."""

    reason: Note


class ThirdPartyBody(Body):
    """Whom we wait for, and until the end of which day by Moscow's clock."""

    reason: Note
    until: Day


class MergeBody(Body):
    """The ticket of the same client whose thread goes on."""

    into: str = Field(pattern=r"^ticket-[1-9][0-9]{0,11}$", examples=["ticket-116"])


@routes.post("/v1/tickets/{ticket_id}/take", summary="Take a ticket", responses=UNKNOWN)
async def take_ticket(body: TakeBody, asked: AskedOfTicket) -> TicketShown:
    """Refused by `ticket_taken_meanwhile` where it is no longer whose the caller saw."""
    return await asked.by(command.take_ticket, body.seen_assignee)


@routes.post(
    "/v1/tickets/{ticket_id}/transfer", summary="Give to another department", responses=UNKNOWN
)
async def transfer_ticket(body: TransferBody, asked: AskedOfTicket) -> TicketShown:
    """It is nobody's there; its clocks go on by the hours of that department."""
    return await asked.by(command.transfer_ticket, body.department, body.reason, body.seen_assignee)


@routes.post(
    "/v1/tickets/{ticket_id}/escalate", summary="Ask the operators to see to it", responses=UNKNOWN
)
async def escalate_ticket(body: EscalationBody, asked: AskedOfTicket) -> TicketShown:
    """The operators get a letter with the ticket."""
    return await asked.by(command.escalate_ticket, body.reason)


@routes.post(
    "/v1/tickets/{ticket_id}/resolve", summary="Hold the question for settled", responses=UNKNOWN
)
async def resolve_ticket(asked: AskedOfTicket) -> TicketShown:
    """The client is told, and may reopen it for some days."""
    return await asked.by(command.resolve_ticket)


@routes.post(
    "/v1/tickets/{ticket_id}/third-party", summary="Wait for a third party", responses=UNKNOWN
)
async def await_third_party(body: ThirdPartyBody, asked: AskedOfTicket) -> TicketShown:
    """Our clocks stand still until then; the client has to have been answered before."""
    return await asked.by(command.await_third_party, body.reason, body.until)


@routes.post(
    "/v1/tickets/{ticket_id}/merge", summary="Merge into another ticket", responses=UNKNOWN
)
async def merge_ticket(body: MergeBody, asked: AskedOfTicket) -> TicketShown:
    """Its messages stand in the other's thread; it can be undone for some days."""
    return await asked.by(command.merge_ticket, body.into)


@routes.post("/v1/tickets/{ticket_id}/unmerge", summary="Undo a merge", responses=UNKNOWN)
async def unmerge_ticket(asked: AskedOfTicket) -> TicketShown:
    """The ticket is open again, with its own messages, on our turn."""
    return await asked.by(command.unmerge_ticket)


@routes.post("/v1/tickets/{ticket_id}/spam", summary="Put aside as spam", responses=UNKNOWN)
async def mark_ticket_spam(body: SpamBody, asked: AskedOfTicket) -> TicketShown:
    """Nobody is told; letters of its sender are parked. It can be taken back for some days."""
    return await asked.by(command.mark_ticket_spam, body.reason)


@routes.post("/v1/tickets/{ticket_id}/not-spam", summary="Take back: no spam", responses=UNKNOWN)
async def unmark_ticket_spam(asked: AskedOfTicket) -> TicketShown:
    """The ticket is open again, on our turn."""
    return await asked.by(command.unmark_ticket_spam)


@routes.post("/v1/tickets/{ticket_id}/hasten", summary="Ask to be answered", responses=UNKNOWN)
async def hasten_ticket(asked: AskedOfTicket) -> TicketShown:
    """«Ускорить»: once until we answer."""
    return await asked.by(command.hasten_ticket)


@routes.post("/v1/tickets/{ticket_id}/archive", summary="Put a ticket away", responses=UNKNOWN)
async def archive_ticket(asked: AskedOfTicket) -> TicketShown:
    """Once it is answered; the client may bring it back by a reply for some days."""
    return await asked.by(command.archive_ticket)
