"""Files of the store given back: always a download, whose content no browser runs. Of a picture a
page shows the preview.
"""

from typing import Protocol
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from db.database import Database
from db.file import store
from db.file.store import pieces
from domain.file.kind import FileKind
from domain.file.name import name_as
from domain.file.preview import PREVIEW_TYPE
from starter.commands.refusal import not_found
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


async def preview(database: Database, row: StoredFile) -> Response:
    """What is shown of a picture. Raises `Refusal` for a file that is not clean, or has none."""
    require_clean(row)
    shown = await database.row(store.preview(row.sha256))
    if shown is None:
        raise not_found()
    return Response(shown.preview, media_type=PREVIEW_TYPE, headers=HEADERS)


def _disposition(name: str) -> str:
    """Both forms of RFC 6266: in ASCII for old programs, and as it is."""
    plain = "".join(sign if _is_plain(sign) else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_plain(sign: str) -> bool:
    return (sign.isascii() and sign.isalnum()) or sign in "-._ "
