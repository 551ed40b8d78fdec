"""Where a client is written to, and in which language: what it chose itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, bindparam, delete, func, insert, select, update

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import clients, email_changes

PURGE_BATCH = 5_000
"""Unconfirmed changes removed by one statement."""


@row
class EmailChange:
    """A client's wish to be written to elsewhere; `token_hash` is the SHA-256 of its link's end."""

    token_hash: bytes
    client_id: str
    old_address: str
    new_address: str
    asked_by: str
    asked_at: datetime
    ends_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None


@row
class Addressee:
    """Where a client is written to now."""

    email: str


@row
class ChangeCount:
    """How many changes a client has asked for."""

    changes: int


@row
class ChangeKey:
    """Which change it is."""

    token_hash: bytes


@dataclass(frozen=True)
class NewEmailChange:
    """A change to be stored."""

    token_hash: bytes
    client_id: str
    old_address: str
    new_address: str
    asked_by: str
    asked_at: datetime
    ends_at: datetime


_NOW = bindparam("now", type_=DateTime(timezone=True))
_later = email_changes.alias("later")
_waits = (
    email_changes.c.client_id == bindparam("of_client"),
    email_changes.c.confirmed_at.is_(None),
    email_changes.c.ends_at > _NOW,
    ~select(_later.c.token_hash)
    .where(
        _later.c.client_id == email_changes.c.client_id,
        _later.c.asked_at > email_changes.c.asked_at,
    )
    .exists(),
)
_LOCKED = typed(
    Addressee,
    select(clients.c.email).where(clients.c.id == bindparam("client_id")).with_for_update(),
)
_WAITING = typed(EmailChange, select(email_changes).where(*_waits))
_OF_TOKEN = _WAITING.narrowed(
    lambda rows: rows.where(email_changes.c.token_hash == bindparam("of_hash"))
)
_IS_ASKED = typed(
    ChangeKey,
    select(email_changes.c.token_hash).where(email_changes.c.token_hash == bindparam("of_hash")),
)
_COUNT = typed(
    ChangeCount,
    select(func.count().label("changes")).where(
        email_changes.c.client_id == bindparam("of_client"),
        email_changes.c.asked_at > bindparam("since"),
    ),
    never_null=("changes",),
)
_PUT = insert(email_changes)
_CONFIRM = (
    update(email_changes)
    .where(email_changes.c.token_hash == bindparam("of_hash"))
    .values(old_address=bindparam("changed_from"), confirmed_by=bindparam("by"), confirmed_at=_NOW)
)
_billing_said = func.coalesce(clients.c.billing_email, clients.c.email)
_MOVE = (
    update(clients)
    .where(clients.c.id == bindparam("of_client"))
    .values(
        email=bindparam("new_email"),
        billing_email=func.nullif(_billing_said, bindparam("new_email")),
        updated_at=_NOW,
    )
)
_billing_spoke = func.coalesce(clients.c.billing_language, clients.c.language)
_SPEAK = (
    update(clients)
    .where(clients.c.id == bindparam("of_client"), clients.c.language != bindparam("new_language"))
    .values(
        language=bindparam("new_language"),
        billing_language=func.nullif(_billing_spoke, bindparam("new_language")),
        updated_at=_NOW,
    )
)
_unconfirmed = (
    select(email_changes.c.token_hash)
    .where(email_changes.c.confirmed_at.is_(None), email_changes.c.ends_at < bindparam("before"))
    .limit(PURGE_BATCH)
)
_FORGET = typed(
    ChangeKey,
    delete(email_changes)
    .where(email_changes.c.token_hash.in_(_unconfirmed))
    .returning(email_changes.c.token_hash),
)


def locked(client_id: str) -> Query[Addressee]:
    """A client's address; other changes of the client wait until the transaction ends."""
    return _LOCKED(client_id=client_id)


def waiting(client_id: str, now: datetime) -> Query[EmailChange]:
    """The change that waits for its confirmation: the latest, unless its link has ended."""
    return _WAITING(of_client=client_id, now=now)


def of_token(token_hash: bytes, client_id: str, now: datetime) -> Query[EmailChange]:
    """The same, by its link; none for one that is used, ended, replaced or another client's."""
    return _OF_TOKEN(of_hash=token_hash, of_client=client_id, now=now)


def is_asked(token_hash: bytes) -> Query[ChangeKey]:
    """The change of a link, whatever became of it; none where it was never asked for."""
    return _IS_ASKED(of_hash=token_hash)


def asked_since(client_id: str, since: datetime) -> Query[ChangeCount]:
    """How many changes a client has asked for since an instant."""
    return _COUNT(of_client=client_id, since=since)


def put_change(transaction: Transaction, new: NewEmailChange) -> None:
    """Stores a change; it replaces one that waits."""
    transaction.write(_PUT, **vars(new))


def confirm(
    transaction: Transaction, change: EmailChange, *, changed_from: str, by: str, now: datetime
) -> None:
    """Uses a change's link up and writes the client to the new address from now on."""
    transaction.write(
        _CONFIRM, of_hash=change.token_hash, changed_from=changed_from, by=by, now=now
    )
    transaction.write(_MOVE, of_client=change.client_id, new_email=change.new_address, now=now)


async def speak(database: Database, client_id: str, language: str, now: datetime) -> None:
    """Writes to a client in a language from now on; the one that it has changes nothing."""
    await database.write(_SPEAK, of_client=client_id, new_language=language, now=now)


async def purge(database: Database, before: datetime) -> int:
    """Removes changes that were not confirmed by an instant and returns how many, in batches."""
    forgotten = 0
    while batch := len(await database.rows(_FORGET(before=before))):
        forgotten += batch
    return forgotten
