"""Validates a specialist's calculation, and makes its trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.billing.invoice import InvoiceLine, SoldTerm
from domain.money import VatRate
from domain.refund.calculation import (
    Calculation,
    CalculationInputs,
    Deduction,
    calculate,
    specialist_sum,
)
from domain.refund.line import LineTrace
from domain.refund.policy import RefundPolicy
from domain.refund.refund import AskedLine, RefundKind
from domain.refund.service import ServiceOutcome, term_of
from domain.refund.vat import vat_of_part

MAX_DEDUCTIONS = 20
"""The most deductions of one calculation; the database numbers no more."""


@dataclass(frozen=True)
class EnteredLine:
    """What a specialist refunds of an invoice line; zero for nothing."""

    line_no: int
    amount_kopecks: int


@dataclass(frozen=True)
class EntryProblem:
    """An error in an entry: its place among the lines (None: the whole), and a stable code.

    `limit_kopecks` is the most that is allowed there, `line_nos` the lines concerned, `term` the
    days within which a service may stop.
    """

    code: str
    place: int | None = None
    limit_kopecks: int = 0
    line_nos: tuple[int, ...] = ()
    term: SoldTerm | None = None


@dataclass(frozen=True)
class ServiceDecision:
    """A specialist's decision on the service whose money is refunded: the first day without
    service; None: it goes on.
    """

    stops_on: date | None


def left_of(inputs: CalculationInputs) -> int:
    """The most that may be refunded (kopecks) of what the case is about."""
    if inputs.kind is RefundKind.SURPLUS:
        return inputs.invoice.surplus_left_kopecks
    return inputs.invoice.left_kopecks


def entry_problems(
    inputs: CalculationInputs, lines: Sequence[EnteredLine], deductions: Sequence[Deduction]
) -> tuple[EntryProblem, ...]:
    """All errors at once; the sum is checked only when the lines are valid.

    Every line of the invoice is entered once, none above what is left and what was requested of it;
    for a surplus no line is entered.
    """
    limits = _limits(inputs)
    found = [*_missing(limits, lines), *_wrong_lines(limits, lines)]
    return tuple(found) or tuple(_wrong_sum(inputs, lines, deductions))


def service_problem(inputs: CalculationInputs, word: ServiceDecision | None) -> EntryProblem | None:
    """The error of a decision on the service: missing where we serve a term for the invoice,
    present where we serve none, or with a day outside the term.
    """
    term = None if inputs.kind is RefundKind.SURPLUS else term_of(inputs.invoice)
    if term is None:
        said = word is not None and word.stops_on is not None
        return EntryProblem("no_service_to_stop") if said else None
    if word is None:
        return EntryProblem("service_word_missing", term=term)
    outside = word.stops_on is not None and not term.starts_on <= word.stops_on <= term.ends_on
    return EntryProblem("service_stops_outside", term=term) if outside else None


def specialist_calculation(
    inputs: CalculationInputs,
    lines: Sequence[EnteredLine],
    deductions: Sequence[Deduction],
    policy: RefundPolicy,
    service_stops_on: date | None = None,
) -> Calculation:
    """The entry with its trace: the policy's result for every line, what was entered, and the
    service outcome.

    Of a surplus, which has no lines: all of it less the deductions.
    """
    proposed = calculate(replace(inputs, asked=()), policy)
    if inputs.kind is RefundKind.SURPLUS:
        total = specialist_sum([proposed.sum_kopecks], deductions)
        return replace(proposed, sum_kopecks=total)
    result = {line.line_no: line.amount_kopecks for line in lines}
    of_line = {line.line_no: line for line in inputs.invoice.lines}
    traces = tuple(
        _entered(trace, inputs, of_line[trace.line_no], result[trace.line_no])
        for trace in proposed.lines
    )
    term = term_of(inputs.invoice)
    return replace(
        proposed,
        lines=traces,
        sum_kopecks=specialist_sum(list(result.values()), deductions),
        used_kopecks=sum(trace.used_kopecks for trace in traces),
        service=None
        if term is None
        else ServiceOutcome(term.starts_on, term.ends_on, service_stops_on),
    )


def _entered(
    trace: LineTrace, inputs: CalculationInputs, line: InvoiceLine, kopecks: int
) -> LineTrace:
    """A line's proposal with the entered sum as its result."""
    asked = {one.line_no: one.at_most_kopecks for one in inputs.asked}
    kept = line.sum_kopecks - line.promised_kopecks - kopecks
    return replace(
        trace,
        asked_kopecks=asked.get(trace.line_no),
        result_kopecks=kopecks,
        vat_kopecks=vat_of_part(line, VatRate(trace.vat_rate), kopecks),
        used_kopecks=max(0, min(trace.used_kopecks, kept)),
    )


def _limits(inputs: CalculationInputs) -> Mapping[int, int]:
    """The most of each line: what other cases left of it, and no more than was requested of it."""
    if inputs.kind is RefundKind.SURPLUS:
        return {}
    asked = {line.line_no: line for line in inputs.asked}
    return {
        line.line_no: _asked_limit(
            line.sum_kopecks - line.promised_kopecks,
            asked.get(line.line_no),
            everything=not asked,
        )
        for line in inputs.invoice.lines
    }


def _asked_limit(left_kopecks: int, asked: AskedLine | None, *, everything: bool) -> int:
    if everything:
        return left_kopecks
    if asked is None:
        return 0
    if asked.at_most_kopecks is None:
        return left_kopecks
    return min(left_kopecks, asked.at_most_kopecks)


def _missing(limits: Mapping[int, int], lines: Sequence[EnteredLine]) -> list[EntryProblem]:
    missing = limits.keys() - {line.line_no for line in lines}
    return [EntryProblem("lines_missing", line_nos=tuple(sorted(missing)))] if missing else []


def _wrong_lines(limits: Mapping[int, int], lines: Sequence[EnteredLine]) -> list[EntryProblem]:
    seen: set[int] = set()
    found = []
    for place, line in enumerate(lines):
        limit = limits.get(line.line_no)
        if limit is None:
            found.append(EntryProblem("lines_unknown", place, line_nos=(line.line_no,)))
        elif line.line_no in seen:
            found.append(EntryProblem("line_twice", place))
        elif line.amount_kopecks > limit:
            found.append(EntryProblem("amount_above_refundable", place, limit))
        seen.add(line.line_no)
    return found


def _wrong_sum(
    inputs: CalculationInputs, lines: Sequence[EnteredLine], deductions: Sequence[Deduction]
) -> list[EntryProblem]:
    left = left_of(inputs)
    whole = [left] if inputs.kind is RefundKind.SURPLUS else [line.amount_kopecks for line in lines]
    total = specialist_sum(whole, deductions)
    if total <= 0:
        return [EntryProblem("sum_not_positive")]
    if total > left:
        return [EntryProblem("amount_above_refundable", limit_kopecks=left)]
    return []
