"""The routes of pages: access by the table, forms from our own pages only, once."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from http import HTTPStatus
from itertools import chain
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from domain.text import is_storable_text
from starter.access import PUBLIC_PAGES, roles_of_page
from starter.commands.refusal import Refusal, RefusalKind, forbidden, not_found
from starter.http.multipart import PARTS_READ
from starter.web.http.cross_site import SAFE_METHODS, check_site
from starter.web.http.errors import error_page, session_ended
from starter.web.http.forms import MAX_FORM_BYTES, Form, read_form
from starter.web.http.once import once
from starter.web.http.session import is_event_stream
from starter.web.http.visit import Visit, address_of, visit_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

WITHOUT_KEY = frozenset(
    {
        "check_requisites",
        "choose_organisation",
        "end_other_sessions",
        "end_session",
        "log_out",
        "log_out_everywhere",
    }
)
"""Forms of somebody logged in that change nothing when they come twice."""
SEVERAL_FILES = frozenset(
    {
        "add_ticket_note",
        "answer_dispute",
        "answer_ticket",
        "appeal_dispute",
        "claim_carriage_goods_return",
        "inspect_goods_return",
        "open_goods_return",
        "open_ticket",
        "reply_to_dispute",
        "reply_to_ticket",
        "submit_dispute",
    }
)
"""Forms that may have more files than one."""
LOGIN = "/login"


class PageRoute(APIRoute):
    """A page or a form that the access table lists; any other raises `AccessUndecided`.

    A GET shows; a POST is a form that carries the key which was born with its page, and leads on by
    303. `max_body_size` (bytes) is for forms with a file.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self._operation = options["operation_id"] = endpoint.__name__
        self._max_body_bytes = options.pop("max_body_size", None) or MAX_FORM_BYTES
        self._max_files = PARTS_READ if self._operation in SEVERAL_FILES else 1
        self._is_public = self._operation in PUBLIC_PAGES
        self._roles = roles_of_page(self._operation)
        self._is_form = not SAFE_METHODS.issuperset(options["methods"])
        options["response_model"] = None
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler after our checks."""
        deed = super().get_route_handler()

        async def handle(request: Request) -> Response:
            visit = visit_of(request)
            try:
                return await self._answered(request, visit, deed)
            except Exception as error:  # every outcome is a page
                return error_page(getattr(request.state, "visit", visit), error)

        return handle

    async def _answered(self, request: Request, visit: Visit, deed: Handler) -> Response:
        check_site(request, visit.services.settings.cabinet_url)
        request.state.visit = visit = visit.of_session(await visit.sessions.of(request))
        if not _is_storable(request):
            raise not_found()
        if self._is_form:
            form = await self._form(request, visit)
            request.state.visit = visit = replace(visit, form=form)
        if self._is_public:
            return await deed(request)
        if visit.session is None:
            return self._without_session(request, visit)
        if visit.caller.role not in self._roles:
            request.state.roles = self._roles
            raise forbidden()
        if not self._is_form or self._operation in WITHOUT_KEY:
            return await deed(request)
        return await once(visit, deed)

    async def _form(self, request: Request, visit: Visit) -> Form:
        """The form; of nobody knows whom no more than a page of text is read, and what is larger is
        none.
        """
        if visit.session is not None or self._is_public:
            return await read_form(request, self._max_body_bytes, self._max_files)
        try:
            return await read_form(request, MAX_FORM_BYTES, self._max_files)
        except Refusal as refusal:
            if refusal.kind is not RefusalKind.TOO_LARGE:
                raise
            return Form()

    def _without_session(self, request: Request, visit: Visit) -> Response:
        if self._is_form:
            return session_ended(visit)
        if is_event_stream(request):
            return Response(status_code=HTTPStatus.NO_CONTENT)  # a browser asks for no stream again
        return visit.see(_login_to(request))


def pages() -> APIRouter:
    """A router of pages; the handler's name is the row of the access table."""
    return APIRouter(route_class=PageRoute)


def _is_storable(request: Request) -> bool:
    """Whether PostgreSQL can be asked for what an address says."""
    said = chain.from_iterable(request.query_params.multi_items())
    return all(map(is_storable_text, (request.url.path, *said)))


def _login_to(request: Request) -> str:
    return f"{LOGIN}?target={quote(address_of(request), safe='')}"
