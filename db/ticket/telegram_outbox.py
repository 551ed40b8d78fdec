"""What is sent to Telegram: what a chat hears of its updates, the parts and files of our answers.

The messages of a chat are sent one after another. What was under way when the process ended, or
was never answered, may have been sent (`unknown`): it is sent once more at most, as a repeat that
says so.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, bindparam, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.access.telegram import LinkRow
from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import (
    clients,
    file_contents,
    files,
    telegram_links,
    telegram_outbox,
    ticket_files,
    ticket_messages,
    tickets,
)
from domain.file.file import FileStatus

CHATS_AT_ONCE = 30
"""Chats whose next message one look finds: as many as Telegram takes in a second."""
FAILURE_CHARACTERS = 200
DOCUMENTS_AT_ONCE = 3
"""Files that are sent at the same time; each is held in memory."""
DOCUMENT = "sendDocument"
UNLINKED = "unlinked before it was sent"


@row
class OutgoingRow:
    """A message to be sent. Of an answer of ours, `text` is the whole; `part` counts from 1. A file
    has what is known about it in `file_…`.
    """

    id: int
    chat_id: int
    method: str
    payload: dict[str, Any] | None
    is_repeat: bool
    status: str
    tries: int
    due_at: datetime
    part: int | None
    parts: int | None
    text: str | None
    language: str | None
    ticket_number: int | None
    ticket_status: str | None
    topic: str | None
    ticket_id: str | None
    files: int
    file_name: str | None
    file_sha256: str | None
    file_type: str | None
    file_bytes: int | None
    file_status: str | None
    preview_width: int | None


@row
class TakenRow:
    """A message that was next: whether it is being sent from now on, or never will be."""

    status: str


_FILES = (
    select(func.count())
    .where(ticket_files.c.message_id == telegram_outbox.c.ticket_message_id)
    .scalar_subquery()
)
_ROWS = typed(
    OutgoingRow,
    select(
        telegram_outbox.c.id,
        telegram_outbox.c.chat_id,
        telegram_outbox.c.method,
        telegram_outbox.c.payload,
        telegram_outbox.c.is_repeat,
        telegram_outbox.c.status,
        telegram_outbox.c.tries,
        telegram_outbox.c.due_at,
        telegram_outbox.c.part,
        telegram_outbox.c.parts,
        ticket_messages.c.text,
        clients.c.language,
        tickets.c.number.label("ticket_number"),
        tickets.c.status.label("ticket_status"),
        tickets.c.topic,
        tickets.c.id.label("ticket_id"),
        _FILES.label("files"),
        files.c.name.label("file_name"),
        files.c.sha256.label("file_sha256"),
        file_contents.c.media_type.label("file_type"),
        file_contents.c.size_bytes.label("file_bytes"),
        file_contents.c.status.label("file_status"),
        file_contents.c.preview_width,
    )
    .outerjoin(ticket_messages, ticket_messages.c.id == telegram_outbox.c.ticket_message_id)
    .outerjoin(tickets, tickets.c.id == ticket_messages.c.ticket_id)
    .outerjoin(clients, clients.c.id == tickets.c.client_id)
    .outerjoin(files, files.c.id == telegram_outbox.c.file_id)
    .outerjoin(file_contents, file_contents.c.sha256 == files.c.sha256)
    .where(telegram_outbox.c.status.in_(("queued", "sending"))),
    never_null=("files",),
)
_UNSCANNED = (
    exists()
    .where(
        files.c.id == telegram_outbox.c.file_id,
        file_contents.c.sha256 == files.c.sha256,
        file_contents.c.status == FileStatus.RECEIVED.value,
    )
    .correlate(telegram_outbox)
)
"""A file that the scanner has not judged holds up nothing."""
_FIRST = (
    select(telegram_outbox.c.id)
    .where(telegram_outbox.c.status.in_(("queued", "sending")), ~_UNSCANNED)
    .distinct(telegram_outbox.c.chat_id)
    .order_by(telegram_outbox.c.chat_id, telegram_outbox.c.id)
)
_DUE = _ROWS.narrowed(
    lambda rows: (
        rows.where(
            telegram_outbox.c.id.in_(_FIRST),
            telegram_outbox.c.status == "queued",
            telegram_outbox.c.due_at <= bindparam("now", type_=DateTime(timezone=True)),
        )
        .order_by(telegram_outbox.c.due_at, telegram_outbox.c.id)
        .limit(CHATS_AT_ONCE)
    )
)
_is_document = telegram_outbox.c.method == DOCUMENT
_DUE_SAID = _DUE.narrowed(lambda rows: rows.where(~_is_document))
_DUE_DOCUMENTS = _DUE.narrowed(lambda rows: rows.where(_is_document).limit(DOCUMENTS_AT_ONCE))
_UNDER_WAY = _ROWS.narrowed(
    lambda rows: (
        rows.where(telegram_outbox.c.status == "sending")
        .order_by(telegram_outbox.c.id)
        .limit(CHATS_AT_ONCE)
    )
)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_IS = telegram_outbox.c.id == bindparam("of_id")
_UNLINKED = (
    exists()
    .where(telegram_links.c.id == telegram_outbox.c.link_id, telegram_links.c.ended_at.is_not(None))
    .correlate(telegram_outbox)
)
_TAKE = typed(
    TakenRow,
    update(telegram_outbox)
    .where(_IS, telegram_outbox.c.status == "queued")
    .values(
        status=case((_UNLINKED, "failed"), else_="sending"),
        tries=telegram_outbox.c.tries + case((_UNLINKED, 0), else_=1),
        settled_at=case((_UNLINKED, _NOW)),
        failure=case((_UNLINKED, UNLINKED)),
    )
    .returning(telegram_outbox.c.status),
)
_SETTLE = (
    update(telegram_outbox)
    .where(_IS)
    .values(
        status=bindparam("as_status"),
        settled_at=_NOW,
        sent_as=bindparam("as_message"),
        failure=bindparam("because"),
    )
)
_POSTPONE = update(telegram_outbox).where(_IS).values(status="queued", due_at=bindparam("until"))
_DROP = (
    update(telegram_outbox)
    .where(
        telegram_outbox.c.chat_id == bindparam("of_chat"),
        telegram_outbox.c.status.in_(("queued", "sending")),
    )
    .values(status="failed", settled_at=_NOW, failure=bindparam("because"))
)
_DROP_OF_LINK = (
    update(telegram_outbox)
    .where(telegram_outbox.c.link_id == bindparam("of_link"), telegram_outbox.c.status == "queued")
    .values(status="failed", settled_at=_NOW, failure=bindparam("because"))
)
_REPEAT = (
    update(telegram_outbox)
    .where(_IS)
    .values(status="queued", is_repeat=True, due_at=bindparam("until"))
)
_PUT = insert(telegram_outbox).on_conflict_do_nothing(index_elements=["occasion"])


@row
class Waiting:
    """How many messages wait, and since when the oldest does."""

    messages: int
    since: datetime | None


_WAITING = typed(
    Waiting,
    select(
        func.count().label("messages"), func.min(telegram_outbox.c.created_at).label("since")
    ).where(telegram_outbox.c.status.in_(("queued", "sending"))),
    never_null=("messages",),
)


def put(
    transaction: Transaction,
    occasion: str,
    chat_id: int,
    method: str,
    payload: Mapping[str, Any],
    now: datetime,
    link_id: UUID | None = None,
) -> None:
    """Queues a call of Telegram, once for its occasion."""
    transaction.write(
        _PUT,
        occasion=occasion,
        chat_id=chat_id,
        link_id=link_id,
        method=method,
        payload=dict(payload),
        status="queued",
        due_at=now,
        created_at=now,
    )


def put_document(
    transaction: Transaction,
    occasion: str,
    link: LinkRow,
    message_id: UUID,
    file_id: UUID,
    place: tuple[int, int],
    now: datetime,
) -> None:
    """Queues a file of a message of a ticket, once for its occasion; `place` is its number, and how
    many there are.
    """
    number, files_of_message = place
    transaction.write(
        _PUT,
        occasion=occasion,
        chat_id=link.chat_id,
        link_id=link.id,
        ticket_message_id=message_id,
        file_id=file_id,
        part=number,
        parts=files_of_message,
        method=DOCUMENT,
        status="queued",
        due_at=now,
        created_at=now,
    )


def due(now: datetime) -> Query[OutgoingRow]:
    """Of each chat the first message that is not settled, where it is due, the longest due first: a
    chat that has to wait holds up nobody else. Those whose first one is a file are not among them.
    """
    return _DUE_SAID(now=now)


def due_documents(now: datetime) -> Query[OutgoingRow]:
    """The same of chats whose first message is a file that the scanner has judged."""
    return _DUE_DOCUMENTS(now=now)


def under_way() -> Query[OutgoingRow]:
    """Messages that are being sent, whatever the chats of others wait for."""
    return _UNDER_WAY()


def waiting() -> Query[Waiting]:
    """How much is still to be sent."""
    return _WAITING()


async def take(database: Database, outgoing_id: int, now: datetime) -> bool:
    """Marks a message as being sent; False where somebody else has, and for an answer to an account
    that no longer writes for its client: it is given up, also when it was on its way before.
    """
    taken = await database.rows(_TAKE(of_id=outgoing_id, now=now))
    return any(one.status == "sending" for one in taken)


async def settle(
    database: Database,
    outgoing_id: int,
    status: str,
    now: datetime,
    *,
    sent_as: int | None = None,
    failure: str | None = None,
) -> None:
    """Stores what became of a message."""
    await database.write(
        _SETTLE,
        of_id=outgoing_id,
        as_status=status,
        now=now,
        as_message=sent_as,
        because=failure and failure[:FAILURE_CHARACTERS],
    )


async def postpone(database: Database, outgoing_id: int, until: datetime) -> None:
    """A message that Telegram certainly did not take is sent later."""
    await database.write(_POSTPONE, of_id=outgoing_id, until=until)


async def repeat(database: Database, outgoing_id: int, until: datetime) -> None:
    """A message that may have been sent is sent once more, and says so."""
    await database.write(_REPEAT, of_id=outgoing_id, until=until)


def drop(transaction: Transaction, chat_id: int, now: datetime, because: str) -> None:
    """Nothing more is sent to a chat of what waits."""
    transaction.write(_DROP, of_chat=chat_id, now=now, because=because)


def drop_of_link(transaction: Transaction, link_id: UUID, now: datetime, because: str) -> None:
    """No answer that waits is sent to an account that no longer writes for its client."""
    transaction.write(_DROP_OF_LINK, of_link=link_id, now=now, because=because)
