"""Days that the law counts: when one may sue, must pay, may refuse goods, and when it is too late.

They are calendar days; a day off at the end moves none of them here.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.compensation.legal_rule import LegalRule, LegalRules, RuleKind

MONTHS_OF_YEAR = 12


class LegalEvent(StrEnum):
    """What a legal day is counted from; the text is `compensation.event.<event>`."""

    CLAIM_SENT = "claim_sent"
    DEMANDED = "demanded"
    DELIVERED = "delivered"
    DELIVERED_UNINFORMED = "delivered_uninformed"
    DUE = "due"
    DUE_CLAIMED = "due_claimed"


@dataclass(frozen=True)
class Deadline:
    """A day with the rule that gives it."""

    day: date
    rule: LegalRule


def suit_from(sent_on: date, rules: LegalRules) -> Deadline:
    """The first day on which one may sue after a claim; raises `RuleNotCovered`."""
    rule = rules.on(RuleKind.CLAIM_PERIOD, sent_on)
    return Deadline(sent_on + timedelta(days=rule.numbers.days + 1), rule)


def pay_by(demanded_on: date, rules: LegalRules) -> Deadline:
    """The last day to give a consumer money back after a demand; raises `RuleNotCovered`."""
    rule = rules.on(RuleKind.PENALTY_GOODS, demanded_on)
    return Deadline(demanded_on + timedelta(days=rule.numbers.days), rule)


def last_day_to_refuse(delivered_on: date, rules: LegalRules, *, informed: bool) -> Deadline:
    """The last day to refuse goods bought at a distance; later where the consumer was not informed
    of it in writing.

    Raises `RuleNotCovered`.
    """
    rule = rules.on(RuleKind.DISTANCE_REFUSAL, delivered_on)
    if informed:
        return Deadline(delivered_on + timedelta(days=rule.numbers.days), rule)
    return Deadline(months_later(delivered_on, rule.numbers.months), rule)


def limitation_ends(due_on: date, rules: LegalRules, *, claim_sent: bool) -> Deadline:
    """The last day to sue for what was due on a day; a claim suspends the time.

    Raises `RuleNotCovered`.
    """
    rule = rules.on(RuleKind.LIMITATION, due_on)
    ends = months_later(due_on, rule.numbers.years * MONTHS_OF_YEAR)
    return Deadline(ends + timedelta(days=rule.numbers.days if claim_sent else 0), rule)


def legal_day(event: LegalEvent, day: date, rules: LegalRules) -> Deadline:
    """The day that an event leads to; raises `RuleNotCovered`."""
    match event:
        case LegalEvent.CLAIM_SENT:
            return suit_from(day, rules)
        case LegalEvent.DEMANDED:
            return pay_by(day, rules)
        case LegalEvent.DELIVERED | LegalEvent.DELIVERED_UNINFORMED:
            return last_day_to_refuse(day, rules, informed=event is LegalEvent.DELIVERED)
        case LegalEvent.DUE | LegalEvent.DUE_CLAIMED:
            return limitation_ends(day, rules, claim_sent=event is LegalEvent.DUE_CLAIMED)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has none."""
    year, month = divmod(day.year * MONTHS_OF_YEAR + day.month - 1 + months, MONTHS_OF_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
