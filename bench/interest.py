"""How many debts' interest is counted in a second, beside a bare sum of the same stretches."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from bench.tables import TARGET_HEADS, Cells, Target, markdown, target_rows
from domain.compensation.interest import Debt, Movement, interest
from domain.compensation.key_rate import ONE_DAY, KeyRate, days_of_year
from domain.compensation.legal_rule import LegalRule, LegalRules, RuleKind, RuleNumbers
from domain.compensation.rate_import import parse_rates
from simulation.terminal import Terminal
from stack.folders import CHECKOUT

DEBTS, ROUNDS = 2_000, 5
COVERED_UNTIL: Final = date(2026, 9, 8)
FIRST: Final = date(2016, 9, 9)
"""Ten years before the last day whose rate the stack knows."""
MIN_DEBTS = 10_000
PAID_OF = 3
"""Of so many debts, one has a payment."""
RULES: Final = LegalRules(
    [LegalRule("395", RuleKind.INTEREST, date(2016, 8, 1), None, RuleNumbers(), "ст. 395 ГК РФ")]
)
HOW_COUNTED = f"""\
- **Interest**: {DEBTS:,} debts of ten years each, a third of them paid in part, by the key rates of
  the stack, {ROUNDS} times in turn with a bare loop that adds the same stretches up and keeps no
  line of them; processor time, medians.
"""


@dataclass(frozen=True)
class Interests:
    """Debts a second of processor time, a round at a time, and the lines of one debt."""

    ours: Sequence[float]
    bare: Sequence[float]
    lines: float

    @property
    def ratio(self) -> float:
        """Ours over the bare loop's: the median of the ratios within each round."""
        return median(one / other for one, other in zip(self.ours, self.bare, strict=True))


def measure_interest() -> Interests:
    """Counts, in turn. Raises `AssertionError` when the two differ."""
    key_rate = parse_rates(
        (CHECKOUT / "stack" / "key_rate.csv").read_bytes(), COVERED_UNTIL, COVERED_UNTIL
    )
    debts = [_debt(number) for number in range(DEBTS)]

    def counted(debt: Debt) -> int:
        return interest(debt, FIRST, COVERED_UNTIL, key_rate, RULES).kopecks

    def added(debt: Debt) -> int:
        return bare_interest(debt, FIRST, COVERED_UNTIL, key_rate)

    if [*map(counted, debts)] != [*map(added, debts)]:
        raise AssertionError("the bare loop counts another interest")
    lines = [len(interest(one, FIRST, COVERED_UNTIL, key_rate, RULES).lines) for one in debts]
    rounds = [(_per_second(counted, debts), _per_second(added, debts)) for _ in range(ROUNDS)]
    ours, bare = zip(*rounds, strict=True)
    return Interests(ours, bare, sum(lines) / DEBTS)


def bare_interest(debt: Debt, first: date, last: date, key_rate: KeyRate) -> int:
    """The kopecks alone: no rule, no line, no row that it was made of."""
    changes = {one.day: one.kopecks for one in debt.owed}
    changes |= {one.day + ONE_DAY: -one.kopecks for one in debt.paid}
    years = (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
    rates = (one.first for one in key_rate.periods if first < one.first <= last)
    days = sorted({first, *changes, *years, *rates})
    total = balance = 0
    for begin, following in zip(days, [*days[1:], last + ONE_DAY], strict=True):
        balance += changes.get(begin, 0)
        whole = 10_000 * days_of_year(begin.year)
        owed = balance * (following - begin).days * key_rate.on(begin).rate_bp
        total += (2 * owed + whole) // (2 * whole)
    return total


def interest_rows(found: Interests) -> Sequence[Cells]:
    """One row."""
    return [
        [f"{median(found.ours):,.0f}", f"{median(found.bare):,.0f}", f"{found.ratio:.2f}",
         f"{found.lines:.0f}"]
    ]  # fmt: skip


def interest_targets(found: Interests) -> Sequence[Target]:
    """What is asked of interest, and whether it is so."""
    speed = median(found.ours)
    wanted, reached = f"≥ {MIN_DEBTS:,}", speed >= MIN_DEBTS
    return [Target("debts of ten years a second", wanted, f"{speed:,.0f}", reached)]


HEADS = (" debts a second", " a bare loop", " ratio", " lines of a debt")


def show_interest(found: Interests, terminal: Terminal) -> None:
    """On the terminal."""
    terminal.chapter("Interest")
    terminal.table(HEADS, interest_rows(found))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(interest_targets(found)))


def interest_section(found: Interests) -> Sequence[str]:
    """Lines of the page."""
    return [
        "## Interest",
        "",
        *markdown(HEADS, interest_rows(found)),
        "",
        *markdown(TARGET_HEADS, target_rows(interest_targets(found))),
        "",
    ]


def _debt(number: int) -> Debt:
    owed = Movement(FIRST + timedelta(days=number % 30), 100_000 + 37 * number)
    paid = Movement(date(2019, 1, 1) + timedelta(days=number % 500), 50_000)
    return Debt([owed], [paid] if number % PAID_OF == 0 else [])


def _per_second(count: Callable[[Debt], int], debts: Sequence[Debt]) -> float:
    began = time.process_time()
    for one in debts:
        count(one)
    return len(debts) / (time.process_time() - began)
