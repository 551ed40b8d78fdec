"""The transcript of a ticket, as the API and the desk give it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from db.database import Database
from db.ticket import files, reads
from db.ticket import transcript as stored
from db.ticket.files import AttachedRow
from db.ticket.reads import MessageRow, TicketRow
from db.ticket.transcript import MoveRow
from domain.ticket.ticket import TicketStatus
from domain.ticket.transcript import (
    MAX_CHARACTERS,
    MAX_LINES,
    MAX_MESSAGES,
    MAX_MOVES,
    Transcript,
    TranscriptFile,
    TranscriptMessage,
    TranscriptMove,
)
from gateways.documents import ticket_transcript_pdf
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import Refusal, conflict
from starter.presentation.ticket.ticket import department_name
from texts import number


async def printed_transcript(database: Database, caller: Caller, ticket_id: str) -> bytes:
    """The transcript as PDF; raises `Refusal` as `transcript_of`."""
    transcript = await transcript_of(database, caller, ticket_id)
    return await asyncio.to_thread(ticket_transcript_pdf, transcript)


async def transcript_of(database: Database, caller: Caller, ticket_id: str) -> Transcript:
    """What a ticket, and those merged into it, have taken. How long it is is asked first, so that
    no more is ever read than one paper has.

    Raises `Refusal`: `not_found`; `ticket_transcript_too_long`.
    """
    heads, (size,), moves = await database.read(
        reads.head(ticket_id),
        stored.thread_size(ticket_id),
        stored.moves(ticket_id, MAX_MOVES + 1),
    )
    head = require_visible(caller, heads)
    if size.messages > MAX_MESSAGES or size.characters > MAX_CHARACTERS:
        raise _too_long()
    messages, attached = await database.read(
        reads.thread(ticket_id, MAX_MESSAGES + 1),
        files.of_thread(ticket_id, MAX_MESSAGES + 1, None),
    )
    try:
        return _transcript(head, moves, messages, attached)
    except ValueError:
        raise _too_long() from None


def _transcript(
    head: TicketRow,
    moves: Sequence[MoveRow],
    messages: Sequence[MessageRow],
    attached: Sequence[AttachedRow],
) -> Transcript:
    files_of: dict[UUID, list[TranscriptFile]] = defaultdict(list)
    for one in attached:
        files_of[one.written_id].append(TranscriptFile(one.name, one.sha256))
    return Transcript(
        number=head.number,
        topic=head.topic,
        client=head.client_name,
        department=department_name(head, "ru"),
        moves=tuple(TranscriptMove(one.at, TicketStatus(one.to_status)) for one in moves),
        messages=tuple(_message(one, files_of[one.id]) for one in reversed(messages)),
    )


def _message(row: MessageRow, attached: Sequence[TranscriptFile]) -> TranscriptMessage:
    return TranscriptMessage(
        at=row.at,
        is_ours=row.is_ours,
        written_by=row.written_by,
        text=row.text,
        ticket_number=int(row.ticket_id.removeprefix("ticket-")),
        files=tuple(attached),
    )


def _too_long() -> Refusal:
    return conflict(
        "ticket_transcript_too_long",
        messages=number(MAX_MESSAGES),
        characters=number(MAX_CHARACTERS),
        lines=number(MAX_LINES),
    )
