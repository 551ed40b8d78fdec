"""A browser without a screen: cookies, forms as the page has them, headers of our own site."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx2
from fastapi import FastAPI

from db.access import login as logins
from db.database import Database
from domain.access.roles import Role
from starter.caller import caller_of
from starter.commands.secret_token import hash_of
from starter.web.http.session import BegunIn, Sessions

SITE = "http://cabinet.example"
OWN = {"Sec-Fetch-Site": "same-origin"}
MAX_PAGE_BYTES = 60_000
"""Of a page with all its files but fonts, as they travel."""
MAX_TEXT_BYTES = 20_000
"""What its files leave of it to a page."""


class _Forms(HTMLParser):
    """Every form of a page: its address and what its fields hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((said.get("action", ""), {}))
        elif tag in {"input", "button"} and "name" in said and self.forms:
            self.forms[-1][1][said["name"]] = said.get("value", "")
        elif tag == "select" and self.forms:
            self._select = said["name"]
        elif tag == "option" and "selected" in said:
            self.forms[-1][1][self._select] = said["value"]


@dataclass
class Page:
    """An answer as a person sees it."""

    response: httpx2.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def words(self) -> str:
        """The text without tags, white space as one space."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.html))

    @property
    def leads_to(self) -> str:
        """Where a redirect goes, without the mark of a place in the page."""
        return urlsplit(self.response.headers["location"])._replace(fragment="").geturl()

    @property
    def wrong_fields(self) -> list[str]:
        """The fields that the list of errors above a form leads to; each is on the page."""
        led = re.findall(r'<li><a href="#([^"]+)"', self.html)
        assert [place for place in led if f'id="{place}"' not in self.html] == []
        return led

    def form(self, ending: str) -> dict[str, str]:
        """What the form holds whose address ends so."""
        parser = _Forms()
        parser.feed(self.html)
        return next(fields for action, fields in parser.forms if action.endswith(ending))


class Browser:
    """One browser; `login` gives it a session by the product's own means."""

    def __init__(self, app: FastAPI, database: Database) -> None:
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url=SITE, headers={"Accept-Language": "ru"}
        )
        self._database = database
        self.sessions: Sessions = app.state.sessions

    async def get(self, path: str) -> Page:
        answer = await self.http.get(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert answer.num_bytes_downloaded <= MAX_TEXT_BYTES, path
        return Page(answer)

    async def send(
        self,
        path: str,
        fields: dict[str, str],
        *,
        headers: dict[str, str] | None = None,
        file: tuple[str, bytes] | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        field: str = "scan",
    ) -> Page:
        """A form of our own page, unless `headers` say otherwise."""
        sent = OWN if headers is None else headers
        parts = [("files", one) for one in files] + ([(field, file)] if file else [])
        return Page(await self.http.post(path, data=fields, headers=sent, files=parts or None))

    async def log_in(
        self,
        role: Role,
        *client_ids: str,
        login: str = "",
        browser: BegunIn | None = None,
        began_by: str = "issuer",
    ) -> str:
        """A session of this role; gives its token."""
        first = client_ids[0] if client_ids else None
        caller = caller_of(login or f"{role}@{first or 'us'}", role, first)
        token = await self.sessions.begin(caller, client_ids, began_by, browser or BegunIn())
        self.hold(token)
        return token

    def hold(self, token: str) -> None:
        """Has this session's cookie and no other."""
        self.http.cookies.clear()
        self.http.cookies.set(self.sessions.cookie, token)

    @property
    def token(self) -> str:
        """The session's token that the site gave last."""
        return [one.value or "" for one in self.http.cookies.jar][-1]

    async def letter_link(self, address: str, *, minutes: int = 15) -> str:
        """The token of a link as a letter has it."""
        token, now = f"link-{datetime.now(UTC).timestamp()}".replace(".", "-"), datetime.now(UTC)
        async with self._database.transaction() as transaction:
            logins.put_link(
                transaction,
                hash_of(token),
                address=address,
                issued_at=now - timedelta(hours=1),
                ends_at=now + timedelta(minutes=minutes),
                forgotten_before=now - timedelta(days=1),
            )
        return token
