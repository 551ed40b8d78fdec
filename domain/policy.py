"""The refund policy: versioned data that the code only reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.access import Role
from domain.calendar import BankCalendar, end_of_moscow_day, moscow_date
from domain.invoice import ProductKind
from domain.refund import RefundStatus, Wait


class DayUnit(StrEnum):
    """What a policy counts in."""

    BANK_DAYS = "bank_days"
    DAYS = "days"


class Rule(StrEnum):
    """How a line's refundable sum is found."""

    UNUSED_DAYS = "unused_days"
    UNDELIVERED = "undelivered"
    SPECIALIST = "specialist"


@dataclass(frozen=True)
class WaitPolicy:
    """One row of the table of waits: all numbers count `unit`s from the moment the wait begins.

    `ends_in` None: the wait's end makes the case an operator's task, nobody is refused by our
    silence.
    """

    waiting_for: Role
    unit: DayUnit
    at_most: int
    remind_after: tuple[int, ...] = ()
    escalate_after: int | None = None
    ends_in: RefundStatus | None = None

    def starting(self, at: datetime, calendar: BankCalendar) -> Wait:
        """The wait that begins at an instant (UTC).

        Raises `CalendarNotCovered` when bank days run into a year without a calendar.
        """
        return Wait(
            waiting_for=self.waiting_for,
            until=self._after(at, self.at_most, calendar),
            remind_at=tuple(self._after(at, days, calendar) for days in self.remind_after),
            escalate_at=(
                None
                if self.escalate_after is None
                else self._after(at, self.escalate_after, calendar)
            ),
            ends_in=self.ends_in,
        )

    def _after(self, at: datetime, count: int, calendar: BankCalendar) -> datetime:
        if self.unit is DayUnit.DAYS:
            return at + timedelta(days=count)
        return end_of_moscow_day(calendar.add_bank_days(moscow_date(at), count))


@dataclass(frozen=True)
class RefundPolicy:
    """One version of the refund policy. Sums in kopecks; ages count from the payment."""

    version: int
    max_age_days: int
    automatic_limit_kopecks: int
    approval_limit_kopecks: int
    acquirer_max_age_days: int
    credit_bank_days: int
    feedback_days: int
    rules: Mapping[ProductKind, Rule]
    waits: Mapping[RefundStatus, WaitPolicy]

    def rule_for(self, kind: ProductKind) -> Rule:
        """A kind the policy does not name goes to a specialist."""
        return self.rules.get(kind, Rule.SPECIALIST)

    @classmethod
    def from_document(cls, version: int, document: Mapping[str, Any]) -> "RefundPolicy":
        """Reads a stored document; a missing key or an unknown value raises KeyError or
        ValueError.
        """
        return cls(
            version=version,
            max_age_days=document["max_age_days"],
            automatic_limit_kopecks=document["automatic_limit_kopecks"],
            approval_limit_kopecks=document["approval_limit_kopecks"],
            acquirer_max_age_days=document["acquirer_max_age_days"],
            credit_bank_days=document["waits"][RefundStatus.COMPLETED]["at_most"],
            feedback_days=document["feedback_days"],
            rules=MappingProxyType(
                {ProductKind(kind): Rule(rule) for kind, rule in document["rules"].items()}
            ),
            waits=MappingProxyType(
                {RefundStatus(status): _wait_from(row) for status, row in document["waits"].items()}
            ),
        )


def _wait_from(row: Mapping[str, Any]) -> WaitPolicy:
    ends_in = row.get("ends_in")
    return WaitPolicy(
        waiting_for=Role(row["waiting_for"]),
        unit=DayUnit(row["unit"]),
        at_most=row["at_most"],
        remind_after=tuple(row.get("remind_after", ())),
        escalate_after=row.get("escalate_after"),
        ends_in=None if ends_in is None else RefundStatus(ends_in),
    )
