"""Support in Telegram, as a client sets it up: the switch, one-time links, unlinking.

A link is asked for in the cabinet, opened by an account in Telegram, and confirmed in the cabinet
by whoever sees which account that is: a link that somebody else gets hold of gives nothing away.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from db.access import telegram
from db.access.telegram import SHOWN_LINKS, LinkRow
from db.database import Database, Transaction
from db.query import present
from db.ticket import telegram_drafts, telegram_outbox
from domain.ticket.telegram import LINK_MINUTES
from settings import Settings
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import Refusal, RefusalKind, conflict
from starter.commands.secret_token import hash_of
from starter.commands.services import Services
from texts import Language, translate

LINKS_PER_DAY = 20
"""One-time links that a client may ask for in a day."""
UNLINKED_BY_PERSON = "unlinked in the cabinet"


@command
async def switch_telegram(
    services: Services, caller: Caller, _command_id: UUID, *, is_on: bool
) -> None:
    """Whether the client's accounts are heard, and our answers sent to them; links stay."""
    client_id, now = present(caller.client_id), datetime.now(UTC)
    await telegram.put_switch(services.database, client_id, is_on=is_on, by=caller.login, now=now)


@command
async def ask_telegram_link(services: Services, caller: Caller, command_id: UUID) -> UUID:
    """Stores that the caller wishes to write from Telegram; the id of the wish.

    Raises `Refusal`: `telegram_off` with the switch off, `telegram_linked` where the caller has an
    account, `telegram_links_too_often`.
    """
    client_id, now = present(caller.client_id), datetime.now(UTC)
    link_id = uuid5(command_id, "telegram-link")
    async with services.database.transaction() as transaction:
        switches, links, (count,) = await transaction.read(
            telegram.switch_of(client_id),
            telegram.links_of(client_id, now),
            telegram.asked_since(client_id, now - timedelta(days=1)),
        )
        if not any(one.is_on for one in switches):
            raise conflict("telegram_off")
        confirmed = [one for one in links if one.confirmed_at is not None]
        if caller.login in {one.login for one in confirmed} or len(confirmed) >= SHOWN_LINKS:
            raise conflict("telegram_linked")
        if count.asked >= LINKS_PER_DAY:
            raise Refusal(RefusalKind.TOO_OFTEN, "telegram_links_too_often")
        telegram.put_link(
            transaction,
            link_id,
            hash_of(link_token(services.settings, link_id)),
            client_id=client_id,
            login=caller.login,
            now=now,
            ends_at=now + timedelta(minutes=LINK_MINUTES),
        )
    return link_id


@command
async def confirm_telegram_link(
    services: Services, caller: Caller, _command_id: UUID, link_id: UUID
) -> None:
    """The account that has opened the caller's link writes for the client from now on.

    Raises `Refusal`: `not_found` for a link of somebody else, `telegram_link_spent` for one that is
    late, and `telegram_account_taken` where the account writes for this client already.
    """
    now = datetime.now(UTC)
    async with services.database.transaction() as transaction:
        (links,) = await transaction.read(telegram.link(link_id))
        link = require_visible(caller, links)
        if link.login != caller.login or link.opened_at is None:
            raise conflict("telegram_link_spent")
        if link.confirmed_at is None:
            await _check(services.database, link, now)
            telegram.confirm(transaction, link_id, now)
            _say(transaction, link, "telegram.linked", f"linked-{link_id}", now)


@command
async def end_telegram_link(
    services: Services, caller: Caller, _command_id: UUID, link_id: UUID
) -> None:
    """An account no longer writes for the client; whoever acts for the client may end it."""
    now = datetime.now(UTC)
    async with services.database.transaction() as transaction:
        (links,) = await transaction.read(telegram.link(link_id))
        link = require_visible(caller, links)
        telegram.end(transaction, link_id, "person", now)
        if link.confirmed_at is not None:
            telegram_drafts.end_of_link(transaction, link_id, now)
            telegram_outbox.drop_of_link(transaction, link_id, now, UNLINKED_BY_PERSON)
            _say(transaction, link, "telegram.unlinked_in_cabinet", f"unlinked-{link_id}", now)


def link_token(settings: Settings, link_id: UUID) -> str:
    """The end of a one-time link: nobody can guess it, and only its SHA-256 is stored."""
    written = hmac.digest(
        settings.code_key.encode(), f"telegram-link {link_id}".encode(), hashlib.sha256
    )
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


async def _check(database: Database, link: LinkRow, now: datetime) -> None:
    if link.ends_at <= now:
        raise conflict("telegram_link_spent")
    others = await database.rows(telegram.links_of_chat(present(link.chat_id)))
    if link.client_id in {one.client_id for one in others}:
        raise conflict("telegram_account_taken")


def _say(transaction: Transaction, link: LinkRow, key: str, occasion: str, now: datetime) -> None:
    language: Language = "en" if link.language == "en" else "ru"
    chat_id = present(link.chat_id)
    said = {"chat_id": chat_id, "text": translate(key, language, organisation=link.client_name)}
    telegram_outbox.put(transaction, occasion, chat_id, "sendMessage", said, now)
