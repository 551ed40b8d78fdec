"""Logging in by a letter: an address is asked for, a one-time link is sent, the link logs in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, cast

from fastapi import Path, Query
from starlette.background import BackgroundTask
from starlette.responses import Response

from db.access import login as logins
from db.access import session as sessions
from db.database import Transaction
from db.health import check
from db.notification import notification
from domain.access.roles import Role
from domain.notification.mail_address import AddressMalformed, ascii_address
from domain.notification.notification import (
    CODE_PAGE_PARAM,
    ERASED_PARAM,
    LOGIN_LINK,
    NotificationChannel,
)
from starter.caller import caller_of, letter_login
from starter.commands.purge import LINK_RETENTION
from starter.commands.secret_token import hash_of, new_token
from starter.web.http.forms import Form
from starter.web.http.page import LOGIN, pages
from starter.web.http.session import MAX_ORGANISATIONS, MAX_USER_AGENT, BegunIn, lasts_of
from starter.web.http.visit import LANGUAGE_COOKIE, LANGUAGES, Visit, VisitDep, local
from texts import Language, translate

LINK_MINUTES = 15
"""How long a link logs in."""
LINKS_PER_HOUR = 5
"""Letters with links that one address is sent; more are silently not sent."""

DESK = "/desk"
"""The first page of staff."""

routes = pages()

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


@routes.get(LOGIN)
async def show_login(visit: VisitDep, target: Annotated[str, Query()] = "/") -> Response:
    """Both ways in; whoever is logged in is led on."""
    if visit.session is not None:
        return visit.see(target)
    return _login_page(visit, Form(), target)


@routes.post(f"{LOGIN}/link")
async def ask_for_login_link(visit: VisitDep) -> Response:
    """Sends a link to an address that billing has registered; the answer is the same for any, and
    takes as long: the link is sent after it.
    """
    await check(visit.database)
    address = visit.form.line("email").lower()
    try:
        ascii_address(address)
    except AddressMalformed:
        wrong = Form(
            visit.form.fields, errors={"email": translate("error.email_format", visit.language)}
        )
        return _login_page(visit, wrong, local(visit.form.typed("target")))
    answer = visit.page("link_sent.html", address=address, minutes=LINK_MINUTES)
    answer.background = BackgroundTask(_send_link, visit, address, datetime.now(UTC))
    return answer


@routes.get(f"{LOGIN}/link/{{token}}")
async def show_login_link(visit: VisitDep, token: Token) -> Response:
    """Asks once more before it logs in: mail servers that look at links must not use them up."""
    rows = await visit.database.rows(logins.find_link(hash_of(token)))
    now = datetime.now(UTC)
    if not rows or rows[0].used_at is not None or rows[0].ends_at <= now:
        return _spent(visit)
    return visit.page("link.html", token=token, address=rows[0].address)


@routes.post(f"{LOGIN}/link/{{token}}")
async def log_in_by_link(visit: VisitDep, token: Token) -> Response:
    """Logs in, once."""
    link = await logins.use_link(visit.database, hash_of(token), datetime.now(UTC))
    if link is None:
        return _spent(visit)
    clients = await visit.database.rows(logins.clients_at(link.address, MAX_ORGANISATIONS))
    if not clients:
        return _spent(visit)
    ids = [client.id for client in clients]
    return await logged_in(visit, letter_login(ids[0]), Role.CLIENT, ids, Entrance("link"))


@dataclass(frozen=True)
class Entrance:
    """How somebody came in, and where to: `id_token` is the issuer's, if it was the issuer."""

    began_by: str
    target: str = "/"
    id_token: str | None = None


async def logged_in(
    visit: Visit, login: str, role: Role, client_ids: list[str], entrance: Entrance
) -> Response:
    """A new session, whose first organisation is acted for; leads to the entrance's target."""
    caller = caller_of(login, role, client_ids[0] if client_ids else None)
    if visit.session is not None:
        await visit.sessions.end(visit.session)
    browser = BegunIn(
        await _language(visit, caller.client_id),
        visit.request.headers.get("user-agent", "")[:MAX_USER_AGENT],
        entrance.id_token,
    )
    token = await visit.sessions.begin(caller, client_ids, entrance.began_by, browser)
    is_staffs_first = role is not Role.CLIENT and entrance.target == "/"
    first = DESK if is_staffs_first else entrance.target
    return visit.sessions.keep(visit.see(first), token, lasts_of(role))


async def _language(visit: Visit, client_id: str | None) -> Language:
    """What was chosen in this browser; else what the client is written to in."""
    if client_id is None or visit.request.cookies.get(LANGUAGE_COOKIE) in LANGUAGES:
        return visit.language
    known = await visit.database.rows(sessions.organisations([client_id]))
    return cast("Language", known[0].language) if known else visit.language


async def _send_link(visit: Visit, address: str, now: datetime) -> None:
    """A letter with a link, unless nobody is registered there or it was sent too many."""
    token = new_token()
    async with visit.database.transaction() as transaction:
        _, clients, (sent,) = await transaction.read(
            logins.locked(address),
            logins.clients_at(address, 1),
            logins.issued_since(address, now - timedelta(hours=1)),
        )
        if not clients or sent.links >= LINKS_PER_HOUR:
            return
        logins.put_link(
            transaction,
            hash_of(token),
            address=address,
            issued_at=now,
            ends_at=now + timedelta(minutes=LINK_MINUTES),
            forgotten_before=now - LINK_RETENTION,
        )
        page = f"{visit.services.settings.cabinet_url}{LOGIN}/link"
        _write(transaction, clients[0].id, page, token, now)


def _write(transaction: Transaction, client_id: str, page: str, token: str, now: datetime) -> None:
    """Queues the letter; its link is erased from our records once it is sent."""
    notification.notify(
        transaction,
        (LOGIN_LINK,),
        case_id=None,
        client_id=client_id,
        occasion=f"login-{hash_of(token).hex()}",
        params={CODE_PAGE_PARAM: page, "minutes": LINK_MINUTES, ERASED_PARAM: token},
        at=now,
        channels=(NotificationChannel.MAIL,),
    )


def _login_page(visit: Visit, form: Form, target: str) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return visit.page(
        "login.html",
        status=status,
        form=form,
        target=local(target),
        has_issuer=visit.request.app.state.issuer is not None,
    )


def _spent(visit: Visit) -> Response:
    return visit.page("link_spent.html", status=HTTPStatus.GONE, minutes=LINK_MINUTES)
