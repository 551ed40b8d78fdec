"""The results of importing a bank statement, and the statuses of its file and entries."""

from dataclasses import dataclass
from enum import StrEnum

SHA256_IN_ID = 16
"""Hex digits of a file's SHA-256 in the id of the process that imports it."""
EXECUTED_WITHIN_DAYS = 60
"""The most days between an order and its debit: order numbers are reused later."""
RETURNED_WITHIN_DAYS = 365
"""The most days between an order and the credit that returns its money."""


class BankStatementStatus(StrEnum):
    """The status of a statement's file."""

    RECEIVED = "received"
    IMPORTED = "imported"
    REFUSED = "refused"
    SETTLED = "settled"
    """Refused, and an accountant has said how that was dealt with."""


class EntryStatus(StrEnum):
    """The status of an entry; `unmatched` ones are listed for a person."""

    UNMATCHED = "unmatched"
    MATCHED = "matched"
    IGNORED = "ignored"


class MatchedAs(StrEnum):
    """What an entry was matched as: the debit or the return of a payout, or a payment of
    invoices.
    """

    PAYOUT = "payout"
    RETURN = "return"
    PAYMENT = "payment"


@dataclass(frozen=True)
class ImportOutcome:
    """The result of importing a file; the counts are 0 when it was refused."""

    refusal: str | None
    entries_total: int = 0
    entries_new: int = 0


@dataclass(frozen=True)
class MatchOutcome:
    """How many entries settled a payout, and how many returned one."""

    payouts: int = 0
    returns: int = 0


@dataclass(frozen=True)
class MoneyOutcome:
    """How many of the waiting entries were allocated, and how many are held."""

    taken: int = 0
    held: int = 0

    def __add__(self, other: "MoneyOutcome") -> "MoneyOutcome":
        return MoneyOutcome(self.taken + other.taken, self.held + other.held)


@dataclass(frozen=True)
class BankStatementOutcome:
    """The result of a file's workflow."""

    imported: ImportOutcome
    matched: MatchOutcome = MatchOutcome()
    money: MoneyOutcome = MoneyOutcome()


def bank_statement_workflow_id(sha256: str) -> str:
    """The workflow id of importing a file: uploads of the same file share one workflow."""
    return f"bank-statement-{sha256[:SHA256_IN_ID]}"
