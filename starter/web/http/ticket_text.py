"""What the pages of tickets share: a message as it was typed, and where a thread goes on."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from db.ticket.reads import BeforeMessage
from domain.text import has_control_characters
from starter.commands.refusal import FieldError, invalid
from starter.presentation.ticket.ticket import MessageShown
from starter.web.http.forms import Form
from starter.web.http.paging import CURSOR, cursor_of, seen

MAX_TICKET_FORM_BYTES = 256 * 1024
"""Of a form with a message: the longest one in Cyrillic letters as browsers encode them."""
MESSAGES = 50
"""Messages of one page of a thread."""
MAX_CHANGE_DIGITS = 9
TEXT = "text"

Before = Annotated[str | None, Query(pattern=CURSOR)]
"""Before which message of a thread a page stands."""


def message_in(form: Form) -> str:
    """The message; raises `Refusal` beside the field. Its department says how long it may be."""
    text = form.text(TEXT)
    if not text:
        raise invalid(FieldError("page_ticket_text_missing", field=TEXT))
    if has_control_characters(text):
        raise invalid(FieldError("text_characters", field=TEXT))
    return text


def mark_of(message: MessageShown) -> str:
    """The mark of the earliest message of a page."""
    return cursor_of(message.at, f"{message.number}-{message.id}")


def before_in(mark: str | None) -> BeforeMessage | None:
    """The message of a mark; None for none, and for what is no mark of ours."""
    found = seen(mark)
    if found is None:
        return None
    number, _, message_id = found[1].partition("-")
    if not number.isdecimal() or len(number) > MAX_CHANGE_DIGITS:
        return None
    return _key(found[0], int(number), message_id)


def _key(at: datetime, number: int, message_id: str) -> BeforeMessage | None:
    try:
        return at, number, UUID(message_id)
    except ValueError:
        return None
