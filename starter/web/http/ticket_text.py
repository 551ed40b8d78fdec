"""What the forms of tickets share: a message as it was typed."""

from domain.text import has_control_characters
from starter.commands.refusal import FieldError, invalid
from starter.web.http.forms import Form

TEXT = "text"


def message_in(form: Form) -> str:
    """The message; raises `Refusal` beside the field. Its department says how long it may be."""
    text = form.text(TEXT)
    if not text:
        raise invalid(FieldError("page_ticket_text_missing", field=TEXT))
    if has_control_characters(text):
        raise invalid(FieldError("text_characters", field=TEXT))
    return text
