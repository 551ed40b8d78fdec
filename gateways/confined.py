"""Runs a module of ours over an uploaded file, in a process that has no secrets, bounded memory and
bounded time: the file may attack whatever decodes it.
"""

import asyncio
import resource
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final

AT_ONCE: Final = 2
"""Files that are decoded by one module at the same time; others wait for their turn."""
TIMEOUT_SECONDS: Final = 30.0
"""How long decoding a file may take, without waiting for its turn."""
MAX_MEMORY_BYTES: Final = 1536 * 1024 * 1024
"""What the largest picture of `MAX_PIXELS` needs, with a margin; a file that needs more ends the
process.
"""
MAX_CPU_SECONDS: Final = 25

_CHECKOUT: Final = Path(__file__).parents[1]


class Confined:
    """One module, for `AT_ONCE` files at a time."""

    def __init__(
        self, module: str, *, most_bytes: int, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._module = module
        self._most_bytes = most_bytes
        self._timeout = timeout_seconds
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def said(self, content: bytes, *arguments: str) -> bytes | None:
        """What the module printed about a file; None where its process failed, took too long, or
        printed more than `most_bytes`.
        """
        async with self._turns:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                *arguments,
                cwd=_CHECKOUT,
                env={},
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
            )
            try:
                async with asyncio.timeout(self._timeout):
                    said = await self._exchanged(process, content)
                    return said if await process.wait() == 0 else None
            except (TimeoutError, _TooMuch):
                return None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    async def _exchanged(self, process: Process, content: bytes) -> bytes:
        feeding = asyncio.create_task(_feed(process, content))
        try:
            assert process.stdout is not None
            await process.stdout.readexactly(self._most_bytes + 1)
        except asyncio.IncompleteReadError as end:
            await feeding
            return end.partial
        finally:
            feeding.cancel()
        raise _TooMuch


class _TooMuch(Exception):  # noqa: N818 - becomes None before it leaves
    """A process that prints more than it may."""


async def _feed(process: Process, content: bytes) -> None:
    """Hands the file over; a process may end before it has read all of it."""
    assert process.stdin is not None
    with suppress(ConnectionError):
        process.stdin.write(content)
        await process.stdin.drain()
    process.stdin.close()


def confine() -> None:
    """The limits of the process that calls it: what it may use, and no file that it may write."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
