"""What a subscription holds: its terms, and whether the present one is large enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar.bank_calendar import moscow_date

MIN_PROJECTED_DAYS = 14
"""Days of a term after which its usage is projected to the rest of it."""


@dataclass(frozen=True)
class HeldTerm:
    """A term that was bought; both Moscow days are served.

    `stopped_on` is the first day without service: the rest was refunded. `anchored_on` is the first
    day of the chain that the term continues; None: it is the first of its chain.
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
        """The last day with service; before `starts_on` when no day was served."""
        return self.ends_on if self.stopped_on is None else self.stopped_on - timedelta(days=1)


@dataclass(frozen=True)
class Usage:
    """What the host product reported: units used since the term began, at an instant (UTC)."""

    reported_at: datetime
    units_used: int


@dataclass(frozen=True)
class Need:
    """How many units a whole term would use, and whether all available ones are used already."""

    units: int
    is_used_up: bool


@dataclass(frozen=True)
class Terms:
    """The terms of a subscription on a Moscow day: the last one begun, and the next one."""

    last: HeldTerm | None = None
    following: HeldTerm | None = None

    def running(self, today: date) -> HeldTerm | None:
        """The term that is served today."""
        return self.last if self.last is not None and today <= self.last.served_until else None


def terms_on(held: Sequence[HeldTerm], today: date) -> Terms:
    """The last term begun by a day, and the next one. `held` is without withdrawn terms, and terms
    never overlap.
    """
    ordered = sorted(held, key=lambda term: term.starts_on)
    begun = [term for term in ordered if term.starts_on <= today]
    ahead = [term for term in ordered if term.starts_on > today]
    return Terms(begun[-1] if begun else None, ahead[0] if ahead else None)


def need_beyond(term: HeldTerm, usage: Usage | None) -> Need | None:
    """The usage that the term's size is too small for; None when it is large enough.

    It is too small when all units are used, or when the usage up to the report, projected to the
    whole term, exceeds them: `used × days of the term / days until the report`, rounded up. The
    report's own day counts; nothing is projected in the first `MIN_PROJECTED_DAYS`, nor from a
    report made outside the term.
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
