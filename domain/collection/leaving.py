"""Whether a letter about debts may leave, judged again at the moment at which it would: hours may
have gone by since it was written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar.bank_calendar import BankCalendar, CalendarNotCovered, moscow_date
from domain.collection.policy import CollectionPolicy, Tone

ASKED_AGAIN = timedelta(hours=1)
"""When a letter is judged again whose day the calendar does not cover yet."""


class NotSent(StrEnum):
    """Why a letter does not ask for a debt, or was not sent. `MONEY`: the debt has changed.
    `OUTDATED`: its day has gone by, so it is written anew. `SUPERSEDED`: a later one was written.
    """

    MONEY = "money"
    ENDED = "ended"
    DISPUTED = "disputed"
    PROMISED = "promised"
    PAUSED = "paused"
    OUTDATED = "outdated"
    SUPERSEDED = "superseded"


WRITTEN_ANEW = frozenset({NotSent.DISPUTED, NotSent.OUTDATED})
"""The ladder goes on with the letter that was not sent, not with the one after it."""


class Delay(StrEnum):
    """Why a letter leaves later: the client's hours, another contact of the day, a year without a
    confirmed calendar.
    """

    QUIET_HOURS = "quiet_hours"
    CONTACTED = "contacted_today"
    CALENDAR = "calendar_not_covered"


@dataclass(frozen=True)
class AskedDebt:
    """A debt that a letter asks for, as it is now."""

    collection_id: str
    is_owed: bool
    is_closed: bool
    is_disputed: bool

    @property
    def not_sent(self) -> NotSent | None:
        """Why the letter may not ask for it any more; None where it may."""
        if not self.is_owed:
            return NotSent.MONEY
        if self.is_closed:
            return NotSent.ENDED
        return NotSent.DISPUTED if self.is_disputed else None


@dataclass(frozen=True, repr=False)
class QueuedLetter:
    """A letter that is to leave. `is_contacted`: the client was spoken or written to on the day on
    which it would; `is_superseded`: a letter of a later day was written.
    """

    letter_id: str
    day: date
    tone: Tone
    next_on: date
    written_at: datetime
    debts: Sequence[AskedDebt]
    is_contacted: bool
    is_superseded: bool
    policy: CollectionPolicy
    zone: ZoneInfo
    calendar: BankCalendar
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Leaving:
    """What becomes of a letter: debts that it leaves out, that it is withdrawn, or waits until an
    instant; with none of them it leaves.
    """

    left_out: Mapping[str, NotSent] = field(default_factory=dict)
    withdrawn: NotSent | None = None
    waits_until: datetime | None = None
    delay: Delay | None = None


def leaving(letter: QueuedLetter, now: datetime) -> Leaving:
    """What becomes of a letter that is about to leave. It is never judged by an instant before the
    one at which it was written.
    """
    at = max(now, letter.written_at)
    left_out = {one.collection_id: one.not_sent for one in letter.debts}
    gone = {collection_id: why for collection_id, why in left_out.items() if why is not None}
    if gone:
        return Leaving(left_out=gone)
    try:
        earliest, delay = _earliest(letter, at)
    except CalendarNotCovered:
        return Leaving(waits_until=at + ASKED_AGAIN, delay=Delay.CALENDAR)
    withdrawn = _withdrawn(letter, moscow_date(earliest))
    if withdrawn is not None:
        return Leaving(withdrawn=withdrawn)
    return Leaving() if delay is None else Leaving(waits_until=earliest, delay=delay)


def said_on(letter: QueuedLetter, at: datetime) -> dict[str, Any]:
    """What a letter says when it leaves: on a later day than its own, the days of that one, and no
    interest, which is counted up to the day on which it was written.
    """
    later = (moscow_date(max(at, letter.written_at)) - letter.day).days
    if later == 0:
        return dict(letter.params)
    debts = [
        {
            **said,
            "days_late": said["days_late"] + later,
            "interest_kopecks": None,
            "a_day_kopecks": None,
        }
        for said in letter.params["debts"]
    ]
    return {**letter.params, "debts": debts}


def _earliest(letter: QueuedLetter, at: datetime) -> tuple[datetime, Delay | None]:
    """When it may leave, and why not at once; raises `CalendarNotCovered`."""
    policy = letter.policy
    if letter.is_contacted:
        return policy.after_bank_days(1, at, letter.zone, letter.calendar), Delay.CONTACTED
    earliest = policy.contact_from(at, letter.zone, letter.calendar)
    return earliest, Delay.QUIET_HOURS if earliest > at else None


def _withdrawn(letter: QueuedLetter, day: date) -> NotSent | None:
    """Why a letter does not leave on a day that is not its own: a claim has days that count from
    the day of its sending, and no letter gives no time to pay.
    """
    if day == letter.day:
        return None
    if letter.is_superseded and letter.tone is not Tone.CLAIM:
        return NotSent.SUPERSEDED
    is_late = letter.tone is Tone.CLAIM or letter.next_on <= day
    return NotSent.OUTDATED if is_late else None
