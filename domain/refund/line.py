"""One line of an invoice in a refund: the result of its rule, and why a person has to decide."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from domain.billing.invoice import InvoiceLine
from domain.money import unused_days, unused_share
from domain.refund.policy import Rule


class SpecialistReason(StrEnum):
    """Why a specialist has to calculate the sum."""

    RULE = "rule"
    CLOSED_BY_DOCUMENTS = "closed_by_documents"
    DELIVERED = "delivered"
    MIXED = "mixed"
    TERM_IN_PART = "term_in_part"
    USED_AFTER_STOP = "used_after_stop"
    PARTLY_PAID = "partly_paid"
    ABOVE_LIMIT = "above_limit"
    ABOVE_CLIENT_LIMIT = "above_client_limit"


@dataclass(frozen=True)
class UseAfterStop:
    """What the host product reported of a term, compared with the day on which the client says it
    stopped: the units of the last report before that day, and of the last one since.
    """

    reported_on: date
    units_before: int
    units_after: int

    @property
    def contradicts(self) -> bool:
        """Whether more was used from that day on."""
        return self.units_after > self.units_before


@dataclass(frozen=True)
class LineTrace:
    """One line of a calculation: every input, the rule, and the results (kopecks, rounded half-up
    once). `used_kopecks` is what is kept of the price for what was used.
    """

    line_no: int
    title: str
    rule: Rule
    price_kopecks: int
    earlier_kopecks: int
    asked_kopecks: int | None
    stopped_on: date
    unused_days: int | None
    total_days: int | None
    result_kopecks: int
    vat_rate: str
    vat_kopecks: int
    specialist_reason: SpecialistReason | None = None
    used_kopecks: int = 0


class ByRule(NamedTuple):
    """The result of a rule for a line: unused days of all its days, and their price."""

    unused_days: int | None
    total_days: int | None
    kopecks: int


def used_of(line: InvoiceLine, by_rule: ByRule, result_kopecks: int) -> int:
    """What is kept of a line's price for what was used; never more than refunds leave of the
    price.
    """
    kept = line.sum_kopecks - line.promised_kopecks - result_kopecks
    return max(0, min(line.sum_kopecks - by_rule.kopecks, kept))


def by_rule_of(line: InvoiceLine, stopped_on: date, rule: Rule) -> ByRule:
    """The result of the rule; a line for a specialist proposes that nothing was used."""
    if rule is not Rule.UNUSED_DAYS or line.period_start is None or line.period_end is None:
        return ByRule(None, None, line.sum_kopecks)
    unused, total = unused_days(line.period_start, line.period_end, stopped_on)
    return ByRule(unused, total, unused_share(line.sum_kopecks, unused, total))


def reason_of(line: InvoiceLine, rule: Rule, stopped_on: date) -> SpecialistReason | None:
    """Why a line cannot be calculated by a rule."""
    if rule is Rule.RETURNED:
        return None
    if line.closed_by_documents:
        return SpecialistReason.CLOSED_BY_DOCUMENTS
    if rule is Rule.SPECIALIST:
        return SpecialistReason.RULE
    if line.delivered_on is not None and line.delivered_on <= stopped_on:
        return SpecialistReason.DELIVERED
    if rule is Rule.UNUSED_DAYS and (line.period_start is None or line.period_end is None):
        return SpecialistReason.RULE
    return None
