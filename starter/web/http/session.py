"""Sessions: a random token in a cookie, its SHA-256 and everything else in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from db.access import session as sessions
from db.access.session import NewSession, Organisation, SessionRow, SessionShown
from db.database import Database
from db.dispute import incident as incidents
from db.dispute.incident import IncidentRow
from db.facts import Reading, every, known, load, only, together
from db.notification import inbox
from db.notification.inbox import UnreadCount
from db.ticket import parked_letters
from domain.access.roles import Role
from starter.caller import Caller, caller_of
from starter.commands.refusal import not_found
from starter.commands.secret_token import hash_of, new_token
from starter.presentation.dispute.incident import audiences_of
from starter.presentation.subscription.overview import Overview, overview_for
from texts import Language

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
MAX_USER_AGENT = 300
"""Characters of what a browser says of itself that are kept."""
MAX_ID_TOKEN = 8192
"""Of a longer token none is kept; the issuer then asks whom to log out."""


@dataclass(frozen=True)
class BegunIn:
    """The browser that a session begins in: the language of its pages, what it says of itself, and
    what its issuer knows the log-in by.
    """

    language: Language = "ru"
    user_agent: str = ""
    id_token: str | None = None


@dataclass(frozen=True)
class Session:
    """Who is logged in, as a page needs it; `organisations` are the clients to choose from, and of
    the current one `subscription` is what the header shows, `unread` how many messages wait;
    `parked`, how many parked letters wait, is an operator's. `incidents` are announced to everybody
    of this role.
    """

    token_hash: bytes
    id: UUID
    caller: Caller
    language: Language
    began_by: str
    id_token: str | None
    organisations: Sequence[Organisation]
    unread: int
    parked: int
    subscription: Overview | None
    incidents: Sequence[IncidentRow] = ()

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
            only(inbox.unread(row.client_id)),
            _parked(Role(row.role)),
            every(incidents.shown(audiences_of(Role(row.role)), now)),
        )
        return await load(self._database, reading)

    async def lives_until(self, session: Session) -> datetime | None:
        """When a session ends that nobody uses from now on; None once it has ended."""
        now = datetime.now(UTC)
        row = await self._database.row(sessions.find(session.token_hash, now, now - CLIENT_IDLE))
        if row is None:
            return None
        return min(row.ends_at, row.seen_at + idle_of(session.caller.role))

    async def begin(
        self,
        caller: Caller,
        client_ids: Sequence[str],
        began_by: str,
        browser: BegunIn = BegunIn(),
    ) -> str:
        """A new session; gives the token for the browser."""
        token, now = new_token(), datetime.now(UTC)
        new = NewSession(
            token_hash=hash_of(token),
            login=caller.login,
            role=caller.role,
            client_ids=tuple(client_ids),
            client_id=caller.client_id,
            began_by=began_by,
            began_at=now,
            ends_at=now + lasts_of(caller.role),
            language=browser.language,
            user_agent=browser.user_agent,
            id_token=browser.id_token,
        )
        async with self._database.transaction() as transaction:
            sessions.put(transaction, new, now - CLIENT_IDLE)
        return token

    async def choose(self, session: Session, client_id: str) -> str:
        """The same session under a new token, for another of its organisations.

        Raises `Refusal` `not_found` for one that is not among them.
        """
        token = new_token()
        chosen = sessions.choose(session.token_hash, hash_of(token), client_id, datetime.now(UTC))
        if await self._database.row(chosen) is None:
            raise not_found()
        return token

    async def end(self, session: Session) -> None:
        """Logs out here."""
        async with self._database.transaction() as transaction:
            sessions.end(transaction, session.token_hash)

    async def end_all(self, session: Session) -> None:
        """Logs out everywhere."""
        await sessions.end_all(self._database, session.caller.login, session.caller.role)

    async def of_person(self, session: Session) -> Sequence[SessionShown]:
        """Where this person is logged in, this session among them; the last used first."""
        now, caller = datetime.now(UTC), session.caller
        query = sessions.listed(caller.login, caller.role, now, now - idle_of(caller.role))
        return await self._database.rows(query)

    async def end_one(self, session: Session, session_id: UUID) -> None:
        """Logs this person out elsewhere; a session that is gone already changes nothing."""
        await sessions.end_one(
            self._database, session.caller.login, session.caller.role, session_id
        )

    async def end_others(self, session: Session) -> None:
        """Logs this person out everywhere but here."""
        caller = session.caller
        await sessions.end_others(self._database, caller.login, caller.role, session.token_hash)

    async def speak(self, session: Session, language: Language) -> None:
        """Shows this session's pages in a language from now on."""
        await sessions.speak(self._database, session.token_hash, language)

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


def idle_of(role: Role) -> timedelta:
    """How long a session of this role lives unused."""
    return CLIENT_IDLE if role is Role.CLIENT else STAFF_IDLE


def lasts_of(role: Role) -> timedelta:
    """How long a session of this role lives at most."""
    return CLIENT_LASTS if role is Role.CLIENT else STAFF_LASTS


def is_event_stream(request: Request) -> bool:
    """Whether a browser asks for the stream of an open page."""
    return request.headers.get("accept") == EVENT_STREAM


def _is_by_itself(request: Request) -> bool:
    return LOOK_HEADER in request.headers or is_event_stream(request)


def _parked(role: Role) -> Reading[int]:
    """How many parked letters wait: operators see to them."""
    if role is not Role.OPERATOR:
        return known(0)
    return only(parked_letters.waiting()).to(lambda count: count.letters)


def _session_of(
    row: SessionRow,
    organisations: Sequence[Organisation],
    subscription: Overview | None,
    count: UnreadCount,
    parked: int,
    announced: Sequence[IncidentRow],
) -> Session:
    return Session(
        token_hash=row.token_hash,
        id=row.id,
        caller=caller_of(row.login, Role(row.role), row.client_id),
        language=cast("Language", row.language),
        began_by=row.began_by,
        id_token=row.id_token,
        organisations=tuple(organisations[:MAX_ORGANISATIONS]),
        subscription=subscription,
        unread=count.unread,
        parked=parked,
        incidents=announced,
    )
