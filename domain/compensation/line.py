"""A line of a calculation: its rule, its days, its numbers and the rows that it was made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from domain.compensation.legal_rule import LegalRule

BP_OF_WHOLE = 10_000
"""Hundredths of a percent that make the whole."""


def half_up(exact: Fraction) -> int:
    """Whole kopecks, half a kopeck upwards; of sums that are not negative."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


class Line(NamedTuple):
    """An amount of money for some days, both ends included.

    `rate_bp` is hundredths of a percent: a year where `year_days` says how many days a year has,
    else a day. `rate_rows` are ids of the key rate's rows.
    """

    rule: LegalRule
    first: date
    last: date
    base_kopecks: int
    rate_bp: int
    year_days: int | None = None
    rate_rows: tuple[int, ...] = ()

    @property
    def days(self) -> int:
        """How many days the line is for."""
        return (self.last - self.first).days + 1

    @property
    def exact(self) -> Fraction:
        """The amount in kopecks before it is rounded."""
        whole = BP_OF_WHOLE * (self.year_days or 1)
        return Fraction(self.base_kopecks * self.days * self.rate_bp, whole)

    @property
    def kopecks(self) -> int:
        """The amount, half a kopeck upwards: `half_up(self.exact)` without a fraction, which takes
        three times as long.
        """
        whole = BP_OF_WHOLE * (self.year_days or 1)
        days = (self.last - self.first).days + 1
        return (2 * self.base_kopecks * days * self.rate_bp + whole) // (2 * whole)


@dataclass(frozen=True)
class Calculation:
    """Lines with their sum; where `cap_kopecks` is given, the sum is no more than that.

    `rule` is the row that a sum without lines stands on too.
    """

    rule: LegalRule
    lines: tuple[Line, ...]
    cap_kopecks: int | None = None

    @property
    def counted_kopecks(self) -> int:
        """The sum of the lines."""
        return sum(line.kopecks for line in self.lines)

    @property
    def kopecks(self) -> int:
        """The sum of the lines, or the cap where that is less."""
        if self.cap_kopecks is None:
            return self.counted_kopecks
        return min(self.counted_kopecks, self.cap_kopecks)

    @property
    def exact(self) -> Fraction:
        """The lines before each is rounded: what cutting a period never changes."""
        return sum((line.exact for line in self.lines), Fraction(0))

    @property
    def days(self) -> int:
        """The days of all lines."""
        return sum(line.days for line in self.lines)


def rules_of(calculations: Sequence[Calculation]) -> list[LegalRule]:
    """The rules that calculations stand on, each once, in their order."""
    found = dict[str, LegalRule]()
    for one in calculations:
        for rule in (one.rule, *(line.rule for line in one.lines)):
            found.setdefault(rule.id, rule)
    return list(found.values())
