"""What could be refunded of an invoice, over HTTP: a preview of a request."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from domain.billing.invoice import Invoice
from domain.refund.calculation import Calculation
from domain.refund.line import SpecialistReason
from starter.api.http.models import ID_PATTERN, Day, Roubles, Shown
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.commands.refund.conditions import refusal_params
from starter.commands.refund.grounds import Grounds, grounds_of
from starter.commands.refund.open import REFUND_ALREADY_OPEN
from starter.commands.refusal import FieldError, invalid
from starter.presentation.refund.calculation_schemas import ServiceShown
from texts import Language, translate

routes = router("refunds")


class RefundableLine(Shown):
    """What could be refunded of a line."""

    line_no: int
    title: str
    price: Roubles
    amount: Roubles
    unused_days: int | None = None
    total_days: int | None = None


class Refundable(Shown):
    """The result that a request would have now; nothing is started."""

    invoice_number: str
    refundable: bool
    code: str | None = Field(default=None, description="Why not; absent when it is refundable.")
    detail: str | None = None
    open_refund_id: str | None = Field(default=None, description="The case that is open already.")
    amount: Roubles | None = Field(
        default=None, description="The sum, or a proposal to the specialist."
    )
    due: Roubles | None = Field(default=None, description="The invoice's price.")
    paid: Roubles | None = Field(default=None, description="What was paid of it.")
    used: Roubles | None = Field(default=None, description="What was used of it.")
    surplus: Roubles | None = Field(
        default=None, description="What was paid above the sum due; requested by `surplus: true`."
    )
    specialist_reason: SpecialistReason | None = Field(
        default=None, description="Why a specialist would calculate; absent: the sum is automatic."
    )
    service: ServiceShown | None = None
    lines: list[RefundableLine] = Field(default_factory=list)


@routes.get(
    "/v1/invoices/{invoice_number}/refundable",
    summary="What could be refunded of an invoice",
)
async def preview_refund(
    invoice_number: Annotated[str, Path(pattern=ID_PATTERN)],
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    stopped_on: Annotated[Day | None, Query()] = None,
) -> Refundable:
    """The conditions and the sum for the whole invoice, without starting a case."""
    grounds = await grounds_of(database, caller, invoice_number, stopped_on)
    wrong_day = grounds.wrong_day(stopped_on)
    if wrong_day is not None:
        raise invalid(FieldError(wrong_day, field="stopped_on"))
    code = REFUND_ALREADY_OPEN if grounds.open_refund_id else grounds.refusal((), stopped_on)
    if code is not None:
        return _not_refundable(grounds, code, language)
    return _refundable(grounds.invoice, grounds.calculation((), stopped_on), language)


def _not_refundable(grounds: Grounds, code: str, language: Language) -> Refundable:
    params = refusal_params(code, grounds.invoice, (), grounds.policy)
    return Refundable(
        invoice_number=grounds.invoice.number,
        refundable=False,
        code=code,
        detail=translate(f"error.{code}", language, **params),
        open_refund_id=grounds.open_refund_id,
        surplus=grounds.invoice.surplus_left_kopecks or None,
    )


def _refundable(invoice: Invoice, calculation: Calculation, language: Language) -> Refundable:
    return Refundable(
        invoice_number=invoice.number,
        refundable=True,
        amount=calculation.sum_kopecks,
        due=calculation.due_kopecks,
        paid=calculation.paid_kopecks,
        used=calculation.used_kopecks,
        surplus=invoice.surplus_left_kopecks or None,
        specialist_reason=calculation.specialist_reason,
        service=ServiceShown.of(calculation.service, language),
        lines=[
            RefundableLine(
                line_no=trace.line_no,
                title=trace.title,
                price=trace.price_kopecks,
                amount=trace.result_kopecks,
                unused_days=trace.unused_days,
                total_days=trace.total_days,
            )
            for trace in calculation.lines
        ],
    )
