"""Fees of courts by the sum of a claim."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.compensation.legal_rule import FeeStep, LegalRule, LegalRules, RuleKind, SumNotCovered
from domain.compensation.line import BP_OF_WHOLE, half_up

FEES = (RuleKind.FEE_COMMERCIAL, RuleKind.FEE_COURT_ORDER, RuleKind.FEE_GENERAL)


@dataclass(frozen=True)
class CourtFee:
    """A fee in kopecks with what it was made of.

    `above_kopecks` is what is above the sum of the step before; of an order to pay the fee is a
    share of the whole, `whole_kopecks`, and no less than the rule's least.
    """

    rule: LegalRule
    claim_kopecks: int
    step: FeeStep
    above_kopecks: int
    whole_kopecks: int
    kopecks: int


def court_fee(kind: RuleKind, claim_kopecks: int, day: date, rules: LegalRules) -> CourtFee:
    """The fee for a claim that is brought on a day.

    Raises `ValueError`, `RuleNotCovered`, and `SumNotCovered` above the known steps.
    """
    if kind not in FEES:
        raise ValueError(f"{kind} is no fee of a court")
    if claim_kopecks <= 0:
        raise ValueError("a claim is about a sum above nought")
    rule = rules.on(kind, day)
    step, above = _step(rule, claim_kopecks)
    whole = step.fixed_kopecks + half_up(Fraction(above * step.rate_bp, BP_OF_WHOLE))
    share = half_up(Fraction(whole * rule.numbers.share_bp, BP_OF_WHOLE))
    fee = max(share, rule.numbers.at_least_kopecks)
    return CourtFee(rule, claim_kopecks, step, above, whole, fee)


def _step(rule: LegalRule, claim_kopecks: int) -> tuple[FeeStep, int]:
    below = 0
    for step in rule.numbers.steps:
        if claim_kopecks <= step.up_to_kopecks:
            return step, claim_kopecks - below
        below = step.up_to_kopecks
    raise SumNotCovered(rule.kind, below)
