"""A sandbox scanner started for tests."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio

from gateways.scanner import ScannerGateway
from tests.patience import PATIENCE_SECONDS

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class SandboxScanner:
    """A running process and the test's side of it."""

    def __init__(self) -> None:
        self._start()
        self.admin = httpx2.AsyncClient(base_url=f"{self.control}/sandbox", trust_env=False)

    def _start(self, *options: str) -> None:
        command = [sys.executable, "-m", "sandbox", "scanner", *(options or ("--port", "0"))]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        *_, address, self.control = self._process.stdout.readline().split()
        self.host, _, port = address.partition(":")
        self.port = int(port)

    def gateway(self, scan_seconds: float = PATIENCE_SECONDS) -> ScannerGateway:
        """The product's own way to it."""
        return ScannerGateway(self.host, self.port, scan_seconds=scan_seconds)

    async def misbehave(self, *rules: dict[str, object]) -> None:
        """Put these faults in force in place of all others."""
        (await self.admin.put("/faults", json=list(rules))).raise_for_status()

    async def scans(self) -> tuple[int, int]:
        """How many scans began, and how many were answered."""
        counts = (await self.admin.get("/scans")).raise_for_status().json()
        return counts["begun"], counts["answered"]

    async def again(self) -> None:
        """After it has died: the same ports again, as its supervisor does it."""
        await asyncio.to_thread(self._process.wait, PATIENCE_SECONDS)
        self._close()
        control = self.control.rpartition(":")[2]
        self._start("--port", str(self.port), "--control-port", control)

    async def stop(self) -> None:
        """As a service manager does."""
        await self.admin.aclose()
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, PATIENCE_SECONDS)
        self._close()

    def _close(self) -> None:
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest_asyncio.fixture(scope="session")
async def scanner_process() -> AsyncIterator[SandboxScanner]:
    """A sandbox scanner of the session."""
    process = SandboxScanner()
    yield process
    await process.stop()


@pytest_asyncio.fixture
async def scanner(scanner_process: SandboxScanner) -> AsyncIterator[SandboxScanner]:
    """That scanner, honest until the test says otherwise."""
    yield scanner_process
    await scanner_process.misbehave()
