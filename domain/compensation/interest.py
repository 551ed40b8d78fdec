"""Interest for using another's money, article 395 of the Civil Code.

Debt × days × key rate ÷ 100 ÷ days of the year, for each stretch of days in which none of these
changes; every stretch is rounded by itself, half a kopeck upwards. Interest bears no interest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.compensation.key_rate import ONE_DAY, KeyRate
from domain.compensation.legal_rule import LegalRule, LegalRules, RuleKind
from domain.compensation.line import Calculation, Line

MAX_MOVEMENTS = 500
"""Sums owed, and payments, of one calculation."""
MAX_DAYS = 30 * 366
"""Days of one calculation."""


@dataclass(frozen=True)
class Movement:
    """A sum above nought and its day.

    Of a sum owed the first day of delay, of a payment the day on which it was paid: that day still
    bears interest.
    """

    day: date
    kopecks: int


@dataclass(frozen=True)
class Debt:
    """What was to be paid, and what was. A payment above the debt goes on to the next sum owed."""

    owed: Sequence[Movement]
    paid: Sequence[Movement] = ()


class _Span(NamedTuple):
    first: date
    last: date
    debt_kopecks: int


def interest(
    debt: Debt,
    first: date,
    last: date,
    key_rate: KeyRate,
    rules: LegalRules,
    *,
    with_moratorium: bool = False,
) -> Calculation:
    """Interest for the days from `first` to `last`, both included.

    `with_moratorium`: the debtor's debts were under the moratorium on bankruptcy, whose days bear
    none. Raises `ValueError` for too much of anything, `RateNotCovered` and `RuleNotCovered` for
    a day in debt that the rates or the rules do not cover.
    """
    _check(debt, first, last)
    excluded = rules.of(RuleKind.MORATORIUM) if with_moratorium else []
    lines = list[Line]()
    rule: LegalRule | None = None
    for span in _spans(debt, first, last, excluded):
        rule = _rule_on(span.first, rule, rules)
        known = max(key_rate.on(span.first).last, key_rate.covered_until or span.first)
        rule = _append(lines, span, rule, rules, key_rate)
        if span.last > known:
            raise key_rate.not_covered(_unknown_day(span, known))
    return Calculation(rules.on(RuleKind.INTEREST, last), tuple(lines))


def _check(debt: Debt, first: date, last: date) -> None:
    if not 0 <= (last - first).days < MAX_DAYS:
        raise ValueError(f"a period of interest has between 1 and {MAX_DAYS} days")
    if len(debt.owed) + len(debt.paid) > MAX_MOVEMENTS:
        raise ValueError(f"a debt has at most {MAX_MOVEMENTS} movements")
    if any(one.kopecks <= 0 for one in (*debt.owed, *debt.paid)):
        raise ValueError("a sum owed and a payment are above nought")


def _spans(debt: Debt, first: date, last: date, excluded: Sequence[LegalRule]) -> Iterator[_Span]:
    """The days in debt, cut where the debt changes, without the days that bear nothing."""
    changes = _balance_changes(debt)
    balance = sum(kopecks for day, kopecks in changes.items() if day <= first)
    begins = sorted(day for day in {*changes, *_edges(excluded)} if first < day <= last)
    for begin, following in zip([first, *begins], [*begins, last + ONE_DAY], strict=True):
        if begin != first and begin in changes:
            balance += changes[begin]
        if balance > 0 and not (excluded and any(one.holds_on(begin) for one in excluded)):
            yield _Span(begin, following - ONE_DAY, balance)


def _balance_changes(debt: Debt) -> Counter[date]:
    """By how many kopecks the debt is another from a day on; what came on one day is one change."""
    changes = Counter[date]()
    for one in debt.owed:
        changes[one.day] += one.kopecks
    for one in debt.paid:
        changes[one.day + ONE_DAY] -= one.kopecks
    return changes


def _edges(excluded: Iterable[LegalRule]) -> Iterator[date]:
    for one in excluded:
        yield one.first_day
        if one.last_day is not None:
            yield one.last_day + ONE_DAY


def _unknown_day(span: _Span, known: date) -> date:
    """The last day of the span in the first year that has a day whose rate is not known."""
    end_of_year = date(known.year, 12, 31)
    return min(span.last, end_of_year) if known < end_of_year else known + ONE_DAY


def _rule_on(day: date, before: LegalRule | None, rules: LegalRules) -> LegalRule:
    """The rule of a day, the one before where that still holds: most are asked of none other."""
    if before is not None and (before.last_day is None or before.holds_on(day)):
        return before
    return rules.on(RuleKind.INTEREST, day)


def _append(
    lines: list[Line], span: _Span, rule: LegalRule, rules: LegalRules, key_rate: KeyRate
) -> LegalRule:
    """Adds the days of a span, a line for each part of a year with one rate; one that goes on as
    the line before did makes that line longer. Returns the rule of the last day.
    """
    first, last, kopecks = span
    for part in key_rate.parts_between(first, last):
        begin, end = max(first, part.first), min(last, part.last)
        if rule.last_day is not None:
            rule = _rule_on(begin, rule, rules)
        new = Line(rule, begin, end, kopecks, part.rate_bp, part.year_days, part.rows)
        if (part.goes_on or begin is first) and lines and _goes_on(lines[-1], new):
            lines[-1] = _longer(lines[-1], new)
        else:
            lines.append(new)
    return rule


def _longer(before: Line, new: Line) -> Line:
    rows = tuple(dict.fromkeys((*before.rate_rows, *new.rate_rows)))
    return new._replace(first=before.first, rate_rows=rows)


def _goes_on(before: Line, new: Line) -> bool:
    return (
        before.rate_bp == new.rate_bp
        and before.base_kopecks == new.base_kopecks
        and before.first.year == new.first.year
        and before.rule.id == new.rule.id
        and before.last + ONE_DAY == new.first
    )
