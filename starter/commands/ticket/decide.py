"""Whose a ticket is, and what becomes of it: commands that write no message."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from db.ticket import reads, submission
from db.ticket.reads import TicketRow
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.ticket.ticket import TicketAction
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, invalid
from starter.commands.services import Services
from starter.commands.ticket.case import (
    Update,
    decide,
    found,
    known_or_allowed,
    require_allowed,
)
from workflows.ticket import TicketWorkflow

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
    return await _decided(
        services,
        caller,
        command_id,
        ticket_id,
        TicketAction.TAKE,
        TicketWorkflow.take,
        {"seen_assignee": seen_assignee},
    )


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
    return await _decided(
        services,
        caller,
        command_id,
        ticket_id,
        TicketAction.TRANSFER,
        TicketWorkflow.transfer,
        {"department": department, "reason": reason, "seen_assignee": seen_assignee},
    )


@command
async def escalate_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str, reason: str
) -> TicketRow:
    """Asks the operators to see to the ticket."""
    return await _decided(
        services,
        caller,
        command_id,
        ticket_id,
        TicketAction.ESCALATE,
        TicketWorkflow.escalate,
        {"reason": reason},
    )


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
    return await _decided(
        services,
        caller,
        command_id,
        ticket_id,
        TicketAction.AWAIT_THIRD_PARTY,
        TicketWorkflow.await_third_party,
        {"reason": reason, "until_at": end_of_moscow_day(until)},
    )


@command
async def merge_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str, into: str
) -> TicketRow:
    """Puts the ticket's messages into the thread of another one of the same client."""
    ticket = await found(services, caller, ticket_id)
    (others,) = await services.database.read(reads.head(into))
    if into == ticket_id or [one.client_id for one in others] != [ticket.client_id]:
        raise invalid(FieldError("ticket_merge_unknown", "/into"))
    return await _decided(
        services,
        caller,
        command_id,
        ticket_id,
        TicketAction.MERGE,
        TicketWorkflow.merge,
        {"into_ticket": into},
    )


@command
async def unmerge_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """Undoes a merge: the ticket is open again, on our turn."""
    return await _alone(
        services, caller, command_id, ticket_id, TicketAction.UNMERGE, TicketWorkflow.unmerge
    )


@command
async def mark_ticket_spam(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str, reason: str
) -> TicketRow:
    """Puts the ticket aside as spam: nobody is told, and letters of its sender are parked."""
    return await _decided(
        services,
        caller,
        command_id,
        ticket_id,
        TicketAction.MARK_SPAM,
        TicketWorkflow.mark_spam,
        {"reason": reason},
    )


@command
async def unmark_ticket_spam(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """Takes a mark as spam back: the ticket is open again, on our turn."""
    action, update = TicketAction.UNMARK_SPAM, TicketWorkflow.unmark_spam
    return await _alone(services, caller, command_id, ticket_id, action, update)


@command
async def hasten_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """«Ускорить»: once in each turn of ours."""
    return await _alone(
        services, caller, command_id, ticket_id, TicketAction.HASTEN, TicketWorkflow.hasten
    )


@command
async def archive_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """The client puts an answered ticket away."""
    return await _alone(
        services, caller, command_id, ticket_id, TicketAction.ARCHIVE, TicketWorkflow.archive
    )


@command
async def resolve_ticket(
    services: Services, caller: Caller, command_id: UUID, ticket_id: str
) -> TicketRow:
    """Holds the question for settled; the client is told."""
    return await _alone(
        services, caller, command_id, ticket_id, TicketAction.RESOLVE, TicketWorkflow.resolve
    )


async def _alone(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    action: TicketAction,
    update: Update,
) -> TicketRow:
    require_allowed(caller, await found(services, caller, ticket_id), action)
    return await decide(services, caller, command_id, ticket_id, update)


async def _decided(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    action: TicketAction,
    update: Update,
    columns: dict[str, Any],
) -> TicketRow:
    """Stores a decision and sends it to its ticket; one that was taken is answered as it is."""
    decision_id = uuid5(command_id, "decision")
    ticket, is_taken = await known_or_allowed(services, caller, ticket_id, action, decision_id)
    if is_taken:
        return ticket
    async with services.database.transaction() as transaction:
        submission.put_decision(
            transaction,
            decision_id,
            ticket_id=ticket_id,
            action=action,
            decided_by=caller.login,
            decided_at=datetime.now(UTC),
            **columns,
        )
    return await decide(services, caller, command_id, ticket_id, update, decision_id)
