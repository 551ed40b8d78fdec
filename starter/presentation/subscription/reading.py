"""All that is stored about a subscription, read at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, partial

from db.case.policy import renewal_policy_from, renewal_valid_at
from db.database import Database
from db.facts import Reading, every, load, only, together
from db.subscription import subscription as subscriptions
from db.subscription.subscription_queries import LastCase, SubscriptionRow, TermRow, UsageReport
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.indicator import Indicator, indicator_for
from domain.renewal.policy import RenewalPolicy
from domain.subscription.subscription import HeldTerm, Terms, terms_on
from starter.access import require_visible
from starter.caller import Caller
from starter.presentation.subscription.presenters import (
    TermShown,
    UsageShown,
    term_shown,
    usage_shown,
)


@dataclass(frozen=True)
class Stored:
    """A subscription with its terms, the newest first, its last case and its newest usage report;
    `heads` is empty where there is no such subscription. `now` is UTC.
    """

    now: datetime
    heads: Sequence[SubscriptionRow]
    policy: RenewalPolicy
    term_rows: Sequence[TermRow]
    cases: Sequence[LastCase]
    reports: Sequence[UsageReport]

    @property
    def head(self) -> SubscriptionRow:
        """The subscription itself."""
        return self.heads[0]

    @property
    def today(self) -> date:
        """The Moscow day."""
        return moscow_date(self.now)

    @cached_property
    def held(self) -> Sequence[HeldTerm]:
        """The terms in the order of their rows."""
        return subscriptions.held_from(self.term_rows)

    @property
    def terms_now(self) -> Terms:
        """The last term begun, and the next one."""
        return terms_on(self.held, self.today)

    @property
    def indicator(self) -> Indicator:
        """What the host product shows."""
        case = subscriptions.open_case_from(self.cases)
        return indicator_for(self.terms_now, case, self.now, self.policy)

    @property
    def usage(self) -> UsageShown | None:
        """The newest report, if there is one."""
        usage = subscriptions.usage_from(self.reports)
        return None if usage is None else usage_shown(usage, self.held, self.today)

    @property
    def terms(self) -> list[TermShown]:
        """The terms, the newest first."""
        return terms_shown(self.term_rows, self.today)


def terms_shown(rows: Sequence[TermRow], today: date) -> list[TermShown]:
    """Terms as of a Moscow day, in the order of their rows."""
    pairs = zip(rows, subscriptions.held_from(rows), strict=True)
    return [term_shown(row, term, today) for row, term in pairs]


def stored(subscription_id: str, now: datetime) -> Reading[Stored]:
    """All about a subscription at an instant (UTC), whosever it is."""
    return together(
        partial(Stored, now),
        every(subscriptions.one(subscription_id)),
        only(renewal_valid_at(now)).to(renewal_policy_from),
        every(subscriptions.terms_of(subscription_id)),
        every(subscriptions.last_case(subscription_id)),
        every(subscriptions.newest_usage(subscription_id)),
    )


async def found_by(database: Database, caller: Caller, subscription_id: str) -> Stored:
    """A subscription that this caller may see; any other is `not_found`."""
    found = await load(database, stored(subscription_id, datetime.now(UTC)))
    require_visible(caller, found.heads)
    return found
