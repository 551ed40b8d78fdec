"""Incoming money: what is allocated automatically, and what a person may decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.access.roles import Role
from domain.banking.matching import Share
from domain.calendar.bank_calendar import MOSCOW
from domain.notification.notification import Notice

PAYMENT_PREFIX: Final = "entry-"
"""Prefix of the id of every payment made from a bank entry; billing's own ids may not begin so."""
RECORDED_WITHIN_DAYS: Final = 7
"""The most days between billing's date of a transfer and the bank's at which both may be the same.
"""
MAX_SHARES: Final = 20
"""Invoices that one entry may be allocated to by a person."""
MAX_KNOWN_PAYERS: Final = 100
"""Third parties of one client."""

SURPLUS_HELD: Final = Notice(Role.CLIENT, "money_surplus_held")


class EntryHold(StrEnum):
    """Why an entry waits for a person, for reasons other than its matching; each has the text
    `hold.<code>`.
    """

    OWN_TRANSFER = "own_transfer"
    REPEAT_SUSPECTED = "repeat_suspected"
    RETURN_SUSPECTED = "return_suspected"
    RECORDED_BY_BILLING = "recorded_by_billing"
    UNDONE = "undone"


class InstructionKind(StrEnum):
    """What a person wants done with an entry."""

    ALLOCATE = "allocate"
    UNDO = "undo"


class EntryRefusal(StrEnum):
    """Why an instruction is refused; its text is `error.<code>`."""

    MATCHED = "bank_entry_matched"
    NOT_ALLOCATED = "bank_entry_not_allocated"
    MONEY_PROMISED = "money_promised"
    TERM_SERVED = "term_served"
    BESIDE_BILLING = "shares_beside_billing"


@dataclass(frozen=True)
class RecordedTransfer:
    """A bank transfer that the billing system recorded and no entry is linked with yet."""

    payment_id: str
    invoice_number: str
    amount_kopecks: int
    received_on: date

    def is_about(self, day: date) -> bool:
        """Whether an entry of this day may be the same transfer."""
        return is_about(self.received_on, day)


@dataclass(frozen=True)
class PlannedAllocation:
    """A share of an entry and the payment it becomes; `is_link`: billing had recorded that payment
    already.
    """

    share: Share
    payment_id: str
    is_link: bool


@dataclass(frozen=True)
class EntryInstruction:
    """A person's instruction about an entry as its process gets it: the id of the stored row."""

    instruction_id: str
    entry_id: str
    at: datetime


@dataclass(frozen=True)
class EntrySettled:
    """The result of an instruction: carried out (`refusal` None), or why nothing was changed."""

    refusal: str | None = None


@dataclass(frozen=True)
class Notified:
    """How many cases were signalled, and how many clients notified of a surplus."""

    cases: int = 0
    surpluses: int = 0


def is_about(written: date, posted: date) -> bool:
    """Whether billing's date and the bank's may be of one transfer."""
    return abs((written - posted).days) <= RECORDED_WITHIN_DAYS


def payment_id_of(entry_id: UUID, place: int) -> str:
    """The id of the payment made from an entry's allocation; `place` numbers all its allocations
    from 0, undone ones included.
    """
    return f"{PAYMENT_PREFIX}{entry_id.hex}-{place}"


def received_at(day: date) -> datetime:
    """The instant used for a bank's day, which has no time: noon in Moscow."""
    return datetime.combine(day, time(12), MOSCOW)


def planned_allocations(
    entry_id: UUID,
    day: date,
    shares: Sequence[Share],
    recorded: Iterable[RecordedTransfer],
    earlier: int,
) -> tuple[PlannedAllocation, ...]:
    """The payment of every share: one of the same sum that billing recorded about this day, or a
    new one.

    `earlier` is how many allocations the entry has had before.
    """
    free = [one for one in recorded if one.is_about(day)]
    made: list[PlannedAllocation] = []
    for place, share in enumerate(shares, start=earlier):
        same = next((one for one in free if _is_of(one, share)), None)
        if same is None:
            made.append(PlannedAllocation(share, payment_id_of(entry_id, place), is_link=False))
        else:
            free.remove(same)
            made.append(PlannedAllocation(share, same.payment_id, is_link=True))
    return tuple(made)


def transfers_beside(
    day: date, shares: Sequence[Share], recorded: Iterable[RecordedTransfer]
) -> tuple[str, ...]:
    """The payments with another sum that billing recorded for one of these invoices about
    this day.
    """
    return tuple(
        one.payment_id
        for one in recorded
        if one.is_about(day) and any(_is_beside(one, share) for share in shares)
    )


def looks_like_return(purpose: str) -> bool:
    """Whether an entry may be a returned transfer of ours: such a purpose quotes our invoice too,
    and such a payer is our client.
    """
    return "возвр" in purpose.casefold()


def _is_beside(recorded: RecordedTransfer, share: Share) -> bool:
    return recorded.invoice_number == share.invoice_number and not _is_of(recorded, share)


def _is_of(recorded: RecordedTransfer, share: Share) -> bool:
    return (recorded.invoice_number, recorded.amount_kopecks) == (
        share.invoice_number,
        share.amount_kopecks,
    )


def workflow_id_of(instruction: EntryInstruction) -> str:
    """The workflow id of carrying out a person's instruction."""
    return f"money-entry-{instruction.entry_id}-{instruction.instruction_id}"


def news_workflow_id(payment_id: str) -> str:
    """The workflow id of processing a payment that the billing system recorded."""
    return f"money-news-{payment_id}"


def look_workflow_id(invoice_number: str) -> str:
    """The workflow id of judging held entries anew for an invoice: whoever asks shares one."""
    return f"money-look-{invoice_number}"
