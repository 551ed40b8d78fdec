"""The same order once more, to be paid by card: one that waits for a transfer, or whose card was
refused.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from db.facts import load
from db.renewal import order as orders
from db.renewal import reads as cases_in
from db.renewal.order import TakenOrder
from db.subscription import offer as offers
from domain.billing.payer import Payer
from domain.renewal.renewal import PayBy, RenewalRefusal
from domain.subscription.offer import offers_for
from domain.subscription.offer_kind import OfferKind
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import conflict
from starter.commands.renewal.order import (
    OrderAsked,
    OrderPlaced,
    cancel_order,
    chosen,
    place_order,
)
from starter.commands.services import Services


async def order_again(
    services: Services, caller: Caller, command_id: UUID, renewal_id: str
) -> OrderPlaced:
    """Calls the open order off and places the same one, to be paid by card.

    They are two commands, each with an id of its own: a repeat goes on where the first try stopped.
    Refused before anything is done where the offer is gone or its price has changed, or money has
    come. Raises as the commands do; what is `unknown` is done by a repeat.
    """
    heads, taken = await services.database.read(cases_in.head(renewal_id), orders.taken(renewal_id))
    case = require_visible(caller, heads)
    if not taken:
        raise conflict(RenewalRefusal.NO_OPEN_ORDER)
    asked = _same(taken[0])
    if case.order_id is not None:
        if case.paid_kopecks:
            raise conflict("order_paid_in_part")
        situation = await load(
            services.database, offers.situation(case.subscription_id, datetime.now(UTC))
        )
        chosen(offers_for(situation), asked)
    await cancel_order(services, caller, command_id, renewal_id)
    order_command = uuid5(command_id, "order_again")
    return await place_order(services, caller, order_command, case.subscription_id, asked)


def _same(order: TakenOrder) -> OrderAsked:
    return OrderAsked(
        OfferKind(order.offer),
        order.tariff_code,
        order.individual_offer_id,
        order.price_kopecks,
        PayBy.BANK_CARD,
        Payer(order.payer_name, order.payer_inn, order.payer_kpp, order.payer_address),
    )
