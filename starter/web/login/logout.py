"""Leaving, and acting for another organisation."""

from starlette.responses import Response

from starter.web.http.page import LOGIN, pages
from starter.web.http.session import lasts_of
from starter.web.http.visit import VisitDep

routes = pages()


@routes.post("/logout")
async def log_out(visit: VisitDep) -> Response:
    """Ends this session."""
    await visit.sessions.end(visit.logged_in)
    return visit.sessions.drop(visit.see(LOGIN))


@routes.post("/logout/everywhere")
async def log_out_everywhere(visit: VisitDep) -> Response:
    """Ends every session of this person, this one too."""
    await visit.sessions.end_all(visit.logged_in)
    return visit.sessions.drop(visit.see(LOGIN))


@routes.post("/organisation")
async def choose_organisation(visit: VisitDep) -> Response:
    """Acts for another organisation from now on, under a new token."""
    token = await visit.sessions.choose(visit.logged_in, visit.form.line("client_id"))
    return visit.sessions.keep(visit.see("/"), token, lasts_of(visit.caller.role))
