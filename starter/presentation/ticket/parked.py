"""A parked letter as operators read it: why it was parked, what it says, as text."""

from collections.abc import Sequence
from datetime import datetime

from db.ticket.parked_letters import ParkedContent, ParkedRow
from gateways.mailbox import LetterReader
from starter.presentation.models import Shown
from texts import Language, translate

MAX_SHOWN = 20_000
"""Characters of a letter that are shown."""
FILES_SHOWN = 50
REASONS = {
    "no sender": "no_sender",
    "our own address": "own_address",
    "automatic": "automatic",
    "null return path": "null_path",
    "mailing list": "mailing_list",
    "bulk": "bulk",
    "came before": "came_before",
    "too large": "too_large",
    "nested too deeply": "too_deep",
    "too many of this sender": "too_many",
    "too many unconfirmed": "unconfirmed",
    "held for spam": "spam",
    "nobody has this address": "nobody",
    "several have it": "several",
    "a bounce of nothing of ours": "bounce",
}
"""Why letters are parked, by the text that says it; else the error that a command answered."""


class ParkedLetterShown(Shown):
    """A parked letter. `reason` is in words; `ticket_id` is what was made of it; handled without
    one, it was dismissed.
    """

    id: int
    sender: str
    received_at: datetime
    reason: str
    handled_at: datetime | None
    handled_by: str | None
    ticket_id: str | None


class ParkedTextShown(ParkedLetterShown):
    """The same with what it says; of one that is too large, its header is all there is, and of one
    whose retention is over nothing.
    """

    is_erased: bool
    subject: str
    text: str
    files: Sequence[str]


def parked_letter_shown(row: ParkedRow, language: Language) -> ParkedLetterShown:
    """A line of the list."""
    return ParkedLetterShown(
        id=row.id,
        sender=row.sender,
        received_at=row.received_at,
        reason=reason_in_words(row.reason or "", language),
        handled_at=row.handled_at,
        handled_by=row.handled_by,
        ticket_id=row.handled_ticket,
    )


async def parked_text_shown(
    letters: LetterReader, row: ParkedRow, content: ParkedContent, language: Language
) -> ParkedTextShown:
    """A letter to be read."""
    said = await letters.read(content.content)
    return ParkedTextShown(
        **parked_letter_shown(row, language).model_dump(),
        is_erased=not content.content,
        subject=said.subject,
        text=said.text[:MAX_SHOWN],
        files=[one.name for one in said.files[:FILES_SHOWN]],
    )


def reason_in_words(reason: str, language: Language) -> str:
    """Why a letter was parked."""
    if reason in REASONS:
        return translate(f"parked.reason.{REASONS[reason]}", language)
    return translate("parked.reason.other", language, reason=reason)
