"""The messages of a draft, and «Завершить», which sends them as one message of a ticket."""

from collections.abc import Sequence
from typing import Any

from db.access.telegram import LinkRow
from db.query import present
from db.ticket import telegram_drafts
from db.ticket.reads import TicketRow
from db.ticket.telegram_drafts import DraftRow, PartRow
from domain.ticket.telegram import (
    FILE_BYTES,
    FILES_AT_MOST,
    MESSAGE_CHARACTERS,
    MESSAGES_AT_MOST,
    Kind,
)
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.ticket.open import Channel, NewTicket, open_ticket
from starter.commands.ticket.write import reply_to_ticket
from starter.telegram.asking import ask_again, finish_row
from starter.telegram.talk import Talk, caller_of, command_of_draft

BETWEEN = "\n\n"
PASSING = frozenset({RefusalKind.UNAVAILABLE, RefusalKind.UNKNOWN})
"""Refusals after which the same command is sent again."""


def take_message(talk: Talk) -> None:
    """A text or a file becomes a part of the draft, or hears why it does not."""
    said, draft = talk.heard, present(talk.draft)
    wrong = _wrong(talk)
    if wrong is not None:
        talk.say(wrong, finish_row(talk, draft.id))
        return
    file = said.file and (said.file.file_id, said.file.name, said.file.size)
    text = said.text or None
    talk.change(
        lambda transaction: telegram_drafts.put_part(
            transaction, draft.id, said.message_id, text=text, file=file or (None, None, None)
        )
    )
    files = sum(part.file_id is not None for part in talk.parts) + (file is not None)
    count = len(talk.parts) + 1
    talk.say(
        talk.t("telegram.taken", count=count, files=files, at_most=FILES_AT_MOST),
        finish_row(talk, draft.id),
    )


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
    text, caller, services = written(talk, talk.parts), caller_of(link), talk.services
    command_id = command_of_draft(draft.id)
    if draft.ticket_id is not None:
        return await reply_to_ticket(
            services, caller, command_id, draft.ticket_id, text, Channel.TELEGRAM
        )
    named: dict[str, Any] = {draft.subject: draft.subject_id} if draft.subject else {}
    asked = NewTicket(
        present(draft.department),
        present(draft.topic),
        text,
        **named,
    )
    return await open_ticket(services, caller, command_id, asked, Channel.TELEGRAM)


def written(talk: Talk, parts: Sequence[PartRow]) -> str:
    """What was written, in its order; a file stands where it was sent."""
    said = []
    for part in parts:
        if part.text is not None:
            said.append(part.text)
        if part.file_name is not None:
            said.append(talk.t("telegram.file", name=part.file_name))
    return BETWEEN.join(said)


def _wrong(talk: Talk) -> str | None:
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
    if said.file.size > FILE_BYTES:
        return talk.t("telegram.file_too_large", name=said.file.name)
    if files >= FILES_AT_MOST:
        return talk.t("telegram.too_many_files", name=said.file.name, at_most=FILES_AT_MOST)
    return None


def _too_long(talk: Talk) -> str:
    length = len(talk.heard.text)
    return talk.t("telegram.too_long", length=length, at_most=MESSAGE_CHARACTERS)


def _file_of(talk: Talk) -> tuple[object, object, object]:
    (part,) = [one for one in talk.parts if one.message_id == talk.heard.message_id]
    return part.file_id, part.file_name, part.file_bytes
