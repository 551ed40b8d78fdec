"""What the header of every page shows of a client's subscription, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from db.case.policy import renewal_policy_from, renewal_valid_at
from db.facts import Reading, every, known, only, together
from db.subscription import overview as overviews
from db.subscription.overview import OverviewRow
from db.subscription.subscription import open_case_from
from db.subscription.subscription_queries import LastCase
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.indicator import Indicator, Level, indicator_for
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import RenewalStatus
from domain.subscription.subscription import HeldTerm, Need, Terms, Usage, need_beyond
from starter.presentation.subscription.offers import may_order

WITH_ORDER = frozenset(
    {RenewalStatus.AWAITING_PAYMENT, RenewalStatus.CHECKING_PAYMENT, RenewalStatus.PAID}
)
"""Statuses of a case whose client has ordered, and whose term has not begun."""
WHOLE = 100

_URGENCY = {Level.RED: 0, Level.YELLOW: 1, Level.NONE: 2}


@dataclass(frozen=True)
class Gauge:
    """How much of a running term is used; `used` is None until the host product has reported."""

    used: int | None
    limit: int
    need: Need | None

    @property
    def percent(self) -> int:
        """Of the limit, 100 at most."""
        return min(WHOLE, (self.used or 0) * WHOLE // max(1, self.limit))

    @property
    def tone(self) -> str:
        """How it looks: used up, soon used up, or enough."""
        if self.need is None:
            return "good"
        return "bad" if self.need.is_used_up else "warn"


@dataclass(frozen=True)
class Overview:
    """A subscription at one glance. `until` is the last day with service of the running term, or of
    the last one.
    """

    id: str
    title: str
    tariff_title: str | None
    gauge: Gauge | None
    until: date | None
    indicator: Indicator
    may_order: bool
    order_id: str | None

    @property
    def is_running(self) -> bool:
        """Whether a paid term is served today."""
        return self.gauge is not None

    @property
    def may_renew(self) -> bool:
        """Whether the same can be bought for another term: never where nothing was ever paid."""
        return self.may_order and self.until is not None


def gauge_of(running: HeldTerm | None, usage: Usage | None) -> Gauge | None:
    """The gauge of the running term; a report made before the term says nothing of it."""
    if running is None:
        return None
    counts = usage is not None and moscow_date(usage.reported_at) >= running.starts_on
    used = usage.units_used if usage is not None and counts else None
    return Gauge(used, running.units, need_beyond(running, usage))


def order_open(cases: Sequence[LastCase]) -> str | None:
    """The case whose order is open or paid and has not become a term yet."""
    waits = bool(cases) and RenewalStatus(cases[0].status) in WITH_ORDER
    return cases[0].id if waits else None


def overview_for(client_id: str | None, now: datetime) -> Reading[Overview | None]:
    """The most urgent of a client's subscriptions at an instant (UTC); None for staff, and where
    there is none.
    """
    if client_id is None:
        return known(None)
    return together(
        partial(_most_urgent, now),
        every(overviews.of_client(client_id, moscow_date(now))),
        only(renewal_valid_at(now)).to(renewal_policy_from),
    )


def _most_urgent(
    now: datetime, rows: Sequence[OverviewRow], policy: RenewalPolicy
) -> Overview | None:
    found = [_overview(row, policy, now) for row in rows]
    return min(found, key=_urgency, default=None)


def _urgency(one: Overview) -> tuple[int, bool, date]:
    """Red before yellow, then what is running before what is not, then what ends first."""
    return _URGENCY[one.indicator.level], not one.is_running, one.until or date.max


def _overview(row: OverviewRow, policy: RenewalPolicy, now: datetime) -> Overview:
    terms, cases = overviews.terms_from(row), overviews.cases_from(row)
    running = terms.running(moscow_date(now))
    return Overview(
        id=row.id,
        title=row.title,
        tariff_title=row.tariff_title,
        gauge=gauge_of(running, overviews.usage_in(row)),
        until=_until(terms),
        indicator=indicator_for(terms, open_case_from(cases), now, policy),
        may_order=may_order(terms, cases),
        order_id=order_open(cases),
    )


def _until(terms: Terms) -> date | None:
    return None if terms.last is None else terms.last.served_until
