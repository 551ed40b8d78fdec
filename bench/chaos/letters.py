"""The letters of a run, read from the journal of its catcher."""

import asyncio
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from simulation.bodies import code_in
from stack.catcher.journal import Entry, JournalReader
from texts import translate

LOOK_SECONDS = 0.1
CODE_LIMIT_SECONDS = 240.0
"""A code comes late when its delivery, its mail server and its database died one after another."""


class Post:
    """The letters of everybody, and the codes in them."""

    def __init__(self, file: Path) -> None:
        self._journal = JournalReader(file)
        self._letters: list[EmailMessage] = []

    def letters(self) -> list[EmailMessage]:
        """All that have come."""
        self._letters += map(_letter, self._journal.read())
        return self._letters

    async def code(self, invoice_number: str, seen: frozenset[str]) -> str:
        """The code in a letter about this invoice that was not seen; TimeoutError without one."""
        async with asyncio.timeout(CODE_LIMIT_SECONDS):
            while True:
                for letter in self._codes(invoice_number):
                    code = code_in(letter)
                    if code is not None and message_id(letter) not in seen:
                        return code
                await asyncio.sleep(LOOK_SECONDS)

    def seen_codes(self, invoice_number: str) -> frozenset[str]:
        """The letters with codes that have come so far."""
        return frozenset(map(message_id, self._codes(invoice_number)))

    def _codes(self, invoice_number: str) -> list[EmailMessage]:
        subject = translate("mail.refund_one_time_code.subject", invoice_number=invoice_number)
        return [letter for letter in self.letters() if letter["Subject"] == subject]


def message_id(letter: EmailMessage) -> str:
    """Without angle brackets."""
    return str(letter["Message-ID"]).strip("<>")


def _letter(entry: Entry) -> EmailMessage:
    letter: EmailMessage = email.message_from_bytes(entry.content, policy=email.policy.default)
    return letter
