"""Where letters to a client go, and their language: what the client itself may change.

The address is proved by a one-time link to it, which only somebody logged in for the same client
can use: a mistyped address gives a stranger nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.access import session as sessions
from db.access import telegram
from db.billing import contact
from db.billing.contact import EmailChange, NewEmailChange
from db.database import Transaction
from db.notification import notification
from db.notification.notification import Occasion
from db.query import present
from domain.notification.notification import (
    CODE_PAGE_PARAM,
    EMAIL_ASKED,
    EMAIL_CHANGED,
    EMAIL_LINK,
    ERASED_PARAM,
    Notice,
    NotificationChannel,
)
from starter.caller import Caller, is_letter_login, letter_login
from starter.commands.command import command
from starter.commands.mail_address import checked_address
from starter.commands.refusal import FieldError, Refusal, RefusalKind, conflict, invalid
from starter.commands.secret_token import hash_of
from starter.commands.services import Services
from texts import Language

EMAIL_LINK_HOURS = 24
"""How long the link to a new address confirms it."""
CHANGES_PER_DAY = 5
"""Changes of its address that a client may ask for in a day; each sends two letters."""
EMAIL_PAGE = "/settings/email"
"""The page of the cabinet that the link ends at, before its token."""


@command
async def ask_for_email(services: Services, caller: Caller, command_id: UUID, asked: str) -> None:
    """Sends a link to the new address and tells the present one; nothing changes before the link
    is used. A later wish replaces an earlier; a repeat of the command sends nothing.

    Raises `Refusal`: an address that is none or is the present one, `email_changed_too_often`.
    """
    client_id, now = present(caller.client_id), datetime.now(UTC)
    address = checked_address(asked, field="email")
    token = _token_of(services.settings.code_key, client_id, command_id)
    async with services.database.transaction() as transaction:
        (client,), (asked_before,), made = await transaction.read(
            contact.locked(client_id),
            contact.asked_since(client_id, now - timedelta(days=1)),
            contact.is_asked(hash_of(token)),
        )
        if made:
            return
        if address == client.email:
            raise invalid(FieldError("email_same", field="email"))
        if asked_before.changes >= CHANGES_PER_DAY:
            raise Refusal(RefusalKind.TOO_OFTEN, "email_changed_too_often")
        change = NewEmailChange(
            token_hash=hash_of(token),
            client_id=client_id,
            old_address=client.email,
            new_address=address,
            asked_by=caller.login,
            asked_at=now,
            ends_at=now + timedelta(hours=EMAIL_LINK_HOURS),
        )
        contact.put_change(transaction, change)
        page = services.settings.cabinet_url + EMAIL_PAGE
        _tell_both(transaction, change, page, token)


@command
async def confirm_email(
    services: Services, caller: Caller, _command_id: UUID, token: str
) -> EmailChange:
    """Writes the client to the new address from now on, and tells the old one. Sessions that began
    by a letter to the old address and act for the client end, and so do the links of Telegram
    accounts that were made in them.

    Raises `Refusal` `email_link_spent` for a link that is used, late, replaced or another
    client's.
    """
    client_id, now = present(caller.client_id), datetime.now(UTC)
    async with services.database.transaction() as transaction:
        (client,), changes = await transaction.read(
            contact.locked(client_id), contact.of_token(hash_of(token), client_id, now)
        )
        if not changes:
            raise conflict("email_link_spent")
        (change,) = changes
        contact.confirm(transaction, change, changed_from=client.email, by=caller.login, now=now)
        sessions.end_begun_by_letter(transaction, client_id)
        telegram.end_of_login(transaction, client_id, letter_login(client_id), "address", now)
        said = {"old_email": client.email, "new_email": change.new_address}
        name = f"email-changed-{change.token_hash.hex()}"
        told = Occasion(None, client_id, name, said, to_address=client.email)
        notification.put(transaction, [told], (EMAIL_CHANGED,), now)
    return change


@command
async def choose_language(
    services: Services, caller: Caller, _command_id: UUID, language: Language
) -> None:
    """Letters to the client are in this language from now on."""
    await contact.speak(services.database, present(caller.client_id), language, datetime.now(UTC))


def _token_of(code_key: str, client_id: str, command_id: UUID) -> str:
    """The token of a command's link, the same of a repeat; nobody can guess it without the key."""
    said = f"email link {client_id} {command_id}".encode()
    return urlsafe_b64encode(hmac.digest(code_key.encode(), said, "sha256")).decode().rstrip("=")


def _tell_both(transaction: Transaction, change: NewEmailChange, page: str, token: str) -> None:
    """The link to the new address; to the present one, that somebody has asked for it."""
    name = change.token_hash.hex()
    link = {
        CODE_PAGE_PARAM: page,
        ERASED_PARAM: token,
        "hours": EMAIL_LINK_HOURS,
        "new_email": change.new_address,
    }
    letters: tuple[tuple[Notice, Occasion], ...] = (
        (
            EMAIL_LINK,
            Occasion(None, change.client_id, f"email-link-{name}", link, change.new_address),
        ),
        (
            EMAIL_ASKED,
            Occasion(
                None,
                change.client_id,
                f"email-asked-{name}",
                {"new_email": change.new_address, "login": _asked_by(change)},
                change.old_address,
            ),
        ),
    )
    for notice, occasion in letters:
        notification.put(
            transaction, [occasion], (notice,), change.asked_at, (NotificationChannel.MAIL,)
        )


def _asked_by(change: NewEmailChange) -> str:
    """Who asked, as the client knows it: whoever came by a letter is known by its address."""
    return change.old_address if is_letter_login(change.asked_by) else change.asked_by
