"""The page, for people: the list of letters, each letter, its attachments."""

from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, HTTPException, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from domain.calendar.bank_calendar import MOSCOW
from stack.catcher.letters import Letter, Letters

LISTED = 200
"""How many letters a page lists; older ones are a link away."""
HERE = Path(__file__).resolve().parent
INERT = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A letter's own HTML runs nothing and fetches nothing."""
NEVER_GUESSED = {"X-Content-Type-Options": "nosniff"}
LAST_NUMBER = 10**9

Number = Annotated[int, InPath(ge=1, le=LAST_NUMBER)]


class Page:
    """What a browser sees."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._templates = Environment(loader=FileSystemLoader(HERE), autoescape=True)

    def routes(self) -> APIRouter:
        """GET only."""
        router = APIRouter()
        router.add_api_route("/", self.all, response_class=HTMLResponse)
        router.add_api_route("/letters/{number}", self.one, response_class=HTMLResponse)
        router.add_api_route("/letters/{number}/html", self.html)
        router.add_api_route("/letters/{number}/source", self.source)
        router.add_api_route("/letters/{number}/attachments/{place}", self.attachment)
        return router

    async def all(self, before: int | None = None) -> str:
        """The newest letters first; with `before`, those older than that one."""
        found = self._letters.newest(LISTED, before)
        return self._drawn(
            "list.html",
            letters=[_shown(letter) for letter in found],
            count=len(self._letters),
            older=found[-1].number if found and found[-1].number > 1 else None,
            refreshed=before is None,
        )

    async def one(self, number: Number) -> str:
        """One letter: who, to whom, when, what, and what is attached."""
        letter = self._found(number)
        return self._drawn(
            "letter.html",
            **_shown(letter),
            text=_content(letter.message, "plain"),
            has_html=letter.message.get_body(("html",)) is not None,
        )

    async def html(self, number: Number) -> Response:
        """The part of a letter that mail programs show."""
        text = _content(self._found(number).message, "html")
        if text is None:
            raise HTTPException(404)
        return HTMLResponse(text, headers={"Content-Security-Policy": INERT, **NEVER_GUESSED})

    async def source(self, number: Number) -> Response:
        """The letter as it was sent."""
        content = self._found(number).entry.content
        return Response(content, media_type="text/plain; charset=utf-8", headers=NEVER_GUESSED)

    async def attachment(self, number: Number, place: Number) -> Response:
        """A file of a letter, counted from 1."""
        found = list(self._found(number).message.iter_attachments())
        if place > len(found):
            raise HTTPException(404)
        part = found[place - 1]
        name = quote(_name(part, place), safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", **NEVER_GUESSED}
        return Response(_bytes(part), media_type=part.get_content_type(), headers=headers)

    def _found(self, number: int) -> Letter:
        letter = self._letters.find(number)
        if letter is None:
            raise HTTPException(404, f"there is no letter {number}")
        return letter

    def _drawn(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(**values)


def page(letters: Letters) -> FastAPI:
    """The application."""
    app = FastAPI(title="Kopeyka's mail catcher", openapi_url=None)
    app.include_router(Page(letters).routes())
    return app


def _shown(letter: Letter) -> dict[str, object]:
    message = letter.message
    return {
        "number": letter.number,
        "sender": str(message["From"] or ""),
        "to": str(message["To"] or ", ".join(letter.entry.recipients)),
        "envelope": ", ".join(letter.entry.recipients),
        "subject": str(message["Subject"] or "(без темы)"),
        "at": _when(letter),
        "attachments": [
            {"place": place, "name": _name(part, place), "size": len(_bytes(part))}
            for place, part in enumerate(message.iter_attachments(), start=1)
        ],
    }


def _when(letter: Letter) -> str:
    """By the letter's own date; by ours when it has none that can be read."""
    try:
        said = parsedate_to_datetime(str(letter.message["Date"]))
    except ValueError:
        said = letter.at
    return f"{said.astimezone(MOSCOW):%d.%m.%Y %H:%M:%S}"


def _content(message: EmailMessage, kind: str) -> str | None:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else None


def _name(part: EmailMessage, place: int) -> str:
    return part.get_filename() or f"{place}"


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()
