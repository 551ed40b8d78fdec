"""A proxy in front of PostgreSQL that counts transactions and round trips by protocol messages."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from stack.ports import LOOPBACK

LENGTH = struct.Struct("!I")
STARTUP = struct.Struct("!II")
ENCRYPTION_REQUESTS = (80877103, 80877104)
"""The codes of SSLRequest and GSSENCRequest, which come before the start-up message."""
ASKING = frozenset(b"QSH")
"""Query, Sync, Flush: after one of these the client waits for the server."""
EXECUTING = frozenset(b"QE")
"""Query and Execute: what makes the next ReadyForQuery the end of a transaction."""
IDLE = b"I"
READY = ord("Z")


@dataclass
class Transaction:
    """One transaction as it went over the wire; a lone statement is one too."""

    statements: list[str] = field(default_factory=list)
    executed: int = 0
    round_trips: int = 0

    def writes(self, table: str) -> bool:
        """Whether it puts rows into a table."""
        return any(text.startswith(f"INSERT INTO {table} ") for text in self.statements)


@dataclass
class Wire:
    """What has been seen through one proxy, in the order in which transactions ended."""

    port: int = 0
    transactions: list[Transaction] = field(default_factory=list)


@asynccontextmanager
async def proxied(port: int) -> AsyncIterator[Wire]:
    """A proxy on a free loopback port before the server on `port`."""
    wire, lines = Wire(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        if line is not None:
            lines.add(line)
            line.add_done_callback(lines.discard)
        await _Line(wire, reader, writer).run(port)

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        for line in list(lines):
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)


class _Line:
    """One connection of a client."""

    def __init__(
        self, wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._wire = wire
        self._client, self._to_client = reader, writer
        self._texts: dict[bytes, str] = {}  # a prepared statement shows its text only once
        self._current = Transaction()
        self._asked = False

    async def run(self, port: int) -> None:
        server, to_server = await asyncio.open_connection(LOOPBACK, port)
        try:
            await self._start(server, to_server)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._forth(to_server))
                group.create_task(self._back(server))
        except* (asyncio.IncompleteReadError, ConnectionError):
            pass  # a client or the server has hung up, which ends the line
        finally:
            to_server.close()
            self._to_client.close()

    async def _start(self, server: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        while True:
            head = await self._client.readexactly(STARTUP.size)
            length, code = STARTUP.unpack(head)
            to_server.write(head + await self._client.readexactly(length - STARTUP.size))
            if code not in ENCRYPTION_REQUESTS:
                return
            self._to_client.write(await server.readexactly(1))

    async def _forth(self, to_server: asyncio.StreamWriter) -> None:
        while True:
            kind, head, body = await _message(self._client)
            self._note_request(kind, body)
            to_server.write(head + body)
            await to_server.drain()

    async def _back(self, server: asyncio.StreamReader) -> None:
        while True:
            kind, head, body = await _message(server)
            self._note_answer(kind, body)
            self._to_client.write(head + body)
            await self._to_client.drain()

    def _note_request(self, kind: int, body: bytes) -> None:
        self._asked = self._asked or kind in ASKING
        self._current.executed += kind in EXECUTING
        if kind == ord("Q"):
            self._current.statements.append(_text(body))
        elif kind == ord("P"):
            name, text = body.split(b"\0", 2)[:2]
            self._texts[name] = _text(text)
        elif kind == ord("B"):
            prepared = body.split(b"\0", 2)[1]
            self._current.statements.append(self._texts.get(prepared, ""))

    def _note_answer(self, kind: int, body: bytes) -> None:
        """The first answer after asking is one round trip; those that follow travel with it."""
        self._current.round_trips += self._asked
        self._asked = False
        if kind == READY and body == IDLE:
            if self._current.executed:
                self._wire.transactions.append(self._current)
            self._current = Transaction()


async def _message(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    head = await reader.readexactly(1 + LENGTH.size)
    (length,) = LENGTH.unpack(head[1:])
    return head[0], head, await reader.readexactly(length - LENGTH.size)


def _text(body: bytes) -> str:
    return " ".join(body.rstrip(b"\0").decode().split())
