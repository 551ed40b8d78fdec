"""A sandbox of Telegram started for tests, and its accounts."""

import subprocess
import sys
from itertools import count
from typing import Any

from simulation.telegram import Account, telegram_at

TOKEN = "777000001:test"
USERNAME = "kopeyka_test_bot"
_ACCOUNTS = count(1_001)


class SandboxTelegram:
    """A running process and the test's side of it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "sandbox", "telegram", "--port", "0"]
        command += ["--token", TOKEN, "--username", USERNAME]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        announced = self._process.stdout.readline()
        assert announced, "the sandbox did not start"
        self.url = announced.split()[-1]
        self.http = telegram_at(self.url)

    async def misbehave(self, *rules: dict[str, Any]) -> None:
        """Puts these rules in force in place of all others."""
        (await self.http.put("/sandbox/faults", json=list(rules))).raise_for_status()

    def account(self) -> Account:
        """An account that nobody has used before."""
        return Account(self.http, next(_ACCOUNTS))

    async def stop(self) -> None:
        """Ends the process."""
        await self.http.aclose()
        self._process.terminate()
        self._process.communicate()
