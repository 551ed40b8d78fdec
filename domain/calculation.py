"""How much money goes back: conditions, the sum by lines, and the trace that recomputes to the same
sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.invoice import Invoice, InvoiceLine, IssuedBy, SoldTerm
from domain.money import unused_days, unused_share, vat_inside
from domain.policy import RefundPolicy, Rule
from domain.refund import AskedLine, RefundKind

MAX_LINES = 200
"""Lines of one invoice, and so of one request."""


class Refusal(StrEnum):
    """Why a refund cannot be asked for; the texts are `error.<code>` in the catalogues."""

    INVOICE_ISSUED_BY_SERVICE_CENTRE = "invoice_issued_by_service_centre"
    INVOICE_NOT_PAID = "invoice_not_paid"
    INVOICE_TOO_OLD = "invoice_too_old"
    NOTHING_TO_REFUND = "nothing_to_refund"
    LINES_UNKNOWN = "lines_unknown"
    AMOUNT_ABOVE_REFUNDABLE = "amount_above_refundable"


class SpecialistReason(StrEnum):
    """Why a sum is not automatic."""

    RULE = "rule"
    CLOSED_BY_DOCUMENTS = "closed_by_documents"
    DELIVERED = "delivered"
    MIXED = "mixed"
    TERM_IN_PART = "term_in_part"
    ABOVE_LIMIT = "above_limit"


@dataclass(frozen=True)
class LineTrace:
    """One line of a calculation: every input, the rule, and what came out (kopecks, half-up
    once).
    """

    line_no: int
    title: str
    rule: Rule
    price_kopecks: int
    earlier_kopecks: int
    asked_kopecks: int | None
    stopped_on: date
    unused_days: int | None
    total_days: int | None
    result_kopecks: int
    vat_rate: str
    vat_kopecks: int
    specialist_reason: SpecialistReason | None = None


@dataclass(frozen=True)
class ServiceOutcome:
    """What becomes of the service whose money goes back. The days of its term belong to it;
    `stops_on` is the first day that is no longer served, None: it goes on to the last.
    """

    starts_on: date
    ends_on: date
    stops_on: date | None

    @property
    def content(self) -> dict[str, str | None]:
        """The same as JSON, as a statement is signed with it."""
        stops_on = None if self.stops_on is None else self.stops_on.isoformat()
        return {
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "stops_on": stops_on,
        }

    @classmethod
    def of(cls, content: Mapping[str, str | None]) -> "ServiceOutcome":
        """Out of `content`; raises ValueError where it has no term."""
        stops_on = content["stops_on"]
        return cls(
            date.fromisoformat(content["starts_on"] or ""),
            date.fromisoformat(content["ends_on"] or ""),
            None if stops_on is None else date.fromisoformat(stops_on),
        )


@dataclass(frozen=True)
class Calculation:
    """An automatic calculation. With a `specialist_reason` the sum is only a proposal for the
    specialist.

    `service` is None where nothing that we serve is refunded.
    """

    policy_version: int
    lines: tuple[LineTrace, ...]
    left_kopecks: int
    sum_kopecks: int
    specialist_reason: SpecialistReason | None = None
    service: ServiceOutcome | None = None


@dataclass(frozen=True)
class CalculationInputs:
    """All that an automatic calculation was made from, so that it can be made again."""

    invoice: Invoice
    asked: tuple[AskedLine, ...]
    stopped_on: date
    kind: RefundKind = RefundKind.INVOICE


@dataclass(frozen=True)
class Deduction:
    """Actual expenses kept back (ст. 782 ГК РФ, ст. 32 ЗоЗПП), entered by a specialist with a
    reason.
    """

    amount_kopecks: int
    reason: str


def refusal(
    invoice: Invoice,
    asked: Sequence[AskedLine],
    today: date,
    policy: RefundPolicy,
    kind: RefundKind = RefundKind.INVOICE,
) -> Refusal | None:
    """The first condition that is not met, or None. `today` is the Moscow date of the request."""
    if kind is RefundKind.SURPLUS:
        return None if invoice.surplus_left_kopecks > 0 else Refusal.NOTHING_TO_REFUND
    if invoice.issued_by is not IssuedBy.ONLINE:
        return Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE
    if invoice.paid_kopecks == 0 or invoice.last_paid_on is None:
        return Refusal.INVOICE_NOT_PAID
    if (today - invoice.last_paid_on).days > policy.max_age_days:
        return Refusal.INVOICE_TOO_OLD
    if invoice.left_kopecks <= 0:
        return Refusal.NOTHING_TO_REFUND
    if unknown_lines(invoice, asked):
        return Refusal.LINES_UNKNOWN
    if limit_exceeded(invoice, asked) is not None:
        return Refusal.AMOUNT_ABOVE_REFUNDABLE
    return None


def unknown_lines(invoice: Invoice, asked: Sequence[AskedLine]) -> tuple[int, ...]:
    """Asked line numbers that the invoice does not have."""
    known = {line.line_no for line in invoice.lines}
    return tuple(sorted(line.line_no for line in asked if line.line_no not in known))


def limit_exceeded(invoice: Invoice, asked: Sequence[AskedLine]) -> int | None:
    """The limit (kopecks) that a request goes above: of the first line of which more is asked than
    is left, or of the invoice; None for a request within both.
    """
    left = {line.line_no: line.sum_kopecks - line.promised_kopecks for line in invoice.lines}
    named = {line.line_no: line.at_most_kopecks or 0 for line in asked}
    for line_no, kopecks in named.items():
        if kopecks > left[line_no]:
            return max(0, min(left[line_no], invoice.left_kopecks))
    return max(0, invoice.left_kopecks) if sum(named.values()) > invoice.left_kopecks else None


def calculate(inputs: CalculationInputs, policy: RefundPolicy) -> Calculation:
    """The refundable sum of the asked lines (all when none is named) by the policy, with its trace;
    of a surplus all of it: no line, no age and no limit has a say in what came by mistake.

    Pure: the same inputs always give the same sum. The sum never exceeds paid minus promised, and
    zero
    with no `specialist_reason` means that nothing is left to refund.
    """
    if inputs.kind is RefundKind.SURPLUS:
        return _of_surplus(inputs.invoice, policy)
    invoice, asked, stopped_on = inputs.invoice, inputs.asked, inputs.stopped_on
    limits = {line.line_no: line.at_most_kopecks for line in asked}
    lines = [line for line in invoice.lines if not asked or line.line_no in limits]
    traces = tuple(
        _trace(line, limits.get(line.line_no), stopped_on, policy.rule_for(line.kind))
        for line in lines
    )
    total = min(sum(trace.result_kopecks for trace in traces), invoice.left_kopecks)
    service = _service(lines, traces, stopped_on)
    return Calculation(
        policy_version=policy.version,
        lines=traces,
        left_kopecks=invoice.left_kopecks,
        sum_kopecks=total,
        specialist_reason=_specialist_reason(lines, traces, total, policy)
        or _reason_of_service(service, total),
        service=service,
    )


def specialist_sum(lines_kopecks: Sequence[int], deductions: Sequence[Deduction]) -> int:
    """What a specialist's lines and deductions come to; may be zero or negative, the caller
    judges.
    """
    return sum(lines_kopecks) - sum(deduction.amount_kopecks for deduction in deductions)


def term_of(invoice: Invoice) -> SoldTerm | None:
    """The term that we serve for an invoice."""
    return next((line.term for line in invoice.lines if line.term is not None), None)


def _service(
    lines: Sequence[InvoiceLine], traces: Sequence[LineTrace], stopped_on: date
) -> ServiceOutcome | None:
    """A refund of all that a term has left ends it with the refunded days; a part of the money is
    no days, so the term goes on.
    """
    sold = [
        (line.term, trace)
        for line, trace in zip(lines, traces, strict=True)
        if line.term is not None
    ]
    if not sold:
        return None
    term = sold[0][0]
    day = max(term.starts_on, stopped_on)
    whole = all(_is_whole(trace) for _, trace in sold)
    return ServiceOutcome(
        term.starts_on, term.ends_on, day if whole and day <= term.ends_on else None
    )


def _is_whole(trace: LineTrace) -> bool:
    """Whether the request leaves nothing of what the rule gives of a line."""
    given = trace.price_kopecks
    if trace.unused_days is not None and trace.total_days is not None:
        given = unused_share(given, trace.unused_days, trace.total_days)
    asked = trace.asked_kopecks
    return asked is None or asked >= given - trace.earlier_kopecks


def _reason_of_service(service: ServiceOutcome | None, total: int) -> SpecialistReason | None:
    """Money that goes back while the service goes on is nothing that a rule can give."""
    goes_on = service is not None and service.stops_on is None
    return SpecialistReason.TERM_IN_PART if goes_on and total > 0 else None


def _of_surplus(invoice: Invoice, policy: RefundPolicy) -> Calculation:
    left = invoice.surplus_left_kopecks
    return Calculation(policy.version, lines=(), left_kopecks=left, sum_kopecks=left)


def _trace(line: InvoiceLine, at_most: int | None, stopped_on: date, rule: Rule) -> LineTrace:
    unused, total, computed = _by_rule(line, stopped_on, rule)
    limits = [computed - line.promised_kopecks]  # what was refunded before is part of the unused
    if at_most is not None:
        limits.append(at_most)
    result = max(0, min(limits))
    return LineTrace(
        line_no=line.line_no,
        title=line.title,
        rule=rule,
        price_kopecks=line.sum_kopecks,
        earlier_kopecks=line.promised_kopecks,
        asked_kopecks=at_most,
        stopped_on=stopped_on,
        unused_days=unused,
        total_days=total,
        result_kopecks=result,
        vat_rate=line.vat_rate,
        vat_kopecks=vat_inside(result, line.vat_rate),
        specialist_reason=_line_reason(line, rule, stopped_on),
    )


def _by_rule(line: InvoiceLine, stopped_on: date, rule: Rule) -> tuple[int | None, int | None, int]:
    """Unused days, total days and the sum the rule gives; a specialist's line proposes nothing
    used.
    """
    if rule is not Rule.UNUSED_DAYS or line.period_start is None or line.period_end is None:
        return None, None, line.sum_kopecks
    unused, total = unused_days(line.period_start, line.period_end, stopped_on)
    return unused, total, unused_share(line.sum_kopecks, unused, total)


def _line_reason(line: InvoiceLine, rule: Rule, stopped_on: date) -> SpecialistReason | None:
    if line.closed_by_documents:
        return SpecialistReason.CLOSED_BY_DOCUMENTS
    if rule is Rule.SPECIALIST:
        return SpecialistReason.RULE
    if line.delivered_on is not None and line.delivered_on <= stopped_on:
        return SpecialistReason.DELIVERED
    if rule is Rule.UNUSED_DAYS and (line.period_start is None or line.period_end is None):
        return SpecialistReason.RULE
    return None


def _specialist_reason(
    lines: Sequence[InvoiceLine], traces: Sequence[LineTrace], total: int, policy: RefundPolicy
) -> SpecialistReason | None:
    if len({line.kind for line in lines}) > 1:
        return SpecialistReason.MIXED
    for trace in traces:
        if trace.specialist_reason is not None:
            return trace.specialist_reason
    if total > policy.automatic_limit_kopecks:
        return SpecialistReason.ABOVE_LIMIT
    return None
