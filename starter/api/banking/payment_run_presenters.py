"""Payment runs and orders as the API answers them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field

from db.banking.payment_run_rows import OrderRow, RunRow, RunState
from domain.banking.bank_reason import BankReason
from domain.banking.bank_statement import masked_account
from domain.payout.payout import PayoutStatus
from starter.api.http.models import Roubles, Shown

RunPath = Annotated[UUID, Path(description="The run's id.")]
OrderPath = Annotated[UUID, Path(description="The order's id.")]


class RunShown(Shown):
    """A payment run. Handed over means sent: only a bank statement makes its payouts paid. A
    dissolved one is never sent.
    """

    id: UUID
    number: int
    own_account: str
    orders: int
    total: Roubles
    created_by: str
    created_at: datetime
    handed_over_by: str | None
    handed_over_at: datetime | None
    dissolved_by: str | None = None
    dissolved_at: datetime | None = None
    dissolution_reason: str | None = None
    file: str = Field(description="The path of the file for the bank.")


class StateShown(Shown):
    """Number and sum of a run's payouts in one status."""

    status: PayoutStatus
    orders: int
    total: Roubles


class RunInFull(RunShown):
    """A run with its payouts by status."""

    states: list[StateShown]


class PaymentOrderShown(Shown):
    """A payment order; the recipient's account by its last digits only."""

    id: UUID
    run_id: UUID
    number: int
    day: date
    amount: Roubles
    refund_id: str
    attempt: int
    recipient_account: str = Field(examples=["…0001"])
    payout_status: PayoutStatus
    payout_reason: str | None
    settled_on: date | None
    rejection: BankReason | None
    rejected_by: str | None
    rejected_at: datetime | None
    dissolved_at: datetime | None = Field(
        default=None, description="With its run: the payout waits for another order."
    )


class RecipientShown(Shown):
    """The recipient of an order."""

    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None


class OrderInFull(PaymentOrderShown):
    """An order as it is written to the bank's file."""

    purpose: str
    recipient: RecipientShown


def link_to(run_id: UUID) -> str:
    """The path of a run."""
    return f"/v1/payment-runs/{run_id}"


def return_link(refund_id: str, attempt: int) -> str:
    """The path for returning a payout to its client."""
    return f"/v1/refunds/{refund_id}/payouts/{attempt}/return"


def run_shown(row: RunRow) -> RunShown:
    """A row of `db.banking.payment_run.run`."""
    return RunShown(
        id=row.id,
        number=row.number,
        own_account=row.own_account,
        orders=row.orders,
        total=int(row.total_kopecks),
        created_by=row.created_by,
        created_at=row.created_at,
        handed_over_by=row.handed_over_by,
        handed_over_at=row.handed_over_at,
        dissolved_by=row.dissolved_by,
        dissolved_at=row.dissolved_at,
        dissolution_reason=row.dissolution_reason,
        file=f"{link_to(row.id)}/file",
    )


def state_shown(row: RunState) -> StateShown:
    """A row of `db.banking.payment_run.states`."""
    return StateShown(
        status=PayoutStatus(row.status), orders=row.orders, total=int(row.total_kopecks)
    )


def order_shown(row: OrderRow) -> PaymentOrderShown:
    """A row of `db.banking.payment_run.orders`."""
    return PaymentOrderShown(
        id=row.id,
        run_id=row.run_id,
        number=row.number,
        day=row.day,
        amount=row.amount_kopecks,
        refund_id=row.case_id,
        attempt=row.attempt,
        recipient_account=masked_account(row.account),
        payout_status=PayoutStatus(row.payout_status),
        payout_reason=row.payout_reason,
        settled_on=row.settled_on,
        rejection=None if row.rejection is None else BankReason(row.rejection),
        rejected_by=row.rejected_by,
        rejected_at=row.rejected_at,
        dissolved_at=row.dissolved_at,
    )


def order_in_full(row: OrderRow) -> OrderInFull:
    """An order with its purpose and its full recipient."""
    recipient = RecipientShown.model_validate(row, from_attributes=True)
    return OrderInFull(**dict(order_shown(row)), purpose=row.purpose, recipient=recipient)
