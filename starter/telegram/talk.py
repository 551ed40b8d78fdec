"""What a chat has said, what is known of it, and what it hears: the turn of one update."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from db.access import telegram
from db.access.telegram import LinkRow
from db.database import Database, Transaction
from db.ticket import telegram_drafts, telegram_outbox, telegram_updates
from db.ticket.telegram_drafts import DraftRow, PartRow
from db.ticket.telegram_updates import UpdateRow
from domain.access.roles import Role
from domain.ticket.telegram import Button, Heard
from gateways.telegram.reading import heard
from starter.caller import Caller
from starter.commands.refusal import Refusal
from starter.commands.services import Services
from starter.http.refusal_text import refusal_text
from texts import Language, translate

NAMESPACE = UUID("0b6a4f7e-6a86-4b1e-9a35-6c0f8d2f5a41")
"""The namespace of the ids of commands: a repeat of an update has the same."""
ALERT_CHARACTERS = 200
"""Telegram shows no more in answer to a button."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Gives the content of a file by Telegram's id of it."""
Rows = Sequence[Sequence[tuple[str, Button]]]
"""Buttons below a message: what each says, and what it asks for."""


@dataclass(frozen=True)
class SentFile:
    """A file of a message that the chat is sent, for whom the account writes."""

    link: LinkRow
    message_id: UUID
    file_id: UUID


@dataclass
class Turn:
    """What an update leads to; all of it is stored at once when the update is done."""

    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sent: list[SentFile] = field(default_factory=list)
    changes: list[Callable[[Transaction], None]] = field(default_factory=list)


@dataclass(frozen=True)
class Talk:
    """An update and its chat: whom the account writes for, what it is writing."""

    services: Services
    update: UpdateRow
    heard: Heard
    links: Sequence[LinkRow]
    draft: DraftRow | None
    parts: Sequence[PartRow]
    fetch: Fetch
    now: datetime
    turn: Turn

    @property
    def language(self) -> Language:
        """The client's, or before there is one the account's."""
        wanted = self.links[0].language if self.links else self.heard.language
        return "en" if wanted.startswith("en") else "ru"

    @property
    def writes_for(self) -> Sequence[LinkRow]:
        """Whom the account may write for: the switch of each is on."""
        return [one for one in self.links if one.is_on]

    def link_of(self, client_id: str) -> LinkRow | None:
        """How the account writes for a client."""
        return next((one for one in self.writes_for if one.client_id == client_id), None)

    def command_id(self, of: str) -> UUID:
        """The id of a command that this update leads to."""
        return uuid5(NAMESPACE, f"{self.update.bot_id}-{self.update.update_id}-{of}")

    def t(self, key: str, **params: object) -> str:
        """A text in the chat's language."""
        return translate(key, self.language, **params)

    def say(self, text: str, buttons: Rows = ()) -> None:
        """Sends a message; it is plain text, so nothing in it has to be escaped."""
        said: dict[str, Any] = {"chat_id": self.heard.chat_id, "text": text}
        if buttons:
            said["reply_markup"] = keyboard(buttons)
        self.turn.said.append(("sendMessage", said))

    def send_files(self, link: LinkRow, message_id: UUID, file_ids: Sequence[UUID]) -> None:
        """Sends files of a message of a ticket, after what is said, each once it is clean."""
        self.turn.sent += [SentFile(link, message_id, one) for one in file_ids]

    def answer_press(self, text: str = "") -> None:
        """Answers the button: its clock stops, and a text is shown above the chat."""
        said: dict[str, Any] = {"callback_query_id": self.heard.press}
        if text:
            said |= {"text": text[:ALERT_CHARACTERS], "show_alert": True}
        self.turn.said.append(("answerCallbackQuery", said))

    def without_buttons(self) -> None:
        """The message whose button was pressed keeps none: its question is answered."""
        if self.heard.message_id:
            said = {"chat_id": self.heard.chat_id, "message_id": self.heard.message_id}
            self.turn.said.append(("editMessageReplyMarkup", said))

    def refuse(self, refusal: Refusal) -> None:
        """Says why a command was refused."""
        one = refusal.fields[0] if refusal.fields else refusal
        self.say(refusal_text(one.code, one.params or {}, self.language))

    def change(self, how: Callable[[Transaction], None]) -> None:
        """Stores something with the update."""
        self.turn.changes.append(how)


def keyboard(buttons: Rows) -> dict[str, Any]:
    """Buttons as Telegram takes them."""
    rows = [[{"text": text, "callback_data": one.data} for text, one in row] for row in buttons]
    return {"inline_keyboard": rows}


def caller_of(link: LinkRow) -> Caller:
    """Who commands: the person that linked the account, for the client."""
    return Caller(link.login, Role.CLIENT, link.client_id)


async def talk_of(services: Services, update: UpdateRow, fetch: Fetch, now: datetime) -> Talk:
    """The update, read, with what is known of its chat."""
    said = heard(update.payload)
    links, drafts, parts = await services.database.read(
        telegram.links_of_chat(said.chat_id),
        telegram_drafts.draft_of(said.chat_id),
        telegram_drafts.parts_of(said.chat_id),
    )
    draft = drafts[0] if drafts else None
    return Talk(services, update, said, links, draft, parts, fetch, now, Turn())


async def store(database: Database, talk: Talk) -> bool:
    """Stores the whole turn, and that the update is done; False where it was done before."""
    update = talk.update
    async with database.transaction() as transaction:
        (still,) = await transaction.read(
            telegram_updates.still_to_do(update.bot_id, update.update_id)
        )
        if not still:
            return False
        for change in talk.turn.changes:
            change(transaction)
        for place, (method, payload) in enumerate(talk.turn.said):
            occasion = f"update-{update.bot_id}-{update.update_id}-{place}"
            telegram_outbox.put(
                transaction, occasion, talk.heard.chat_id, method, payload, talk.now
            )
        for number, one in enumerate(talk.turn.sent, 1):
            telegram_outbox.put_document(
                transaction,
                f"update-{update.bot_id}-{update.update_id}-file-{number}",
                one.link,
                one.message_id,
                one.file_id,
                (number, len(talk.turn.sent)),
                talk.now,
            )
        telegram_updates.done(transaction, update, talk.now)
    return True


def command_of_draft(draft_id: int) -> UUID:
    """The id of the command that sends a draft, whichever button asked for it."""
    return uuid5(NAMESPACE, f"draft-{draft_id}")
