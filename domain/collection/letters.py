"""What a letter says: every debt of a client, with the interest of today and of one more day."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.collection.case import DebtFacts, Letter, LetterLine, OwedInvoice
from domain.collection.policy import Tone
from domain.compensation.interest import MAX_DAYS, MAX_MOVEMENTS, Debt, Movement, interest
from domain.compensation.key_rate import ONE_DAY, KeyRate, RateNotCovered
from domain.compensation.legal_deadline import suit_from
from domain.compensation.legal_rule import LegalRules, RuleNotCovered
from domain.compensation.line import Calculation, rules_of

MAX_LETTER_LINES = 50
"""Debts of one letter; the earliest due come first."""


def letter_of(
    facts: DebtFacts, client_id: str, day: date, tone: Tone, claimed: frozenset[str], next_on: date
) -> Letter:
    """The letter of a day about what a client owes; it claims the debts of the cases `claimed`."""
    owed = sorted(
        (one for one in facts.owed if _is_asked_for(one, day)),
        key=lambda one: (one.collection_id not in claimed, one.due_on, one.invoice_number),
    )
    lines = tuple(
        _line(one, day, facts, is_claimed=one.collection_id in claimed)
        for one in owed[:MAX_LETTER_LINES]
    )
    return Letter(client_id, day, tone, lines, next_on)


def _is_asked_for(one: OwedInvoice, day: date) -> bool:
    return one.debt_kopecks > 0 and one.due_on < day and not one.is_disputed


def last_day_of_claim(day: date, rules: LegalRules) -> date:
    """The last day to pay by a claim that is sent on a day; raises `RuleNotCovered`."""
    return suit_from(day, rules).day - timedelta(days=1)


def _line(one: OwedInvoice, day: date, facts: DebtFacts, *, is_claimed: bool) -> LetterLine:
    counted = _interest(one, day, facts.rules, facts.key_rate)
    tomorrow = None
    if counted is not None:
        tomorrow = _a_day(one, day, facts.rules, facts.key_rate)
    return LetterLine(
        collection_id=one.collection_id,
        invoice_number=one.invoice_number,
        issued_on=one.issued_on,
        due_on=one.due_on,
        total_kopecks=one.total_kopecks,
        debt_kopecks=one.debt_kopecks,
        days_late=(day - one.due_on).days,
        is_claimed=is_claimed,
        interest_kopecks=None if counted is None else counted.kopecks,
        a_day_kopecks=tomorrow,
        rules=() if counted is None else tuple(_rows(counted)),
        titles=one.titles,
        more=one.more,
    )


def _interest(
    one: OwedInvoice, day: date, rules: LegalRules, key_rate: KeyRate
) -> Calculation | None:
    """Interest from the day after the day of payment; None where a day is not covered, or there
    are more days or payments than a calculation takes.
    """
    begins = one.due_on + ONE_DAY
    if (day - one.due_on).days > MAX_DAYS or len(one.paid) >= MAX_MOVEMENTS:
        return None
    debt = Debt([Movement(begins, one.total_kopecks)], one.paid)
    try:
        return interest(debt, begins, day, key_rate, rules)
    except (RateNotCovered, RuleNotCovered):
        return None


def _a_day(one: OwedInvoice, day: date, rules: LegalRules, key_rate: KeyRate) -> int | None:
    """Interest of one day on what is still owed, at today's rate."""
    debt = Debt([Movement(day, one.debt_kopecks)])
    try:
        return interest(debt, day, day, key_rate, rules).kopecks
    except (RateNotCovered, RuleNotCovered):
        return None


def _rows(counted: Calculation) -> Iterable[str]:
    yield from (rule.id for rule in rules_of([counted]))
    rates = {row for line in counted.lines for row in line.rate_rows}
    yield from (f"rate/{row}" for row in sorted(rates))
