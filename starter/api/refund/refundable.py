"""What of an invoice could be refunded: the grounds of a request, and a look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from db.billing import invoice as invoices
from db.case import policy as policies
from db.database import Database, Row
from db.refund import limits as refund_limits
from db.refund import reads as cases_in
from db.subscription.term import use_after_stop, use_from
from domain.billing.invoice import Invoice
from domain.calendar.bank_calendar import moscow_date
from domain.refund.calculation import Calculation, CalculationInputs, Refusal, calculate, refusal
from domain.refund.line import SpecialistReason, UseAfterStop
from domain.refund.policy import RefundPolicy
from domain.refund.refund import AskedLine, RefundKind
from starter.api.http.auth import Caller
from starter.api.http.models import ID_PATTERN, Day, Roubles, Shown
from starter.api.http.problems import FieldError, Problem, invalid
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.api.refund.refusals import refusal_params
from starter.api.refund.schemas import ServiceShown
from texts import Language, translate

REFUND_ALREADY_OPEN = "refund_already_open"

routes = router("refunds")


class RefundableLine(Shown):
    """What of a line would go back."""

    line_no: int
    title: str
    price: Roubles
    amount: Roubles
    unused_days: int | None = None
    total_days: int | None = None


class Refundable(Shown):
    """What a request would come to now; nothing is started."""

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
        default=None, description="What came above what is due; asked for by `surplus: true`."
    )
    specialist_reason: SpecialistReason | None = Field(
        default=None, description="Why a specialist would calculate; absent: the sum is automatic."
    )
    service: ServiceShown | None = None
    lines: list[RefundableLine] = Field(default_factory=list)


@dataclass(frozen=True)
class Grounds:
    """What a request is judged by, as the database had it at one moment."""

    invoice: Invoice
    cases: Sequence[Row]
    policy: RefundPolicy
    today: date
    client_kopecks: int = 0
    use_after_stop: UseAfterStop | None = None

    @property
    def open_refund_id(self) -> str | None:
        """The case of the invoice before its payout, if there is one."""
        before_payout = cases_in.open_cases(self.cases)
        return before_payout[0].id if before_payout else None

    def refusal(
        self,
        asked: Sequence[AskedLine],
        stopped_on: date | None,
        kind: RefundKind = RefundKind.INVOICE,
    ) -> Refusal | None:
        """The first condition that the request does not meet; a sum of nothing is one."""
        found = refusal(self.invoice, asked, self.today, self.policy, kind)
        if kind is RefundKind.SURPLUS:
            return found
        if found is not None:
            return found
        calculation = self.calculation(asked, stopped_on)
        nothing = calculation.sum_kopecks == 0 and calculation.specialist_reason is None
        return Refusal.NOTHING_TO_REFUND if nothing else None

    def calculation(self, asked: Sequence[AskedLine], stopped_on: date | None) -> Calculation:
        """What the request would come to."""
        inputs = CalculationInputs(
            self.invoice,
            tuple(asked),
            stopped_on or self.today,
            client_kopecks=self.client_kopecks,
            use_after_stop=self.use_after_stop,
        )
        return calculate(inputs, self.policy)


@routes.get(
    "/v1/invoices/{invoice_number}/refundable",
    summary="What of an invoice could be refunded",
)
async def preview_refund(
    invoice_number: Annotated[str, Path(pattern=ID_PATTERN)],
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    stopped_on: Annotated[Day | None, Query()] = None,
) -> Refundable:
    """The conditions and the sum of the whole invoice, without starting anything."""
    grounds = await grounds_of(database, caller, invoice_number, stopped_on)
    check_stopped_on(grounds, stopped_on, FieldError("", field="stopped_on"))
    code = REFUND_ALREADY_OPEN if grounds.open_refund_id else grounds.refusal((), stopped_on)
    if code is not None:
        return _not_refundable(grounds, code, language)
    return _refundable(grounds.invoice, grounds.calculation((), stopped_on), language)


async def grounds_of(
    database: Database, caller: Caller, invoice_number: str, stopped_on: date | None
) -> Grounds:
    """What a request is judged by; raises `Problem` 404 for an invoice of somebody else's."""
    now = datetime.now(UTC)
    today = moscow_date(now)
    heads, lines, cases, (policy,), beside, use = await database.read(
        *invoices.facts(invoice_number),
        cases_in.of_invoice(invoice_number),
        policies.valid_at(now),
        refund_limits.going_back(invoice_number, now),
        use_after_stop(invoice_number, stopped_on or today, today),
    )
    if not heads or heads[0].client_id != caller.client_id:
        raise Problem("invoice_unknown", HTTPStatus.NOT_FOUND)
    invoice = invoices.invoice_from(heads[0], lines)
    others = refund_limits.others_from(beside)
    rules = policies.policy_from(policy)
    return Grounds(invoice, cases, rules, today, others.client_kopecks, use_from(use))


def check_stopped_on(grounds: Grounds, stopped_on: date | None, place: FieldError) -> None:
    if stopped_on is None or grounds.invoice.issued_on <= stopped_on <= grounds.today:
        return
    late = stopped_on > grounds.today
    code = "stopped_on_in_future" if late else "stopped_on_before_invoice"
    raise invalid(FieldError(code, pointer=place.pointer, field=place.field))


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
