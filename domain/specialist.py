"""A specialist's calculation: what it must obey, and the trace that it keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.calculation import (
    Calculation,
    CalculationInputs,
    Deduction,
    ServiceOutcome,
    calculate,
    specialist_sum,
    term_of,
)
from domain.invoice import Invoice, SoldTerm
from domain.money import VatRate, vat_inside
from domain.policy import RefundPolicy
from domain.refund import AskedLine

MAX_DEDUCTIONS = 20
"""Deductions of one calculation; the database numbers them so far."""


@dataclass(frozen=True)
class EnteredLine:
    """What a specialist gives back of an invoice line; zero gives nothing back."""

    line_no: int
    amount_kopecks: int


@dataclass(frozen=True)
class EntryProblem:
    """What is wrong with an entry: a place among the lines (None: the whole), and a stable code.

    `limit_kopecks` is the most that could stand there, `line_nos` the lines it is about, `term` the
    days within which a service may stop.
    """

    code: str
    place: int | None = None
    limit_kopecks: int = 0
    line_nos: tuple[int, ...] = ()
    term: SoldTerm | None = None


@dataclass(frozen=True)
class ServiceWord:
    """A specialist's word on the service whose money goes back: the first day that is no longer
    served; None: it goes on.
    """

    stops_on: date | None


def entry_problems(
    inputs: CalculationInputs, lines: Sequence[EnteredLine], deductions: Sequence[Deduction]
) -> tuple[EntryProblem, ...]:
    """All that is wrong at once; a sum is judged only when its lines are right.

    Every line of the invoice is entered once, none above what is left and what was asked of it.
    """
    limits = _limits(inputs)
    found = [*_missing(limits, lines), *_wrong_lines(limits, lines)]
    return tuple(found) or tuple(_wrong_sum(inputs.invoice, lines, deductions))


def service_problem(inputs: CalculationInputs, word: ServiceWord | None) -> EntryProblem | None:
    """What is wrong with the word on the service: it is missing where we serve a term for the
    invoice, there where we serve none, or names a day outside the term.
    """
    term = term_of(inputs.invoice)
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
    """The entry with its trace: what the policy knows of every line, what was entered, and what
    becomes of the service.
    """
    entered = {line.line_no: line.amount_kopecks for line in lines}
    asked = {line.line_no: line.at_most_kopecks for line in inputs.asked}
    proposed = calculate(replace(inputs, asked=()), policy)
    traces = tuple(
        replace(
            trace,
            asked_kopecks=asked.get(trace.line_no),
            result_kopecks=entered[trace.line_no],
            vat_kopecks=vat_inside(entered[trace.line_no], VatRate(trace.vat_rate)),
        )
        for trace in proposed.lines
    )
    total = specialist_sum(list(entered.values()), deductions)
    term = term_of(inputs.invoice)
    service = (
        None if term is None else ServiceOutcome(term.starts_on, term.ends_on, service_stops_on)
    )
    return replace(proposed, lines=traces, sum_kopecks=total, service=service)


def _limits(inputs: CalculationInputs) -> Mapping[int, int]:
    """The most of each line: what earlier cases left of it, and no more than was asked of it."""
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
    invoice: Invoice, lines: Sequence[EnteredLine], deductions: Sequence[Deduction]
) -> list[EntryProblem]:
    total = specialist_sum([line.amount_kopecks for line in lines], deductions)
    if total <= 0:
        return [EntryProblem("sum_not_positive")]
    if total > invoice.left_kopecks:
        return [EntryProblem("amount_above_refundable", limit_kopecks=invoice.left_kopecks)]
    return []
