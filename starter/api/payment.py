"""Payments: the billing system writes down what came in."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import Field

from db import payment as payments
from db.database import ConstraintBroken, Database, Row
from domain.invoice import PaymentMethod
from domain.money import VatRate
from starter.api.invoice import PaymentShown
from starter.api.models import Body, Instant, InvoiceNumber, Kopecks, Lax
from starter.api.problems import FieldError, Problem, invalid
from starter.api.route import CallerIs, CommandId, Stored, router

PAYMENT_PATTERN = r"^[A-Za-z0-9-]{1,64}$"
MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
"""How far the billing system's clock may run ahead of ours."""

routes = router("payments")


class PaymentBody(Body):
    """Money that came in for an invoice; only a bank transfer has no acquirer's id."""

    invoice_number: InvoiceNumber
    method: Annotated[PaymentMethod, Lax] = Field(examples=["bank_card"])
    acquirer_payment_id: str | None = Field(
        None, pattern=PAYMENT_PATTERN, examples=["2d1f7c4e-000f-5000-8000-18db351245c7"]
    )
    amount: Kopecks
    vat_rate: Annotated[VatRate, Lax] | None = Field(None, description="As in the receipt.")
    received_at: Instant


@routes.put(
    "/v1/payments/{payment_id}",
    summary="Write a payment; the same again changes nothing, another one is refused",
    responses={201: {"model": PaymentShown, "description": "Written now"}},
)
async def write_payment(
    payment_id: Annotated[str, Path(pattern=PAYMENT_PATTERN, examples=["pay-000117"])],
    body: PaymentBody,
    response: Response,
    database: Stored,
    _caller: CallerIs,
    _command_id: CommandId,
) -> PaymentShown:
    """The invoice is paid by it at once."""
    problems = _problems(body)
    if problems:
        raise invalid(*problems)
    columns = _columns(body)
    row, is_new = await _put(database, payment_id, columns)
    if any(getattr(row, name) != value for name, value in columns.items()):
        raise Problem("payment_differs", HTTPStatus.CONFLICT)
    if is_new:
        response.status_code = HTTPStatus.CREATED
    return PaymentShown.model_validate(row, from_attributes=True)


def _problems(body: PaymentBody) -> list[FieldError]:
    found = []
    if (body.method is PaymentMethod.BANK_TRANSFER) != (body.acquirer_payment_id is None):
        found.append(FieldError("acquirer_payment_mismatch", "/acquirer_payment_id"))
    if body.received_at > datetime.now(UTC) + MAX_CLOCK_DIFFERENCE:
        found.append(FieldError("received_in_future", "/received_at"))
    return found


def _columns(body: PaymentBody) -> dict[str, Any]:
    columns = body.model_dump()
    columns["amount_kopecks"] = columns.pop("amount")
    return columns


async def _put(database: Database, payment_id: str, columns: dict[str, Any]) -> tuple[Row, bool]:
    try:
        return await payments.put(database, payment_id, columns)
    except ConstraintBroken as broken:
        if broken.constraint == "payments_invoice_number_fkey":
            raise invalid(FieldError("invoice_unknown", "/invoice_number")) from None
        if broken.constraint == "payments_acquirer_payment_id_key":
            raise Problem("acquirer_payment_taken", HTTPStatus.CONFLICT) from None
        raise
