"""What a payout is: its statuses, their moves, and the messages of its process."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType


class PayoutStatus(StrEnum):
    """Statuses of product.md, section Payouts and bank statements."""

    PREPARED = "prepared"
    SENT = "sent"
    UNKNOWN = "unknown"
    PAID = "paid"
    REJECTED = "rejected"
    RETURNED = "returned"


_S = PayoutStatus

PAYOUT_MOVES = MappingProxyType(
    {
        _S.PREPARED: frozenset({_S.SENT, _S.UNKNOWN, _S.PAID, _S.REJECTED}),
        _S.SENT: frozenset({_S.UNKNOWN, _S.PAID, _S.REJECTED}),
        _S.UNKNOWN: frozenset({_S.SENT, _S.PAID, _S.REJECTED}),
        _S.PAID: frozenset({_S.RETURNED}),
        _S.REJECTED: frozenset(),
        _S.RETURNED: frozenset(),
    }
)
"""The allowed moves; the database holds the same table."""


class Channel(StrEnum):
    """The ways money leaves."""

    ACQUIRER = "acquirer"
    BANK = "bank"


@dataclass(frozen=True)
class PayoutRequest:
    """A payout attempt; its key towards the outside is (case id, attempt)."""

    case_id: str
    attempt: int


@dataclass(frozen=True)
class Answer:
    """What the outside said of a payout: a status, its own id, and a reason when it refused."""

    status: PayoutStatus
    external_id: str | None = None
    reason: str | None = None
    settled_on: date | None = None


@dataclass(frozen=True)
class Settlement:
    """An answer to be recorded for a payout attempt at an instant (UTC)."""

    payout: PayoutRequest
    answer: Answer
    at: datetime


def payout_workflow_id(case_id: str, attempt: int) -> str:
    """The payout's id, unique per (case, attempt)."""
    return f"payout-{case_id}-{attempt}"
