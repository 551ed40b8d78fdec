"""Files of the store given back: always a download, whose content no browser runs."""

from typing import Protocol
from urllib.parse import quote

from starlette.responses import StreamingResponse

from db.database import Database
from db.file.store import pieces
from domain.file.kind import FileKind
from domain.file.name import name_as
from starter.http.attachment import HEADERS
from starter.presentation.file.file import Stored, require_clean


class StoredFile(Stored, Protocol):
    """A file with the digest of its content."""

    @property
    def sha256(self) -> str: ...


def download(database: Database, row: StoredFile) -> StreamingResponse:
    """A file, piece by piece. Raises `Refusal` for one that is not clean."""
    require_clean(row)
    return StreamingResponse(
        pieces(database, row.sha256, row.size_bytes),
        media_type=row.media_type,
        headers={
            **HEADERS,
            "Content-Length": str(row.size_bytes),
            "Content-Disposition": _disposition(name_as(row.name, FileKind(row.media_type))),
        },
    )


def _disposition(name: str) -> str:
    """Both forms of RFC 6266: in ASCII for old programs, and as it is."""
    plain = "".join(sign if _is_plain(sign) else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_plain(sign: str) -> bool:
    return (sign.isascii() and sign.isalnum()) or sign in "-._ "
