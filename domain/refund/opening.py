"""How a refund opens: declined, with a sum by the policy, or with a specialist. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.access.roles import SYSTEM
from domain.billing.invoice import Invoice
from domain.calendar.bank_calendar import BankCalendar, moscow_date
from domain.refund.calculation import Calculation, CalculationInputs, calculate
from domain.refund.case import RefundTransition, StoreCalculation
from domain.refund.conditions import Refusal, limit_exceeded, refusal, unknown_lines
from domain.refund.limits import OtherRefunds
from domain.refund.line import UseAfterStop
from domain.refund.notices import notices_for
from domain.refund.policy import RefundPolicy
from domain.refund.refund import AskedLine, Opening, RefundStatus, TransitionResult

OPENED = 2
"""The number of an opening's second change: the first stores the case, the second decides about it.
"""


@dataclass(frozen=True)
class NewRefund:
    """A case that was just stored."""

    id: str
    client_id: str
    status: RefundStatus = RefundStatus.CALCULATING


@dataclass(frozen=True)
class OpeningFacts:
    """What an opening is decided by; `others` is what other cases refund, `use` what was reported
    of the invoice's term after the day on which the client says it stopped.
    """

    invoice: Invoice
    policy: RefundPolicy
    calendar: BankCalendar
    use: UseAfterStop | None
    others: OtherRefunds

    def inputs_of(self, opening: Opening) -> CalculationInputs:
        """The inputs of the calculation. A request without a day of stopping means the Moscow day
        on which it is made.
        """
        request = opening.request
        return CalculationInputs(
            self.invoice,
            request.asked,
            request.stopped_on or moscow_date(opening.at),
            request.kind,
            self.others.client_kopecks,
            self.use,
            request.goods_return,
        )


def opened(opening: Opening, facts: OpeningFacts) -> RefundTransition:
    """The change out of `calculating`: to the first status that waits, or declined."""
    request, rules = opening.request, facts.policy
    refused = refusal(facts.invoice, request.asked, moscow_date(opening.at), rules, request.kind)
    if refused is not None:
        numbers = refusal_numbers(refused, facts.invoice, request.asked, rules)
        return _declined(opening, refused, numbers)
    inputs = facts.inputs_of(opening)
    calculation = calculate(inputs, rules)
    if calculation.sum_kopecks == 0 and calculation.specialist_reason is None:
        return _declined(opening, Refusal.NOTHING_TO_REFUND, {})
    calculation_id = uuid5(NAMESPACE_URL, f"{request.refund_id}/automatic")
    kept = StoreCalculation(calculation_id, inputs, calculation)
    return _calculated(opening, facts, calculation_id, calculation, kept)


def _calculated(
    opening: Opening,
    facts: OpeningFacts,
    calculation_id: UUID,
    calculation: Calculation,
    kept: StoreCalculation,
) -> RefundTransition:
    automatic = calculation.specialist_reason is None
    status = RefundStatus.AWAITING_STATEMENT if automatic else RefundStatus.AWAITING_SPECIALIST
    result = TransitionResult(
        status,
        changes=OPENED,
        wait=facts.policy.waits[status].starting(opening.at, facts.calendar),
        sum_kopecks=calculation.sum_kopecks if automatic else 0,
        calculated_by=SYSTEM if automatic else None,
    )
    columns = {"sum_kopecks": calculation.sum_kopecks, "calculation_id": calculation_id}
    service = None if calculation.service is None else calculation.service.content
    return RefundTransition(
        result,
        reason=calculation.specialist_reason,
        columns=columns if automatic else {},
        notices=notices_for(RefundStatus.CALCULATING, status),
        params=_params(opening, result, {"service": service}),
        effects=(kept,),
    )


def _declined(opening: Opening, refused: Refusal, details: Mapping[str, Any]) -> RefundTransition:
    result = TransitionResult(RefundStatus.DECLINED, changes=OPENED, refusal=refused)
    return RefundTransition(
        result,
        reason=refused,
        columns={"refusal": refused, "closed_at": opening.at},
        notices=notices_for(RefundStatus.CALCULATING, RefundStatus.DECLINED),
        params=_params(opening, result, details),
    )


def refusal_numbers(
    refused: str, invoice: Invoice, asked: Sequence[AskedLine], rules: RefundPolicy
) -> Mapping[str, Any]:
    """The parameters of a refusal's text, `error.<code>`; sums in kopecks."""
    match refused:
        case Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE:
            return {"centre": invoice.service_centre or ""}
        case Refusal.INVOICE_TOO_OLD:
            return {"days": rules.max_age_days}
        case Refusal.LINES_UNKNOWN:
            return {"lines": ", ".join(map(str, unknown_lines(invoice, asked)))}
        case Refusal.AMOUNT_ABOVE_REFUNDABLE:
            exceeded = limit_exceeded(invoice, asked)
            left = max(0, invoice.left_kopecks)
            return {"limit_kopecks": left if exceeded is None else exceeded}
    return {}


def _params(
    opening: Opening, result: TransitionResult, details: Mapping[str, Any]
) -> Mapping[str, Any]:
    params = {
        "invoice_number": opening.request.invoice_number,
        "amount_kopecks": result.sum_kopecks,
        **details,
    }
    if result.wait is not None:
        params["until_at"] = result.wait.until.isoformat()
    if result.refusal is not None:
        params["refusal"] = result.refusal
    return params
