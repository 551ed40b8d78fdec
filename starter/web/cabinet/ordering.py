"""An order of a term: the window that says what is bought, the requisites, the way of paying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from db.billing.client import ClientRow
from db.facts import every, load, together
from db.renewal import order as orders
from db.subscription.subscription_queries import SubscriptionRow
from domain.billing.payer import Payer
from domain.billing.requisites import ClientKind
from domain.renewal.renewal import PayBy
from domain.subscription.offer import Offer, may_ask_for_limit, offers_for
from domain.subscription.offer_kind import OfferKind
from starter.access import require_visible
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid, not_found
from starter.commands.renewal import order as command
from starter.commands.renewal.order import OrderAsked
from starter.presentation.renewal.organisation import Organisation, organisation_by
from starter.presentation.subscription.offers import (
    Offering,
    offer_shown,
    offering,
    replaced_by_order,
    upgrade_in,
    usual_in,
)
from starter.presentation.subscription.overview import order_open
from starter.web.cabinet.addresses import SubscriptionId, renewal_page, subscription_page
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

NAME, INN, KPP, ADDRESS = (f"requisites.{one}" for one in ("name", "inn", "kpp", "address"))
"""The fields of the payer, as the command names them."""
METHOD = "method"
PRICE = "price"
MAX_PRICE_DIGITS = 15
MAX_CODE_LENGTH = 20
"""Of a tariff."""

routes = pages()


@dataclass(frozen=True)
class Choice:
    """An offer as its address names it; `seen_kopecks` is the price that the client saw."""

    kind: OfferKind
    tariff_code: str
    individual_offer_id: UUID | None
    seen_kopecks: int | None

    def among(self, offered: Sequence[Offer]) -> Offer | None:
        """The offer as it is now; None where it is gone."""
        return next((one for one in offered if self._is(one)), None)

    def _is(self, offer: Offer) -> bool:
        of_person = None if self.individual_offer_id is None else str(self.individual_offer_id)
        found = (offer.kind, offer.tariff.code, offer.individual_offer_id)
        return found == (self.kind, self.tariff_code, of_person)


@dataclass(frozen=True)
class Buying:
    """What pages of an order show, read at one moment."""

    offering: Offering
    clients: Sequence[ClientRow]

    @property
    def head(self) -> SubscriptionRow:
        """The subscription."""
        return self.offering.heads[0]

    @property
    def client(self) -> ClientRow:
        """Who buys."""
        return self.clients[0]

    @cached_property
    def offered(self) -> Sequence[Offer]:
        """What is offered now."""
        return offers_for(self.offering.situation)


@routes.get("/subscriptions/{subscription_id}/renew")
async def show_renewal_offer(visit: VisitDep, subscription_id: SubscriptionId) -> Response:
    """The window «Продлить»: the same once more, or the previous one again."""
    found = await _buying(visit, subscription_id)
    return _window(visit, found, usual_in(found.offered))


@routes.get("/subscriptions/{subscription_id}/upgrade")
async def show_upgrade_offer(visit: VisitDep, subscription_id: SubscriptionId) -> Response:
    """The window «Улучшить»: the bigger tariff that was chosen; leads from the biggest one to a
    request for a higher limit.
    """
    found = await _buying(visit, subscription_id)
    upgrade = upgrade_in(found.offered, found.offering.situation)
    if upgrade is None and found.offering.may_order and may_ask_for_limit(found.offering.situation):
        return visit.see(f"{subscription_page(subscription_id)}/limit-request")
    return _window(visit, found, upgrade)


@routes.get("/subscriptions/{subscription_id}/order")
async def show_order_form(
    visit: VisitDep,
    subscription_id: SubscriptionId,
    offer: OfferKind,
    tariff: Annotated[str, Query(max_length=MAX_CODE_LENGTH)],
    individual: UUID | None = None,
    price: Annotated[str, Query(max_length=MAX_PRICE_DIGITS)] = "",
    payer: Annotated[str, Query(pattern=r"^\s*([0-9]{10}|[0-9]{12})?\s*$")] = "",
) -> Response:
    """The requisites to confirm, and the way of paying; `payer` is the INN of somebody else who
    pays.
    """
    choice = Choice(offer, tariff, individual, _kopecks(price))
    found = await _buying(visit, subscription_id)
    form = Form(await _known_payer(visit, found.client, payer.strip()))
    return _form_page(visit, found, choice, form)


@routes.post("/subscriptions/{subscription_id}/orders")
async def place_order(visit: VisitDep, subscription_id: SubscriptionId) -> Response:
    """Orders the term and leads to the renewal, where it is paid."""
    choice = _choice_in(visit.form)
    try:
        asked = _asked(visit.form, choice)
        placed = await command.place_order(
            visit.services, visit.caller, visit.command_id, subscription_id, asked
        )
    except Refusal as refusal:
        if refusal.kind not in {RefusalKind.INVALID, RefusalKind.CONFLICT}:
            raise
        found = await _buying(visit, subscription_id)
        conflicts = refusal.kind is RefusalKind.CONFLICT
        status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
        form = visit.form.refused(refusal, visit.language)
        return _form_page(visit, found, choice, form, status)
    return visit.see(renewal_page(placed.renewal_id))


async def _buying(visit: Visit, subscription_id: str) -> Buying:
    reading = together(
        Buying,
        offering(subscription_id, datetime.now(UTC)),
        every(orders.client(visit.caller.client_id or "")),
    )
    found = await load(visit.database, reading)
    require_visible(visit.caller, found.offering.heads)
    return found


def _window(visit: Visit, found: Buying, offer: Offer | None) -> Response:
    return visit.page("offer.html", **_shown(visit, found, offer))


def _form_page(
    visit: Visit, found: Buying, choice: Choice, form: Form, status: int = HTTPStatus.OK
) -> Response:
    offer = choice.among(found.offered)
    return visit.page(
        "order_form.html",
        status=status,
        form=form,
        **_shown(visit, found, offer),
        seen=choice.seen_kopecks,
        client_kind=found.client.kind,
        methods=tuple(PayBy),
        by_default=_usual_method(found.client),
        payer_fields=(NAME, INN, KPP, ADDRESS),
    )


def _shown(visit: Visit, found: Buying, offer: Offer | None) -> dict[str, Any]:
    """An offer, or why nothing can be ordered."""
    situation = found.offering.situation
    return {
        "subscription": found.head,
        "offer": None if offer is None else offer_shown(offer, visit.language),
        "running": situation.running,
        "ahead": situation.terms.following,
        "order_id": order_open(found.offering.cases),
        "may_order": found.offering.may_order,
        "unpaid": replaced_by_order(situation.terms, found.offering.cases),
    }


async def _known_payer(visit: Visit, client: ClientRow, inn: str) -> Mapping[str, str]:
    """The requisites of the client itself, or of an INN as far as we know it."""
    asked = inn or client.inn or ""
    known = await organisation_by(visit.database, visit.caller, asked) if asked else None
    if known is None and inn:
        return {INN: inn}
    of: Organisation | ClientRow = known or client
    found = {NAME: of.name, INN: asked, KPP: of.kpp, ADDRESS: of.address}
    return {field: value or "" for field, value in found.items()}


def _usual_method(client: ClientRow) -> PayBy:
    """What is chosen until the client chooses: organisations pay by invoice, people by card."""
    is_person = client.kind == ClientKind.INDIVIDUAL
    return PayBy.BANK_CARD if is_person else PayBy.BANK_TRANSFER


def _choice_in(form: Form) -> Choice:
    """The offer in the hidden fields of a form; one that no page of ours had is `not_found`."""
    individual = form.typed("individual")
    try:
        kind = OfferKind(form.typed("offer"))
        of_person = UUID(individual) if individual else None
    except ValueError:
        raise not_found() from None
    return Choice(kind, form.typed("tariff"), of_person, _kopecks(form.typed(PRICE)))


def _kopecks(written: str) -> int | None:
    """A price as our own pages write it; anything else is none."""
    is_sum = written.isascii() and written.isdecimal() and len(written) <= MAX_PRICE_DIGITS
    return int(written) if is_sum else None


def _asked(form: Form, choice: Choice) -> OrderAsked:
    """The order; raises `Refusal` where no way of paying is chosen."""
    if form.typed(METHOD) not in frozenset(PayBy):
        raise invalid(FieldError("page_method_missing", field=METHOD))
    name, address = form.line(NAME), form.line(ADDRESS) or None
    return OrderAsked(
        choice.kind,
        choice.tariff_code,
        choice.individual_offer_id,
        choice.seen_kopecks or 0,
        PayBy(form.typed(METHOD)),
        Payer(name, _number(form, INN), _number(form, KPP), address),
    )


def _number(form: Form, name: str) -> str | None:
    """An INN or KPP, without the spaces that people paste."""
    return form.line(name).replace(" ", "") or None
