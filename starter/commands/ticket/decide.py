"""Whose a ticket is, and what becomes of it: commands that write no message."""

from datetime import UTC, date, datetime

from db.ticket import reads
from db.ticket.reads import TicketRow
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.ticket.ticket import TicketAction
from starter.commands.case_command import case_command
from starter.commands.refusal import FieldError, invalid
from starter.commands.ticket.case import TicketCommand

MAX_THIRD_PARTY_DAYS = 30
"""The longest that a third party is awaited at once; it may be awaited again."""


@case_command(TicketCommand)
async def take_ticket(ticket: TicketCommand, seen_assignee: str | None) -> TicketRow:
    """Gives the ticket to the caller, unless it is no longer whose the caller saw."""
    return await ticket.decided(TicketAction.TAKE, seen_assignee=seen_assignee)


@case_command(TicketCommand)
async def transfer_ticket(
    ticket: TicketCommand, department: str, reason: str, seen_assignee: str | None
) -> TicketRow:
    """Gives the ticket to another department, whose hours its clocks go on by."""
    (departments,) = await ticket.services.database.read(reads.departments_at(datetime.now(UTC)))
    if department not in {one.department for one in departments}:
        raise invalid(FieldError("department_unknown", "/department"))
    return await ticket.decided(
        TicketAction.TRANSFER, department=department, reason=reason, seen_assignee=seen_assignee
    )


@case_command(TicketCommand)
async def escalate_ticket(ticket: TicketCommand, reason: str) -> TicketRow:
    """Asks the operators to see to the ticket."""
    return await ticket.decided(TicketAction.ESCALATE, reason=reason)


@case_command(TicketCommand)
async def await_third_party(ticket: TicketCommand, reason: str, until: date) -> TicketRow:
    """Stops our clocks until the end of a Moscow day: somebody outside has to answer first."""
    ahead = (until - moscow_date(datetime.now(UTC))).days
    if not 1 <= ahead <= MAX_THIRD_PARTY_DAYS:
        params = {"days": MAX_THIRD_PARTY_DAYS}
        raise invalid(FieldError("ticket_third_party_until", "/until", params=params))
    return await ticket.decided(
        TicketAction.AWAIT_THIRD_PARTY, reason=reason, until_at=end_of_moscow_day(until)
    )


@case_command(TicketCommand)
async def merge_ticket(ticket: TicketCommand, into: str) -> TicketRow:
    """Puts the ticket's messages into the thread of another one of the same client."""
    row = await ticket.found()
    (others,) = await ticket.services.database.read(reads.head(into))
    if into == ticket.case_id or [one.client_id for one in others] != [row.client_id]:
        raise invalid(FieldError("ticket_merge_unknown", "/into"))
    return await ticket.decided(TicketAction.MERGE, into_ticket=into)


@case_command(TicketCommand)
async def unmerge_ticket(ticket: TicketCommand) -> TicketRow:
    """Undoes a merge: the ticket is open again, on our turn."""
    return await ticket.alone(TicketAction.UNMERGE)


@case_command(TicketCommand)
async def mark_ticket_spam(ticket: TicketCommand, reason: str) -> TicketRow:
    """Puts the ticket aside as spam: nobody is told, and letters of its sender are parked."""
    return await ticket.decided(TicketAction.MARK_SPAM, reason=reason)


@case_command(TicketCommand)
async def unmark_ticket_spam(ticket: TicketCommand) -> TicketRow:
    """Takes a mark as spam back: the ticket is open again, on our turn."""
    return await ticket.alone(TicketAction.UNMARK_SPAM)


@case_command(TicketCommand)
async def hasten_ticket(ticket: TicketCommand) -> TicketRow:
    """«Ускорить»: once in each turn of ours."""
    return await ticket.alone(TicketAction.HASTEN)


@case_command(TicketCommand)
async def archive_ticket(ticket: TicketCommand) -> TicketRow:
    """The client puts an answered ticket away."""
    return await ticket.alone(TicketAction.ARCHIVE)


@case_command(TicketCommand)
async def resolve_ticket(ticket: TicketCommand) -> TicketRow:
    """Holds the question for settled; the client is told."""
    return await ticket.alone(TicketAction.RESOLVE)
