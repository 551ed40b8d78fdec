"""How an answer of ours reads in Telegram, part by part, and how a repeat says that it is one."""

from typing import Any

from db.query import present
from db.ticket.telegram_outbox import OutgoingRow
from domain.ticket.telegram import PART_CHARACTERS, Button, Verb
from domain.ticket.ticket import TICKET_ACTIONS, TicketAction, TicketStatus
from starter.telegram.talk import keyboard
from texts import Language, translate


def sent_payload(one: OutgoingRow, cabinet_url: str) -> dict[str, Any]:
    """What is said for a row of the outbox; of a file, that it is not given out."""
    if one.payload is not None:
        payload = dict(one.payload)
    elif one.file_name is not None:
        payload = _withheld(one, cabinet_url)
    else:
        payload = _part_of_answer(one)
    if "text" in payload:
        payload["text"] = _marked(one, payload["text"])
    return payload


def caption_of(one: OutgoingRow) -> str:
    """What stands below a file."""
    number, name = present(one.ticket_number), present(one.file_name)
    return _marked(one, translate("telegram.file_of", _language(one), number=number, name=name))


def _marked(one: OutgoingRow, text: str) -> str:
    return f"{translate('telegram.again', _language(one))}\n{text}" if one.is_repeat else text


def _withheld(one: OutgoingRow, cabinet_url: str) -> dict[str, Any]:
    text = translate(
        "telegram.file_withheld",
        _language(one),
        number=present(one.ticket_number),
        name=present(one.file_name),
        page=f"{cabinet_url}/tickets/{one.ticket_id}",
    )
    return {"chat_id": one.chat_id, "text": text}


def _part_of_answer(one: OutgoingRow) -> dict[str, Any]:
    """A part of our answer; the last one has the buttons."""
    part, parts, language = present(one.part), present(one.parts), _language(one)
    text = present(one.text)[(part - 1) * PART_CHARACTERS : part * PART_CHARACTERS]
    head = translate(
        "telegram.answered", language, number=present(one.ticket_number), topic=present(one.topic)
    )
    if parts > 1:
        head += " " + translate("telegram.part", language, part=part, parts=parts)
    if part == parts and one.files:
        text += "\n\n" + translate("telegram.files_follow", language, count=one.files)
    payload: dict[str, Any] = {"chat_id": one.chat_id, "text": f"{head}\n\n{text}"}
    if part == parts:
        payload["reply_markup"] = keyboard(_buttons(one, language))
    return payload


def _buttons(one: OutgoingRow, language: Language) -> list[list[tuple[str, Button]]]:
    number, may = (
        present(one.ticket_number),
        TICKET_ACTIONS[TicketStatus(present(one.ticket_status))],
    )
    rows = []
    if TicketAction.REPLY in may:
        rows.append([(translate("telegram.reply", language), Button(Verb.REPLY, number))])
    if TicketAction.ARCHIVE in may:
        rows.append([(translate("telegram.archive", language), Button(Verb.ARCHIVE, number))])
    return rows


def _language(one: OutgoingRow) -> Language:
    return "en" if one.language == "en" else "ru"
