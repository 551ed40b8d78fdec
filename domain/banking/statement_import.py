"""What the import of a bank statement answers, and how its entries end."""

from dataclasses import dataclass
from enum import StrEnum

SHA256_IN_ID = 16
"""Hex digits of a file's SHA-256 in the id of the process that imports it."""
EXECUTED_WITHIN_DAYS = 60
"""A debit this long after an order's day is surely not that order's: numbers come round again."""
RETURNED_WITHIN_DAYS = 365
"""Likewise for money that comes back."""


class BankStatementStatus(StrEnum):
    """How far a file has come."""

    RECEIVED = "received"
    IMPORTED = "imported"
    REFUSED = "refused"


class EntryStatus(StrEnum):
    """Where an entry is: `unmatched` is a person's queue."""

    UNMATCHED = "unmatched"
    MATCHED = "matched"
    IGNORED = "ignored"


class MatchedAs(StrEnum):
    """What an entry is: of the payout that it is matched with, or a payment of invoices."""

    PAYOUT = "payout"
    RETURN = "return"
    PAYMENT = "payment"


@dataclass(frozen=True)
class ImportOutcome:
    """What came of a file; the counts are 0 when it was refused."""

    refusal: str | None
    entries_total: int = 0
    entries_new: int = 0


@dataclass(frozen=True)
class MatchOutcome:
    """How many entries settled a payout, and how many gave one back."""

    payouts: int = 0
    returns: int = 0


@dataclass(frozen=True)
class MoneyOutcome:
    """The result of matching waiting entries: how many were allocated, and how many are held."""

    taken: int = 0
    held: int = 0

    def __add__(self, other: "MoneyOutcome") -> "MoneyOutcome":
        return MoneyOutcome(self.taken + other.taken, self.held + other.held)


@dataclass(frozen=True)
class BankStatementOutcome:
    """How the process of a file ended."""

    imported: ImportOutcome
    matched: MatchOutcome = MatchOutcome()
    money: MoneyOutcome = MoneyOutcome()


def bank_statement_workflow_id(sha256: str) -> str:
    """The id of the process that imports a file: the same file meets in one process."""
    return f"bank-statement-{sha256[:SHA256_IN_ID]}"
