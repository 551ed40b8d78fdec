"""Whose a ticket is, and what becomes of it: commands that write no message."""

from datetime import UTC, date, datetime
from uuid import UUID

from db.ticket import reads
from db.ticket.reads import TicketRow
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.ticket.ticket import TicketAction
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, invalid
from starter.commands.services import Services
from starter.commands.ticket.case import TicketCommand

MAX_THIRD_PARTY_DAYS = 30
"""The longest that a third party is awaited at once; it may be awaited again."""


@command
async def take_ticket(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    seen_assignee: str | None,
) -> TicketRow:
    """Gives the ticket to the caller, unless it is no longer whose the caller saw."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.decided(TicketAction.TAKE, seen_assignee=seen_assignee)


@command
async def transfer_ticket(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    department: str,
    reason: str,
    seen_assignee: str | None,
) -> TicketRow:
    """Gives the ticket to another department, whose hours its clocks go on by."""
    (departments,) = await services.database.read(reads.departments_at(datetime.now(UTC)))
    if department not in {one.department for one in departments}:
        raise invalid(FieldError("department_unknown", "/department"))
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.decided(
        TicketAction.TRANSFER, department=department, reason=reason, seen_assignee=seen_assignee
    )


@command
async def escalate_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str, reason: str
) -> TicketRow:
    """Asks the operators to see to the ticket."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.decided(TicketAction.ESCALATE, reason=reason)


@command
async def await_third_party(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    reason: str,
    until: date,
) -> TicketRow:
    """Stops our clocks until the end of a Moscow day: somebody outside has to answer first."""
    ahead = (until - moscow_date(datetime.now(UTC))).days
    if not 1 <= ahead <= MAX_THIRD_PARTY_DAYS:
        params = {"days": MAX_THIRD_PARTY_DAYS}
        raise invalid(FieldError("ticket_third_party_until", "/until", params=params))
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.decided(
        TicketAction.AWAIT_THIRD_PARTY, reason=reason, until_at=end_of_moscow_day(until)
    )


@command
async def merge_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str, into: str
) -> TicketRow:
    """Puts the ticket's messages into the thread of another one of the same client."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    row = await ticket.found()
    (others,) = await services.database.read(reads.head(into))
    if into == ticket_id or [one.client_id for one in others] != [row.client_id]:
        raise invalid(FieldError("ticket_merge_unknown", "/into"))
    return await ticket.decided(TicketAction.MERGE, into_ticket=into)


@command
async def unmerge_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """Undoes a merge: the ticket is open again, on our turn."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.alone(TicketAction.UNMERGE)


@command
async def mark_ticket_spam(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str, reason: str
) -> TicketRow:
    """Puts the ticket aside as spam: nobody is told, and letters of its sender are parked."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.decided(TicketAction.MARK_SPAM, reason=reason)


@command
async def unmark_ticket_spam(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """Takes a mark as spam back: the ticket is open again, on our turn."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.alone(TicketAction.UNMARK_SPAM)


@command
async def hasten_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """«Ускорить»: once in each turn of ours."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.alone(TicketAction.HASTEN)


@command
async def archive_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """The client puts an answered ticket away."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.alone(TicketAction.ARCHIVE)


@command
async def resolve_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """Holds the question for settled; the client is told."""
    ticket = TicketCommand(services, caller, command_id, ticket_id)
    return await ticket.alone(TicketAction.RESOLVE)
