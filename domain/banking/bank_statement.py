"""The entries of a bank statement: debits and credits of our own accounts."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

KEY_VERSION = "2"
"""Goes into every key; keys are kept in the database for ever, so their recipe never changes."""
KEY_BYTES = 16
SHOWN_DIGITS = 4
_BETWEEN_FIELDS = "\x00"
"""No blank, which `bare` takes out, and in no text that a file gives."""


class EntryDirection(StrEnum):
    """Which way money moved on our account."""

    IN = "in"
    OUT = "out"


class PassedOverReason(StrEnum):
    """Why a part of a statement is no money of ours; each has the text `passed_over.<reason>`."""

    FOREIGN_CURRENCY = "foreign_currency"
    NOTHING_MOVED = "nothing_moved"
    NOT_POSTED = "not_posted"
    ZERO_AMOUNT = "zero_amount"


@dataclass(frozen=True)
class PassedOver:
    """What of a statement was left aside: how many of its kind, and the line of the first.

    `detail` is an account's last four digits for a section that was left aside.
    """

    reason: PassedOverReason
    count: int
    line: int
    detail: str = ""


@dataclass(frozen=True, repr=False)
class StatementEntry:
    """Money that moved on one of our accounts, as the bank wrote it.

    `day` is the day it was posted on `account`. The counterparty is the payer of what came in and
    the recipient of what went out; None or an empty name where the bank says nothing. `ordinal`
    counts, from 0, the entries of one file that are equal in all that `key` is made of.
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

    def __repr__(self) -> str:
        """No names and no account whole: an entry may reach a log."""
        return f"StatementEntry(account={masked_account(self.account)}, line={self.line})"

    @cached_property
    def fingerprint(self) -> bytes:
        """Digest of all that tells entries apart, without regard to case, spaces and the zeros that
        a number begins with.

        The posting day counts, not the order's date: an order that is paid in parts has many
        entries with one number and one date. Name and purpose count, for a bank's transit account
        stands for many payers; what another file spells otherwise is recognised by
        `domain/banking/repeated_entry.py`. Our own bank's BIC is the same for every entry of an
        account, so for what went out the recipient stands in the payer's place.
        """
        told = (
            KEY_VERSION,
            self.account,
            self.direction.value,
            self.day.isoformat(),
            bare_number(self.number),
            str(self.amount_kopecks),
            self.counterparty_account or "",
            self.counterparty_bic or "",
            self.counterparty_inn or "",
            self.counterparty_name,
            self.purpose,
        )
        return _digest(bare(_BETWEEN_FIELDS.join(told)).encode())

    def key(self) -> str:
        """The same for the same entry in every file that covers its day as a whole, in hex."""
        return _digest(self.fingerprint + str(self.ordinal).encode()).hex()


def bare(text: str) -> str:
    """A text without case and spaces."""
    return "".join(text.casefold().split())


def bare_number(number: str) -> str:
    """A document's number without the zeros that it begins with: 000481554 is 481554."""
    return number.strip().lstrip("0")


def masked_account(account: str) -> str:
    """The last four digits, enough for a person who knows the account."""
    return f"…{account[-SHOWN_DIGITS:]}"


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=KEY_BYTES).digest()
