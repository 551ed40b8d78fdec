"""Static files under an address that changes with them, so that browsers keep them for a year."""

from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from starter.web.http.rendering import STATIC, STATIC_URL

KEPT = "public, max-age=31536000, immutable"

_FILES = {file.relative_to(STATIC).as_posix(): file for file in STATIC.rglob("*") if file.is_file()}


def static_route() -> Route:
    """The files of this release, by their names; anything else is not there."""
    return Route(f"{STATIC_URL}/{{name:path}}", _give)


async def _give(request: Request) -> Response:
    file: Path | None = _FILES.get(request.path_params["name"])
    if file is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    media_type = guess_type(file.name)[0] or "font/woff2"
    return FileResponse(file, media_type=media_type, headers={"Cache-Control": KEPT})
