"""What people write in a ticket: the client's replies, our answers, notes among staff, a rating."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from db.ticket import files as attached_files
from db.ticket import submission
from db.ticket.reads import TicketRow
from db.ticket.submission import RatingRow
from domain.ticket.ticket import TicketAction, TicketStatus
from starter.caller import Caller
from starter.commands.case_command import case_command
from starter.commands.command import command
from starter.commands.file.attach import attachable, hold
from starter.commands.refusal import Refusal, RefusalKind, conflict
from starter.commands.services import Services
from starter.commands.ticket.case import (
    TicketCommand,
    check_length,
    found,
    limits_of,
)
from starter.commands.ticket.open import Channel


@dataclass(frozen=True)
class Answer:
    """An answer of ours: how many answers its author saw, and whether it settles the question."""

    text: str
    seen_answers: int
    resolves: bool = False
    files: Sequence[UUID] = ()


@case_command(TicketCommand)
async def reply_to_ticket(
    ticket: TicketCommand,
    text: str,
    channel: Channel,
    files: Sequence[UUID] = (),
    sender_confirmed: bool | None = None,
) -> TicketRow:
    """The client writes; a settled ticket is open again, a closed one is refused.

    `sender_confirmed`: of a letter, whether it is known to be the client's.
    """
    columns = {
        "is_ours": False,
        "channel": channel,
        "text": text,
        "sender_confirmed": sender_confirmed,
    }
    return await _written(ticket, TicketAction.REPLY, columns, files)


async def reply_in_thread(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    text: str,
    channel: Channel,
    files: Sequence[UUID] = (),
    *,
    sender_confirmed: bool | None = None,
) -> TicketRow:
    """A reply to a ticket, or to the one that has its messages: for doors at which nobody sees that
    a ticket was merged meanwhile. A repeat asks the tickets in the same order, so it finds the one
    that has taken it; merges make no circle, so the order ends.
    """
    try:
        return await reply_to_ticket(
            services, caller, command_id, ticket_id, text, channel, files, sender_confirmed
        )
    except Refusal as refusal:
        if refusal.kind is not RefusalKind.CONFLICT:
            raise
        into = (await found(services, caller, ticket_id)).merged_into
        if into is None:
            raise
    again = uuid5(command_id, into)
    return await reply_in_thread(
        services, caller, again, into, text, channel, files, sender_confirmed=sender_confirmed
    )


@case_command(TicketCommand)
async def answer_ticket(ticket: TicketCommand, answer: Answer, channel: Channel) -> TicketRow:
    """We answer; refused where another answer was sent that its author has not seen."""
    columns = {
        "is_ours": True,
        "channel": channel,
        "text": answer.text,
        "seen_answers": answer.seen_answers,
        "resolves": answer.resolves,
    }
    return await _written(ticket, TicketAction.ANSWER, columns, answer.files)


@command
async def add_ticket_note(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    text: str,
    files: Sequence[UUID] = (),
) -> None:
    """Staff write for staff; the ticket stays as it is, and its client never reads it."""
    await found(services, caller, ticket_id)
    attached, note_id = (
        await attachable(services.database, caller, files),
        uuid5(command_id, "note"),
    )
    async with services.database.transaction() as transaction:
        await hold(transaction, attached)
        submission.put_note(
            transaction,
            note_id,
            ticket_id=ticket_id,
            text=text,
            written_by=caller.login,
            written_at=datetime.now(UTC),
        )
        attached_files.attach(transaction, attached, note_id=note_id)


@command
async def rate_ticket(
    services: Services,
    caller: Caller,
    _command_id: UUID,  # a ticket has one rating, known by the ticket alone
    ticket_id: str,
    score: int,
    text: str | None,
) -> RatingRow:
    """Stores a rating once the ticket is settled; the same again is a repeat."""
    ticket = await found(services, caller, ticket_id)
    settled = ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
    if not settled or ticket.spam_at is not None:
        raise conflict("ticket_rated_too_early")
    async with services.database.transaction() as transaction:
        submission.put_rating(
            transaction,
            ticket_id=ticket_id,
            score=score,
            text=text,
            rated_by=caller.login,
            rated_at=datetime.now(UTC),
        )
    ((rating,),) = await services.database.read(submission.rating(ticket_id))
    if (rating.score, rating.text) != (score, text):
        raise conflict("ticket_rated_already")
    return rating


@command
async def see_ticket(
    services: Services, caller: Caller, _command_id: UUID, ticket_id: str, answers: int
) -> TicketRow:
    """Stores that the client has seen so many answers, at most those that there are."""
    ticket = await found(services, caller, ticket_id)
    seen = min(answers, ticket.answers)
    if seen > ticket.seen_answers:
        await submission.seen(services.database, ticket_id, seen, datetime.now(UTC))
        return await found(services, caller, ticket_id)
    return ticket


async def _written(
    ticket: TicketCommand, action: TicketAction, columns: dict[str, Any], files: Sequence[UUID]
) -> TicketRow:
    """Stores a message and sends it to its ticket; one that was taken is answered as it is."""
    message_id = uuid5(ticket.command_id, "message")
    row, is_taken = await ticket.known_or_allowed(action, message_id)
    if is_taken:
        return row
    check_length(columns["text"], row.text_limit)
    database, caller = ticket.services.database, ticket.caller
    attached = await attachable(database, caller, files, limits_of(row))
    async with database.transaction() as transaction:
        await hold(transaction, attached)
        submission.put_message(
            transaction,
            message_id,
            ticket_id=row.id,
            written_by=caller.login,
            written_at=datetime.now(UTC),
            **columns,
        )
        attached_files.attach(transaction, attached, message_id=message_id)
    return await ticket.sent(action, message_id)
