"""Checks uploaded files: pictures are decoded and PDFs parsed, in a process of their own.

An uploaded file may attack its decoder, so the decoder has no secrets of ours, bounded memory and
bounded time; a file that crashes it is refused.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Final

from domain.refund.scan import MediaType, ScanProblem, judge

TIMEOUT_SECONDS: Final = 30.0
"""How long checking a file may take, without waiting for its turn."""
AT_ONCE: Final = 2
"""Files that are checked at the same time; others wait for their turn."""

_CHECKOUT: Final = Path(__file__).parents[2]
_COMMAND: Final = (sys.executable, "-m", "gateways.scans.inspection")
_TOO_COMPLEX: Final = ScanProblem("scan_too_complex")


class ScanReader:
    """Checks files, a few at a time."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._timeout = timeout_seconds

    async def judged(self, content: bytes) -> MediaType | ScanProblem:
        """The type of a scan, or why it is refused: by its structure first, then by its content."""
        media_type = await asyncio.to_thread(judge, content)
        if isinstance(media_type, ScanProblem):
            return media_type
        async with self._turns:
            code = await self._looked_into(media_type, content)
        return media_type if code is None else ScanProblem(code)

    async def _looked_into(self, media_type: MediaType, content: bytes) -> str | None:
        process = await asyncio.create_subprocess_exec(
            *_COMMAND, media_type, cwd=_CHECKOUT, env={}, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
        try:
            async with asyncio.timeout(self._timeout):
                said, _ = await process.communicate(content)
        except TimeoutError:
            return _TOO_COMPLEX.code
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return _TOO_COMPLEX.code if process.returncode else _code_in(said)


def _code_in(said: bytes) -> str | None:
    code: str | None = json.loads(said)
    return code
