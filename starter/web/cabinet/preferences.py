"""«Настройки»: the organisation, where letters go, the language, and where one is logged in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from db.access.session import SessionShown
from db.billing import client as clients
from db.billing import contact
from db.query import present
from starter.commands.billing import contact as command
from starter.commands.billing.contact import EMAIL_LINK_HOURS, EMAIL_PAGE
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.secret_token import hash_of
from starter.web.cabinet.browsers import browser_in
from starter.web.http.forms import Form
from starter.web.http.page import LOGIN, pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language, translate

SETTINGS = "/settings"
SAID_ON_PAGE = frozenset({RefusalKind.INVALID, RefusalKind.TOO_OFTEN})

routes = pages()

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


@dataclass(frozen=True)
class Place:
    """Where somebody is logged in: the browser in words, and whether it is this one."""

    row: SessionShown
    browser: str
    is_here: bool


@routes.get(SETTINGS)
async def show_settings(visit: VisitDep) -> Response:
    """Everything that may be set, as it is."""
    return await _settings_page(visit, Form())


@routes.post(EMAIL_PAGE)
async def ask_for_email(visit: VisitDep) -> Response:
    """Sends a link to the new address; nothing changes before it is used."""
    try:
        await command.ask_for_email(
            visit.services, visit.caller, visit.command_id, visit.form.line("email")
        )
    except Refusal as refusal:
        if refusal.kind not in SAID_ON_PAGE:
            raise
        return await _settings_page(visit, visit.form.refused(refusal, visit.language))
    return visit.see(f"{SETTINGS}#email-waits")


@routes.get(f"{EMAIL_PAGE}/{{token}}")
async def show_email_link(visit: VisitDep, token: Token) -> Response:
    """Asks once more: mail servers that look at links must not use them up."""
    client_id, now = present(visit.caller.client_id), datetime.now(UTC)
    change = await visit.database.row(contact.of_token(hash_of(token), client_id, now))
    if change is None:
        return _spent(visit)
    return visit.page("email_link.html", token=token, address=change.new_address)


@routes.post(f"{EMAIL_PAGE}/{{token}}")
async def confirm_email(visit: VisitDep, token: Token) -> Response:
    """Letters go to the new address from now on; whoever came in by the old one logs in anew."""
    try:
        await command.confirm_email(visit.services, visit.caller, visit.command_id, token)
    except Refusal as refusal:
        if refusal.kind is not RefusalKind.CONFLICT:
            raise
        return _spent(visit)
    still_here = await visit.sessions.of(visit.request) is not None
    return visit.see(f"{SETTINGS}#email" if still_here else LOGIN)


@routes.post(f"{SETTINGS}/sessions/end")
async def end_session(visit: VisitDep) -> Response:
    """Logs out in another browser."""
    try:
        session_id = UUID(visit.form.line("session"))
    except ValueError:
        return visit.see(SETTINGS)
    await visit.sessions.end_one(visit.logged_in, session_id)
    return visit.see(f"{SETTINGS}#sessions")


@routes.post(f"{SETTINGS}/sessions/end-others")
async def end_other_sessions(visit: VisitDep) -> Response:
    """Logs out everywhere but here."""
    await visit.sessions.end_others(visit.logged_in)
    return visit.see(f"{SETTINGS}#sessions")


async def _settings_page(visit: Visit, form: Form) -> Response:
    client_id, now = present(visit.caller.client_id), datetime.now(UTC)
    found, waiting = await visit.database.read(
        clients.of_id(client_id), contact.waiting(client_id, now)
    )
    places = [
        Place(row, _browser(row, visit.language), row.id == visit.logged_in.id)
        for row in await visit.sessions.of_person(visit.logged_in)
    ]
    is_wrong = form.errors or form.banner
    return visit.page(
        "settings.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
        form=form,
        client=found[0],
        waiting=waiting[0] if waiting else None,
        places=places,
        hours=EMAIL_LINK_HOURS,
        has_telegram=visit.services.settings.telegram_token is not None,
    )


def _browser(row: SessionShown, language: Language) -> str:
    return browser_in(row.user_agent) or translate("page.settings.browser_unknown", language)


def _spent(visit: Visit) -> Response:
    return visit.page("email_spent.html", status=HTTPStatus.GONE, hours=EMAIL_LINK_HOURS)
