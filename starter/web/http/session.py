"""Sessions: a random token in a cookie, its SHA-256 and everything else in the database."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from db.access import session as sessions
from db.access.session import NewSession, Organisation, SessionRow
from db.database import Database
from db.facts import every, load, together
from domain.access.roles import Role
from starter.caller import Caller, caller_of
from starter.commands.refusal import not_found
from starter.presentation.subscription.overview import Overview, overview_for

TOKEN_BYTES = 32
MAX_TOKEN_LENGTH = 100
CLIENT_IDLE = timedelta(hours=12)
"""How long a client's session lives unused."""
STAFF_IDLE = timedelta(minutes=30)
CLIENT_LASTS = timedelta(days=7)
"""How long a client's session lives at most."""
STAFF_LASTS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use of a session is kept."""
LOOK_HEADER = "live-look"
"""A request that an open page makes by itself says so: nobody is there because of it."""
EVENT_STREAM = "text/event-stream"
MAX_ORGANISATIONS = 100
"""Clients that one person acts for."""


@dataclass(frozen=True)
class Session:
    """Who is logged in, as a page needs it; `organisations` are the clients to choose from, and
    `subscription` is what the header shows of the current one's.
    """

    token_hash: bytes
    caller: Caller
    began_by: str
    organisations: Sequence[Organisation]
    subscription: Overview | None

    @property
    def organisation(self) -> Organisation | None:
        """The client that is acted for; None for staff."""
        return next((one for one in self.organisations if one.id == self.caller.client_id), None)


class Sessions:
    """The sessions of one site. `is_https` makes the cookie one that no other host can set."""

    def __init__(self, database: Database, *, is_https: bool) -> None:
        self._database = database
        self.is_https = is_https
        self.cookie = "__Host-session" if is_https else "session"
        self.attempt_cookie = "__Host-login" if is_https else "login"

    async def of(self, request: Request) -> Session | None:
        """The session of a request's cookie; None without one that lives."""
        token = request.cookies.get(self.cookie, "")
        if not 0 < len(token) <= MAX_TOKEN_LENGTH:
            return None
        token_hash, now = hash_of(token), datetime.now(UTC)
        row = await self._database.row(sessions.find(token_hash, now, now - CLIENT_IDLE))
        if row is None or row.seen_at <= now - idle_of(Role(row.role)):
            return None
        if row.seen_at < now - SEEN_EVERY and not _is_by_itself(request):
            await sessions.seen(self._database, token_hash, now)
        reading = together(
            partial(_session_of, row),
            every(sessions.organisations(row.client_ids)),
            overview_for(row.client_id, now),
        )
        return await load(self._database, reading)

    async def lives_until(self, session: Session) -> datetime | None:
        """When a session ends that nobody uses from now on; None once it has ended."""
        now = datetime.now(UTC)
        row = await self._database.row(sessions.find(session.token_hash, now, now - CLIENT_IDLE))
        if row is None:
            return None
        return min(row.ends_at, row.seen_at + idle_of(session.caller.role))

    async def begin(self, caller: Caller, client_ids: Sequence[str], began_by: str) -> str:
        """A new session; gives the token for the browser."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), datetime.now(UTC)
        new = _new(token, caller, client_ids, began_by, now, now + lasts_of(caller.role))
        async with self._database.transaction() as transaction:
            sessions.put(transaction, new, now - CLIENT_IDLE)
        return token

    async def choose(self, session: Session, client_id: str) -> str:
        """The same session under a new token, for another of its organisations.

        Raises `Refusal` `not_found` for one that is not among them.
        """
        row = await self._database.row(
            sessions.find(session.token_hash, datetime.now(UTC), datetime.min.replace(tzinfo=UTC))
        )
        if row is None or client_id not in row.client_ids:
            raise not_found()
        token, now = secrets.token_urlsafe(TOKEN_BYTES), datetime.now(UTC)
        caller = Caller(session.caller.login, session.caller.role, client_id)
        new = _new(token, caller, row.client_ids, row.began_by, now, row.ends_at)
        async with self._database.transaction() as transaction:
            sessions.put(transaction, new, now - CLIENT_IDLE)
            sessions.end(transaction, session.token_hash)
        return token

    async def end(self, session: Session) -> None:
        """Logs out here."""
        async with self._database.transaction() as transaction:
            sessions.end(transaction, session.token_hash)

    async def end_all(self, session: Session) -> None:
        """Logs out everywhere."""
        await sessions.end_all(self._database, session.caller.login, session.caller.role)

    def keep(self, response: Response, token: str, lasts: timedelta) -> Response:
        """The response with the session's cookie."""
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(lasts.total_seconds()),
            secure=self.is_https,
            httponly=True,
            samesite="lax",
        )
        return response

    def drop(self, response: Response) -> Response:
        """The response without the session's cookie."""
        response.delete_cookie(self.cookie, secure=self.is_https, httponly=True, samesite="lax")
        return response


def hash_of(token: str) -> bytes:
    """What the database knows a token by."""
    return hashlib.sha256(token.encode()).digest()


def idle_of(role: Role) -> timedelta:
    """How long a session of this role lives unused."""
    return CLIENT_IDLE if role is Role.CLIENT else STAFF_IDLE


def lasts_of(role: Role) -> timedelta:
    """How long a session of this role lives at most."""
    return CLIENT_LASTS if role is Role.CLIENT else STAFF_LASTS


def _is_by_itself(request: Request) -> bool:
    return LOOK_HEADER in request.headers or request.headers.get("accept") == EVENT_STREAM


def _session_of(
    row: SessionRow, known: Sequence[Organisation], subscription: Overview | None
) -> Session:
    caller = caller_of(row.login, Role(row.role), row.client_id)
    organisations = tuple(known[:MAX_ORGANISATIONS])
    return Session(row.token_hash, caller, row.began_by, organisations, subscription)


def _new(
    token: str,
    caller: Caller,
    client_ids: Sequence[str],
    began_by: str,
    now: datetime,
    ends_at: datetime,
) -> NewSession:
    return NewSession(
        token_hash=hash_of(token),
        login=caller.login,
        role=caller.role,
        client_ids=tuple(client_ids),
        client_id=caller.client_id,
        began_by=began_by,
        began_at=now,
        ends_at=ends_at,
    )
