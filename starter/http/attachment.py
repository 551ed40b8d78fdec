"""Files that people uploaded, given back: always a download, never a page of ours."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from domain.refund.scan import MediaType

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {"Content-Security-Policy": "default-src 'none'; sandbox"}
)
"""Of everything that people uploaded: no browser runs it."""


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """A stored file as a download, under a name of ours without its extension; a browser runs
    nothing that it may hold.
    """
    extension = MediaType(media_type).extension
    return Response(
        content,
        media_type=media_type,
        headers={
            **HEADERS,
            "Content-Disposition": f'attachment; filename="{name}.{extension}"',
        },
    )
