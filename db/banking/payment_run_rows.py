"""The rows of the queries about payment runs and their orders."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from db.query import row


@row
class WaitingPayoutRow:
    """A prepared bank payout that is in no run, with its statement and its invoice."""

    case_id: str
    attempt: int
    amount_kopecks: int
    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None
    drawn_up_at: datetime
    invoice_number: str
    issued_on: date
    rated_lines: list[Any] | None


@row
class RunRow:
    """A payment run with the number and the sum of its orders."""

    id: UUID
    number: int
    own_account: str
    payer: dict[str, Any]
    created_by: str
    created_at: datetime
    handed_over_by: str | None
    handed_over_at: datetime | None
    dissolved_by: str | None
    dissolved_at: datetime | None
    dissolution_reason: str | None
    orders: int
    total_kopecks: Decimal


@row
class RunState:
    """How many payouts of a run are in a status, and their sum."""

    status: str
    orders: int
    total_kopecks: Decimal


@row
class OrderRow:
    """A payment order with its recipient, its run and its payout's status."""

    id: UUID
    run_id: UUID
    case_id: str
    attempt: int
    channel: str
    number: int
    day: date
    amount_kopecks: int
    purpose: str
    rejected_by: str | None
    rejected_at: datetime | None
    rejection: str | None
    dissolved_at: datetime | None
    own_account: str
    handed_over_at: datetime | None
    payout_status: str
    payout_reason: str | None
    settled_on: date | None
    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None


@row
class OrderedPayout:
    """A payout of a run, by the number of its order."""

    number: int
    case_id: str
    attempt: int


@row
class LockedRun:
    """A locked run."""

    id: UUID
    handed_over_at: datetime | None
    dissolved_at: datetime | None


@row
class OrderNumber:
    """The number of a payment order."""

    number: int
