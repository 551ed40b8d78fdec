"""Serve the HTTP API until SIGTERM or Ctrl-C."""

import argparse
import socket

import structlog
import uvicorn

from db.database import Database
from db.schema_version import SchemaRefused, SchemaUnknown, require_newest
from environment import set_up_logs, temporal_options
from settings import Settings
from starter.api.app import create_app
from starter.cli.failure import CommandFailed
from starter.connection import connect

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8080
GRACE_SECONDS = 10
"""How long requests that have begun may take once the process is told to stop."""
KEEP_ALIVE_SECONDS = 30
MAX_WAITING_CONNECTIONS = 512

log = structlog.get_logger()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default=LOOPBACK, help=f"address to listen on ({LOOPBACK})")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"port ({DEFAULT_PORT})")


def run(arguments: argparse.Namespace) -> int:
    """Serves; a port that is taken or a database of another schema is said before."""
    settings = Settings.from_environment()
    temporal_options()  # whoever has not said where it is hears so now, not at the first command
    set_up_logs()
    listening = _listen(arguments.host, arguments.port)
    _check_schema(settings.database_url)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, Database(settings.database_url), connect),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whose X-Forwarded-For is believed, our own settings say
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
    )
    server.run(sockets=[listening])
    return 0


def _check_schema(database_url: str) -> None:
    """A database that does not answer yet is no reason not to start: readiness tells of it."""
    try:
        require_newest(database_url)
    except SchemaRefused as refused:
        raise CommandFailed(str(refused)) from None
    except SchemaUnknown as unknown:
        log.warning("schema.unknown", error=str(unknown))


def _listen(host: str, port: int) -> socket.socket:
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
