"""The webhook: Telegram brings each update itself, with the secret that we gave it.

What is answered 2xx is stored; anything else Telegram brings again.
"""

import hmac
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.database import DatabaseFailure
from starter.commands.services import Services
from starter.telegram.receiving import stored, webhook_secret

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
MAX_UPDATE_BYTES: Final = 1024 * 1024

log = structlog.get_logger()


def create_app(services: Services, bot_id: int, address: str) -> Starlette:
    """Takes updates at the path of the address that Telegram is told."""
    secret = webhook_secret(services.settings.code_key).encode()

    async def take_update(request: Request) -> Response:
        """Stores an update. 401 for whoever does not know the secret, 503 while there is no
        database.
        """
        said = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(said, secret):
            log.warning("telegram.forged")
            return Response(status_code=401)
        content = await _body(request)
        if content is None:
            return Response(status_code=413)
        update = _object(content)
        if update is None:
            return Response(status_code=400)
        try:
            await stored(services.database, bot_id, [update])
        except DatabaseFailure as failure:
            log.warning("telegram.not_stored", error=str(failure))
            return Response(status_code=503)
        return Response()

    return Starlette(routes=[Route(urlsplit(address).path or "/", take_update, methods=["POST"])])


async def _body(request: Request) -> bytes | None:
    """The body; None for one that is larger than any update."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_UPDATE_BYTES:
            return None
    return bytes(content)


def _object(content: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
