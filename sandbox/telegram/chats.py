"""The accounts, their chats with the bot, and the updates that the bot has not confirmed.

Everything lives as long as the process. Numbers begin at the time of its start, so that they grow
from one process to the next.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

NAMES = {101: ("Ирина", "irina"), 102: ("Сергей", "sergey"), 103: ("Ольга", "")}
"""The accounts that are there from the start; any other number is an account once it is used."""
MAX_CHATS = 1_000
MAX_MESSAGES = 1_000
"""Of one chat; the oldest are forgotten."""
MAX_UPDATES = 10_000

Said = dict[str, Any]


@dataclass
class Shown:
    """A message of a chat; `buttons` are rows of (text, data)."""

    message_id: int
    is_bots: bool
    text: str
    file_id: str | None = None
    file_name: str | None = None
    is_photo: bool = False
    buttons: list[list[tuple[str, str]]] = field(default_factory=list)


@dataclass
class Chat:
    """A private chat; `notice` is what the last button was answered with."""

    chat_id: int
    name: str
    username: str
    messages: list[Shown] = field(default_factory=list)
    is_blocked: bool = False
    notice: str = ""


class Chats:
    """All chats of the bot."""

    def __init__(self) -> None:
        begin = int(time.time())
        self._update_ids = count(begin)
        self._message_ids = count(begin)
        self._presses: dict[str, int] = {}
        self.chats: dict[int, Chat] = {}
        self.updates: dict[int, Said] = {}
        self.files: dict[str, bytes] = {}
        self.news = asyncio.Event()
        for chat_id in NAMES:
            self.of(chat_id)

    def of(self, chat_id: int) -> Chat:
        """The chat of an account; LookupError beyond `MAX_CHATS`."""
        if chat_id not in self.chats:
            if len(self.chats) >= MAX_CHATS:
                raise LookupError("too many chats")
            name, username = NAMES.get(chat_id, (f"Аккаунт {chat_id}", f"account{chat_id}"))
            self.chats[chat_id] = Chat(chat_id, name, username)
        return self.chats[chat_id]

    def say(self, chat_id: int, text: str) -> int:
        """An account writes; the message's id."""
        shown = self._add(self.of(chat_id), Shown(next(self._message_ids), False, text))
        self._tell("message", {**self._message(chat_id, shown), "text": text})
        return shown.message_id

    def send_file(
        self, chat_id: int, name: str, content: bytes, *, caption: str = "", album: str = ""
    ) -> int:
        """An account sends a document; those of one `album` arrive as separate messages."""
        file_id = f"file-{next(self._message_ids)}"
        self.files[file_id] = content
        shown = Shown(next(self._message_ids), False, caption, file_id, name)
        self._add(self.of(chat_id), shown)
        document = {
            "file_id": file_id,
            "file_unique_id": f"unique-{file_id}",
            "file_name": name,
            "file_size": len(content),
        }
        more: Said = {"document": document}
        more |= {"caption": caption} if caption else {}
        more |= {"media_group_id": album} if album else {}
        self._tell("message", self._message(chat_id, shown) | more)
        return shown.message_id

    def send_odd(self, chat_id: int, more: Mapping[str, Any]) -> None:
        """An account sends what is neither text nor a file: `more` are the message's fields."""
        shown = self._add(self.of(chat_id), Shown(next(self._message_ids), False, "…"))
        self._tell("message", self._message(chat_id, shown) | dict(more))

    def edit(self, chat_id: int, message_id: int, text: str) -> None:
        """An account edits a message of its own."""
        for shown in self.of(chat_id).messages:
            if shown.message_id == message_id and not shown.is_bots:
                shown.text = text
                said = {**self._message(chat_id, shown), "text": text, "edit_date": _now()}
                self._tell("edited_message", said)

    def press(self, chat_id: int, message_id: int, data: str) -> None:
        """An account presses a button, or sends data that no button has."""
        press_id = f"press-{next(self._update_ids)}"
        self._presses[press_id] = chat_id
        self.of(chat_id).notice = ""
        shown = Shown(message_id, True, "")
        said = {
            "id": press_id,
            "from": self._sender(chat_id),
            "message": self._message(chat_id, shown),
            "chat_instance": str(chat_id),
            "data": data,
        }
        self._tell("callback_query", said)

    def block(self, chat_id: int, *, is_blocked: bool) -> None:
        """An account blocks the bot, or lets it write again."""
        self.of(chat_id).is_blocked = is_blocked
        sender, status = self._sender(chat_id), "kicked" if is_blocked else "member"
        said = {
            "chat": self._chat(chat_id),
            "from": sender,
            "date": _now(),
            "new_chat_member": {"status": status, "user": {"id": 1, "is_bot": True}},
        }
        self._tell("my_chat_member", said)

    def say_in_group(self, chat_id: int, text: str) -> None:
        """An account writes in a group that the bot is in."""
        shown = Shown(next(self._message_ids), False, text)
        group = {"id": -1000 - chat_id, "type": "supergroup", "title": "Группа"}
        self._tell("message", {**self._message(chat_id, shown), "text": text, "chat": group})

    def hear(self, chat_id: int, text: str, markup: Any) -> Said:
        """The bot writes."""
        chat = self.of(chat_id)
        shown = Shown(next(self._message_ids), True, text, buttons=_buttons(markup))
        self._add(chat, shown)
        return {**self._message(chat_id, shown), "text": text}

    def hear_file(
        self, chat_id: int, caption: str, name: str, content: bytes, *, is_photo: bool
    ) -> Said:
        """The bot sends a file."""
        file_id = f"file-{next(self._message_ids)}"
        self.files[file_id] = content
        shown = Shown(next(self._message_ids), True, caption, file_id, name, is_photo)
        self._add(self.of(chat_id), shown)
        sent: Said = {"file_id": file_id, "file_size": len(content)}
        more = {"photo": [sent]} if is_photo else {"document": {**sent, "file_name": name}}
        return {**self._message(chat_id, shown), "caption": caption, **more}

    def mark_up(self, chat_id: int, message_id: int, markup: Any) -> bool:
        """The bot changes the buttons of a message of its own; False where there is none."""
        for shown in self.of(chat_id).messages:
            if shown.message_id == message_id and shown.is_bots:
                shown.buttons = _buttons(markup)
                return True
        return False

    def answer_press(self, press_id: str, text: str) -> bool:
        """The bot answers a button; False for one that was answered before."""
        chat_id = self._presses.pop(press_id, None)
        if chat_id is not None:
            self.of(chat_id).notice = text
        return chat_id is not None

    def waiting(self, offset: int, limit: int) -> Sequence[Said]:
        """Updates from an offset on; those before it are forgotten."""
        for number in [one for one in self.updates if one < offset]:
            del self.updates[number]
        return list(self.updates.values())[:limit]

    def _tell(self, kind: str, said: Said) -> None:
        number = next(self._update_ids)
        if len(self.updates) < MAX_UPDATES:
            self.updates[number] = {"update_id": number, kind: said}
        self.news.set()

    def _add(self, chat: Chat, shown: Shown) -> Shown:
        chat.messages.append(shown)
        del chat.messages[:-MAX_MESSAGES]
        return shown

    def _message(self, chat_id: int, shown: Shown) -> Said:
        sender = {"id": 1, "is_bot": True} if shown.is_bots else self._sender(chat_id)
        known = {"message_id": shown.message_id, "date": _now(), "chat": self._chat(chat_id)}
        return {**known, "from": sender}

    def _chat(self, chat_id: int) -> Said:
        return {"id": chat_id, "type": "private", "first_name": self.of(chat_id).name}

    def _sender(self, chat_id: int) -> Said:
        chat = self.of(chat_id)
        said: Said = {"id": chat_id, "is_bot": False, "first_name": chat.name}
        said |= {"username": chat.username} if chat.username else {}
        return said | {"language_code": "ru"}


def _buttons(markup: Any) -> list[list[tuple[str, str]]]:
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return [[(one["text"], one["callback_data"]) for one in row] for row in rows]


def _now() -> int:
    return int(time.time())
