"""The letters that were caught, in the order of arrival."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from stack.catcher.journal import Entry, JournalReader, JournalWriter

EVERYBODY = "everybody@kopeyka.example"
"""The account that holds the letters to all addresses; each address is an account of its own."""


@dataclass(frozen=True)
class Letter:
    """One caught letter. `number` counts from 1 and stays the letter's for good."""

    number: int
    entry: Entry

    @property
    def at(self) -> datetime:
        """When it was taken over."""
        return self.entry.at

    @cached_property
    def message(self) -> EmailMessage:
        """The letter, parsed."""
        found: EmailMessage = email.message_from_bytes(
            self.entry.content, policy=email.policy.default
        )
        return found

    def is_for(self, account: str) -> bool:
        """Whether it lies in the account's mailbox."""
        wanted = account.casefold()
        addresses = {address.casefold() for address in self.entry.recipients}
        return wanted == EVERYBODY or wanted in addresses | {*map(_without_tag, addresses)}


def _without_tag(address: str) -> str:
    """`support@…` of `support+t1@…` (RFC 5233): mailboxes take both."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


class Letters:
    """All of them: those in the journal, and what arrives. Watchers hear of each arrival."""

    def __init__(self, journal: Path) -> None:
        before = JournalReader(journal).read()
        self._all = [Letter(number, entry) for number, entry in enumerate(before, start=1)]
        self._journal = JournalWriter(journal)
        self._watchers: list[Callable[[Letter], None]] = []

    def __len__(self) -> int:
        return len(self._all)

    def add(self, recipients: list[str], content: bytes) -> None:
        """Raises OSError, and keeps nothing, when the journal cannot be written."""
        letter = Letter(len(self._all) + 1, self._journal.write(recipients, content))
        self._all.append(letter)
        for watcher in self._watchers:
            watcher(letter)

    def find(self, number: int) -> Letter | None:
        """By its number."""
        return self._all[number - 1] if 1 <= number <= len(self._all) else None

    def of(self, account: str) -> list[Letter]:
        """Those in the account's mailbox, the oldest first."""
        return [letter for letter in self._all if letter.is_for(account)]

    def newest(self, limit: int, before: int | None = None) -> list[Letter]:
        """The newest first, at most `limit` of them, with numbers below `before`."""
        end = len(self._all) if before is None else max(0, before - 1)
        return self._all[max(0, end - limit) : end][::-1]

    def watch(self, watcher: Callable[[Letter], None]) -> None:
        """Call it with each letter that comes from now on."""
        self._watchers.append(watcher)
