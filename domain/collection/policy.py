"""The policy of unpaid orders: versioned data, never changed by the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar.bank_calendar import ONE_DAY, BankCalendar, moscow_date
from domain.case.waiting import WaitPolicy, wait_policy_from
from domain.collection.collection import CollectionStatus, Reason

MAX_DAYS_OFF = 31
"""The longest row of days without a bank day that a contact is looked for behind."""


class Tone(StrEnum):
    """How a letter speaks; its template is `collection_<tone>`."""

    FIRST = "first"
    REMINDER = "reminder"
    FIRM = "firm"
    CLAIM = "claim"

    @property
    def strength(self) -> int:
        """A letter about several debts speaks as the strongest of them."""
        return list(Tone).index(self)

    @property
    def status(self) -> CollectionStatus:
        """What a case is once a letter of this tone has left."""
        return _STATUSES[self]


_STATUSES: Mapping[Tone, CollectionStatus] = MappingProxyType(
    {
        Tone.FIRST: CollectionStatus.CONTACTED,
        Tone.REMINDER: CollectionStatus.REMINDED,
        Tone.FIRM: CollectionStatus.REMINDED,
        Tone.CLAIM: CollectionStatus.CLAIM_SENT,
    }
)


@dataclass(frozen=True)
class Rung:
    """A row of the ladder: bank days after the day of payment or the letter before, and a tone."""

    after_bank_days: int
    tone: Tone


@dataclass(frozen=True)
class CollectionPolicy:
    """One version of the policy. Hours are of the client's clock; `answers` are bank days that each
    reason of a client gives it; a debt of `legal_from_kopecks` goes to the lawyer instead of a
    claim that is sent by itself.
    """

    version: int
    looks_after_minutes: tuple[int, ...]
    ladder: tuple[Rung, ...]
    contact_from_hour: int
    contact_to_hour: int
    legal_from_kopecks: int
    answers: Mapping[Reason, int]
    promise_days: int
    promises: int
    promise_bank_days: int
    pause_days: int
    legal: WaitPolicy

    @classmethod
    def from_document(cls, version: int, document: Mapping[str, Any]) -> "CollectionPolicy":
        """A stored version; a missing key or an unknown value raises KeyError or ValueError."""
        return cls(
            version,
            tuple(document["looks_after_minutes"]),
            tuple(Rung(row["after_bank_days"], Tone(row["tone"])) for row in document["ladder"]),
            document["contact_from_hour"],
            document["contact_to_hour"],
            document["legal_from_kopecks"],
            {Reason(code): row["bank_days"] for code, row in document["answers"].items()},
            document["promise_days"],
            document["promises"],
            document["promise_bank_days"],
            document["pause_days"],
            wait_policy_from(document["legal"], CollectionStatus),
        )

    def may_contact(self, at: datetime, zone: ZoneInfo, calendar: BankCalendar) -> bool:
        """Whether a client may be written to at an instant: a bank day, within its own hours.

        Raises `CalendarNotCovered`.
        """
        hour = at.astimezone(zone).hour
        is_day = self.contact_from_hour <= hour < self.contact_to_hour
        return is_day and calendar.is_bank_day(moscow_date(at))

    def contact_from(self, at: datetime, zone: ZoneInfo, calendar: BankCalendar) -> datetime:
        """The first instant from `at` on at which a client may be written to (UTC).

        Raises `CalendarNotCovered`.
        """
        if self.may_contact(at, zone, calendar):
            return at
        day = at.astimezone(zone).date()
        for ahead in range(MAX_DAYS_OFF + 1):
            begin = datetime.combine(
                day + timedelta(days=ahead), time(self.contact_from_hour), tzinfo=zone
            ).astimezone(UTC)
            if begin >= at and self.may_contact(begin, zone, calendar):
                return begin
        raise ValueError(f"no bank day within {MAX_DAYS_OFF} days of {day}")

    def after_bank_days(
        self, count: int, at: datetime, zone: ZoneInfo, calendar: BankCalendar
    ) -> datetime:
        """When a client may be written to on the `count`-th bank day after an instant."""
        day = calendar.add_bank_days(moscow_date(at), count)
        begin = datetime.combine(day, time(self.contact_from_hour), tzinfo=zone).astimezone(UTC)
        while moscow_date(begin) < day:
            begin += ONE_DAY
        return self.contact_from(begin, zone, calendar)
