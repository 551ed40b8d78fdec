"""The entries of a bank statement: debits and credits of our own accounts."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

KEY_VERSION = "2"
"""Part of every key. Keys are stored permanently, so the way they are computed never changes."""
KEY_BYTES = 16
SHOWN_DIGITS = 4
_PLACES_REMEMBERED, _PARTIES_REMEMBERED = 1_000, 4_096
_BETWEEN_FIELDS = "\x00"
"""A separator: `bare` does not remove it, and no text of a file contains it."""


class EntryDirection(StrEnum):
    """Which way money moved on our account."""

    IN = "in"
    OUT = "out"


class PassedOverReason(StrEnum):
    """Why a part of a statement was skipped; each has the text `passed_over.<reason>`."""

    FOREIGN_CURRENCY = "foreign_currency"
    NOTHING_MOVED = "nothing_moved"
    NOT_POSTED = "not_posted"
    ZERO_AMOUNT = "zero_amount"


@dataclass(frozen=True)
class PassedOver:
    """Parts of a statement that were skipped for one reason: how many, and the line of the first.

    `detail` is an account's last four digits for a skipped section.
    """

    reason: PassedOverReason
    count: int
    line: int
    detail: str = ""


@dataclass(slots=True, repr=False)
class StatementEntry:
    """A debit or credit of one of our accounts, as the bank wrote it.

    `day` is the day it was posted on `account`. The counterparty is the payer of a credit and the
    recipient of a debit; None or an empty name where the bank names none. `ordinal` counts, from 0,
    the entries of one file that are equal in every field that `key` is made of.

    Nobody changes one. It is not frozen because a file has a million of them: a frozen one takes
    six times as long to make.
    """

    account: str
    direction: EntryDirection
    day: date
    number: str
    amount_kopecks: int
    counterparty_name: str
    counterparty_inn: str | None
    counterparty_account: str | None
    counterparty_bic: str | None
    purpose: str
    line: int
    ordinal: int = 0
    _fingerprint: bytes | None = field(default=None, init=False, compare=False)

    def __repr__(self) -> str:
        """Without names and with masked accounts: an entry may be logged."""
        return f"StatementEntry(account={masked_account(self.account)}, line={self.line})"

    @property
    def fingerprint(self) -> bytes:
        """Digest of the fields that identify an entry; case, spaces and leading zeros of numbers
        are ignored.

        The posting day is used, not the order's date: an order that is paid in parts has many
        entries with one number and one date. Name and purpose are included because one transit
        account of a bank serves many payers; an entry that another file spells differently is
        recognised by `domain/banking/repeated_entry.py`. Our own bank's BIC is the same for every
        entry of an account, so a debit's fingerprint has the recipient where a credit's has the
        payer.
        """
        if self._fingerprint is None:
            self._fingerprint = self._digest()
        return self._fingerprint

    def _digest(self) -> bytes:
        fields = (
            _bare_place(self.account, self.direction, self.day),
            bare(bare_number(self.number)),
            str(self.amount_kopecks),
            _bare_party(
                self.counterparty_account or "",
                self.counterparty_bic or "",
                self.counterparty_inn or "",
                self.counterparty_name,
            ),
            bare(self.purpose),
        )
        return _digest(_BETWEEN_FIELDS.join(fields).encode())

    def key(self) -> str:
        """The entry's key, in hex: the same in every file that covers the whole day."""
        return _digest(self.fingerprint + str(self.ordinal).encode()).hex()


@lru_cache(_PLACES_REMEMBERED)
def _bare_place(account: str, direction: EntryDirection, day: date) -> str:
    """Cached: a file has few of them and many entries."""
    return bare(_BETWEEN_FIELDS.join((KEY_VERSION, account, direction.value, day.isoformat())))


@lru_cache(_PARTIES_REMEMBERED)
def _bare_party(*fields: str) -> str:
    """Cached: who pays once pays again."""
    return bare(_BETWEEN_FIELDS.join(fields))


def bare(text: str) -> str:
    """A text without case and spaces."""
    folded = text.casefold()
    # A printable text has no other space than this one.
    return folded.replace(" ", "") if folded.isprintable() else "".join(folded.split())


def bare_number(number: str) -> str:
    """A document's number without leading zeros: 000481554 is 481554."""
    return number.strip().lstrip("0")


def masked_account(account: str) -> str:
    """The last four digits: enough to recognise a known account."""
    return f"…{account[-SHOWN_DIGITS:]}"


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=KEY_BYTES).digest()
