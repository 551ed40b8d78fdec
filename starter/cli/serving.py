"""Serving an application over HTTP until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog
import uvicorn

from db.schema_version import SchemaRefused, SchemaUnknown, require_newest
from environment import set_up_logs, temporal_options
from settings import Settings
from starter.cli.failure import CommandFailed

Application = Callable[..., Any]
"""What a server calls: an application as ASGI has it."""
ApplicationT = TypeVar("ApplicationT", bound=Application)
LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 10
"""How long open requests may take once the process is told to stop."""
KEEP_ALIVE_SECONDS = 30
MAX_WAITING_CONNECTIONS = 512

log = structlog.get_logger()


def add_address(parser: argparse.ArgumentParser, port: int) -> None:
    """Where to listen; `port` is the default."""
    parser.add_argument("--host", default=LOOPBACK, help=f"address to listen on ({LOOPBACK})")
    parser.add_argument("--port", type=int, default=port, help=f"port ({port})")


def _nothing(_: Application) -> None:
    """An application without answers that go on for ever."""


def serve(
    arguments: argparse.Namespace,
    create: Callable[[Settings], ApplicationT],
    stopping: Callable[[ApplicationT], None] = _nothing,
) -> int:
    """Serves; reports a port that is taken, or a database with another schema, before it starts.

    `stopping` is called when the process is told to stop, before it waits for open requests.
    """
    settings = Settings.from_environment()
    temporal_options()  # whoever has not said where it is hears so now, not at the first command
    set_up_logs()
    listening = listen(arguments.host, arguments.port)
    _check_schema(settings.database_url)
    application = create(settings)
    server = _Server(_config(application), lambda: stopping(application))
    server.run(sockets=[listening])
    return 0


async def beside(
    work: Coroutine[Any, Any, None], application: Application, listening: socket.socket
) -> None:
    """Works, and serves beside it, until it is cancelled; raises what ends either."""
    server = _Beside(_config(application))
    tasks = [
        asyncio.create_task(work),
        asyncio.create_task(server.serve(sockets=[listening])),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        tasks[0].cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for one in ended:
        if isinstance(one, Exception):
            raise one


class _Beside(uvicorn.Server):
    """Leaves the signals to the process that it serves in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


class _Server(uvicorn.Server):
    """Calls `stopping` before it waits for what is open."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops."""
        self._stopping()
        await super().shutdown(sockets)


def _config(application: Application) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose X-Forwarded-For is believed, our own settings say
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


def _check_schema(database_url: str) -> None:
    """A database that does not answer is no reason not to start: readiness reports it."""
    try:
        require_newest(database_url)
    except SchemaRefused as refused:
        raise CommandFailed(str(refused)) from None
    except SchemaUnknown as unknown:
        log.warning("schema.unknown", error=str(unknown))


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections send at once.

    They inherit the option; asyncio sets it on sockets of its own making only, and without it an
    answer's body waits some 40 ms until the caller has acknowledged the headers.
    """
    try:
        listening = socket.create_server((host, port), backlog=MAX_WAITING_CONNECTIONS)
    except (OSError, OverflowError) as error:
        raise CommandFailed(f"cannot listen on {host}:{port}: {error}") from None
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
