"""The API, or the pages, as in production: a process of its own behind a port."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

from stack.ports import LOOPBACK, Ports
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
START_SECONDS = 90.0
"""Starting takes seconds of processor time, which other tests may be using."""
NOT_OURS = {
    "PATH": os.defpath,
    "TEMPORAL_CONFIG_FILE": os.devnull,
    "TEMPORAL_ADDRESS": f"{LOOPBACK}:9",
}
"""What is not Kopeyka's own; unless told otherwise, nobody answers as Temporal."""
PAUSE_SECONDS = 0.05


class Served:
    """A running `python -m starter api` (or `web`), its address, and what it logs."""

    def __init__(self, process: subprocess.Popen[bytes], address: str, log: Path) -> None:
        self.process = process
        self.address = address
        self._log = log

    async def ready(self) -> None:
        """Returns once it answers; an early end is an error that shows the log."""
        async with httpx2.AsyncClient(trust_env=False) as http, asyncio.timeout(START_SECONDS):
            while not await self._lives(http):
                assert self.process.poll() is None, self.logged()
                await asyncio.sleep(PAUSE_SECONDS)

    def logged(self) -> str:
        """Everything it has logged."""
        return self._log.read_text()

    async def _lives(self, http: httpx2.AsyncClient) -> bool:
        try:
            return (await http.get(f"{self.address}/health/live")).status_code == 204
        except httpx2.TransportError:
            return False


@contextmanager
def serving(environment: Mapping[str, str], log: Path, program: str = "api") -> Iterator[Served]:
    """The process until the block ends; the environment is all that it is told."""
    with Ports() as ports, log.open("wb") as output:
        port = ports.reserve_any()
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "starter", program, "--port", str(port)],
            cwd=ROOT,
            env={**NOT_OURS, **environment},
            stdout=output,
            stderr=output,
        )
        try:
            yield Served(process, f"http://{LOOPBACK}:{port}", log)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
