"""How long a case waits for whom: policies counted in days, and the waits computed from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar, end_of_moscow_day, moscow_date

FIRST_LATE_REMINDER = timedelta(days=1)
"""A wait that nothing ends alone is escalated again after this time, then after twice as long."""
OPERATOR_WAIT = timedelta(days=1)
"""A step that waits for the operator is tried again by itself after this time."""


class DayUnit(StrEnum):
    """The kind of days that a policy counts."""

    BANK_DAYS = "bank_days"
    DAYS = "days"


@dataclass(frozen=True)
class Wait:
    """How long a case waits for whom. Instants are UTC; `escalate_at` None means never.

    `ends_in` is the status that the case enters when the wait ends; None: an operator decides.
    """

    waiting_for: Role
    until: datetime
    remind_at: tuple[datetime, ...] = ()
    escalate_at: datetime | None = None
    ends_in: str | None = None


def next_moment(wait: Wait, after: datetime) -> datetime:
    """The next reminder, escalation or end of a wait; past its end, ever rarer escalations."""
    moments = [*wait.remind_at, wait.until]
    if wait.escalate_at is not None:
        moments.append(wait.escalate_at)
    ahead = [moment for moment in moments if moment > after]
    if ahead:
        return min(ahead)
    late, pause = wait.until, FIRST_LATE_REMINDER
    while late <= after:
        late, pause = late + pause, pause * 2
    return late


@dataclass(frozen=True)
class WaitPolicy:
    """One row of a table of waits: all numbers count `unit`s from the moment the wait begins.

    `ends_in` None: at its end an operator decides, so that nobody is refused because we did not
    answer.
    """

    waiting_for: Role
    unit: DayUnit
    at_most: int
    remind_after: tuple[int, ...] = ()
    escalate_after: int | None = None
    ends_in: str | None = None

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
class Reminder:
    """A reminder or an escalation about an open wait; `occasion` is unique within the case."""

    case_id: str
    occasion: str
    at: datetime
    waiting_for: Role
    until: datetime
    escalate: bool = False


def wait_policy_from(row: Mapping[str, Any], statuses: type[StrEnum]) -> WaitPolicy:
    """A stored row of waits; a missing key or an unknown value raises KeyError or ValueError."""
    ends_in = row.get("ends_in")
    return WaitPolicy(
        waiting_for=Role(row["waiting_for"]),
        unit=DayUnit(row["unit"]),
        at_most=row["at_most"],
        remind_after=tuple(row.get("remind_after", ())),
        escalate_after=row.get("escalate_after"),
        ends_in=None if ends_in is None else statuses(ends_in),
    )
