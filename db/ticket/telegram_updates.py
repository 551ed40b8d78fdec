"""Updates from Telegram as they came, and which of them are still to be worked through."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import telegram_updates

CHATS_AT_ONCE = 50
"""Chats whose next update one look finds."""
BEFORE_ALL_CHATS = -(2**63)
NUMBERS_FOLLOW = timedelta(days=6)
"""After a week without updates Telegram numbers them anew, from anywhere (Bot API, Update): whoever
asks by an old number then has those below it forgotten.
"""


@row
class UpdateRow:
    """An update as it came."""

    bot_id: int
    update_id: int
    chat_id: int
    payload: dict[str, Any]
    received_at: datetime
    tries: int


@row
class NextOffset:
    """What follows the highest number that is stored."""

    offset: int


_put = (
    func.jsonb_to_recordset(bindparam("updates", type_=JSONB))
    .table_valued(
        column("update_id", BigInteger),
        column("chat_id", BigInteger),
        column("payload", JSONB),
        name="put",
    )
    .render_derived(with_types=True)
)
_PUT = (
    insert(telegram_updates)
    .from_select(
        ["bot_id", "update_id", "chat_id", "payload", "received_at"],
        select(
            bindparam("of_bot", type_=BigInteger),
            *_put.c,
            bindparam("now", type_=DateTime(timezone=True)),
        ).order_by(_put.c.update_id),
    )
    .on_conflict_do_nothing()
)
_ROWS = typed(
    UpdateRow,
    select(
        telegram_updates.c.bot_id,
        telegram_updates.c.update_id,
        telegram_updates.c.chat_id,
        telegram_updates.c.payload,
        telegram_updates.c.received_at,
        telegram_updates.c.tries,
    ),
)
_NEXT = _ROWS.narrowed(
    lambda rows: (
        rows.where(
            telegram_updates.c.done_at.is_(None),
            telegram_updates.c.chat_id > bindparam("after", type_=BigInteger),
        )
        .distinct(telegram_updates.c.chat_id)
        .order_by(
            telegram_updates.c.chat_id, telegram_updates.c.bot_id, telegram_updates.c.update_id
        )
        .limit(CHATS_AT_ONCE)
    )
)
_IS = (
    telegram_updates.c.bot_id == bindparam("of_bot"),
    telegram_updates.c.update_id == bindparam("of_update"),
)
_TO_DO = _ROWS.narrowed(
    lambda rows: rows.where(*_IS, telegram_updates.c.done_at.is_(None)).with_for_update()
)
_DONE = (
    update(telegram_updates)
    .where(*_IS)
    .values(done_at=bindparam("now"), failure=bindparam("error"))
)
_TRIED = update(telegram_updates).where(*_IS).values(tries=telegram_updates.c.tries + 1)
_newest = (
    select(telegram_updates.c.update_id, telegram_updates.c.received_at)
    .where(telegram_updates.c.bot_id == bindparam("of_bot"))
    .order_by(telegram_updates.c.update_id.desc())
    .limit(1)
    .subquery()
)
_OFFSET = typed(
    NextOffset,
    select((_newest.c.update_id + 1).label("offset")).where(
        _newest.c.received_at > bindparam("since", type_=DateTime(timezone=True))
    ),
    never_null=("offset",),
)


async def put(
    database: Database, bot_id: int, updates: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Stores updates (`update_id`, `chat_id`, `payload`); one that is known stays as it is."""
    await database.write(_PUT, of_bot=bot_id, updates=list(updates), now=now)


def next_of_chats(after: int = BEFORE_ALL_CHATS) -> Query[UpdateRow]:
    """Of each chat behind one, in their order, the first update that is not done."""
    return _NEXT(after=after)


def still_to_do(bot_id: int, update_id: int) -> Query[UpdateRow]:
    """The update with its row locked; none where it is done."""
    return _TO_DO(of_bot=bot_id, of_update=update_id)


def done(
    transaction: Transaction, update: UpdateRow, now: datetime, failure: str | None = None
) -> None:
    """The update has had its effect, or `failure` says why it has none."""
    transaction.write(
        _DONE, of_bot=update.bot_id, of_update=update.update_id, now=now, error=failure
    )


async def tried(database: Database, update: UpdateRow) -> None:
    """Counts a try that failed."""
    await database.write(_TRIED, of_bot=update.bot_id, of_update=update.update_id)


def offset(bot_id: int, now: datetime) -> Query[NextOffset]:
    """Where to go on asking Telegram; none before the first update, or after `NUMBERS_FOLLOW`."""
    return _OFFSET(of_bot=bot_id, since=now - NUMBERS_FOLLOW)
