"""Which Telegram accounts write for whom: the switch of a client, one-time links, the bot."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import clients, telegram_bots, telegram_links, telegram_switches

SHOWN_LINKS = 20
"""Accounts of one client that are listed; no more are taken."""


@row
class BotRow:
    """The bot that works here."""

    bot_id: int
    username: str
    seen_at: datetime


@row
class SwitchRow:
    """Whether a client writes to support in Telegram."""

    is_on: bool


@row
class LinkRow:
    """A person's wish to write for a client from an account, and what became of it."""

    id: UUID
    client_id: str
    client_name: str
    language: str
    is_on: bool
    login: str
    chat_id: int | None
    account: str | None
    asked_at: datetime
    ends_at: datetime
    opened_at: datetime | None
    confirmed_at: datetime | None


@row
class LinkCount:
    """How many links were asked for."""

    asked: int


_bot = insert(telegram_bots)
_PUT_BOT = _bot.on_conflict_do_update(
    index_elements=["bot_id"],
    set_={"username": _bot.excluded.username, "seen_at": _bot.excluded.seen_at},
)
_BOT = typed(
    BotRow,
    select(telegram_bots).order_by(telegram_bots.c.seen_at.desc()).limit(1),
)
_switch = insert(telegram_switches)
_PUT_SWITCH = _switch.on_conflict_do_update(
    index_elements=["client_id"],
    set_={one: _switch.excluded[one] for one in ("is_on", "changed_by", "changed_at")},
)
_SWITCH = typed(
    SwitchRow,
    select(telegram_switches.c.is_on).where(
        telegram_switches.c.client_id == bindparam("of_client")
    ),
)
_LIVE = (telegram_links.c.ended_at.is_(None),)
_LINKS = typed(
    LinkRow,
    select(
        telegram_links.c.id,
        telegram_links.c.client_id,
        clients.c.name.label("client_name"),
        clients.c.language,
        func.coalesce(telegram_switches.c.is_on, False).label("is_on"),
        telegram_links.c.login,
        telegram_links.c.chat_id,
        telegram_links.c.account,
        telegram_links.c.asked_at,
        telegram_links.c.ends_at,
        telegram_links.c.opened_at,
        telegram_links.c.confirmed_at,
    )
    .join(clients, clients.c.id == telegram_links.c.client_id)
    .outerjoin(telegram_switches, telegram_switches.c.client_id == telegram_links.c.client_id)
    .where(*_LIVE),
    never_null=("is_on",),
)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_ACTIVE = telegram_links.c.confirmed_at.is_not(None)
_OF_CLIENT = _LINKS.narrowed(
    lambda rows: (
        rows.where(
            telegram_links.c.client_id == bindparam("of_client"),
            _ACTIVE | (telegram_links.c.ends_at > _NOW),
        )
        .order_by(telegram_links.c.asked_at.desc())
        .limit(SHOWN_LINKS)
    )
)
_OF_CHAT = _LINKS.narrowed(
    lambda rows: (
        rows.where(telegram_links.c.chat_id == bindparam("of_chat"), _ACTIVE)
        .order_by(clients.c.folded_name, telegram_links.c.client_id)
        .limit(SHOWN_LINKS)
    )
)
_OF_TOKEN = _LINKS.narrowed(
    lambda rows: rows.where(
        telegram_links.c.token_hash == bindparam("of_hash"),
        telegram_links.c.confirmed_at.is_(None),
        telegram_links.c.ends_at > _NOW,
    )
)
_OF_ID = _LINKS.narrowed(lambda rows: rows.where(telegram_links.c.id == bindparam("of_id")))
_ASKED = typed(
    LinkCount,
    select(func.count().label("asked")).where(
        telegram_links.c.client_id == bindparam("of_client"),
        telegram_links.c.asked_at > bindparam("since"),
    ),
    never_null=("asked",),
)
_PUT_LINK = insert(telegram_links).on_conflict_do_nothing(index_elements=["id"])
_OPEN = (
    update(telegram_links)
    .where(telegram_links.c.id == bindparam("of_id"), telegram_links.c.opened_at.is_(None))
    .values(chat_id=bindparam("by_chat"), account=bindparam("by_account"), opened_at=_NOW)
)
_CONFIRM = (
    update(telegram_links)
    .where(telegram_links.c.id == bindparam("of_id"), *_LIVE)
    .values(confirmed_at=func.coalesce(telegram_links.c.confirmed_at, _NOW))
)
_ENDED = update(telegram_links).where(*_LIVE).values(ended_at=_NOW, ended_by=bindparam("why"))
_END = _ENDED.where(telegram_links.c.id == bindparam("of_id"))
_REPLACE = _ENDED.where(
    telegram_links.c.client_id == bindparam("of_client"),
    telegram_links.c.login == bindparam("of_login"),
    telegram_links.c.confirmed_at.is_(None),
)
_END_OF_LOGIN = _ENDED.where(
    telegram_links.c.client_id == bindparam("of_client"),
    telegram_links.c.login == bindparam("of_login"),
)


async def put_bot(database: Database, bot_id: int, username: str, now: datetime) -> None:
    """The bot that works here from now on."""
    await database.write(_PUT_BOT, bot_id=bot_id, username=username, seen_at=now)


def bot() -> Query[BotRow]:
    """The bot that was seen last; none before the first."""
    return _BOT()


def switch_of(client_id: str) -> Query[SwitchRow]:
    """A client's switch; no row where it never touched it."""
    return _SWITCH(of_client=client_id)


async def put_switch(
    database: Database, client_id: str, *, is_on: bool, by: str, now: datetime
) -> None:
    """Turns a client's switch."""
    await database.write(
        _PUT_SWITCH, client_id=client_id, is_on=is_on, changed_by=by, changed_at=now
    )


def links_of(client_id: str, now: datetime) -> Query[LinkRow]:
    """A client's accounts, and the wishes that still wait, the newest first."""
    return _OF_CLIENT(of_client=client_id, now=now)


def links_of_chat(chat_id: int) -> Query[LinkRow]:
    """Whom an account writes for, by the client's name."""
    return _OF_CHAT(of_chat=chat_id)


def link_of_token(token_hash: bytes, now: datetime) -> Query[LinkRow]:
    """A wish by the end of its one-time link; none for one that is late, confirmed or ended."""
    return _OF_TOKEN(of_hash=token_hash, now=now)


def link(link_id: UUID) -> Query[LinkRow]:
    """A link that has not ended."""
    return _OF_ID(of_id=link_id)


def asked_since(client_id: str, since: datetime) -> Query[LinkCount]:
    """How many links a client has asked for since an instant."""
    return _ASKED(of_client=client_id, since=since)


def put_link(
    transaction: Transaction,
    link_id: UUID,
    token_hash: bytes,
    *,
    client_id: str,
    login: str,
    now: datetime,
    ends_at: datetime,
) -> None:
    """Stores a wish, once; an earlier one of the person that was not confirmed ends."""
    transaction.write(_REPLACE, of_client=client_id, of_login=login, now=now, why="replaced")
    transaction.write(
        _PUT_LINK,
        id=link_id,
        token_hash=token_hash,
        client_id=client_id,
        login=login,
        asked_at=now,
        ends_at=ends_at,
    )


def open_link(
    transaction: Transaction, link_id: UUID, chat_id: int, account: str, now: datetime
) -> None:
    """An account has opened the one-time link; the first one that does, has it."""
    transaction.write(_OPEN, of_id=link_id, by_chat=chat_id, by_account=account, now=now)


def confirm(transaction: Transaction, link_id: UUID, now: datetime) -> None:
    """The account writes for the client from now on."""
    transaction.write(_CONFIRM, of_id=link_id, now=now)


def end(transaction: Transaction, link_id: UUID, why: str, now: datetime) -> None:
    """The account no longer writes for the client."""
    transaction.write(_END, of_id=link_id, why=why, now=now)


def end_of_login(
    transaction: Transaction, client_id: str, login: str, why: str, now: datetime
) -> None:
    """No account of a person writes for the client any more."""
    transaction.write(_END_OF_LOGIN, of_client=client_id, of_login=login, why=why, now=now)
