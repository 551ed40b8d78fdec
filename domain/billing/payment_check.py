"""«Проверить оплату»: how often an order's payment is looked for, and what a look found."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

PAUSE = timedelta(minutes=1)
"""Between two checks of one order."""
MAX_CHECKS_A_DAY = 10
"""Checks of one order in a day of Moscow."""


class AcquirerAnswer(StrEnum):
    """What came of asking the acquirer; the text is `payment_check.acquirer.<answer>`."""

    NOTHING_TO_ASK = "nothing_to_ask"
    """No payment by card is open."""
    ANSWERED = "answered"
    SILENT = "silent"
    """It did not answer while the check waited; its answer is taken when it comes."""


class BankAnswer(StrEnum):
    """What came of judging bank entries anew that name the order and wait for an accountant; the
    text is `payment_check.bank.<answer>`.
    """

    NOTHING = "nothing"
    """None waits."""
    HELD = "held"
    """They wait as before."""
    FOUND = "found"
    """Some of them are sure by now, and are allocated."""
    SILENT = "silent"
    """It took longer than the check waits; what is found is taken when it is."""


@dataclass(frozen=True)
class BankLook:
    """What a look at held entries made of them; `found` were allocated."""

    answer: BankAnswer
    found: int = 0


@dataclass(frozen=True)
class CheckFound:
    """What a check found. `waiting_entries` of the bank name the order and wait for an accountant;
    `banked_until` is the last day of which the bank has told us; `bank` is None of checks that
    judged no entries anew.
    """

    answered_at: datetime
    acquirer: AcquirerAnswer
    bank: BankLook | None
    banked_until: date | None
    waiting_entries: int
    paid_kopecks: int


@dataclass(frozen=True)
class PaymentCheck:
    """A check of an order's payment; `found` None while nobody knows what it found.

    `number` counts the order's checks of that day of Moscow.
    """

    id: UUID
    invoice_number: str
    checked_at: datetime
    number: int
    paid_before_kopecks: int
    found: CheckFound | None

    @property
    def free_at(self) -> datetime | None:
        """When the order may be checked again; None: not on that day any more."""
        return None if self.number >= MAX_CHECKS_A_DAY else self.checked_at + PAUSE

    @property
    def new_kopecks(self) -> int:
        """What had come by the end of the check and not before it."""
        if self.found is None:
            return 0
        return max(0, self.found.paid_kopecks - self.paid_before_kopecks)
