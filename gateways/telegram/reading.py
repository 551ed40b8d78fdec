"""Reads an update as Telegram sends it; whatever it has, it never raises."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from domain.text import is_storable_text, one_line, paragraphs
from domain.ticket.telegram import NO_CHAT, ChatFile, Heard, Kind

ACCOUNT_CHARACTERS: Final = 200
NAME_CHARACTERS: Final = 200
GONE: Final = frozenset({"kicked", "left"})
PHOTO_NAME: Final = "photo.jpg"

Said = Mapping[str, Any]


def storable(said: Any) -> Any:
    """What was said without NUL and lone surrogates, which PostgreSQL refuses in any text."""
    if isinstance(said, str):
        return said if is_storable_text(said) else "".join(filter(is_storable_text, said))
    if isinstance(said, Mapping):
        return {storable(name): storable(value) for name, value in said.items()}
    return [storable(one) for one in said] if isinstance(said, list) else said


def chat_of(update: Said) -> int:
    """Where an update is from; `NO_CHAT` where it does not say."""
    return _number(_part(_message(update), "chat").get("id")) or _sender(update)


def heard(update: Said) -> Heard:
    """What an update is to us."""
    message = _message(update)
    chat, sender = _part(message, "chat"), _part(_origin(update), "from")
    is_group = bool(chat) and chat.get("type") != "private"
    found = Heard(chat_of(update), _in_group(message)) if is_group else _private(update, message)
    return replace(found, account=_account(sender), language=str(sender.get("language_code", "")))


def _private(update: Said, message: Said) -> Heard:
    press, file = _part(update, "callback_query"), _file_in(message)
    text = str(press.get("data", "")) if press else paragraphs(_text(message))
    return Heard(
        chat_of(update),
        _kind(update, text, file),
        message_id=_number(message.get("message_id")),
        text=text,
        file=file,
        press=str(press.get("id", "")),
    )


def _kind(update: Said, text: str, file: ChatFile | None) -> Kind:
    if "callback_query" in update:
        return Kind.PRESSED
    if "my_chat_member" in update:
        status = _part(_part(update, "my_chat_member"), "new_chat_member").get("status")
        return Kind.BLOCKED if status in GONE else Kind.NOTHING
    if "edited_message" in update:
        return Kind.EDITED
    if file is not None:
        return Kind.FILE
    if text:
        return Kind.TEXT
    return Kind.UNREADABLE if "message" in update else Kind.NOTHING


def _origin(update: Said) -> Said:
    """The part of an update that says who did it."""
    for name in ("message", "edited_message", "callback_query", "my_chat_member"):
        if name in update:
            return _part(update, name)
    return {}


def _message(update: Said) -> Said:
    """The message that an update is about."""
    origin = _origin(update)
    return _part(origin, "message") if "callback_query" in update else origin


def _sender(update: Said) -> int:
    """A button under a message that is too old carries no chat: a private one is its sender's."""
    return _number(_part(_origin(update), "from").get("id"))


def _in_group(message: Said) -> Kind:
    return Kind.IN_GROUP if _text(message).startswith("/") else Kind.NOTHING


def _account(sender: Said) -> str:
    """The name of an account with its @name, if it has one."""
    name = one_line(f"{sender.get('first_name', '')} {sender.get('last_name', '')}")
    username = one_line(str(sender.get("username", "")))
    shown = f"{name} (@{username})" if username else name
    return (shown or str(sender.get("id", "")))[:ACCOUNT_CHARACTERS]


def _text(message: Said) -> str:
    written = message.get("text", message.get("caption", ""))
    return written if isinstance(written, str) else ""


def _file_in(message: Said) -> ChatFile | None:
    """A document, a picture in its largest size, a video or a piece of music."""
    for kind in ("document", "video", "audio"):
        found = _part(message, kind)
        if "file_id" in found:
            return _file(found, kind)
    sizes = message.get("photo")
    if isinstance(sizes, Sequence) and not isinstance(sizes, str) and sizes:
        largest = sizes[-1]
        if isinstance(largest, Mapping) and "file_id" in largest:
            return _file(largest, PHOTO_NAME)
    return None


def _file(found: Said, otherwise: str) -> ChatFile:
    name = one_line(str(found.get("file_name", "")))[:NAME_CHARACTERS]
    return ChatFile(str(found["file_id"]), name or otherwise, _number(found.get("file_size")))


def _part(whole: Said, name: str) -> Said:
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(found: Any) -> int:
    return found if isinstance(found, int) and not isinstance(found, bool) else NO_CHAT
