"""Forms as browsers send them: read once, bounded, and kept as they were typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlencode
from uuid import uuid4

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from domain.access.roles import Role
from domain.text import has_control_characters, is_storable_text, one_line, paragraphs
from starter.commands.file.upload import Upload
from starter.commands.refusal import (
    FieldError,
    Refusal,
    RefusalKind,
    invalid,
    unprocessable,
)
from starter.http.multipart import MULTIPART, TAIL_BYTES, check_whole, said_by
from starter.http.refusal_text import refusal_text
from starter.presentation.models import MAX_NOTE_LENGTH
from texts import Language

MAX_FORM_BYTES = 64 * 1024
"""Of a form without a file."""
MAX_FIELDS = 300
"""Of one form: an invoice has up to 200 lines, and a calculation a sum for each."""
KEY_FIELD = "idempotency_key"
MAX_KEY_LENGTH = 100

_URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """What was typed, field by field, and the errors beside the fields.

    `banner` is an error of no field; `files` are those that were chosen.
    """

    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: Sequence[Upload] = field(default=(), repr=False)
    errors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    banner: str | None = None

    def typed(self, name: str) -> str:
        """A field as it was typed; nothing where there is none."""
        return self.fields.get(name, "")

    def line(self, name: str) -> str:
        """A field as one line."""
        return one_line(self.typed(name))

    def text(self, name: str) -> str:
        """A field of several lines."""
        return paragraphs(self.typed(name))

    def note(self, name: str) -> str:
        """A field of several lines as a command takes it; raises `Refusal` beside the field."""
        return _accepted(name, self.text(name), MAX_NOTE_LENGTH)

    def short_note(self, name: str, limit: int) -> str:
        """A field of one line as a command takes it; raises `Refusal` beside the field."""
        return _accepted(name, self.line(name), limit)

    @property
    def file(self) -> bytes | None:
        """The content of the first file that was chosen, if any; an empty file is none."""
        return (self.files[0].content or None) if self.files else None

    @property
    def key(self) -> str:
        """The key that was born with the page; raises `Refusal` without one."""
        key = self.typed(KEY_FIELD)
        if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
            raise unprocessable("page_key_missing")
        return key

    @property
    def content(self) -> bytes:
        """All that tells this form from another one, without its key."""
        said = urlencode(sorted(self.typed_fields.items())).encode()
        return said + said_by(self.files)

    @property
    def typed_fields(self) -> Mapping[str, str]:
        """What a person typed or a button said: everything but the key."""
        return {name: value for name, value in self.fields.items() if name != KEY_FIELD}

    def refused(self, refusal: Refusal, language: Language, role: Role = Role.CLIENT) -> "Form":
        """The same form with what a command found wrong: beside the fields, or above them all."""
        errors = {
            name: refusal_text(one.code, one.params or {}, language, role)
            for one in refusal.fields
            if (name := _field_of(one)) is not None
        }
        said = refusal_text(refusal.code, refusal.params, language, role)
        banner = None if errors else said
        return Form(self.fields, (), errors, banner)


def _accepted(name: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise invalid(FieldError("note_too_long", field=name, params={"limit": limit}))
    if has_control_characters(text):
        raise invalid(FieldError("text_characters", field=name))
    return text


def new_key() -> str:
    """The key of a form that is about to be shown."""
    return str(uuid4())


async def read_form(request: Request, max_bytes: int, max_files: int = 1) -> Form:
    """The form of a request, which has at most so many files.

    Raises `Refusal`: `page_form_too_large`, `media_type_unsupported`, `body_characters` for what no
    text has, `request_malformed` for what is no form, `upload_cut_off` for files that did
    not arrive whole.
    """
    media_type = request.headers.get("content-type", _URLENCODED).partition(";")[0].strip().lower()
    if media_type not in {MULTIPART, _URLENCODED}:
        raise unprocessable("media_type_unsupported")
    body = await _body(request, max_bytes)
    if media_type == MULTIPART:
        check_whole(request.headers["content-type"], body[-TAIL_BYTES:])
    try:
        sent = await _with(request, body).form(
            max_files=max_files, max_fields=MAX_FIELDS, max_part_size=max_bytes
        )
    except (HTTPException, UnicodeError):  # of a form, or of the alphabet it says it is written in
        raise unprocessable("request_malformed") from None
    pairs = sent.multi_items()
    chosen = [value for _, value in pairs if isinstance(value, UploadFile)]
    fields = {name: value for name, value in pairs if isinstance(value, str)}
    if not all(map(is_storable_text, (*fields, *fields.values()))):
        raise unprocessable("body_characters")
    files = [Upload(one.filename or "", await one.read()) for one in chosen]
    await sent.close()
    return Form(MappingProxyType(fields), [one for one in files if one.name or one.content])


async def _body(request: Request, max_bytes: int) -> bytes:
    """What was sent, read to its end before it is taken apart; refused beyond `max_bytes`."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > max_bytes:
            raise Refusal(RefusalKind.TOO_LARGE, "page_form_too_large")
    return bytes(body)


def _with(request: Request, body: bytes) -> Request:
    """The same request with a body that was read."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)


def _field_of(error: FieldError) -> str | None:
    if error.pointer is not None:
        return error.pointer.removeprefix("/").replace("/", ".")
    return error.field


def summary_of(errors: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """The errors of a form for the list above it: field and text."""
    return tuple(errors.items())
