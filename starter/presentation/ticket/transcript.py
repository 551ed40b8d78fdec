"""The transcript of a ticket, as the API and the desk give it: a paper for each part."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from db.database import Database
from db.query import present
from db.ticket import files, reads
from db.ticket import transcript as stored
from db.ticket.reads import TicketRow
from db.ticket.transcript import ChangeRow
from domain.ticket.ticket import TicketStatus
from domain.ticket.transcript import Transcript, TranscriptFile, TranscriptMessage, TranscriptMove
from gateways.documents import ticket_transcript_pdf
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import not_found
from starter.presentation.ticket.ticket import department_name


async def printed_transcript(
    database: Database, caller: Caller, ticket_id: str, part: int
) -> bytes:
    """A part of the transcript as PDF; raises `Refusal` as `transcript_of`."""
    transcript = await transcript_of(database, caller, ticket_id, part)
    return await asyncio.to_thread(ticket_transcript_pdf, transcript)


async def transcript_of(
    database: Database, caller: Caller, ticket_id: str, part: int
) -> Transcript:
    """What a ticket, and those merged into it, have taken: no more is read than one paper has.

    Raises `Refusal` `not_found`, also beyond the last part.
    """
    heads, (size,), changes = await database.read(
        reads.head(ticket_id), stored.parts(ticket_id), stored.part_of(ticket_id, part)
    )
    head = require_visible(caller, heads)
    if not changes:
        raise not_found()
    written = [one.message_id for one in changes if one.message_id is not None]
    files_of: dict[UUID, list[TranscriptFile]] = defaultdict(list)
    for one in await database.rows(files.of_messages(ticket_id, written)) if written else ():
        files_of[one.written_id].append(TranscriptFile(one.name, one.sha256))
    return _transcript(head, changes, files_of, part, size.parts)


def _transcript(
    head: TicketRow,
    changes: Sequence[ChangeRow],
    files_of: Mapping[UUID, Sequence[TranscriptFile]],
    part: int,
    parts: int,
) -> Transcript:
    return Transcript(
        number=head.number,
        topic=head.topic,
        client=head.client_name,
        department=department_name(head, "ru"),
        moves=tuple(
            TranscriptMove(one.at, TicketStatus(one.moved_to))
            for one in changes
            if one.moved_to is not None
        ),
        messages=tuple(
            _message(one, files_of.get(one.message_id, ()))
            for one in changes
            if one.message_id is not None
        ),
        part=part,
        parts=parts,
    )


def _message(row: ChangeRow, attached: Sequence[TranscriptFile]) -> TranscriptMessage:
    return TranscriptMessage(
        at=row.at,
        is_ours=present(row.is_ours),
        written_by=present(row.written_by),
        text=present(row.text),
        ticket_number=int(row.ticket_id.removeprefix("ticket-")),
        files=tuple(attached),
        is_unconfirmed=row.sender_confirmed is False,
    )
