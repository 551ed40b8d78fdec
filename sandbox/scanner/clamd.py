"""The protocol of clamd as far as it is asked: PING, VERSION, INSTREAM, ended by NUL or LF."""

import asyncio
import os
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from typing import Final

from sandbox.scanner.faults import FaultKind, Faults, Rule
from sandbox.scanner.terms import (
    ASKED_TO_DIE,
    EICAR,
    FOUND,
    MAX_COMMAND_BYTES,
    MAX_STREAM_BYTES,
    VERSION,
)

_LENGTH_BYTES: Final = 4
_ENDS: Final = {b"z": b"\0", b"n": b"\n"}
_TOO_LARGE: Final = "INSTREAM size limit exceeded. ERROR"


class Clamd:
    """Finds the EICAR test file, in any place of a file; counts what it was asked."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.begun = 0
        self.answered = 0

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection: one command and its reply."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        end = _ENDS.get(await reader.readexactly(1))
        if end is None:
            return
        command = (await reader.readuntil(end)).removesuffix(end)[:MAX_COMMAND_BYTES]
        said = await self._said(command, reader)
        if said is not None:
            writer.write(said.encode() + end)
            await writer.drain()

    async def _said(self, command: bytes, reader: StreamReader) -> str | None:
        """The reply; None closes the connection without one."""
        if command == b"PING":
            return "PONG"
        if command == b"VERSION":
            return VERSION
        if command != b"INSTREAM":
            return "UNKNOWN COMMAND"
        self.begun += 1
        said = await self._scanned(reader, self._faults.next())
        self.answered += said is not None
        return said

    async def _scanned(self, reader: StreamReader, fault: Rule | None) -> str | None:
        kind = None if fault is None else fault.kind
        content = await _stream(reader, is_cut=kind in {FaultKind.HANGS_UP, FaultKind.DIES})
        if fault is not None:
            await _misbehave(fault)
        if kind is FaultKind.HANGS_UP:
            return None
        if kind is FaultKind.ERROR:
            return "stream: Can't allocate memory ERROR"
        if kind is FaultKind.GARBLED:
            return "stream: PERHAPS"
        if content is None:
            return _TOO_LARGE
        return f"stream: {FOUND} FOUND" if EICAR in content else "stream: OK"


async def _misbehave(fault: Rule) -> None:
    if fault.kind is FaultKind.SLOW:
        await asyncio.sleep(fault.seconds)
    elif fault.kind is FaultKind.SILENT:
        await asyncio.Event().wait()
    elif fault.kind is FaultKind.DIES:
        sys.stderr.write("sandbox scanner: ends in the middle of a file, as it was asked\n")
        sys.stderr.flush()
        os._exit(ASKED_TO_DIE)


async def _stream(reader: StreamReader, *, is_cut: bool) -> bytes | None:
    """The file, up to its first piece if it `is_cut`; None for one that is too large."""
    content = b""
    while length := int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big"):
        if len(content) + length > MAX_STREAM_BYTES:
            return None
        content += await reader.readexactly(length)
        if is_cut:
            break
    return content
