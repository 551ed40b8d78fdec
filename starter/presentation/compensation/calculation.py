"""Calculations by the law line by line: rule, period, formula in words and in numbers, rows."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from domain.compensation.court_fee import CourtFee
from domain.compensation.key_rate import KeyRate
from domain.compensation.legal_deadline import Deadline
from domain.compensation.legal_rule import LegalRule, RuleKind
from domain.compensation.line import Calculation, Line, rules_of
from domain.compensation.penalty import Penalty
from starter.presentation.models import Roubles, Shown
from texts import Language, day, percent, rubles, translate


class RuleShown(Shown):
    """A row of the law; an unchecked one is to be compared with the law by a lawyer."""

    id: str
    kind: RuleKind
    title: str
    source: str
    first_day: date
    last_day: date | None
    checked_on: date | None
    checked_by: str | None = Field(description="The lawyer; null: nobody has checked the row.")


class RateRowShown(Shown):
    """A row of the key rate; `rate` is a percentage a year."""

    id: int
    first_day: date
    last_day: date
    rate: str


class LineShown(Shown):
    """A line of a calculation; `words` and `numbers` are its formula."""

    rule: str = Field(description="The row of the law, one of `rules`.")
    title: str
    first_day: date
    last_day: date
    days: int
    words: str
    numbers: str
    amount: Roubles
    rate_rows: list[int] = Field(description="Rows of the key rate, of `rates`.")


class CalculationShown(Shown):
    """A sum with everything that it was made of."""

    amount: Roubles
    cap: Roubles | None = Field(default=None, description="The sum is not more than that.")
    counted: Roubles = Field(description="The sum of the lines, before the cap.")
    lines: list[LineShown]
    rules: list[RuleShown]
    rates: list[RateRowShown] = Field(default_factory=list)
    is_checked: bool = Field(description="Whether a lawyer has checked every rule that was used.")


class PenaltyShown(Shown):
    """A penalty by each rule that held while the delay lasted."""

    first_day: date = Field(description="The first day of the delay.")
    needs_lawyer: bool = Field(
        default=False, description="The law changed during the delay: a lawyer says which counts."
    )
    variants: list[CalculationShown] = Field(
        default_factory=list, description="None where there is no delay yet."
    )


class FeeShown(Shown):
    """The fee of a court."""

    title: str
    words: str
    numbers: str
    amount: Roubles
    rule: RuleShown


class DeadlineShown(Shown):
    """A day that the law counts."""

    day: date
    words: str
    rule: RuleShown


def calculation_shown(
    calculation: Calculation, language: Language, key_rate: KeyRate | None = None
) -> CalculationShown:
    """A calculation; of the key rate the rows that its lines used."""
    used = {row for line in calculation.lines for row in line.rate_rows}
    rates = [] if key_rate is None else [one for one in key_rate.periods if one.id in used]
    rules = rules_of([calculation])
    return CalculationShown(
        amount=calculation.kopecks,
        cap=calculation.cap_kopecks,
        counted=calculation.counted_kopecks,
        lines=[_line(line, language) for line in calculation.lines],
        rules=[rule_shown(rule, language) for rule in rules],
        rates=[
            RateRowShown(
                id=one.id, first_day=one.first, last_day=one.last, rate=percent(one.rate_bp)
            )
            for one in rates
        ],
        is_checked=all(rule.is_checked for rule in rules),
    )


def penalty_shown(first: date, found: Penalty | None, language: Language) -> PenaltyShown:
    """A penalty; None of a delay that has not begun."""
    if found is None:
        return PenaltyShown(first_day=first)
    return PenaltyShown(
        first_day=first,
        needs_lawyer=found.needs_lawyer,
        variants=[calculation_shown(one, language) for one in found.variants],
    )


def fee_shown(fee: CourtFee, language: Language) -> FeeShown:
    """A fee with its formula."""
    is_share = fee.rule.kind is RuleKind.FEE_COURT_ORDER
    return FeeShown(
        title=translate(f"compensation.rule.{fee.rule.kind}", language),
        words=translate(
            "compensation.words.fee_share" if is_share else "compensation.words.fee", language
        ),
        numbers=translate(
            "compensation.numbers.fee_share" if is_share else "compensation.numbers.fee",
            language,
            fixed=rubles(fee.step.fixed_kopecks),
            above=rubles(fee.above_kopecks if fee.step.rate_bp else 0),
            rate=percent(fee.step.rate_bp),
            whole=rubles(fee.whole_kopecks),
            share=percent(fee.rule.numbers.share_bp),
            least=rubles(fee.rule.numbers.at_least_kopecks),
            amount=rubles(fee.kopecks),
        ),
        amount=fee.kopecks,
        rule=rule_shown(fee.rule, language),
    )


def deadline_shown(event: str, begun: date, found: Deadline, language: Language) -> DeadlineShown:
    """A day with how it was counted."""
    numbers = found.rule.numbers
    return DeadlineShown(
        day=found.day,
        words=translate(
            f"compensation.counted.{event}",
            language,
            begun=day(begun),
            day=day(found.day),
            days=numbers.days,
            months=numbers.months,
            years=numbers.years,
        ),
        rule=rule_shown(found.rule, language),
    )


def rule_shown(rule: LegalRule, language: Language) -> RuleShown:
    """A row of the law."""
    return RuleShown(
        id=rule.id,
        kind=rule.kind,
        title=translate(f"compensation.rule.{rule.kind}", language),
        source=rule.source,
        first_day=rule.first_day,
        last_day=rule.last_day,
        checked_on=rule.checked_on,
        checked_by=rule.checked_by,
    )


def rules_shown(rules: Sequence[LegalRule], language: Language) -> list[RuleShown]:
    """Rows of the law in their order."""
    return [rule_shown(rule, language) for rule in rules]


def _line(line: Line, language: Language) -> LineShown:
    form = "penalty" if line.year_days is None else "interest"
    return LineShown(
        rule=line.rule.id,
        title=translate(f"compensation.rule.{line.rule.kind}", language),
        first_day=line.first,
        last_day=line.last,
        days=line.days,
        words=translate(f"compensation.words.{form}", language),
        numbers=translate(
            f"compensation.numbers.{form}",
            language,
            sum=rubles(line.base_kopecks),
            days=line.days,
            rate=percent(line.rate_bp),
            year_days=line.year_days or 0,
            amount=rubles(line.kopecks),
        ),
        amount=line.kopecks,
        rate_rows=list(line.rate_rows),
    )
