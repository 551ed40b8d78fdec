"""«Подписка»: how much is used, until when, what can be bought, and how it came here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.facts import every, load, together
from db.query import present
from db.renewal import reads as renewals
from db.renewal.reads import RenewalInList
from db.subscription import limit_request as requests
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from db.subscription.limit_request import RequestWithAnswer
from db.subscription.subscription_queries import TermRow
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.renewal import RenewalStatus
from domain.subscription.offer import Situation, may_ask_for_limit, offers_for
from starter.access import require_visible
from starter.presentation.subscription.offers import (
    may_order,
    replaced_by_order,
    upgrade_in,
    usual_in,
)
from starter.presentation.subscription.overview import gauge_of, order_open
from starter.presentation.subscription.presenters import TermState
from starter.presentation.subscription.reading import Stored, stored, terms_shown
from starter.web.cabinet.addresses import SubscriptionId, subscription_page, tariffs_page
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

SHOWN = 20
"""Subscriptions, or renewals of one, or its terms, that a page shows."""
After = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9-]{1,40}$")]
"""The last subscription seen."""
_RENEWAL_ID = r"^renewal-[A-Za-z0-9-]{1,60}$"
_TONES = {
    RenewalStatus.AWAITING_PAYMENT: "warn",
    RenewalStatus.CHECKING_PAYMENT: "info",
    RenewalStatus.PAID: "good",
    RenewalStatus.RENEWED: "good",
    RenewalStatus.LAPSED: "warn",
}

routes = pages()


@dataclass(frozen=True)
class Whole:
    """All that the page of a subscription shows, read at one moment."""

    stored: Stored
    situation: Situation
    renewals: Sequence[RenewalInList]
    terms: Sequence[TermRow]
    requests: Sequence[RequestWithAnswer]


@routes.get("/subscription")
async def show_own_subscription(visit: VisitDep, after: After = None) -> Response:
    """The only subscription of the client, or the list of them."""
    return await _own(visit, after, subscription_page)


@routes.get("/subscription/tariffs")
async def show_own_tariffs(visit: VisitDep, after: After = None) -> Response:
    """What can be bought for the only subscription of the client, or the list of them."""
    return await _own(visit, after, tariffs_page)


@routes.get("/subscriptions/{subscription_id}")
async def show_subscription(
    visit: VisitDep,
    subscription_id: SubscriptionId,
    after: Annotated[str | None, Query(pattern=_RENEWAL_ID)] = None,
    before: date = date.max,
) -> Response:
    """One subscription in full; `after` is the last renewal seen, `before` the first day of the
    last term seen.
    """
    now = datetime.now(UTC)
    reading = together(
        Whole,
        stored(subscription_id, now),
        offers.situation(subscription_id, now),
        every(renewals.of_subscription(subscription_id, SHOWN + 1, after)),
        every(subscriptions.terms_before(subscription_id, before)),
        every(requests.newest(subscription_id)),
    )
    found = await load(visit.database, reading)
    require_visible(visit.caller, found.stored.heads)
    return _page(visit, found)


def _page(visit: Visit, found: Whole) -> Response:
    of = found.stored
    offered, running = offers_for(found.situation), of.terms_now.running(of.today)
    upgrade = upgrade_in(offered, found.situation)
    may = may_order(of.terms_now, of.cases)
    return visit.page(
        "subscription.html",
        of=of,
        gauge=gauge_of(running, subscriptions.usage_from(of.reports)),
        terms={state: [one for one in of.terms if one.state is state] for state in TermState},
        grace_until=found.situation.grace_until,
        usual=usual_in(offered) if may else None,
        upgrade=upgrade if may else None,
        may_order=may,
        unpaid=replaced_by_order(of.terms_now, of.cases),
        order_id=order_open(of.cases),
        may_ask=may_ask_for_limit(found.situation),
        request=found.requests[0] if found.requests else None,
        renewals=[_renewal(row) for row in found.renewals[:SHOWN]],
        terms_shown=terms_shown(found.terms[:SHOWN], of.today),
        earlier=found.terms[SHOWN - 1].starts_on if len(found.terms) > SHOWN else None,
        following=found.renewals[SHOWN - 1].id if len(found.renewals) > SHOWN else None,
    )


def _renewal(row: RenewalInList) -> tuple[RenewalInList, str]:
    """A renewal and how its status looks."""
    return row, _TONES.get(RenewalStatus(row.status), "quiet")


async def _own(visit: Visit, after: str | None, address: Callable[[str], str]) -> Response:
    client_id, today = present(visit.caller.client_id), moscow_date(datetime.now(UTC))
    rows = await visit.database.rows(subscriptions.listed(today, client_id, SHOWN + 1, after))
    if len(rows) == 1 and after is None:
        return visit.see(address(rows[0].id))
    shown = rows[:SHOWN]
    return visit.page(
        "subscriptions.html",
        subscriptions=[(row, address(row.id)) for row in shown],
        following=shown[-1].id if len(rows) > SHOWN else None,
    )
