"""Whose a ticket is and what becomes of it, over HTTP."""

from pydantic import Field

from starter.api.http.models import Body, Day, Line, Note
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.api.ticket.case import UNKNOWN, TicketId
from starter.commands.ticket import decide as command
from starter.presentation.ticket.ticket import TicketShown, ticket_shown

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
async def take_ticket(
    ticket_id: TicketId,
    body: TakeBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """Refused by `ticket_taken_meanwhile` where it is no longer whose the caller saw."""
    row = await command.take_ticket(services, caller, command_id, ticket_id, body.seen_assignee)
    return ticket_shown(row, caller, language)


@routes.post(
    "/v1/tickets/{ticket_id}/transfer", summary="Give to another department", responses=UNKNOWN
)
async def transfer_ticket(
    ticket_id: TicketId,
    body: TransferBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """It is nobody's there; its clocks go on by the hours of that department."""
    row = await command.transfer_ticket(
        services, caller, command_id, ticket_id, body.department, body.reason, body.seen_assignee
    )
    return ticket_shown(row, caller, language)


@routes.post(
    "/v1/tickets/{ticket_id}/escalate", summary="Ask the operators to see to it", responses=UNKNOWN
)
async def escalate_ticket(
    ticket_id: TicketId,
    body: EscalationBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """The operators get a letter with the ticket."""
    row = await command.escalate_ticket(services, caller, command_id, ticket_id, body.reason)
    return ticket_shown(row, caller, language)


@routes.post(
    "/v1/tickets/{ticket_id}/resolve", summary="Hold the question for settled", responses=UNKNOWN
)
async def resolve_ticket(
    ticket_id: TicketId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """The client is told, and may reopen it for some days."""
    row = await command.resolve_ticket(services, caller, command_id, ticket_id)
    return ticket_shown(row, caller, language)


@routes.post(
    "/v1/tickets/{ticket_id}/third-party", summary="Wait for a third party", responses=UNKNOWN
)
async def await_third_party(
    ticket_id: TicketId,
    body: ThirdPartyBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """Our clocks stand still until then; the client has to have been answered before."""
    row = await command.await_third_party(
        services, caller, command_id, ticket_id, body.reason, body.until
    )
    return ticket_shown(row, caller, language)


@routes.post(
    "/v1/tickets/{ticket_id}/merge", summary="Merge into another ticket", responses=UNKNOWN
)
async def merge_ticket(
    ticket_id: TicketId,
    body: MergeBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """Its messages stand in the other's thread; it can be undone for some days."""
    row = await command.merge_ticket(services, caller, command_id, ticket_id, body.into)
    return ticket_shown(row, caller, language)


@routes.post("/v1/tickets/{ticket_id}/unmerge", summary="Undo a merge", responses=UNKNOWN)
async def unmerge_ticket(
    ticket_id: TicketId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """The ticket is open again, with its own messages, on our turn."""
    row = await command.unmerge_ticket(services, caller, command_id, ticket_id)
    return ticket_shown(row, caller, language)


@routes.post("/v1/tickets/{ticket_id}/spam", summary="Put aside as spam", responses=UNKNOWN)
async def mark_ticket_spam(
    ticket_id: TicketId,
    body: SpamBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """Nobody is told; letters of its sender are parked. It can be taken back for some days."""
    row = await command.mark_ticket_spam(services, caller, command_id, ticket_id, body.reason)
    return ticket_shown(row, caller, language)


@routes.post("/v1/tickets/{ticket_id}/not-spam", summary="Take back: no spam", responses=UNKNOWN)
async def unmark_ticket_spam(
    ticket_id: TicketId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """The ticket is open again, on our turn."""
    row = await command.unmark_ticket_spam(services, caller, command_id, ticket_id)
    return ticket_shown(row, caller, language)


@routes.post("/v1/tickets/{ticket_id}/hasten", summary="Ask to be answered", responses=UNKNOWN)
async def hasten_ticket(
    ticket_id: TicketId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """«Ускорить»: once until we answer."""
    row = await command.hasten_ticket(services, caller, command_id, ticket_id)
    return ticket_shown(row, caller, language)


@routes.post("/v1/tickets/{ticket_id}/archive", summary="Put a ticket away", responses=UNKNOWN)
async def archive_ticket(
    ticket_id: TicketId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """Once it is answered; the client may bring it back by a reply for some days."""
    row = await command.archive_ticket(services, caller, command_id, ticket_id)
    return ticket_shown(row, caller, language)
