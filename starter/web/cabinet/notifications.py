"""«Уведомления»: what the client was told, and the letters as they were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.notification import inbox
from db.notification.inbox import MessageQuery, MessageRow
from db.notification.notification import id_of
from db.query import present
from domain.access.roles import Role
from domain.notification.notification import NotificationChannel
from starter.commands.notification import message as command
from starter.presentation.notification.message import letter_of, message_of, page_of
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen, seen_message
from starter.web.http.visit import Visit, VisitDep
from texts import Message

SHOWN = 20
"""Messages or letters of one page."""
LIST = "/notifications"
OPEN = "open"
"""What the button says that leads to what a message is about; the others stay in the list."""

routes = pages()


class Tab(StrEnum):
    """What the page lists."""

    ALL = "all"
    UNREAD = "unread"
    LETTERS = "letters"


@dataclass(frozen=True)
class Item:
    """A message or a letter. `link` is the page that it is about, `letter` the delivery of its
    letter, if it had one.
    """

    row: MessageRow
    subject: str
    said: Message | None
    text: str
    link: str | None
    letter: MessageRow | None


@routes.get(LIST)
async def show_notifications(
    visit: VisitDep,
    tab: Annotated[Tab, Query()] = Tab.ALL,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """A page of a tab, the newest first."""
    rows = await visit.database.rows(_listed(present(visit.caller.client_id), tab, after))
    shown = rows[:SHOWN]
    following = cursor_of(shown[-1].created_at, shown[-1].id) if len(rows) > SHOWN else None
    letters = {} if tab is Tab.LETTERS else await _letters_of(visit, shown)
    return visit.page(
        "notifications.html",
        items=[_item(visit, row, letters.get(_letter_id(row))) for row in shown],
        tab=tab,
        tabs=tuple(Tab),
        following=following,
        until=cursor_of(max([datetime.now(UTC), *(row.created_at for row in shown)]), "shown"),
    )


@routes.post(f"{LIST}/{{message_id}}/read")
async def read_inbox_message(visit: VisitDep, message_id: Annotated[UUID, Path()]) -> Response:
    """Marks a message as read; leads to what it is about, or back to where the list was."""
    await command.read_inbox_message(visit.services, visit.caller, visit.command_id, message_id)
    if visit.form.line("then") == OPEN:
        row = present(await inbox.find(visit.database, message_id))
        return visit.see(page_of(row, visit.services.settings) or LIST)
    return visit.see(_back(visit))


@routes.post(f"{LIST}/read")
async def read_whole_inbox(visit: VisitDep) -> Response:
    """Marks every message as read that was there when the page was shown."""
    until = seen(visit.form.line("until"))
    if until is not None:
        await command.read_whole_inbox(visit.services, visit.caller, visit.command_id, until[0])
    return visit.see(LIST)


def _listed(client_id: str, tab: Tab, after: str | None) -> MessageQuery:
    key = seen_message(after)
    if tab is Tab.LETTERS:
        return inbox.letters_to(client_id, SHOWN + 1, key)
    return inbox.inbox(Role.CLIENT, client_id, SHOWN + 1, key, only_unread=tab is Tab.UNREAD)


async def _letters_of(visit: Visit, rows: Sequence[MessageRow]) -> Mapping[UUID, MessageRow]:
    """The letters that left with these messages, by id."""
    if not rows:
        return {}
    letters = await visit.database.rows(inbox.of_ids([_letter_id(row) for row in rows]))
    return {letter.id: letter for letter in letters}


def _letter_id(row: MessageRow) -> UUID:
    return id_of(row.case_id, row.occasion, row.role, NotificationChannel.MAIL)


def _item(visit: Visit, row: MessageRow, letter: MessageRow | None) -> Item:
    settings, language = visit.services.settings, visit.language
    if row.channel == NotificationChannel.MAIL:
        subject, text = letter_of(row, settings, language)
        return Item(row, subject, None, text, None, row)
    said = message_of(row, settings, language)
    return Item(row, said.subject, said, "", page_of(row, settings), letter)


def _back(visit: Visit) -> str:
    target = visit.form.typed("target")
    return target if target == LIST or target.startswith(f"{LIST}?") else LIST
