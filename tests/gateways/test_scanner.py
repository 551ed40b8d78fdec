"""What clamd says is believed, and what it does not say is not: over a socket, with its faults."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.file.file import FileStatus
from gateways.scanner import ScannerGateway, ScannerSilent
from sandbox.scanner.terms import MAX_STREAM_BYTES
from tests.gateways.sandbox_scanner import EICAR, SandboxScanner, scanner, scanner_process

__all__ = ["scanner", "scanner_process"]

MEBIBYTE = 1024 * 1024


async def pieces(*contents: bytes) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


@pytest.mark.parametrize(
    ("contents", "status", "finding"),
    [
        ((b"%PDF-1.4",), FileStatus.CLEAN, None),
        ((b"x" * MEBIBYTE,) * 20, FileStatus.CLEAN, None),
        ((EICAR,), FileStatus.QUARANTINED, "Eicar-Test-Signature"),
        ((b"x" * MEBIBYTE, EICAR[:30], EICAR[30:]), FileStatus.QUARANTINED, "Eicar-Test-Signature"),
        (
            (b"x" * MEBIBYTE,) * (MAX_STREAM_BYTES // MEBIBYTE + 1),
            FileStatus.UNSCANNABLE,
            "INSTREAM size limit exceeded. ERROR",
        ),
    ],
    ids=["clean", "twenty mebibytes", "infected", "infected across pieces", "too large for it"],
)
async def test_an_answer_is_a_verdict(
    scanner: SandboxScanner, contents: tuple[bytes, ...], status: FileStatus, finding: str | None
) -> None:
    verdict = await scanner.gateway().scan(pieces(*contents))
    assert (verdict.status, verdict.finding) == (status, finding)
    assert verdict.scanner == "ClamAV sandbox/1"


async def test_an_error_of_the_scanner_is_no_verdict_of_clean(scanner: SandboxScanner) -> None:
    await scanner.misbehave({"kind": "error", "times": 1})
    assert (await scanner.gateway().scan(pieces(b"x"))).status is FileStatus.UNSCANNABLE
    assert (await scanner.gateway().scan(pieces(b"x"))).status is FileStatus.CLEAN


@pytest.mark.parametrize("kind", ["silent", "hangs_up", "garbled"])
async def test_a_scanner_that_says_nothing_is_silent(scanner: SandboxScanner, kind: str) -> None:
    await scanner.misbehave({"kind": kind, "times": 1})
    with pytest.raises(ScannerSilent):
        await scanner.gateway(scan_seconds=0.5).scan(pieces(b"x" * MEBIBYTE, b"y"))
    assert (await scanner.gateway().scan(pieces(b"x"))).status is FileStatus.CLEAN


async def test_a_slow_scanner_is_waited_for_and_given_up_in_time(scanner: SandboxScanner) -> None:
    await scanner.misbehave({"kind": "slow", "seconds": 0.3, "times": 2})
    assert (await scanner.gateway().scan(pieces(b"x"))).status is FileStatus.CLEAN
    with pytest.raises(ScannerSilent, match="in time"):
        await scanner.gateway(scan_seconds=0.1).scan(pieces(b"x"))


async def test_a_scanner_that_dies_is_silent_and_answers_once_it_is_back(
    scanner: SandboxScanner,
) -> None:
    await scanner.misbehave({"kind": "dies"})
    with pytest.raises(ScannerSilent):
        await scanner.gateway().scan(pieces(b"x"))
    await scanner.again()
    assert (await scanner.gateway().scan(pieces(EICAR))).status is FileStatus.QUARANTINED


async def test_a_scanner_that_is_not_there_is_silent(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(ScannerSilent, match="Refused"):
        await ScannerGateway("127.0.0.1", port).scan(pieces(b"x"))


async def test_what_fails_while_the_file_is_read_is_no_silence_of_the_scanner(
    scanner: SandboxScanner,
) -> None:
    async def torn() -> AsyncIterator[bytes]:
        yield b"x"
        raise LookupError("erased")

    with pytest.raises(LookupError):
        await scanner.gateway().scan(torn())
