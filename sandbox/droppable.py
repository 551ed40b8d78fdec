"""HTTP whose answers can be lost: a handler closes the connection instead of answering."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

DROP = "sandbox.drop"
"""Name of the ASGI extension that closes the connection at once."""


class DroppableProtocol(H11Protocol):
    """HTTP/1.1 that lets a handler close the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app: ASGIApp = self.app

        async def droppable(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[DROP] = transport.abort
            await app(scope, receive, send)

        self.app = droppable
