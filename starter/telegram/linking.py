"""`/start` with a one-time link, unlinking from the chat, and an account that has blocked us."""

from collections.abc import Sequence
from datetime import datetime

from db.access import telegram
from db.access.telegram import LinkRow
from db.database import Transaction
from db.notification import notification
from db.ticket import telegram_drafts, telegram_outbox
from domain.notification.notification import TELEGRAM_BLOCKED
from starter.commands.secret_token import hash_of
from starter.telegram.talk import Talk

VISIBLE = 6
"""Characters of the organisation's name that an account sees before it is confirmed."""
SETTINGS_PAGE = "/settings/telegram"
BLOCKED = "the account has blocked the bot"


async def open_link(talk: Talk) -> None:
    """The account has come by a one-time link: the cabinet is asked to confirm it."""
    found = await talk.services.database.row(
        telegram.link_of_token(hash_of(talk.heard.argument), talk.now)
    )
    chat_id, account, now = talk.heard.chat_id, talk.heard.account, talk.now
    if found is None or found.chat_id not in (None, chat_id):
        talk.say(talk.t("telegram.link_spent", page=page_of(talk)))
        return
    link_id = found.id
    talk.change(lambda transaction: telegram.open_link(transaction, link_id, chat_id, account, now))
    organisation = masked(found.client_name)
    talk.say(talk.t("telegram.confirm", organisation=organisation, page=page_of(talk)))


def how_to_link(talk: Talk) -> None:
    """All that an account hears that writes for nobody."""
    if talk.links:
        talk.say(talk.t("telegram.switched_off", page=page_of(talk)))
    else:
        talk.say(talk.t("telegram.how_to_link", page=page_of(talk)))


def unlink(talk: Talk) -> None:
    """The account writes for nobody from now on."""
    chat_id, links, now = talk.heard.chat_id, talk.links, talk.now
    talk.change(lambda transaction: _end(transaction, chat_id, links, "chat", now))
    talk.say(talk.t("telegram.unlinked", page=page_of(talk)))


def blocked(talk: Talk) -> None:
    """The account has blocked the bot."""
    chat_id, links, now = talk.heard.chat_id, talk.links, talk.now
    talk.change(lambda transaction: end_blocked(transaction, chat_id, links, now))


def end_blocked(
    transaction: Transaction, chat_id: int, links: Sequence[LinkRow], now: datetime
) -> None:
    """Nothing more is sent to the account, and whom it wrote for is told by letter."""
    _end(transaction, chat_id, links, "blocked", now)
    telegram_outbox.drop(transaction, chat_id, now, BLOCKED)
    for link in links:
        notification.notify(
            transaction,
            (TELEGRAM_BLOCKED,),
            case_id=None,
            client_id=link.client_id,
            occasion=f"telegram-blocked-{link.id}",
            params={"account": link.account},
            at=now,
        )


def masked(name: str) -> str:
    """The beginning of a name: enough to know one's own by."""
    return name if len(name) <= VISIBLE else f"{name[:VISIBLE]}…"


def page_of(talk: Talk) -> str:
    """Where accounts are linked."""
    return talk.services.settings.cabinet_url + SETTINGS_PAGE


def _end(
    transaction: Transaction, chat_id: int, links: Sequence[LinkRow], why: str, now: datetime
) -> None:
    telegram_drafts.end(transaction, chat_id, now)
    for link in links:
        telegram.end(transaction, link.id, why, now)
        telegram_outbox.drop_of_link(transaction, link.id, now, f"ended by {why}")
