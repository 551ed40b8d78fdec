"""The letters of a run, read from the journal of its catcher."""

import asyncio
import base64
import email
import email.policy
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from domain.statement import CODE_DIGITS
from stack.folders import CHECKOUT
from stack.mailbox import Mailbox, plain_text
from stack.processes import Command, listens
from texts import say

LOOK_SECONDS = 0.1
CODE_LIMIT_SECONDS = 240.0
"""A code comes late when its delivery, its mail server and its database died one after another."""

_CODE = re.compile(rf"^\s*(\d{{{CODE_DIGITS}}})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class JournalledMailbox(Mailbox):
    """A mail catcher for a stack whose letters outlive every death of its process."""

    @property
    def journal(self) -> Path:
        """Where the letters are."""
        return self.folder / "letters.journal"

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """In the order of their arrival; with `to`, only those to this address."""
        found = Journal(self.journal).read()
        return [letter for letter in found if to is None or to in str(letter["To"])]

    def command(self, environment: Mapping[str, str]) -> Command:
        """Ready when it takes letters."""
        program = (sys.executable, "-m", "bench.chaos.catcher", "--port", str(self.smtp_port))
        return Command(
            name="mail",
            arguments=[*program, "--journal", self.journal],
            environment=environment,
            folder=CHECKOUT,
            log=self.log,
            ready=lambda: listens(self.smtp_port),
        )


class Journal:
    """A journal as far as it has been read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0

    def read(self) -> list[EmailMessage]:
        """What has come since the last reading. A line that is not whole yet waits."""
        if not self._file.exists():
            return []
        with self._file.open("rb") as journal:
            journal.seek(self._offset)
            unread = journal.read()
        found = []
        for line in unread.splitlines(keepends=True):
            letter = _letter_in(line)
            if letter is None and not line.endswith(b"\n"):
                break
            self._offset += len(line)
            if letter is not None:
                found.append(letter)
        return found


class Post:
    """The letters of everybody, and the codes in them."""

    def __init__(self, file: Path) -> None:
        self._journal = Journal(file)
        self._letters: list[EmailMessage] = []

    def letters(self) -> list[EmailMessage]:
        """All that have come."""
        self._letters += self._journal.read()
        return self._letters

    async def code(self, invoice_number: str, seen: frozenset[str]) -> str:
        """The code in a letter about this invoice that was not seen; TimeoutError without one."""
        async with asyncio.timeout(CODE_LIMIT_SECONDS):
            while True:
                for letter in self._codes(invoice_number):
                    code = _CODE.search(plain_text(letter))
                    if code is not None and message_id(letter) not in seen:
                        return code[1]
                await asyncio.sleep(LOOK_SECONDS)

    def seen_codes(self, invoice_number: str) -> frozenset[str]:
        """The letters with codes that have come so far."""
        return frozenset(map(message_id, self._codes(invoice_number)))

    def _codes(self, invoice_number: str) -> list[EmailMessage]:
        subject = say("mail.refund_one_time_code.subject", invoice_number=invoice_number)
        return [letter for letter in self.letters() if letter["Subject"] == subject]


def message_id(letter: EmailMessage) -> str:
    """Without angle brackets."""
    return str(letter["Message-ID"]).strip("<>")


def _letter_in(line: bytes) -> EmailMessage | None:
    try:
        content = base64.b64decode(json.loads(line)["letter"])
    except ValueError:
        return None
    letter: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    return letter
