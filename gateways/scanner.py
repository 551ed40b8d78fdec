"""The scanner of files: clamd's own protocol (INSTREAM) over TCP.

Of a scanner that is away, silent, or says what nobody understands nothing is known: the file is
scanned again. Its address has no default: without one no file is ever given out.
"""

import asyncio
from collections.abc import AsyncIterable
from contextlib import suppress
from typing import Final

from domain.file.file import MAX_FINDING_LENGTH, FileStatus, Verdict

SCAN_SECONDS: Final = 60.0
"""How long one file may take, from the connection to the answer."""
MAX_REPLY_BYTES: Final = 4096
MAX_VERSION_LENGTH: Final = 200

_END: Final = b"\0"
_STREAM: Final = "stream: "
_FOUND: Final = " FOUND"
_ERROR: Final = "ERROR"
_LENGTH_BYTES: Final = 4


class ScannerSilent(Exception):  # noqa: N818  a silence is no error of ours
    """The scanner gave no answer that says what the file is."""


class ScannerGateway:
    """One clamd, or several behind one address. Each question has a connection of its own."""

    def __init__(self, host: str, port: int, *, scan_seconds: float = SCAN_SECONDS) -> None:
        self._host, self._port = host, port
        self._scan_seconds = scan_seconds

    async def scan(self, pieces: AsyncIterable[bytes]) -> Verdict:
        """What the scanner says of a file.

        Raises `ScannerSilent`; an error of `pieces` is raised as it is.
        """
        try:
            async with asyncio.timeout(self._scan_seconds):
                version = await self._asked(b"zVERSION")
                said = await self._asked(b"zINSTREAM", pieces)
        except TimeoutError:
            raise ScannerSilent("no answer in time") from None
        return _verdict(said, version[:MAX_VERSION_LENGTH])

    async def _asked(self, command: bytes, pieces: AsyncIterable[bytes] | None = None) -> str:
        """The reply to a command, with what it is about."""
        try:
            reader, writer = await asyncio.open_connection(
                self._host, self._port, limit=MAX_REPLY_BYTES
            )
        except OSError as error:
            raise ScannerSilent(type(error).__name__) from None
        try:
            with suppress(ConnectionError):  # one that has read enough may have answered
                writer.write(command + _END)
                if pieces is not None:
                    await _send(writer, pieces)
                await writer.drain()
            return (await reader.readuntil(_END)).removesuffix(_END).decode("utf-8", "replace")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as error:
            raise ScannerSilent(type(error).__name__) from None
        finally:
            writer.close()


async def _send(writer: asyncio.StreamWriter, pieces: AsyncIterable[bytes]) -> None:
    """Each piece after its length; a length of zero ends them."""
    async for piece in pieces:
        writer.write(len(piece).to_bytes(_LENGTH_BYTES, "big") + piece)
        await writer.drain()
    writer.write(bytes(_LENGTH_BYTES))


def _verdict(said: str, version: str) -> Verdict:
    line = said.strip()
    if line == f"{_STREAM}OK":
        return Verdict(FileStatus.CLEAN, version)
    finding = line.removeprefix(_STREAM)[:MAX_FINDING_LENGTH]
    if line.startswith(_STREAM) and line.endswith(_FOUND):
        return Verdict(FileStatus.QUARANTINED, version, finding.removesuffix(_FOUND))
    if line.endswith(_ERROR):
        return Verdict(FileStatus.UNSCANNABLE, version, finding)
    raise ScannerSilent("no answer that can be read")
