"""Stored files as downloads."""

from starlette.responses import Response

from domain.refund.scan import MediaType


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """A stored file as a download: a browser never opens it as a page of ours."""
    extension = MediaType(media_type).extension
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{extension}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
