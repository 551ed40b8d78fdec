"""Calculates how much is refunded: sums by lines, and a trace that gives the same sum when it is
recalculated.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from domain.billing.invoice import Invoice, InvoiceLine, ProductKind
from domain.money import split
from domain.refund.limits import NOTHING_ELSE, OtherRefunds, above_automatic
from domain.refund.line import (
    ByRule,
    LineTrace,
    SpecialistReason,
    UseAfterStop,
    by_rule_of,
    reason_of,
    used_of,
)
from domain.refund.policy import RefundPolicy, Rule
from domain.refund.refund import AskedLine, RefundKind
from domain.refund.service import ServiceOutcome, reason_of_service, service_of
from domain.refund.vat import rate_of, vat_of_part

MAX_LINES = 200
"""Lines of one invoice, and so of one request."""
MAX_DEDUCTION_REASON = 500
"""Characters that say what a deduction is for."""


@dataclass(frozen=True)
class Calculation:
    """An automatic calculation. With a `specialist_reason` the sum is only a proposal for the
    specialist.

    Of a whole invoice: `due_kopecks` is its price, `paid_kopecks` what was paid of that,
    `earlier_kopecks` what other cases refund of that, `used_kopecks` what is kept for what was
    used. Of a surplus: nothing due, what was paid, what was refunded. `others` is what the limits
    count beside this case. `service` is None where nothing that we serve is refunded.
    """

    policy_version: int
    lines: tuple[LineTrace, ...]
    left_kopecks: int
    sum_kopecks: int
    specialist_reason: SpecialistReason | None = None
    due_kopecks: int = 0
    paid_kopecks: int = 0
    earlier_kopecks: int = 0
    used_kopecks: int = 0
    others: OtherRefunds = NOTHING_ELSE
    use_after_stop: UseAfterStop | None = None
    service: ServiceOutcome | None = None


@dataclass(frozen=True)
class CalculationInputs:
    """All inputs of an automatic calculation, so that it can be repeated.

    `client_kopecks` is what other cases refund to the client within the policy's window,
    `goods_return` the return of goods that decided the sums that are asked for.
    """

    invoice: Invoice
    asked: tuple[AskedLine, ...]
    stopped_on: date
    kind: RefundKind = RefundKind.INVOICE
    client_kopecks: int = 0
    use_after_stop: UseAfterStop | None = None
    goods_return: str | None = None

    @property
    def others(self) -> OtherRefunds:
        """What other cases refund."""
        return OtherRefunds(self.invoice.promised_kopecks, self.client_kopecks)


@dataclass(frozen=True)
class Deduction:
    """Actual expenses that are kept (ст. 782 ГК РФ, ст. 32 ЗоЗПП), entered by a specialist with a
    reason.
    """

    amount_kopecks: int
    reason: str


def calculate(inputs: CalculationInputs, policy: RefundPolicy) -> Calculation:
    """The refundable sum of the requested lines (all when none is named) by the policy, with its
    trace. A surplus is refundable in full, whatever the lines and their age.

    Of an invoice that was paid in part, what was used of any line is kept first. Pure: the same
    inputs always give the same sum. The sum never exceeds paid minus promised, and zero with no
    `specialist_reason` means that nothing is left to refund.
    """
    if inputs.kind is RefundKind.SURPLUS:
        return _of_surplus(inputs, policy)
    invoice = inputs.invoice
    rules = {line.line_no: _rule_of(inputs, line, policy) for line in invoice.lines}
    by_rule = {
        line.line_no: by_rule_of(line, inputs.stopped_on, rules[line.line_no])
        for line in invoice.lines
    }
    results = _results(inputs, by_rule)
    traces = tuple(
        trace_of(inputs, line, rules[line.line_no], by_rule[line.line_no], results[line.line_no])
        for line in invoice.lines
        if line.line_no in results
    )
    total = sum(results.values())
    service = service_of(invoice, traces, inputs.stopped_on)
    return Calculation(
        policy_version=policy.version,
        lines=traces,
        left_kopecks=invoice.left_kopecks,
        sum_kopecks=total,
        specialist_reason=_specialist_reason(inputs, traces, rules, policy, total)
        or reason_of_service(service, total),
        due_kopecks=invoice.total_kopecks,
        paid_kopecks=invoice.paid_for_lines_kopecks,
        earlier_kopecks=invoice.promised_of_lines_kopecks,
        used_kopecks=sum(
            used_of(line, by_rule[line.line_no], results.get(line.line_no, 0))
            for line in invoice.lines
        ),
        others=inputs.others,
        use_after_stop=inputs.use_after_stop,
        service=service,
    )


def specialist_sum(lines_kopecks: Sequence[int], deductions: Sequence[Deduction]) -> int:
    """The sum of a specialist's lines less the deductions; may be zero or negative, which the
    caller checks.
    """
    return sum(lines_kopecks) - sum(deduction.amount_kopecks for deduction in deductions)


def withheld_of(calculation: Calculation, deductions_kopecks: Sequence[int]) -> int:
    """What is kept of the paid money, for what was used and as deductions; never more than is left
    after all refunds.
    """
    reaches = calculation.paid_kopecks - calculation.earlier_kopecks - calculation.sum_kopecks
    return max(0, min(calculation.used_kopecks + sum(deductions_kopecks), reaches))


def trace_of(
    inputs: CalculationInputs, line: InvoiceLine, rule: Rule, by_rule: ByRule, result_kopecks: int
) -> LineTrace:
    """A line with all inputs of its result."""
    asked = {one.line_no: one.at_most_kopecks for one in inputs.asked}
    rate = rate_of(inputs.invoice, line)
    return LineTrace(
        line_no=line.line_no,
        title=line.title,
        rule=rule,
        price_kopecks=line.sum_kopecks,
        earlier_kopecks=line.promised_kopecks,
        asked_kopecks=asked.get(line.line_no),
        stopped_on=inputs.stopped_on,
        unused_days=by_rule.unused_days,
        total_days=by_rule.total_days,
        result_kopecks=result_kopecks,
        vat_rate=rate,
        vat_kopecks=vat_of_part(line, rate, result_kopecks),
        specialist_reason=reason_of(line, rule, inputs.stopped_on),
        used_kopecks=used_of(line, by_rule, result_kopecks),
    )


def _rule_of(inputs: CalculationInputs, line: InvoiceLine, policy: RefundPolicy) -> Rule:
    """What a return of goods asks for was decided there; anything else is for the policy."""
    asked = {one.line_no for one in inputs.asked}
    if inputs.goods_return is not None and line.line_no in asked:
        return Rule.RETURNED
    return policy.rule_for(line.kind)


def _of_surplus(inputs: CalculationInputs, policy: RefundPolicy) -> Calculation:
    invoice, left = inputs.invoice, inputs.invoice.surplus_left_kopecks
    return Calculation(
        policy.version,
        lines=(),
        left_kopecks=left,
        sum_kopecks=left,
        specialist_reason=_limit_reason(inputs, left, policy),
        paid_kopecks=invoice.surplus_kopecks,
        earlier_kopecks=invoice.surplus_promised_kopecks,
        others=inputs.others,
    )


def _results(inputs: CalculationInputs, by_rule: Mapping[int, ByRule]) -> Mapping[int, int]:
    """What is refunded of each requested line. Where the invoice was not paid in full, the
    shortfall is divided among them in proportion.
    """
    invoice = inputs.invoice
    asked = {line.line_no: line.at_most_kopecks for line in inputs.asked}
    results = {}
    for line in invoice.lines:
        if not asked or line.line_no in asked:
            left = by_rule[line.line_no].kopecks - line.promised_kopecks
            at_most = asked.get(line.line_no)
            results[line.line_no] = max(0, left if at_most is None else min(left, at_most))
    total = sum(results.values())
    available = min(_available(invoice, by_rule), invoice.left_kopecks)
    if total <= max(0, available):
        return results
    shares = split(max(0, available), list(results.values()))
    return dict(zip(results, shares, strict=True))


def _available(invoice: Invoice, by_rule: Mapping[int, ByRule]) -> int:
    """What was paid above what was used, and has not been refunded."""
    unused = sum(
        max(0, by_rule[line.line_no].kopecks - line.promised_kopecks) for line in invoice.lines
    )
    return unused - invoice.shortfall_kopecks


def _specialist_reason(
    inputs: CalculationInputs,
    traces: Sequence[LineTrace],
    rules: Mapping[int, Rule],
    policy: RefundPolicy,
    total: int,
) -> SpecialistReason | None:
    chosen = {trace.line_no for trace in traces}
    if len({line.kind for line in inputs.invoice.lines if line.line_no in chosen}) > 1:
        return SpecialistReason.MIXED
    for trace in traces:
        if trace.specialist_reason is not None:
            return trace.specialist_reason
    if _other_use_is_unknown(inputs, chosen, rules):
        return SpecialistReason.PARTLY_PAID
    if total > 0 and _is_contradicted(inputs, chosen):
        return SpecialistReason.USED_AFTER_STOP
    return _limit_reason(inputs, total, policy)


def _other_use_is_unknown(
    inputs: CalculationInputs, chosen: AbstractSet[int], rules: Mapping[int, Rule]
) -> bool:
    """Whether the invoice was paid in part and the use of its lines that were not requested is
    unknown.
    """
    return inputs.invoice.shortfall_kopecks > 0 and any(
        reason_of(line, rules[line.line_no], inputs.stopped_on) is not None
        for line in inputs.invoice.lines
        if line.line_no not in chosen
    )


def _is_contradicted(inputs: CalculationInputs, chosen: AbstractSet[int]) -> bool:
    """Whether the term was used more than the client says, and its money is requested."""
    use = inputs.use_after_stop
    return (
        use is not None
        and use.contradicts
        and any(
            line.kind is ProductKind.SUBSCRIPTION
            for line in inputs.invoice.lines
            if line.line_no in chosen
        )
    )


def _limit_reason(
    inputs: CalculationInputs, total: int, policy: RefundPolicy
) -> SpecialistReason | None:
    hit = above_automatic(total, inputs.others, policy) if total > 0 else None
    return None if hit is None else SpecialistReason(hit)
