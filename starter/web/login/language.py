"""The language of the pages, for whoever is logged in and whoever is not."""

from datetime import timedelta
from typing import cast
from uuid import uuid4

from starlette.responses import Response

from domain.access.roles import Role
from starter.commands.billing.contact import choose_language
from starter.web.http.page import pages
from starter.web.http.visit import LANGUAGE_COOKIE, LANGUAGES, Visit, VisitDep, local
from texts import Language

KEPT = timedelta(days=365)
"""How long a browser keeps the choice."""

routes = pages()


@routes.post("/language")
async def choose_page_language(visit: VisitDep) -> Response:
    """Shows the pages in a language from now on, in this browser and in this session; the letters
    to the client that is acted for are in it as well. Leads back to where the form was.
    """
    response = visit.see(local(visit.form.typed("target")))
    if visit.form.line("language") not in LANGUAGES:
        return response
    language = cast("Language", visit.form.line("language"))
    await _remember(visit, language)
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=int(KEPT.total_seconds()),
        secure=visit.sessions.is_https,
        httponly=True,
        samesite="lax",
    )
    return response


async def _remember(visit: Visit, language: Language) -> None:
    if visit.session is None:
        return
    await visit.sessions.speak(visit.session, language)
    if visit.caller.role is Role.CLIENT:
        await choose_language(visit.services, visit.caller, uuid4(), language)
