"""The messages of a draft, and «Завершить», which sends them as one message of a ticket."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from db.access.telegram import LinkRow
from db.query import present
from db.ticket import reads, telegram_drafts
from db.ticket.reads import DepartmentRow, TicketRow
from db.ticket.telegram_drafts import DraftRow, PartRow
from domain.file.file import WIDEST, FileLimits
from domain.ticket.department import MEBIBYTE
from domain.ticket.telegram import (
    MESSAGE_CHARACTERS,
    MESSAGES_AT_MOST,
    ChatFile,
    Kind,
)
from domain.ticket.ticket import TicketRefusal, TicketStatus
from gateways.telegram import TelegramFailure, TelegramRefused
from starter.commands.file.upload import Upload, upload_files
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.ticket.case import limits_of
from starter.commands.ticket.open import Channel, NewTicket, open_ticket
from starter.commands.ticket.write import reply_in_thread
from starter.telegram.asking import ask_again, finish_row
from starter.telegram.talk import Talk, caller_of, command_of_draft

BETWEEN = "\n\n"
FILE_PATIENCE = timedelta(hours=1)
"""How long a file is asked for that Telegram does not give; its chat says nothing else meanwhile.
"""
PASSING = frozenset({RefusalKind.UNAVAILABLE, RefusalKind.UNKNOWN})
"""Refusals after which the same command is sent again."""


async def take_message(talk: Talk, link: LinkRow) -> None:
    """A text or a file becomes a part of the draft, or hears why it does not."""
    said, draft = talk.heard, present(talk.draft)
    limits = await _limits(talk, draft)
    wrong = _wrong(talk, limits)
    if wrong is not None:
        talk.say(wrong, finish_row(talk, draft.id))
        return
    file: tuple[object, object, object] = (None, None, None)
    stored_id = None
    if said.file is not None:
        stored_id = await _stored(talk, link, said.file)
        if stored_id is None:
            return
        file = (said.file.file_id, said.file.name, said.file.size)
    text = said.text or None
    talk.change(
        lambda transaction: telegram_drafts.put_part(
            transaction, draft.id, said.message_id, text=text, file=file, stored_id=stored_id
        )
    )
    files = sum(part.file_id is not None for part in talk.parts) + (stored_id is not None)
    count = len(talk.parts) + 1
    talk.say(
        talk.t("telegram.taken", count=count, files=files, at_most=limits.files),
        finish_row(talk, draft.id),
    )


async def _stored(talk: Talk, link: LinkRow, file: ChatFile) -> UUID | None:
    """The file in our store; None for one that is not taken, and the chat hears why. Raises
    `TelegramFailure` and `Refusal` of `PASSING` for a repeat of the same update.
    """
    draft_id = present(talk.draft).id
    try:
        upload = Upload(file.name, await talk.fetch(file.file_id))
        (row,) = await upload_files(
            talk.services, caller_of(link), talk.command_id("file"), [upload]
        )
    except TelegramFailure as failure:
        is_gone = isinstance(failure, TelegramRefused)
        if not is_gone and talk.now - talk.update.received_at < FILE_PATIENCE:
            raise
        talk.say(talk.t("telegram.file_gone", name=file.name), finish_row(talk, draft_id))
        return None
    except Refusal as refusal:
        if refusal.kind in PASSING:
            raise
        talk.refuse(refusal)
        talk.say(talk.t("telegram.still_here"), finish_row(talk, draft_id))
        return None
    return row.id


def take_edit(talk: Talk) -> None:
    """An edited message of the draft is changed; one that was sent stays as it was sent."""
    said, draft = talk.heard, talk.draft
    known = said.message_id in {part.message_id for part in talk.parts}
    if draft is None or not known:
        talk.say(talk.t("telegram.edited_late"))
        return
    if len(said.text) > MESSAGE_CHARACTERS or not (said.text or said.file):
        talk.say(_too_long(talk), finish_row(talk, draft.id))
        return
    text, draft_id = said.text or None, draft.id
    talk.change(
        lambda transaction: telegram_drafts.put_part(
            transaction, draft_id, said.message_id, text=text, file=_file_of(talk)
        )
    )
    talk.say(talk.t("telegram.edited"), finish_row(talk, draft.id))


async def finish(talk: Talk, link: LinkRow) -> None:
    """Sends what was written; raises `Refusal` of `PASSING` for a repeat of the same update."""
    draft = present(talk.draft)
    if not talk.parts:
        talk.say(talk.t("telegram.nothing_written"))
        await ask_again(talk)
        return
    try:
        ticket = await _sent(talk, link, draft)
    except Refusal as refusal:
        if refusal.kind in PASSING:
            raise
        talk.refuse(refusal)
        if refusal.kind is RefusalKind.INVALID:
            talk.say(talk.t("telegram.still_here"), finish_row(talk, draft.id))
            return
    else:
        talk.say(talk.t("telegram.sent", number=ticket.number, topic=ticket.topic))
    drop(talk)


def drop(talk: Talk) -> None:
    """The draft ends."""
    chat_id, now = talk.heard.chat_id, talk.now
    talk.change(lambda transaction: telegram_drafts.end(transaction, chat_id, now))


async def _sent(talk: Talk, link: LinkRow, draft: DraftRow) -> TicketRow:
    """The ticket that has it; an answer to a closed one opens another that goes on from it."""
    text, caller, services = written(talk, talk.parts), caller_of(link), talk.services
    command_id = command_of_draft(draft.id)
    files = [part.stored_id for part in talk.parts if part.stored_id is not None]
    if draft.ticket_id is not None:
        try:
            return await reply_in_thread(
                services, caller, command_id, draft.ticket_id, text, Channel.TELEGRAM, files
            )
        except Refusal as refusal:
            (ticket,) = await services.database.rows(reads.head(draft.ticket_id))
            if refusal.code != TicketRefusal.CLOSED or ticket.status != TicketStatus.CLOSED:
                raise
        goes_on = NewTicket(ticket.department, ticket.topic, text, follows=ticket.id, files=files)
        return await open_ticket(services, caller, command_id, goes_on, Channel.TELEGRAM)
    named: dict[str, Any] = {draft.subject: draft.subject_id} if draft.subject else {}
    asked = NewTicket(
        present(draft.department),
        present(draft.topic),
        text,
        files=files,
        **named,
    )
    return await open_ticket(services, caller, command_id, asked, Channel.TELEGRAM)


def written(talk: Talk, parts: Sequence[PartRow]) -> str:
    """What was written, in its order; files without a word are named."""
    said = [part.text for part in parts if part.text is not None]
    if not said:
        said = [talk.t("telegram.file", name=part.file_name) for part in parts]
    return BETWEEN.join(said)


async def _limits(talk: Talk, draft: DraftRow) -> FileLimits:
    """The files that the draft's department takes, or that of the ticket that it answers."""
    database = talk.services.database
    rows: Sequence[TicketRow | DepartmentRow]
    if draft.ticket_id is not None:
        rows = await database.rows(reads.head(draft.ticket_id))
    else:
        present_ones = await database.rows(reads.departments_at(talk.now))
        rows = [one for one in present_ones if one.department == draft.department]
    return limits_of(rows[0]) if rows else WIDEST


def _wrong(talk: Talk, limits: FileLimits) -> str | None:
    """Why a message is not taken; None for one that is."""
    said = talk.heard
    files = sum(part.file_id is not None for part in talk.parts)
    if said.kind is Kind.UNREADABLE:
        return talk.t("telegram.unreadable")
    if len(said.text) > MESSAGE_CHARACTERS:
        return _too_long(talk)
    if len(talk.parts) >= MESSAGES_AT_MOST:
        return talk.t("telegram.too_many_messages", at_most=MESSAGES_AT_MOST)
    if said.file is None:
        return None
    if said.file.size > limits.file_bytes:
        size = limits.file_bytes // MEBIBYTE
        return talk.t("telegram.file_too_large", name=said.file.name, size=size)
    if files >= limits.files:
        return talk.t("telegram.too_many_files", name=said.file.name, at_most=limits.files)
    return None


def _too_long(talk: Talk) -> str:
    length = len(talk.heard.text)
    return talk.t("telegram.too_long", length=length, at_most=MESSAGE_CHARACTERS)


def _file_of(talk: Talk) -> tuple[object, object, object]:
    (part,) = [one for one in talk.parts if one.message_id == talk.heard.message_id]
    return part.file_id, part.file_name, part.file_bytes
