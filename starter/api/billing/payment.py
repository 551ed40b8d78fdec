"""Payments over HTTP: the billing system writes what was received."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import Field
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from db.billing import payment as payments
from db.database import ConstraintBroken, Database, Row
from domain.banking.incoming_money import PAYMENT_PREFIX, news_workflow_id
from domain.billing.invoice import PaymentMethod
from domain.money import VatRate
from starter.api.billing.invoice import PaymentShown
from starter.api.http.models import Body, Instant, InvoiceNumber, Kopecks, Lax
from starter.api.http.problems import Problem
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, TemporalDep, router
from starter.commands.cases import DEADLINE_SECONDS, Cases
from starter.commands.clock import MAX_CLOCK_DIFFERENCE
from starter.commands.refusal import FieldError, invalid, unavailable
from texts import rubles
from workflows.money import RecheckWorkflow

PAYMENT_PATTERN = r"^[A-Za-z0-9-]{1,64}$"
MAX_BESIDES = 20
"""Payments of a bank that a transfer may stand beside."""

routes = router("payments")


class PaymentBody(Body):
    """A payment received for an invoice; only a bank transfer has no acquirer's id."""

    invoice_number: InvoiceNumber
    method: Annotated[PaymentMethod, Lax] = Field(examples=["bank_card"])
    acquirer_payment_id: str | None = Field(
        None, pattern=PAYMENT_PATTERN, examples=["2d1f7c4e-000f-5000-8000-18db351245c7"]
    )
    amount: Kopecks
    vat_rate: Annotated[VatRate, Lax] | None = Field(None, description="As in the receipt.")
    received_at: Instant
    besides: list[Annotated[str, Field(pattern=PAYMENT_PATTERN)]] = Field(
        default_factory=list,
        max_length=MAX_BESIDES,
        description="Payments from bank statements that are other money than this transfer.",
    )


@routes.put(
    "/v1/payments/{payment_id}",
    summary="Write a payment; the same again changes nothing, another one is refused",
    responses={201: {"model": PaymentShown, "description": "Written now"}},
)
async def write_payment(
    payment_id: Annotated[str, Path(pattern=PAYMENT_PATTERN, examples=["pay-000117"])],
    body: PaymentBody,
    response: Response,
    database: DatabaseDep,
    cases: TemporalDep,
    _caller: CurrentCaller,
    _command_id: CommandId,
) -> PaymentShown:
    """The invoice is paid at once, and the cases that wait for the money are signalled."""
    problems = _problems(payment_id, body)
    if problems:
        raise invalid(*problems)
    columns = _columns(body)
    row, is_new = await _put(database, payment_id, columns)
    if any(getattr(row, name) != value for name, value in columns.items()):
        raise Problem("payment_differs", HTTPStatus.CONFLICT)
    await _tell(cases, database, payment_id, body.invoice_number)
    if is_new:
        response.status_code = HTTPStatus.CREATED
    return PaymentShown.model_validate(row, from_attributes=True)


def _problems(payment_id: str, body: PaymentBody) -> list[FieldError]:
    found = []
    if payment_id.startswith(PAYMENT_PREFIX):
        found.append(FieldError("payment_id_reserved", field="payment_id"))
    if (body.method is PaymentMethod.BANK_TRANSFER) != (body.acquirer_payment_id is None):
        found.append(FieldError("acquirer_payment_mismatch", "/acquirer_payment_id"))
    if body.besides and body.method is not PaymentMethod.BANK_TRANSFER:
        found.append(FieldError("besides_transfers_only", "/besides"))
    if body.received_at > datetime.now(UTC) + MAX_CLOCK_DIFFERENCE:
        found.append(FieldError("received_in_future", "/received_at"))
    return found


def _columns(body: PaymentBody) -> dict[str, Any]:
    columns = body.model_dump()
    columns["amount_kopecks"] = columns.pop("amount")
    columns["besides"] = sorted(set(columns["besides"]))
    return columns


async def _tell(cases: Cases, database: Database, payment_id: str, invoice_number: str) -> None:
    """The payment is kept already: without Temporal the same one is written again later."""
    if not await payments.is_news(database, invoice_number):
        return
    client = await cases.client()
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await client.start_workflow(
                RecheckWorkflow.run,
                payment_id,
                id=news_workflow_id(payment_id),
                task_queue=cases.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            )
    except (RPCError, TimeoutError):
        raise unavailable("temporal_unavailable") from None


async def _put(database: Database, payment_id: str, columns: dict[str, Any]) -> tuple[Row, bool]:
    try:
        return await payments.put(database, payment_id, columns)
    except payments.PaymentFromBank as known:
        ids = ", ".join(known.payment_ids)
        raise Problem(
            "payment_from_bank" if known.is_same else "payment_differs_from_bank",
            HTTPStatus.CONFLICT,
            extra={"payment_id": known.payment_ids[0], "payment_ids": known.payment_ids},
            payment_id=ids,
            payment_ids=ids,
            bank_amount=rubles(known.amount_kopecks),
        ) from None
    except ConstraintBroken as broken:
        if broken.constraint == "payments_invoice_number_fkey":
            raise invalid(FieldError("invoice_unknown", "/invoice_number")) from None
        if broken.constraint == "payments_acquirer_payment_id_key":
            raise Problem("acquirer_payment_taken", HTTPStatus.CONFLICT) from None
        raise
