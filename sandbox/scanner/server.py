"""The sandbox scanner's process: clamd's port, and one for faults."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from sandbox.scanner.clamd import Clamd
from sandbox.scanner.faults import RULES, Faults
from sandbox.scanner.terms import MAX_BODY_BYTES

_BACKLOG = 128
_GOODBYE_SECONDS = 1


@dataclass(frozen=True)
class ScannerOptions:
    """How the process was asked to run: `port` is clamd's, `control_port` that of faults."""

    host: str
    port: int
    control_port: int


class Control:
    """Calls under `/sandbox`."""

    def __init__(self, clamd: Clamd, faults: Faults) -> None:
        self._clamd = clamd
        self._faults = faults

    async def set_faults(self, request: Request) -> Response:
        """`PUT /sandbox/faults`: replaces all rules."""
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY_BYTES:
                return _refused(413, "the body is too large")
        try:
            self._faults.arm(RULES.validate_json(body))
        except ValidationError as error:
            return _refused(400, str(error))
        return await self.show_faults(request)

    async def show_faults(self, _: Request) -> Response:
        """`GET /sandbox/faults`."""
        return JSONResponse({"rules": self._faults.shown()})

    async def clear_faults(self, _: Request) -> Response:
        """`DELETE /sandbox/faults`: removes all rules."""
        self._faults.arm([])
        return Response(status_code=204)

    async def show_scans(self, _: Request) -> Response:
        """`GET /sandbox/scans`: how many began, and how many were answered."""
        return JSONResponse({"begun": self._clamd.begun, "answered": self._clamd.answered})


def build_app(clamd_listener: socket.socket) -> FastAPI:
    """The application of the faults; clamd's port is served while it runs."""
    faults = Faults()
    clamd = Clamd(faults)
    control = Control(clamd, faults)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        server = await asyncio.start_server(clamd.serve, sock=clamd_listener)
        yield
        server.close()

    app = FastAPI(openapi_url=None, lifespan=running)
    for method, path, handler in (
        ("PUT", "/sandbox/faults", control.set_faults),
        ("GET", "/sandbox/faults", control.show_faults),
        ("DELETE", "/sandbox/faults", control.clear_faults),
        ("GET", "/sandbox/scans", control.show_scans),
    ):
        app.add_api_route(path, handler, methods=[method], response_model=None)
    return app


def serve(options: ScannerOptions) -> None:
    """Listens, prints both addresses on stdout, and serves until stopped."""
    clamd = socket.create_server((options.host, options.port), backlog=_BACKLOG)
    control = socket.create_server((options.host, options.control_port), backlog=_BACKLOG)
    config = uvicorn.Config(
        build_app(clamd),
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    (host, port), (_, control_port) = clamd.getsockname()[:2], control.getsockname()[:2]
    sys.stdout.write(f"sandbox scanner on {host}:{port} http://{host}:{control_port}\n")
    sys.stdout.flush()
    asyncio.run(uvicorn.Server(config).serve(sockets=[control]))


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)
