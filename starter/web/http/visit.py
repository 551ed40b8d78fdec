"""A visit: who is here, in which language, with which form; what every handler works with."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, cast, get_args
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from db.database import Database
from db.notification.inbox import MAX_UNREAD
from starter.access import roles_of_page
from starter.caller import Caller
from starter.commands.services import Services
from starter.web.http.forms import Form, new_key, summary_of
from starter.web.http.navigation import section_of, sections_for
from starter.web.http.rendering import rendered
from starter.web.http.session import Session, Sessions
from texts import Language

MAX_TARGET_LENGTH = 500
LANGUAGES = get_args(Language)
LANGUAGE_COOKIE = "language"
"""What somebody has chosen who is not logged in; a session keeps its own."""


SEARCH = "search_desk"
"""The page of the search; its form stands in the head of all pages of whoever may see it."""


@dataclass(frozen=True)
class Visit:
    """One request to a page."""

    request: Request
    services: Services
    sessions: Sessions
    language: Language
    session: Session | None = None
    form: Form = field(default_factory=Form)
    command: UUID | None = None

    @property
    def caller(self) -> Caller:
        """Who is logged in; only pages that are not public may ask."""
        return self.logged_in.caller

    @property
    def logged_in(self) -> Session:
        """The session; only pages that are not public may ask."""
        if self.session is None:
            raise LookupError("a public page has no session")
        return self.session

    @property
    def command_id(self) -> UUID:
        """The command's id, the same on every repeat of the form; for forms with a key."""
        if self.command is None:
            raise LookupError("this form has no key")
        return self.command

    @property
    def database(self) -> Database:
        """The database."""
        return self.services.database

    def of_session(self, session: Session | None) -> "Visit":
        """The same visit with its session, in whose language it goes on."""
        language = self.language if session is None else session.language
        return replace(self, session=session, language=language)

    def of_nobody(self) -> "Visit":
        """The same visit once its session has ended; the language stays."""
        return replace(self, session=None)

    def page(
        self,
        template: str,
        /,
        *,
        status: int = HTTPStatus.OK,
        form: Form | None = None,
        here: str = "",
        **more: Any,
    ) -> HTMLResponse:
        """A page; `form` is what its form shows: what was typed, and errors.

        `here` is where what a form is answered with can be read again; of a page that is shown it
        is its own address. A request of htmx gets what stands in the page's frame, without it.
        """
        shown = form or Form()
        is_shown = self.request.method == "GET" and status == HTTPStatus.OK
        context = {
            "session": self.session,
            "path": self.request.url.path,
            "here": here or (address_of(self.request) if is_shown else ""),
            "is_fragment": "hx-request" in self.request.headers,
            "sections": sections_for(None if self.session is None else self.session.caller),
            "section": section_of(self.request.url.path),
            "may_search": self.session is not None
            and self.session.caller.role in roles_of_page(SEARCH),
            "max_unread": MAX_UNREAD,
            "form": shown,
            "error_summary": summary_of(shown.errors),
            "key": new_key(),
            "shown_at": datetime.now(UTC),
            "company": self.services.settings.company,
            **more,
        }
        html = rendered(template, self.language, context)
        return HTMLResponse(
            html,
            status,
            {
                "Content-Language": self.language,
                "Vary": "Cookie, HX-Request",
            },
        )

    def see(self, path: str) -> Response:
        """Leads to another page of ours, by GET; `path` is one that `local` lets through."""
        return RedirectResponse(local(path), HTTPStatus.SEE_OTHER)


def address_of(request: Request) -> str:
    """The page's address on this site, as it was asked for."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def local(target: str) -> str:
    """A path of ours; anything else that a query may bring becomes the first page."""
    plain = (
        target[:1] == "/" and target[1:2] not in {"/", "\\"} and len(target) <= MAX_TARGET_LENGTH
    )
    return target if plain and target.isprintable() and target.isascii() else "/"


def visit_of(request: Request) -> Visit:
    """The visit as far as it is known without a session."""
    state = request.app.state
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    language = cast("Language", chosen) if chosen in LANGUAGES else "ru"
    return Visit(request, state.services, state.sessions, language)


async def _visit(request: Request) -> Visit:
    return cast("Visit", request.state.visit)


VisitDep = Annotated[Visit, Depends(_visit)]
"""The visit; every handler takes it."""
