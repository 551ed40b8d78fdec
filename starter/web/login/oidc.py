"""Logging in at an OpenID issuer: there with PKCE, state and nonce, back with a code."""

import base64
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import Query
from starlette.responses import RedirectResponse, Response

from db.access import login as logins
from db.access import session as sessions
from db.access.login import AttemptRow, NewAttempt
from domain.access.roles import Role
from starter.caller import caller_of
from starter.commands.refusal import not_found
from starter.commands.secret_token import hash_of
from starter.web.http.page import LOGIN, pages
from starter.web.http.session import MAX_ID_TOKEN, MAX_ORGANISATIONS
from starter.web.http.visit import Visit, VisitDep, local
from starter.web.login.issuer import Identified, Issuer, LoginRefused
from starter.web.login.link import Entrance, logged_in

CALLBACK = f"{LOGIN}/callback"
ATTEMPT = timedelta(minutes=10)
"""How long a person may take at the issuer."""
SECRET_BYTES = 32
VERIFIER_BYTES = 48
"""A verifier of 64 characters; RFC 7636 wants 43 to 128."""
MAX_ANSWER_LENGTH = 2000

routes = pages()
log = structlog.get_logger()

Answered = Annotated[str, Query(max_length=MAX_ANSWER_LENGTH)]


@routes.get(f"{LOGIN}/issuer")
async def begin_issuer_login(visit: VisitDep, target: Annotated[str, Query()] = "/") -> Response:
    """Sends the browser to the issuer; a cookie ties the answer to this browser."""
    issuer, secret = _issuer(visit), secrets.token_urlsafe(SECRET_BYTES)
    nonce, verifier = secrets.token_urlsafe(SECRET_BYTES), secrets.token_urlsafe(VERIFIER_BYTES)
    now = datetime.now(UTC)
    new = NewAttempt(hash_of(secret), nonce, verifier, local(target), now + ATTEMPT)
    address = await issuer.address(_callback(visit), _state(secret), nonce, verifier)
    await logins.put_attempt(visit.database, new, now)
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        visit.sessions.attempt_cookie,
        secret,
        max_age=int(ATTEMPT.total_seconds()),
        secure=visit.sessions.is_https,
        httponly=True,
        samesite="lax",
    )
    return response


@routes.get(CALLBACK)
async def end_issuer_login(visit: VisitDep, code: Answered = "", state: Answered = "") -> Response:
    """The issuer's answer: a person with a role, or nobody."""
    secret = visit.request.cookies.get(visit.sessions.attempt_cookie, "")
    attempt = await logins.take_attempt(visit.database, hash_of(secret))
    try:
        person = await _person(visit, attempt, secret, code, state)
        login, role, client_ids = await _known(visit, person.claims)
    except LoginRefused as refused:
        log.info("web.login_refused", reason=str(refused))
        return visit.page("login_refused.html", status=HTTPStatus.FORBIDDEN)
    target = "/" if attempt is None else attempt.target
    hint = person.id_token if len(person.id_token) <= MAX_ID_TOKEN else None
    entrance = Entrance("issuer", target, hint)
    response = await logged_in(visit, login, role, client_ids, entrance)
    response.delete_cookie(
        visit.sessions.attempt_cookie, secure=visit.sessions.is_https, httponly=True, samesite="lax"
    )
    return response


async def _person(
    visit: Visit, attempt: AttemptRow | None, secret: str, code: str, state: str
) -> Identified:
    """Whoever logged in; raises `LoginRefused` for an answer to nobody's question."""
    if attempt is None or attempt.ends_at <= datetime.now(UTC):
        raise LoginRefused("no log-in of this browser is under way")
    if not code or not secrets.compare_digest(state.encode(), _state(secret).encode()):
        raise LoginRefused("the answer is another browser's, or says no")
    issuer = _issuer(visit)
    return await issuer.identified(_callback(visit), code, attempt.nonce, attempt.code_verifier)


async def _known(visit: Visit, claims: Mapping[str, Any]) -> tuple[str, Role, list[str]]:
    """Login, role and clients of a person; clients that billing has not registered do not count.

    Raises `LoginRefused` for claims that identify nobody, and for a client without one.
    """
    named = claims.get("client_ids", [])
    try:
        role = Role(str(claims.get("role")))
        asked = [str(one) for one in named][:MAX_ORGANISATIONS] if role is Role.CLIENT else []
        found = await visit.database.rows(sessions.organisations(asked))
        client_ids = [one.id for one in found]
        caller = caller_of(str(claims["sub"]), role, client_ids[0] if client_ids else None)
    except (ValueError, TypeError, KeyError) as error:
        raise LoginRefused(type(error).__name__) from None
    return caller.login, role, client_ids


def _issuer(visit: Visit) -> Issuer:
    issuer: Issuer | None = visit.request.app.state.issuer
    if issuer is None:
        raise not_found()
    return issuer


def _callback(visit: Visit) -> str:
    return visit.services.settings.cabinet_url + CALLBACK


def _state(secret: str) -> str:
    """What the issuer is shown of the browser's secret."""
    return base64.urlsafe_b64encode(hash_of(f"state {secret}")).decode().rstrip("=")
