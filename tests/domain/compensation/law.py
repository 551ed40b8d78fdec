"""The rules that the migration stores, and the key rate of the stack."""

from datetime import date
from pathlib import Path

from domain.compensation.key_rate import KeyRate
from domain.compensation.legal_rule import FeeStep, LegalRule, LegalRules, RuleKind, RuleNumbers
from domain.compensation.rate_import import parse_rates

FILE = Path(__file__).parents[3] / "stack" / "key_rate.csv"
COVERED_UNTIL = date(2026, 9, 8)
OURS = date(2020, 1, 1)
FEES = date(2024, 9, 9)
CONSUMERS = "Закона РФ «О защите прав потребителей»"
COMMERCIAL = (
    FeeStep(10_000_000, 1_000_000),
    FeeStep(100_000_000, 1_000_000, 500),
    FeeStep(1_000_000_000, 5_500_000, 300),
)
GENERAL = (
    FeeStep(10_000_000, 400_000),
    FeeStep(30_000_000, 400_000, 300),
    FeeStep(50_000_000, 1_000_000, 250),
    FeeStep(100_000_000, 1_500_000, 200),
    FeeStep(300_000_000, 2_500_000, 100),
)


def rule(
    id_: str,
    kind: RuleKind,
    first: date,
    source: str,
    last: date | None = None,
    numbers: RuleNumbers | None = None,
) -> LegalRule:
    return LegalRule(id_, kind, first, last, numbers or RuleNumbers(), source)


RULES = LegalRules(
    [
        rule("gk-395-2016", RuleKind.INTEREST, date(2016, 8, 1), "ст. 395 ГК РФ"),
        rule(
            "moratorium-2022",
            RuleKind.MORATORIUM,
            date(2022, 4, 1),
            "постановление Правительства РФ от 28.03.2022 № 497",
            date(2022, 10, 1),
        ),
        rule(
            "apk-4-5",
            RuleKind.CLAIM_PERIOD,
            OURS,
            "ч. 5 ст. 4 АПК РФ",
            numbers=RuleNumbers(days=30),
        ),
        rule(
            "nk-333-21-2024",
            RuleKind.FEE_COMMERCIAL,
            FEES,
            "ст. 333.21 НК РФ",
            numbers=RuleNumbers(steps=COMMERCIAL),
        ),
        rule(
            "nk-333-21-order-2024",
            RuleKind.FEE_COURT_ORDER,
            FEES,
            "ст. 333.21 НК РФ",
            numbers=RuleNumbers(share_bp=5_000, at_least_kopecks=800_000, steps=COMMERCIAL),
        ),
        rule(
            "nk-333-19-2024",
            RuleKind.FEE_GENERAL,
            FEES,
            "ст. 333.19 НК РФ",
            numbers=RuleNumbers(steps=GENERAL),
        ),
        rule(
            "zozpp-23",
            RuleKind.PENALTY_GOODS,
            OURS,
            f"ст. 22, 23 {CONSUMERS}",
            date(2026, 1, 31),
            RuleNumbers(days=10, rate_bp=100),
        ),
        rule(
            "zozpp-23-2026",
            RuleKind.PENALTY_GOODS,
            date(2026, 2, 1),
            f"ст. 22, 23 {CONSUMERS} в ред. ФЗ-500",
            numbers=RuleNumbers(days=10, rate_bp=100, capped=True),
        ),
        rule(
            "zozpp-23-1",
            RuleKind.PENALTY_PREPAID,
            OURS,
            f"ст. 23.1 {CONSUMERS}",
            numbers=RuleNumbers(rate_bp=50, capped=True),
        ),
        rule(
            "zozpp-28",
            RuleKind.PENALTY_SERVICE,
            OURS,
            f"ст. 28, 31 {CONSUMERS}",
            numbers=RuleNumbers(rate_bp=300, capped=True),
        ),
        rule(
            "zozpp-26-1",
            RuleKind.DISTANCE_REFUSAL,
            OURS,
            f"ст. 26.1 {CONSUMERS}",
            numbers=RuleNumbers(days=7, months=3),
        ),
        rule(
            "gk-196",
            RuleKind.LIMITATION,
            OURS,
            "ст. 196, 202 ГК РФ",
            numbers=RuleNumbers(years=3, days=30),
        ),
    ]
)
KEY_RATE: KeyRate = parse_rates(FILE.read_bytes(), COVERED_UNTIL, COVERED_UNTIL)
