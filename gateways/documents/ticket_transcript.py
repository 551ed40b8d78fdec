"""The transcript of a ticket as PDF."""

import re
from typing import Any, Final

from domain.ticket.transcript import Transcript, TranscriptMessage
from gateways.documents.printing import Template, breakable
from texts import moment, translate

_WITHOUT_GLYPH: Final = re.compile("[^\n -\u06ff\u10a0-\u10ff\u1e00-\u2bff]")
"""Emoji and scripts that the compiler's fonts do not have: they would be empty boxes."""


def ticket_transcript_pdf(transcript: Transcript) -> bytes:
    """The transcript as PDF (A4); the same transcript always gives the same bytes.

    Takes tens of milliseconds of one core, the longest one a second: call it outside the event
    loop.
    """
    return _TRANSCRIPT.pdf(_shown(transcript), keep=False)


def _shown(transcript: Transcript) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    return {
        "title": _title(transcript),
        "head": [
            {"label": "Тема", "value": _text(transcript.topic)},
            {"label": "Клиент", "value": _text(transcript.client)},
            {"label": "Отдел", "value": _text(transcript.department)},
        ],
        "moves": [
            {"at": moment(one.at), "status": translate(f"ticket.status.{one.status}", "ru")}
            for one in transcript.moves
        ],
        "messages": [_message(one, transcript.number) for one in transcript.messages],
    }


def _title(transcript: Transcript) -> str:
    title = f"Переписка по запросу № {transcript.number}"
    if transcript.parts == 1:
        return title
    return f"{title}, часть {transcript.part} из {transcript.parts}"


def _message(message: TranscriptMessage, number: int) -> dict[str, Any]:
    return {
        "at": moment(message.at),
        "who": _text(_who(message, number)),
        "is_ours": message.is_ours,
        "lines": _text(message.text).split("\n"),
        "files": [{"name": _text(one.name), "sha256": one.sha256} for one in message.files],
    }


def _who(message: TranscriptMessage, number: int) -> str:
    """«Клиент, buyer», of a merged ticket with its number."""
    side = "Поддержка" if message.is_ours else "Клиент"
    side += " (отправитель не подтверждён)" if message.is_unconfirmed else ""
    merged = f", запрос № {message.ticket_number}" if message.ticket_number != number else ""
    return f"{side}, {message.written_by}{merged}"


def _text(text: str) -> str:
    """As it is printed: a character that no font has is named by its number, so none is lost."""
    return breakable(_WITHOUT_GLYPH.sub(lambda found: f"[U+{ord(found[0]):04X}]", text))


_TRANSCRIPT = Template("ticket_transcript.typ")
