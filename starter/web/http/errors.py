"""Error pages: each says what happened and what to do; no dead end."""

from http import HTTPStatus

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from db.database import DatabaseUnavailable
from domain.access.roles import Role
from starter.commands.refusal import Refusal, RefusalKind, not_found, unavailable
from starter.http.refusal_text import refusal_text
from starter.http.statuses import STATUSES
from starter.web.http.forms import Form
from starter.web.http.visit import Visit, address_of, local

INTERNAL = "internal"
WITH_PAGE = frozenset({401, 403, 404, 409, 413, 422, 429, 500, 503})
"""Statuses whose page has words of its own."""
PASSING = frozenset({429, 500, 503})
"""Statuses of a page that may be there a little later."""

log = structlog.get_logger()


def error_page(visit: Visit, error: Exception) -> Response:
    """The page for any exception that a request can raise."""
    status, text = _said(visit, error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        request = visit.request
        log.error("web.failed", method=request.method, path=request.url.path, exc_info=error)
    return shown(visit, status, text)


def shown(visit: Visit, status: int, text: str) -> Response:
    """An error page with these words under its title."""
    kind = status if status in WITH_PAGE else HTTPStatus.INTERNAL_SERVER_ERROR
    may_repeat = visit.request.method == "GET" and kind in PASSING
    again = local(address_of(visit.request)) if may_repeat else None
    roles = sorted(getattr(visit.request.state, "roles", ()))
    return visit.page(
        "error.html", status=status, kind=int(kind), text=text, again=again, roles=roles
    )


def session_ended(visit: Visit) -> Response:
    """What a form is answered that comes after its session: it can be sent again, as it was typed,
    once its author has logged in in another tab.
    """
    return visit.page(
        "session_ended.html",
        status=HTTPStatus.UNAUTHORIZED,
        form=Form(visit.form.fields),
        had_file=visit.form.file is not None,
    )


def form_sent(visit: Visit, led_to: str | None) -> Response:
    """What a form is answered that was sent and then changed, such as after the browser's Back: it
    says where the first one led, and can be sent as it is now under a key of its own.
    """
    return visit.page(
        "form_sent.html",
        status=HTTPStatus.CONFLICT,
        form=Form(visit.form.typed_fields),
        had_file=visit.form.file is not None,
        led_to=led_to,
    )


def _said(visit: Visit, error: Exception) -> tuple[int, str]:
    match error:
        case Refusal():
            refusal = error
        case RequestValidationError():
            refusal = not_found()  # only addresses are validated by the framework
        case HTTPException() if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            refusal = not_found()
        case DatabaseUnavailable():
            refusal = unavailable("database_unavailable")
        case _:
            return HTTPStatus.INTERNAL_SERVER_ERROR, refusal_text(INTERNAL, {}, visit.language)
    status = STATUSES[refusal.kind]
    if refusal.kind is RefusalKind.UNKNOWN:
        status = HTTPStatus.SERVICE_UNAVAILABLE
    role = Role.CLIENT if visit.session is None else visit.caller.role
    return status, refusal_text(refusal.code, refusal.params, visit.language, role)
