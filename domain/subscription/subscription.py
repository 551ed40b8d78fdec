"""What a subscription holds: its terms, and whether the present one is large enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar.bank_calendar import moscow_date

MIN_PROJECTED_DAYS = 14
"""Days of a term after which its usage says something about the rest of it."""


@dataclass(frozen=True)
class HeldTerm:
    """A term that was bought; Moscow days, both ends belong to it.

    `stopped_on` is the first day that is no longer used: the rest was refunded. `anchored_on` is
    the first day of the chain that the term goes on with; None: it is the first of its chain.
    """

    term_id: str
    tariff_code: str
    units: int
    starts_on: date
    ends_on: date
    stopped_on: date | None = None
    anchored_on: date | None = None

    @property
    def served_until(self) -> date:
        """The last day of the service; before `starts_on` when no day of it was used."""
        return self.ends_on if self.stopped_on is None else self.stopped_on - timedelta(days=1)


@dataclass(frozen=True)
class Usage:
    """What the host product reported: units used since the term began, at an instant (UTC)."""

    reported_at: datetime
    units_used: int


@dataclass(frozen=True)
class Need:
    """How many units a whole term would take, and whether all that there are are used already."""

    units: int
    is_used_up: bool


@dataclass(frozen=True)
class Terms:
    """The terms of a subscription on a Moscow day: the last one begun, and what follows it."""

    last: HeldTerm | None = None
    following: HeldTerm | None = None

    def running(self, today: date) -> HeldTerm | None:
        """The term that serves today."""
        return self.last if self.last is not None and today <= self.last.served_until else None


def terms_on(held: Sequence[HeldTerm], today: date) -> Terms:
    """Sorts out terms that were not withdrawn; they never overlap."""
    ordered = sorted(held, key=lambda term: term.starts_on)
    begun = [term for term in ordered if term.starts_on <= today]
    ahead = [term for term in ordered if term.starts_on > today]
    return Terms(begun[-1] if begun else None, ahead[0] if ahead else None)


def need_beyond(term: HeldTerm, usage: Usage | None) -> Need | None:
    """What the client needs when the term's size is too small for it; None when it is enough.

    It is too small when all units are used, or when usage goes on as it did until the report and
    the term would take more than there are: `used × days of the term / days until the report`,
    upwards. The report's own day counts; the first `MIN_PROJECTED_DAYS` project nothing, and a
    report from outside the term says nothing about it.
    """
    if usage is None or not term.starts_on <= moscow_date(usage.reported_at) <= term.ends_on:
        return None
    passed = (moscow_date(usage.reported_at) - term.starts_on).days + 1
    total = (term.ends_on - term.starts_on).days + 1
    projected = -(-usage.units_used * total // passed)
    if usage.units_used >= term.units:
        enough = max(usage.units_used, projected if passed >= MIN_PROJECTED_DAYS else 0)
        return Need(enough, is_used_up=True)
    if passed >= MIN_PROJECTED_DAYS and projected > term.units:
        return Need(projected, is_used_up=False)
    return None
