"""An archive given out piece by piece, as a download."""

from collections.abc import AsyncIterator
from typing import Final

from starlette.responses import StreamingResponse

from starter.http.attachment import HEADERS

ZIP: Final = "application/zip"


def zip_file(name: str, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """A ZIP under a name of ours; one that breaks off ends without the end of the answer."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=ZIP, headers=headers)
