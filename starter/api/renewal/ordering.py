"""The client orders a term, with the requisites that the invoice is to name; or calls it off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Response
from pydantic import Field

from db.database import Database, Row
from db.renewal import order as orders
from db.renewal import reads as cases_in
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from domain.billing.payer import Payer, Registered, as_registered, payer_problems
from domain.billing.requisites import ClientKind
from domain.case.decision import Decision
from domain.money import amount_text, vat_inside
from domain.refund.statement import digest
from domain.renewal.renewal import (
    PayBy,
    RenewalEntered,
    RenewalRefusal,
    RenewalRequest,
    RenewalStatus,
    renewal_workflow_id,
)
from domain.subscription.offer import Offer, offers_for
from domain.subscription.offer_kind import OfferKind
from domain.subscription.subscription import HeldTerm
from starter.api.http.auth import Caller
from starter.api.http.models import Address, Body, Kopecks, Lax, Written
from starter.api.http.problems import Problem
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.api.renewal.case import (
    UNKNOWN,
    RenewalId,
    RenewalState,
    decide,
    link_to,
    require_visible,
    state_of,
)
from starter.api.renewal.case import order as handed_over
from starter.api.subscription import presenters as subscription_shown
from starter.api.subscription.catalogue import TariffCode
from starter.api.subscription.offer import reason_in_words
from starter.api.subscription.presenters import SubscriptionPath
from starter.commands.refusal import FieldError, Refusal, invalid
from texts import rubles
from workflows.renewal import RenewalWorkflow

MAX_WRITTEN_LENGTH = 300
"""Characters of a requisite that are looked at: one too long is refused by its own text."""
ORDERED: Mapping[RenewalStatus, RenewalRefusal] = MappingProxyType(
    {
        RenewalStatus.AWAITING_PAYMENT: RenewalRefusal.ORDER_OPEN,
        RenewalStatus.CHECKING_PAYMENT: RenewalRefusal.ORDER_OPEN,
        RenewalStatus.PAID: RenewalRefusal.ORDER_PAID,
    }
)
"""Why a case whose client has ordered already takes no other order."""

routes = router("renewals")


class RequisitesBody(Body):
    """Whom the invoice names as the buyer; everything that is wrong is told at once."""

    name: Written = Field(max_length=MAX_WRITTEN_LENGTH, examples=["ООО «Ромашка»"])
    inn: Written | None = Field(None, max_length=MAX_WRITTEN_LENGTH, examples=["7707083893"])
    kpp: Written | None = Field(None, max_length=MAX_WRITTEN_LENGTH, examples=["770701001"])
    address: Address | None = Field(
        None, description="Without it, an order of the client for itself has the registered one."
    )


class OrderBody(Body):
    """An offer as the client saw it: one whose price has changed since is not ordered."""

    offer: Annotated[OfferKind, Lax] = Field(examples=["same"])
    tariff_code: TariffCode
    individual_offer_id: Annotated[UUID, Lax] | None = Field(
        None, description="Of an offer of the kind `individual`."
    )
    price: Kopecks
    method: Annotated[PayBy, Lax] = Field(examples=["bank_transfer"])
    requisites: RequisitesBody


class OrderPlaced(RenewalState):
    """The case after an order, with the papers that came of it."""

    order_id: UUID
    invoice_pdf: str = Field(examples=["/v1/invoices/KP-2026-000017/pdf"])
    receipt: str = Field(description="What was agreed.")
    payment_page: str | None = Field(
        default=None, description="Where the page to pay on is asked for, for a card order."
    )


@dataclass(frozen=True)
class Ground:
    """All that an order is judged by, read at one moment."""

    subscription: Row
    client: Row
    cases: Sequence[Row]
    facts: Sequence[Sequence[Row]]
    now: datetime


@routes.post(
    "/v1/subscriptions/{subscription_id}/orders",
    summary="Order a term",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN,
)
async def place_order(
    subscription_id: SubscriptionPath,
    body: OrderBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    response: Response,
) -> OrderPlaced:
    """Takes one of the offers of today; the invoice is issued at once.

    One order of a subscription is open at a time: it is paid or cancelled before another.
    """
    order_id = uuid5(command_id, "order")
    heads, placed, terms = await database.read(
        subscriptions.one(subscription_id),
        orders.one(order_id),
        subscriptions.terms_of(subscription_id),
    )
    subscription = subscription_shown.require_visible(caller, heads)
    if placed:
        request = _request(subscription, placed[0].renewal_id, subscriptions.held_from(terms))
    else:
        request = await _put(database, caller, subscription, order_id, body)
    result = await _taken(cases, database, request, caller, order_id, command_id)
    response.headers["Location"] = link_to(request.renewal_id)
    return _placed(state_of(request.renewal_id, result, language), order_id, body)


@routes.post(
    "/v1/renewals/{renewal_id}/cancel-order",
    summary="Call the open order off",
    responses=UNKNOWN,
)
async def cancel_order(
    renewal_id: RenewalId,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> RenewalState:
    """The invoice becomes void; money that still comes is held and offered back."""
    submission_id = uuid5(command_id, "cancellation")
    heads, decided = await database.read(
        cases_in.head(renewal_id), cases_in.decision(renewal_id, submission_id)
    )
    require_visible(caller, heads)
    result = cases_in.entered_by(decided)
    if result is None:
        decision = Decision(caller.login, str(submission_id))
        result = await decide(
            cases, database, RenewalWorkflow.cancel_order, renewal_id, decision, command_id
        )
    return state_of(renewal_id, result, language)


async def _put(
    database: Database, caller: Caller, subscription: Row, order_id: UUID, body: OrderBody
) -> RenewalRequest:
    """Puts the order down as a paper; raises `Problem` for one that no case would take."""
    ground = await _ground(database, subscription)
    payer = _payer(body, ground)
    situation = offers.situation_from(ground.facts, ground.now)
    last = situation.terms.last
    renewal_id = renewal_workflow_id(subscription.id, None if last is None else last.ends_on)
    _check_open(ground.cases)
    offer = _chosen(offers_for(situation), body)
    agreed = _agreed(offer, body.method, payer, subscription, ground.now)
    async with database.transaction() as transaction:
        orders.put(
            transaction,
            order_id,
            renewal_id=renewal_id,
            subscription_id=subscription.id,
            client_id=subscription.client_id,
            **_columns(offer, body.method, payer),
            agreed=agreed,
            agreed_sha256=digest(agreed),
            placed_by=caller.login,
            placed_at=ground.now,
        )
    return _request(subscription, renewal_id, () if last is None else (last,))


async def _ground(database: Database, subscription: Row) -> Ground:
    now = datetime.now(UTC)
    (client,), cases, *facts = await database.read(
        orders.client(subscription.client_id),
        subscriptions.last_case(subscription.id),
        *offers.facts(subscription.id, now),
    )
    return Ground(subscription, client, cases, facts, now)


def _payer(body: OrderBody, ground: Ground) -> Payer:
    written = body.requisites
    payer = Payer(written.name, written.inn, written.kpp, _address(body, ground.client))
    client = Registered(ClientKind(ground.client.kind), ground.client.name, ground.client.inn)
    found = payer_problems(payer, client)
    if found:
        raise invalid(*(FieldError(one.code, f"/requisites/{one.field}") for one in found))
    return as_registered(payer, client)


def _address(body: OrderBody, client: Row) -> str | None:
    registered: str | None = client.address if body.requisites.inn == client.inn else None
    return body.requisites.address or registered


def _check_open(cases: Sequence[Row]) -> None:
    """Spares a paper that no case would take; the case itself has the last word."""
    refusal = ORDERED.get(RenewalStatus(cases[0].status)) if cases else None
    if refusal is not None:
        raise _ordered_already(refusal, cases[0].id)


def _ordered_already(code: str, renewal_id: str) -> Problem:
    """The refusal of an order while another one is open or paid; says where."""
    return Problem(
        code,
        HTTPStatus.CONFLICT,
        headers={"Location": link_to(renewal_id)},
        extra={"renewal_id": renewal_id},
    )


def _chosen(offered: Sequence[Offer], body: OrderBody) -> Offer:
    """The offer that the client saw; raises `Problem` when it is gone or costs something else."""
    wanted = (body.offer, body.tariff_code, body.individual_offer_id)
    for offer in offered:
        of_person = offer.individual_offer_id
        found = (offer.kind, offer.tariff.code, None if of_person is None else UUID(of_person))
        if found == wanted:
            break
    else:
        raise Problem("offer_gone", HTTPStatus.CONFLICT)
    if offer.price_kopecks != body.price:
        raise Problem("price_changed", HTTPStatus.CONFLICT, price=rubles(offer.price_kopecks))
    return offer


def _columns(offer: Offer, method: PayBy, payer: Payer) -> dict[str, Any]:
    of_person = offer.individual_offer_id
    return {
        "offer": offer.kind,
        "tariff_code": offer.tariff.code,
        "units": offer.units,
        "months": offer.months,
        "individual_offer_id": None if of_person is None else UUID(of_person),
        "price_kopecks": offer.price_kopecks,
        "vat_mode": offer.vat_mode,
        "method": method,
        "payer_name": payer.name,
        "payer_inn": payer.inn,
        "payer_kpp": payer.kpp,
        "payer_address": payer.address,
    }


def _agreed(
    offer: Offer, method: PayBy, payer: Payer, subscription: Row, now: datetime
) -> Mapping[str, Any]:
    """What the client saw and agreed to, as JSON; the days are those of an order paid today."""
    return {
        "subscription_id": subscription.id,
        "subscription": subscription.title,
        "client_id": subscription.client_id,
        "offer": offer.kind,
        "reason": reason_in_words(offer, "ru"),
        "individual_offer_id": offer.individual_offer_id,
        "tariff_code": offer.tariff.code,
        "tariff": offer.tariff.title,
        "units": offer.units,
        "months": offer.months,
        "price": amount_text(offer.price_kopecks),
        "vat_rate": offer.vat_rate,
        "vat": amount_text(vat_inside(offer.price_kopecks, offer.vat_rate)),
        "starts_on": offer.starts_on.isoformat(),
        "ends_on": offer.ends_on.isoformat(),
        "method": method,
        "payer": vars(payer),
        "agreed_at": now.isoformat(),
    }


def _request(subscription: Row, renewal_id: str, held: Sequence[HeldTerm]) -> RenewalRequest:
    """What opens the case of this id: the term that it renews, if it renews one."""
    for term in held:
        if renewal_workflow_id(subscription.id, term.ends_on) == renewal_id:
            return _renewing(subscription, renewal_id, term.term_id, term.ends_on)
    return _renewing(subscription, renewal_id, None, None)


def _renewing(
    subscription: Row, renewal_id: str, term_id: str | None, ends_on: date | None
) -> RenewalRequest:
    return RenewalRequest(renewal_id, subscription.id, subscription.client_id, term_id, ends_on)


async def _taken(
    cases: TemporalDep,
    database: Database,
    request: RenewalRequest,
    caller: Caller,
    order_id: UUID,
    command_id: UUID,
) -> RenewalEntered:
    """What the case answers the order; a repeat is answered what it was answered before."""
    (decided,) = await database.read(cases_in.decision(request.renewal_id, order_id))
    result = cases_in.entered_by(decided)
    if result is not None:
        return result
    decision = Decision(caller.login, str(order_id))
    try:
        return await handed_over(cases, database, request, decision, command_id)
    except Refusal as refusal:
        if refusal.code not in ORDERED.values():
            raise
        raise _ordered_already(refusal.code, request.renewal_id) from None


def _placed(state: RenewalState, order_id: UUID, body: OrderBody) -> OrderPlaced:
    by_card = body.method is PayBy.BANK_CARD
    return OrderPlaced(
        **dict(state),
        order_id=order_id,
        invoice_pdf=invoice_link(state.invoice_number or ""),
        receipt=f"{state.href}/receipt",
        payment_page=f"{state.href}/payment-page" if by_card else None,
    )


def invoice_link(invoice_number: str) -> str:
    """Where an invoice that we issued is printed."""
    return f"/v1/invoices/{invoice_number}/pdf"
