"""Our ledger, the bank's statements and the acquirer's registry, one movement of money a line."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

MAX_DAYS: Final = 92
"""Days of a period: a quarter."""
USUAL_DAYS: Final = 31
"""Days of the period that is shown where none is asked for, the last of them today."""


class MovementKind(StrEnum):
    """What a movement of money is."""

    PAYMENT = "payment"
    PAYOUT = "payout"
    RETURN = "return"
    TAKEN_BACK = "taken_back"
    """The acquirer took a payment back without us, or gave it back after a chargeback."""
    COMPENSATION = "compensation"
    """Paid in a dispute beyond the price."""
    CARRIAGE = "carriage"
    """What a client paid a carrier for goods that came back for our fault."""
    OTHER = "other"
    """A bank entry that nobody has decided about, or that is none of ours."""


class Agreement(StrEnum):
    """Whether the books say the same of a movement; each has one book beside the ledger."""

    AGREES = "agrees"
    SUMS_DIFFER = "sums_differ"
    NOT_IN_LEDGER = "not_in_ledger"
    NOT_IN_BANK = "not_in_bank"
    """The day is one of an imported statement, which does not have it."""
    NOT_AT_ACQUIRER = "not_at_acquirer"
    """The moment is one of a registry that was read, which does not have it."""
    UNDECIDED = "undecided"
    """A bank entry waits for an accountant."""
    NOT_READ = "not_read"
    """The other book of that day has not come yet."""
    LEFT_ASIDE = "left_aside"
    """A person decided that a bank entry is none of ours."""
    BY_HAND = "by_hand"
    """An accountant booked it, with no line of another book: money that came back to the acquirer,
    whose registry has no returns, a compensation, or a carriage.
    """


DIFFERING: Final = (
    Agreement.SUMS_DIFFER,
    Agreement.NOT_IN_LEDGER,
    Agreement.NOT_IN_BANK,
    Agreement.NOT_AT_ACQUIRER,
    Agreement.UNDECIDED,
)
"""What somebody has to look at."""


@dataclass(frozen=True)
class BooksPeriod:
    """Days in Moscow, both inclusive."""

    first_day: date
    last_day: date

    @property
    def is_right(self) -> bool:
        """Whether it begins before it ends, and is no longer than `MAX_DAYS`."""
        return timedelta(0) <= self.last_day - self.first_day < timedelta(days=MAX_DAYS)


def usual_period(today: date) -> BooksPeriod:
    """The last `USUAL_DAYS`."""
    return BooksPeriod(today - timedelta(days=USUAL_DAYS - 1), today)
