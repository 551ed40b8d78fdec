"""What a chat is writing: a new ticket step by step, or an answer to one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import telegram_draft_parts, telegram_drafts
from domain.ticket.telegram import MESSAGES_AT_MOST


@row
class DraftRow:
    """A draft; `ticket_id` is set where it answers a ticket."""

    id: int
    chat_id: int
    link_id: UUID | None
    step: str
    department: str | None
    topic: str | None
    subject: str | None
    subject_id: str | None
    ticket_id: str | None


@row
class PartRow:
    """A message of a draft: a text, a file, or a file with its caption."""

    message_id: int
    text: str | None
    file_id: str | None
    file_name: str | None
    file_bytes: int | None
    stored_id: UUID | None


@row
class DraftNumber:
    """The id of a draft to come."""

    id: int


_NUMBER = typed(
    DraftNumber,
    select(func.nextval("telegram_draft_numbers").label("id")),
    never_null=("id",),
)
_DRAFTS = typed(
    DraftRow,
    select(
        telegram_drafts.c.id,
        telegram_drafts.c.chat_id,
        telegram_drafts.c.link_id,
        telegram_drafts.c.step,
        telegram_drafts.c.department,
        telegram_drafts.c.topic,
        telegram_drafts.c.subject,
        telegram_drafts.c.subject_id,
        telegram_drafts.c.ticket_id,
    ).where(
        telegram_drafts.c.chat_id == bindparam("of_chat"), telegram_drafts.c.ended_at.is_(None)
    ),
)
_PARTS = typed(
    PartRow,
    select(
        telegram_draft_parts.c.message_id,
        telegram_draft_parts.c.text,
        telegram_draft_parts.c.file_id,
        telegram_draft_parts.c.file_name,
        telegram_draft_parts.c.file_bytes,
        telegram_draft_parts.c.stored_id,
    )
    .join(telegram_drafts, telegram_drafts.c.id == telegram_draft_parts.c.draft_id)
    .where(telegram_drafts.c.chat_id == bindparam("of_chat"), telegram_drafts.c.ended_at.is_(None))
    .order_by(telegram_draft_parts.c.message_id)
    .limit(MESSAGES_AT_MOST),
)
_open_now = (
    telegram_drafts.c.chat_id == bindparam("of_chat"),
    telegram_drafts.c.ended_at.is_(None),
)
_END = update(telegram_drafts).where(*_open_now).values(ended_at=bindparam("now"))
_END_OF_LINK = (
    update(telegram_drafts)
    .where(telegram_drafts.c.link_id == bindparam("of_link"), telegram_drafts.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_PUT = insert(telegram_drafts)
_CHANGE = update(telegram_drafts).where(telegram_drafts.c.id == bindparam("of_id"))
_PART = insert(telegram_draft_parts)
_PUT_PART = _PART.on_conflict_do_update(
    index_elements=["draft_id", "message_id"], set_={"text": _PART.excluded.text}
)


def next_number() -> Query[DraftNumber]:
    """An id that no draft has, or will have."""
    return _NUMBER()


def draft_of(chat_id: int) -> Query[DraftRow]:
    """What a chat is writing now."""
    return _DRAFTS(of_chat=chat_id)


def parts_of(chat_id: int) -> Query[PartRow]:
    """The messages of what a chat is writing now, in the order in which they were written."""
    return _PARTS(of_chat=chat_id)


def begin(
    transaction: Transaction, draft_id: int, chat_id: int, now: datetime, **columns: Any
) -> None:
    """Begins a draft; another one of the chat ends."""
    end(transaction, chat_id, now)
    transaction.write(_PUT, id=draft_id, chat_id=chat_id, started_at=now, **columns)


def change(transaction: Transaction, draft_id: int, columns: Mapping[str, Any]) -> None:
    """Goes on with a draft."""
    transaction.write(_CHANGE, of_id=draft_id, **columns)


def end(transaction: Transaction, chat_id: int, now: datetime) -> None:
    """Ends what a chat is writing, if it writes anything."""
    transaction.write(_END, of_chat=chat_id, now=now)


def end_of_link(transaction: Transaction, link_id: UUID, now: datetime) -> None:
    """Ends what an account was writing for a client that it no longer writes for."""
    transaction.write(_END_OF_LINK, of_link=link_id, now=now)


def put_part(
    transaction: Transaction,
    draft_id: int,
    message_id: int,
    *,
    text: str | None,
    file: Sequence[Any] = (None, None, None),
    stored_id: UUID | None = None,
) -> None:
    """Stores a message of a draft, with its file as Telegram and as our store know it; one that is
    edited has another text from now on.
    """
    file_id, file_name, file_bytes = file
    transaction.write(
        _PUT_PART,
        draft_id=draft_id,
        message_id=message_id,
        text=text,
        file_id=file_id,
        file_name=file_name,
        file_bytes=file_bytes,
        stored_id=stored_id,
    )
