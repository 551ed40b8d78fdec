"""Payments as the billing system records them."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from db.billing import payment as payments
from db.billing.payment import PaymentRow
from db.database import ConstraintBroken, Database
from domain.banking.incoming_money import PAYMENT_PREFIX, news_workflow_id
from domain.billing.invoice import PaymentMethod
from domain.money import VatRate
from starter.caller import Caller
from starter.commands.cases import DEADLINE_SECONDS
from starter.commands.clock import MAX_CLOCK_DIFFERENCE
from starter.commands.command import command
from starter.commands.refusal import FieldError, Refusal, conflict, invalid, unavailable
from starter.commands.services import Services
from texts import rubles
from workflows.money import RecheckWorkflow


@dataclass(frozen=True)
class PaymentAsked:
    """A received payment; only a bank transfer has no acquirer's id.

    `besides`: payments brought by bank statements that this transfer is not one of.
    """

    invoice_number: str
    method: PaymentMethod
    acquirer_payment_id: str | None
    amount_kopecks: int
    vat_rate: VatRate | None
    received_at: datetime
    besides: tuple[str, ...]


@dataclass(frozen=True)
class PaymentWritten:
    """The stored payment, and whether it is new."""

    row: PaymentRow
    is_new: bool


@command
async def write_payment(
    services: Services, _caller: Caller, _command_id: UUID, payment_id: str, asked: PaymentAsked
) -> PaymentWritten:
    """Stores a payment, which pays its invoice at once, and signals the cases that wait for it.

    The same again changes nothing, a different one is refused as `payment_differs`. After
    `temporal_unavailable` the payment is stored but not signalled: writing it again signals it.
    """
    problems = [*_problems(payment_id, asked)]
    if problems:
        raise invalid(*problems)
    columns = {**asdict(asked), "besides": sorted(set(asked.besides))}
    row, is_new = await _put(services.database, payment_id, columns)
    if any(getattr(row, name) != value for name, value in columns.items()):
        raise conflict("payment_differs")
    if await payments.is_news(services.database, asked.invoice_number):
        await _recheck(services, payment_id)
    return PaymentWritten(row, is_new)


def _problems(payment_id: str, asked: PaymentAsked) -> Iterator[FieldError]:
    if payment_id.startswith(PAYMENT_PREFIX):
        yield FieldError("payment_id_reserved", field="payment_id")
    if (asked.method is PaymentMethod.BANK_TRANSFER) != (asked.acquirer_payment_id is None):
        yield FieldError("acquirer_payment_mismatch", "/acquirer_payment_id")
    if asked.besides and asked.method is not PaymentMethod.BANK_TRANSFER:
        yield FieldError("besides_transfers_only", "/besides")
    if asked.received_at > datetime.now(UTC) + MAX_CLOCK_DIFFERENCE:
        yield FieldError("received_in_future", "/received_at")


async def _recheck(services: Services, payment_id: str) -> None:
    """Has the cases that wait for the payment read it; a repeat of the command does so again."""
    client = await services.cases.client()
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await client.start_workflow(
                RecheckWorkflow.run,
                payment_id,
                id=news_workflow_id(payment_id),
                task_queue=services.cases.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            )
    except (RPCError, TimeoutError):
        raise unavailable("temporal_unavailable") from None


async def _put(
    database: Database, payment_id: str, columns: dict[str, Any]
) -> tuple[PaymentRow, bool]:
    try:
        return await payments.put(database, payment_id, columns)
    except payments.PaymentFromBank as known:
        raise _from_bank(known) from None
    except ConstraintBroken as broken:
        if broken.constraint == "payments_invoice_number_fkey":
            raise invalid(FieldError("invoice_unknown", "/invoice_number")) from None
        if broken.constraint == "payments_acquirer_payment_id_key":
            raise conflict("acquirer_payment_taken") from None
        raise


def _from_bank(known: payments.PaymentFromBank) -> Refusal:
    ids = ", ".join(known.payment_ids)
    return conflict(
        "payment_from_bank" if known.is_same else "payment_differs_from_bank",
        details={"payment_id": known.payment_ids[0], "payment_ids": known.payment_ids},
        payment_id=ids,
        payment_ids=ids,
        bank_amount=rubles(known.amount_kopecks),
    )
