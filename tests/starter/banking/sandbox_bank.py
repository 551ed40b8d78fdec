"""A sandbox bank started for tests."""

import asyncio
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import httpx2

from tests.patience import PATIENCE_SECONDS
from tests.starter.bookkeeping import OUR_ACCOUNT


class SandboxBank:
    """A running process and the test's side of it."""

    def __init__(self, books: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "sandbox", "bank", "--port", "0", "--books", str(books)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        announced = self._process.stdout.readline()
        assert announced, "the sandbox did not start"
        self.http = httpx2.AsyncClient(base_url=f"{announced.split()[-1]}/sandbox", trust_env=False)

    async def deliver(self, file: bytes) -> list[str]:
        """What became of each order of a file."""
        answer = await self.http.post("/orders", content=file)
        answer.raise_for_status()
        return [order["state"] for order in answer.json()["orders"]]

    async def statement(self, first: date, last: date, encoding: str = "cp1251") -> bytes:
        """Our account over a period."""
        span = {"from": first.isoformat(), "to": last.isoformat()}
        params = {"account": OUR_ACCOUNT, "encoding": encoding, **span}
        answer = await self.http.get("/statement", params=params)
        return bytes(answer.raise_for_status().content)

    async def misbehave(self, *rules: dict[str, Any]) -> None:
        """These rules in place of all others."""
        (await self.http.put("/faults", json=list(rules))).raise_for_status()

    async def order(self, number: int) -> dict[str, Any]:
        """What the bank's own books say of an order."""
        orders = (await self.http.get("/books")).raise_for_status().json()["orders"]
        (found,) = [order for order in orders if order["number"] == str(number)]
        assert isinstance(found, dict)
        return found

    async def shown(self) -> tuple[Any, Any]:
        """Its books and its rules."""
        answers = [await self.http.get(path) for path in ("/books", "/faults")]
        books, rules = (answer.raise_for_status().json() for answer in answers)
        return books, rules

    async def stop(self) -> None:
        """As a service manager does."""
        self._process.terminate()
        await self._gone()

    async def killed(self) -> None:
        """As an accident does."""
        self._process.kill()
        await self._gone()

    async def _gone(self) -> None:
        await self.http.aclose()
        await asyncio.to_thread(self._process.wait, PATIENCE_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()
