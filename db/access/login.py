"""Log-ins under way: one-time links of letters, and visits to the issuer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from db.database import Database, Transaction
from db.query import Locked, Query, row, typed
from db.tables import clients, login_attempts, login_links


@row
class LinkRow:
    """A one-time link; `token_hash` is the SHA-256 of what the letter holds."""

    token_hash: bytes
    address: str
    issued_at: datetime
    ends_at: datetime
    used_at: datetime | None


@row
class AttemptRow:
    """A log-in that has gone to the issuer: what its answer is checked by, and where it leads."""

    state_hash: bytes
    nonce: str
    code_verifier: str
    target: str
    ends_at: datetime


@row
class LinkCount:
    """How many links an address was sent."""

    links: int


@row
class ClientAtAddress:
    """A client that is written to at an address."""

    id: str


@row
class ForgottenLogin:
    """A link, or a log-in at the issuer, that was removed."""

    token_hash: bytes


@dataclass(frozen=True)
class NewAttempt:
    """A log-in that goes to the issuer."""

    state_hash: bytes
    nonce: str
    code_verifier: str
    target: str
    ends_at: datetime


_IS = login_links.c.token_hash == bindparam("of_hash")
_LOCK = typed(
    Locked,
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("lock"), 0)).label("lock")),
    never_null=("lock",),
)
_COUNT = typed(
    LinkCount,
    select(func.count().label("links")).where(
        login_links.c.address == bindparam("of_address"),
        login_links.c.issued_at > bindparam("since"),
    ),
    never_null=("links",),
)
_FIND = typed(LinkRow, select(login_links).where(_IS))
_AT_ADDRESS = typed(
    ClientAtAddress,
    select(clients.c.id)
    .where(func.lower(clients.c.email) == bindparam("of_address"))
    .order_by(clients.c.folded_name, clients.c.id)
    .limit(bindparam("how_many")),
)
_USE = typed(
    LinkRow,
    update(login_links)
    .where(_IS, login_links.c.used_at.is_(None), login_links.c.ends_at > bindparam("now"))
    .values(used_at=bindparam("now"))
    .returning(login_links),
)
_PUT_LINK = insert(login_links)
_FORGET_LINKS = delete(login_links).where(login_links.c.issued_at < bindparam("before"))
_PURGE_LINKS = typed(ForgottenLogin, _FORGET_LINKS.returning(login_links.c.token_hash))
_PUT_ATTEMPT = insert(login_attempts)
_FORGET_ATTEMPTS = delete(login_attempts).where(login_attempts.c.ends_at < bindparam("before"))
_PURGE_ATTEMPTS = typed(
    ForgottenLogin,
    _FORGET_ATTEMPTS.returning(login_attempts.c.state_hash.label("token_hash")),
)
_TAKE_ATTEMPT = typed(
    AttemptRow,
    delete(login_attempts)
    .where(login_attempts.c.state_hash == bindparam("of_hash"))
    .returning(login_attempts),
)


def locked(address: str) -> Query[Locked]:
    """Keeps other links for the address waiting until the transaction ends."""
    return _LOCK(lock=f"login-link/{address}")


def issued_since(address: str, since: datetime) -> Query[LinkCount]:
    """How many links an address was sent since an instant."""
    return _COUNT(of_address=address, since=since)


def clients_at(address: str, how_many: int) -> Query[ClientAtAddress]:
    """The clients that are written to at an address, given in small letters."""
    return _AT_ADDRESS(of_address=address, how_many=how_many)


def find_link(token_hash: bytes) -> Query[LinkRow]:
    """A link, also one that is used or has ended."""
    return _FIND(of_hash=token_hash)


def put_link(
    transaction: Transaction,
    token_hash: bytes,
    *,
    address: str,
    issued_at: datetime,
    ends_at: datetime,
    forgotten_before: datetime,
) -> None:
    """Stores a link and removes those issued before an instant."""
    transaction.write(_FORGET_LINKS, before=forgotten_before)
    transaction.write(
        _PUT_LINK, token_hash=token_hash, address=address, issued_at=issued_at, ends_at=ends_at
    )


async def use_link(database: Database, token_hash: bytes, now: datetime) -> LinkRow | None:
    """Uses a link up; None for one that is unknown, used or has ended."""
    return await database.row(_USE(of_hash=token_hash, now=now))


async def put_attempt(database: Database, new: NewAttempt, now: datetime) -> None:
    """Stores a log-in that goes to the issuer, and removes those that never came back."""
    async with database.transaction() as transaction:
        transaction.write(_FORGET_ATTEMPTS, before=now)
        transaction.write(_PUT_ATTEMPT, **vars(new))


async def take_attempt(database: Database, state_hash: bytes) -> AttemptRow | None:
    """The log-in that an answer of the issuer belongs to; it can be taken once."""
    return await database.row(_TAKE_ATTEMPT(of_hash=state_hash))


async def purge(database: Database, issued_before: datetime, now: datetime) -> int:
    """Removes links issued before an instant and log-ins that never came back; returns how many.

    Log-ins remove them as well, so there are never many.
    """
    links, attempts = await database.read(
        _PURGE_LINKS(before=issued_before), _PURGE_ATTEMPTS(before=now)
    )
    return len(links) + len(attempts)
