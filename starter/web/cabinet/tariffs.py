"""«Тарифы»: all that can be bought for a subscription, what fits best first."""

from datetime import UTC, datetime

from starlette.responses import Response

from db.facts import load
from domain.subscription.offer import may_ask_for_limit, offers_for
from domain.subscription.offer_kind import OfferKind
from starter.access import require_visible
from starter.presentation.subscription.offers import offer_shown, offering, replaced_by_order
from starter.presentation.subscription.overview import order_open
from starter.web.cabinet.addresses import SubscriptionId
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.get("/subscriptions/{subscription_id}/tariffs")
async def show_tariffs(visit: VisitDep, subscription_id: SubscriptionId) -> Response:
    """The tariff of the present or last term, the bigger one, individual offers, and all others."""
    found = await load(visit.database, offering(subscription_id, datetime.now(UTC)))
    subscription, situation = require_visible(visit.caller, found.heads), found.situation
    offered = [offer_shown(one, visit.language) for one in offers_for(situation)]
    free = [one for one in situation.tariffs if one.is_free and one.is_offered]
    return visit.page(
        "tariffs.html",
        subscription=subscription,
        named=[one for one in offered if one.offer is not OfferKind.ANOTHER],
        others=[one for one in offered if one.offer is OfferKind.ANOTHER],
        running=situation.running,
        ahead=situation.terms.following,
        is_free=situation.running is None and situation.grace_until is None,
        free=free[0] if free else None,
        may_order=found.may_order,
        unpaid=replaced_by_order(situation.terms, found.cases),
        order_id=order_open(found.cases),
        may_ask=may_ask_for_limit(situation),
    )
