"""Orders a term, with the requisites that the invoice names, and cancels such an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from types import MappingProxyType
from uuid import UUID, uuid5

from db.billing.client import ClientRow
from db.database import Database
from db.facts import every, load, together
from db.renewal import order as orders
from db.renewal import reads as cases_in
from db.renewal.order import OrderRow
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from db.subscription.subscription_queries import LastCase, SubscriptionRow, TermRow
from domain.billing.payer import Payer, Registered, as_registered, payer_problems
from domain.billing.requisites import ClientKind
from domain.case.decision import Decision
from domain.refund.statement import digest
from domain.renewal.renewal import (
    PayBy,
    RenewalRefusal,
    RenewalRequest,
    RenewalStatus,
    RenewalTransitionResult,
    renewal_workflow_id,
)
from domain.subscription.offer import Offer, Situation, offers_for
from domain.subscription.offer_kind import OfferKind
from domain.subscription.subscription import HeldTerm
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import (
    FieldError,
    LookAt,
    Noun,
    Refusal,
    conflict,
    invalid,
)
from starter.commands.renewal.agreed import agreed_terms, columns_of
from starter.commands.renewal.case import decide
from starter.commands.renewal.case import order as handed_over
from starter.commands.services import Services
from texts import rubles
from workflows.renewal import RenewalWorkflow

ORDERED: Mapping[RenewalStatus, RenewalRefusal] = MappingProxyType(
    {
        RenewalStatus.AWAITING_PAYMENT: RenewalRefusal.ORDER_OPEN,
        RenewalStatus.CHECKING_PAYMENT: RenewalRefusal.ORDER_OPEN,
        RenewalStatus.PAID: RenewalRefusal.ORDER_PAID,
    }
)
"""Why a case whose client has ordered already takes no other order."""


@dataclass(frozen=True)
class OrderAsked:
    """An offer as the client saw it, the way of payment, and the buyer that the invoice names."""

    offer: OfferKind
    tariff_code: str
    individual_offer_id: UUID | None
    price_kopecks: int
    method: PayBy
    payer: Payer


@dataclass(frozen=True)
class OrderPlaced:
    """The order's id and case, and the case's answer."""

    order_id: UUID
    renewal_id: str
    result: RenewalTransitionResult


@dataclass(frozen=True)
class OrderFacts:
    """The facts that an order is judged by, read at one moment."""

    now: datetime
    subscriptions: Sequence[SubscriptionRow]
    placed: Sequence[OrderRow]
    terms: Sequence[TermRow]
    clients: Sequence[ClientRow]
    cases: Sequence[LastCase]
    situation: Situation

    @property
    def client(self) -> ClientRow:
        """Who orders."""
        return self.clients[0]


@command
async def place_order(
    services: Services, caller: Caller, command_id: UUID, subscription_id: str, asked: OrderAsked
) -> OrderPlaced:
    """Orders one of today's offers; the invoice is issued at once.

    One order of a subscription is open at a time: it is paid or cancelled before another. An offer
    whose price has changed is refused (`price_changed`).
    """
    order_id = uuid5(command_id, "order")
    facts = await _facts(services.database, caller, subscription_id, order_id)
    subscription = require_visible(caller, facts.subscriptions)
    earlier = None
    if facts.placed:
        terms = subscriptions.held_from(facts.terms)
        request = _request(subscription, facts.placed[0].renewal_id, terms)
        earlier = await _earlier(services.database, request, order_id)
    else:
        request = await _put(services, caller, facts, subscription, order_id, asked)
    result = earlier or await _taken(services, request, caller, order_id, command_id)
    return OrderPlaced(order_id, request.renewal_id, result)


@command
async def cancel_order(
    services: Services, caller: Caller, command_id: UUID, renewal_id: str
) -> RenewalTransitionResult:
    """Voids the invoice; money that still arrives is held and offered back to the client."""
    submission_id = uuid5(command_id, "cancellation")
    heads, decided = await services.database.read(
        cases_in.head(renewal_id), cases_in.decision(renewal_id, submission_id)
    )
    require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    decision = Decision(caller.login, str(submission_id))
    return await decide(services, RenewalWorkflow.cancel_order, renewal_id, decision, command_id)


async def _put(
    services: Services,
    caller: Caller,
    facts: OrderFacts,
    subscription: SubscriptionRow,
    order_id: UUID,
    asked: OrderAsked,
) -> RenewalRequest:
    """Stores the order; refuses one that no case would take."""
    payer = _payer(asked, facts)
    last = facts.situation.terms.last
    renewal_id = renewal_workflow_id(subscription.id, None if last is None else last.ends_on)
    _check_open(facts.cases)
    offer = chosen(offers_for(facts.situation), asked)
    agreed = agreed_terms(offer, asked.method, payer, subscription, facts.now)
    async with services.database.transaction() as transaction:
        orders.put(
            transaction,
            order_id,
            renewal_id=renewal_id,
            subscription_id=subscription.id,
            client_id=subscription.client_id,
            **columns_of(offer, asked.method, payer),
            agreed=agreed,
            agreed_sha256=digest(agreed),
            placed_by=caller.login,
            placed_at=facts.now,
        )
    return _request(subscription, renewal_id, () if last is None else (last,))


async def _facts(
    database: Database, caller: Caller, subscription_id: str, order_id: UUID
) -> OrderFacts:
    """In one round trip, before it is known whether the subscription is the caller's."""
    now = datetime.now(UTC)
    reading = together(
        partial(OrderFacts, now),
        every(subscriptions.one(subscription_id)),
        every(orders.one(order_id)),
        every(subscriptions.terms_of(subscription_id)),
        every(orders.client(caller.client_id or "")),
        every(subscriptions.last_case(subscription_id)),
        offers.situation(subscription_id, now),
    )
    return await load(database, reading)


def _payer(asked: OrderAsked, facts: OrderFacts) -> Payer:
    client = Registered(ClientKind(facts.client.kind), facts.client.name, facts.client.inn)
    payer = replace(asked.payer, address=_address(asked.payer, facts.client))
    found = payer_problems(payer, client)
    if found:
        raise invalid(*(FieldError(one.code, f"/requisites/{one.field}") for one in found))
    return as_registered(payer, client)


def _address(payer: Payer, client: ClientRow) -> str | None:
    """The address given; without it the registered one, if the client orders for itself."""
    registered = client.address if payer.inn == client.inn else None
    return payer.address or registered


def _check_open(cases: Sequence[LastCase]) -> None:
    """Avoids storing an order that no case would take; the case itself checks again."""
    refusal = ORDERED.get(RenewalStatus(cases[0].status)) if cases else None
    if refusal is not None:
        raise _ordered_already(refusal, cases[0].id)


def _ordered_already(code: str, renewal_id: str) -> Refusal:
    """The refusal of an order while another is open or paid; names that one."""
    look_at = LookAt(Noun.RENEWAL, renewal_id)
    return conflict(code, details={"renewal_id": renewal_id}, look_at=look_at)


def chosen(offered: Sequence[Offer], asked: OrderAsked) -> Offer:
    """The offer that the client saw; refused when it is gone or its price has changed."""
    wanted = (asked.offer, asked.tariff_code, asked.individual_offer_id)
    for offer in offered:
        of_person = offer.individual_offer_id
        found = (offer.kind, offer.tariff.code, None if of_person is None else UUID(of_person))
        if found == wanted:
            break
    else:
        raise conflict("offer_gone")
    if offer.price_kopecks != asked.price_kopecks:
        raise conflict("price_changed", price=rubles(offer.price_kopecks))
    return offer


def _request(
    subscription: SubscriptionRow, renewal_id: str, held: Sequence[HeldTerm]
) -> RenewalRequest:
    """The request that opens the case of this id: the term that it renews, if it renews one."""
    for term in held:
        if renewal_workflow_id(subscription.id, term.ends_on) == renewal_id:
            return _renewing(subscription, renewal_id, term.term_id, term.ends_on)
    return _renewing(subscription, renewal_id, None, None)


def _renewing(
    subscription: SubscriptionRow, renewal_id: str, term_id: str | None, ends_on: date | None
) -> RenewalRequest:
    return RenewalRequest(renewal_id, subscription.id, subscription.client_id, term_id, ends_on)


async def _earlier(
    database: Database, request: RenewalRequest, order_id: UUID
) -> RenewalTransitionResult | None:
    """The answer that the case has already given to this order."""
    (decided,) = await database.read(cases_in.decision(request.renewal_id, order_id))
    return cases_in.result_in(decided)


async def _taken(
    services: Services,
    request: RenewalRequest,
    caller: Caller,
    order_id: UUID,
    command_id: UUID,
) -> RenewalTransitionResult:
    """The case's answer to the order."""
    decision = Decision(caller.login, str(order_id))
    try:
        return await handed_over(services, request, decision, command_id)
    except Refusal as refusal:
        if refusal.code not in ORDERED.values():
            raise
        raise _ordered_already(refusal.code, request.renewal_id) from None
