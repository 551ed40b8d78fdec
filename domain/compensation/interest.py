"""Interest for using another's money, article 395 of the Civil Code.

Debt × days × key rate ÷ 100 ÷ days of the year, for each stretch of days in which none of these
changes; every stretch is rounded by itself, half a kopeck upwards. Interest bears no interest.
"""

from calendar import isleap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.compensation.key_rate import ONE_DAY, KeyRate, RatePeriod
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


class _Stretch(NamedTuple):
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
    for stretch in _stretches(debt, first, last, key_rate, excluded):
        if rule is None or not rule.holds_on(stretch.first):
            rule = rules.on(RuleKind.INTEREST, stretch.first)
        rate = key_rate.on(stretch.first)
        if stretch.last > rate.last:
            raise key_rate.not_covered(stretch.last)
        _append(lines, stretch, rule, rate)
    return Calculation(rules.on(RuleKind.INTEREST, last), tuple(lines))


def _check(debt: Debt, first: date, last: date) -> None:
    if not 0 <= (last - first).days < MAX_DAYS:
        raise ValueError(f"a period of interest has between 1 and {MAX_DAYS} days")
    if len(debt.owed) + len(debt.paid) > MAX_MOVEMENTS:
        raise ValueError(f"a debt has at most {MAX_MOVEMENTS} movements")
    if any(one.kopecks <= 0 for one in (*debt.owed, *debt.paid)):
        raise ValueError("a sum owed and a payment are above nought")


def _stretches(
    debt: Debt, first: date, last: date, key_rate: KeyRate, excluded: Sequence[LegalRule]
) -> Iterator[_Stretch]:
    """The days in debt, cut where the debt, the rate or the year changes."""
    changes = _balance_changes(debt)
    balance = sum(kopecks for day, kopecks in changes.items() if day <= first)
    cuts = {
        *changes,
        *key_rate.changes_between(first, last),
        *(date(year, 1, 1) for year in range(first.year + 1, last.year + 1)),
        *_edges(excluded),
    }
    begins = sorted(day for day in cuts if first < day <= last)
    for begin, following in zip([first, *begins], [*begins, last + ONE_DAY], strict=True):
        if begin != first and begin in changes:
            balance += changes[begin]
        if balance > 0 and not (excluded and any(one.holds_on(begin) for one in excluded)):
            yield _Stretch(begin, following - ONE_DAY, balance)


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


def _append(lines: list[Line], stretch: _Stretch, rule: LegalRule, rate: RatePeriod) -> None:
    """Adds a stretch; one that goes on as the line before did makes that line longer."""
    year_days = days_of_year(stretch.first.year)
    new = Line(
        rule, stretch.first, stretch.last, stretch.debt_kopecks, rate.rate_bp, year_days, (rate.id,)
    )
    before = lines[-1] if lines else None
    if before is None or not _goes_on(before, new):
        lines.append(new)
        return
    rows = tuple(dict.fromkeys((*before.rate_rows, rate.id)))
    lines[-1] = Line(rule, before.first, new.last, new.base_kopecks, new.rate_bp, year_days, rows)


def _goes_on(before: Line, new: Line) -> bool:
    return (
        before.rate_bp == new.rate_bp
        and before.base_kopecks == new.base_kopecks
        and before.first.year == new.first.year
        and before.rule.id == new.rule.id
        and before.last + ONE_DAY == new.first
    )


def days_of_year(year: int) -> int:
    """365, or 366 of a leap year."""
    return 365 + isleap(year)
