"""Leaving, here and at the issuer, and acting for another organisation."""

from starlette.responses import Response

from starter.commands.refusal import Refusal
from starter.web.http.page import LOGIN, pages
from starter.web.http.session import lasts_of
from starter.web.http.visit import Visit, VisitDep
from starter.web.login.issuer import Issuer

BY_ISSUER = "issuer"

routes = pages()


@routes.post("/logout")
async def log_out(visit: VisitDep) -> Response:
    """Ends this session, and the one at the issuer that it began by."""
    await visit.sessions.end(visit.logged_in)
    return visit.sessions.drop(await _left(visit))


@routes.post("/logout/everywhere")
async def log_out_everywhere(visit: VisitDep) -> Response:
    """Ends every session of this person, this one too."""
    await visit.sessions.end_all(visit.logged_in)
    return visit.sessions.drop(await _left(visit))


@routes.post("/organisation")
async def choose_organisation(visit: VisitDep) -> Response:
    """Acts for another organisation from now on, under a new token."""
    token = await visit.sessions.choose(visit.logged_in, visit.form.line("client_id"))
    return visit.sessions.keep(visit.see("/"), token, lasts_of(visit.caller.role))


async def _left(visit: Visit) -> Response:
    """The page for logging in; where the session began at the issuer, by way of its own log-out.

    The way there begins from a page of ours, not by a redirect: browsers let a form lead to our own
    site only (`form-action`), and forbid it every further stop too.
    """
    address = await _logout_address(visit)
    if address is None:
        return visit.see(LOGIN)
    return visit.of_nobody().page("logged_out.html", address=address)


async def _logout_address(visit: Visit) -> str | None:
    session, issuer = visit.logged_in, visit.request.app.state.issuer
    if not isinstance(issuer, Issuer) or session.began_by != BY_ISSUER:
        return None
    try:
        back = visit.services.settings.cabinet_url + LOGIN
        return await issuer.logout_address(session.id_token, back)
    except Refusal:  # the issuer is away: here one is logged out anyway
        return None
