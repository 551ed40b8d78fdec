"""Files in a multipart form: read once, and whole."""

import hashlib
from collections.abc import Sequence
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.file.file import MAX_FILES
from starter.commands.file.upload import Upload
from starter.commands.refusal import unprocessable

MULTIPART: Final = "multipart/form-data"
PARTS_READ: Final = 10 * MAX_FILES
"""So many files are still read, to be refused by their number."""
TAIL_BYTES: Final = 256
"""The end of a form is looked for in these: a boundary has 70 characters at most (RFC 2046)."""


def is_multipart(request: Request) -> bool:
    """Whether the body says that it is such a form."""
    declared = request.headers.get("content-type", "")
    return declared.partition(";")[0].strip().lower() == MULTIPART


def check_whole(content_type: str, tail: bytes) -> None:
    """Refuses a form that was cut off: without its last boundary the last file would vanish."""
    _, options = parse_options_header(content_type)
    end = b"--" + options.get(b"boundary", b"") + b"--"
    if not tail.rstrip(b"\r\n").endswith(end):
        raise unprocessable("upload_cut_off")


async def _read(request: Request) -> list[Upload]:
    """The files of a form whose body has been read; raises `Refusal` for what is no whole form."""
    body = await request.body()
    check_whole(request.headers.get("content-type", ""), body[-TAIL_BYTES:])
    try:
        async with request.form(max_files=PARTS_READ, max_fields=PARTS_READ) as sent:
            files = [one for _, one in sent.multi_items() if isinstance(one, UploadFile)]
            return [Upload(one.filename or "", await one.read()) for one in files]
    except (HTTPException, UnicodeError):
        raise unprocessable("request_malformed") from None


def said_by(uploads: Sequence[Upload]) -> bytes:
    """What tells these files from others: a repeated form has other boundaries."""
    parts = hashlib.sha256()
    for one in uploads:
        parts.update(hashlib.sha256(one.name.encode("utf-8", "replace")).digest())
        parts.update(hashlib.sha256(one.content).digest())
    return parts.digest()


async def uploads_of(request: Request) -> list[Upload]:
    """The same, read once for a request."""
    if not hasattr(request.state, "uploads"):
        request.state.uploads = await _read(request)
    uploads: list[Upload] = request.state.uploads
    return uploads
