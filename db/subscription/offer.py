"""The facts that offers are computed from, and individual offers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db.case.policy import renewal_policy_from, renewal_valid_at
from db.database import Transaction
from db.facts import Reading, every, only, together
from db.query import Query, columns_of, row, typed
from db.subscription.subscription import held_from, newest_usage, terms_of, usage_from
from db.subscription.subscription_queries import TermRow, UsageReport
from db.subscription.tariff import PriceRow, TariffRow, catalogue, tariffs_from
from db.tables import individual_offers, issued_invoices, orders, terms
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.policy import RenewalPolicy
from domain.subscription.offer import IndividualOffer, Situation
from domain.subscription.subscription import terms_on

MAX_INDIVIDUAL = 20
"""The most individual offers of a subscription that are shown, the newest ones."""


@row
class IndividualOfferRow:
    """An offer that a specialist made to one subscription."""

    id: UUID
    subscription_id: str
    tariff_code: str
    units: int
    price_kopecks: int
    valid_until: date
    reason: str
    author: str
    created_at: datetime


_bought = exists(
    select(terms.c.id)
    .join(issued_invoices, issued_invoices.c.invoice_number == terms.c.invoice_number)
    .join(orders, orders.c.id == issued_invoices.c.order_id)
    .where(
        orders.c.individual_offer_id == individual_offers.c.id,
        terms.c.withdrawn_at.is_(None),
    )
)
_COLUMNS = tuple(individual_offers.c[columns_of(IndividualOfferRow)])
_VALID = typed(
    IndividualOfferRow,
    select(*_COLUMNS)
    .where(
        individual_offers.c.subscription_id == bindparam("subscription_id"),
        individual_offers.c.valid_until >= bindparam("today"),
        ~_bought,
    )
    .order_by(individual_offers.c.created_at.desc(), individual_offers.c.id)
    .limit(MAX_INDIVIDUAL),
)
_ONE = typed(
    IndividualOfferRow,
    select(*_COLUMNS).where(individual_offers.c.id == bindparam("offer_id")),
)
_PUT = upsert(individual_offers).on_conflict_do_nothing()


def situation(subscription_id: str, at: datetime) -> Reading[Situation]:
    """What the offers to a subscription at an instant (UTC) are computed from."""
    today = moscow_date(at)
    tariffs, prices = catalogue(today)

    def made(
        policy: RenewalPolicy,
        tariff_rows: Sequence[TariffRow],
        price_rows: Sequence[PriceRow],
        terms: Sequence[TermRow],
        usage: Sequence[UsageReport],
        individual: Sequence[IndividualOfferRow],
    ) -> Situation:
        return Situation(
            today=today,
            tariffs=tariffs_from(tariff_rows, price_rows),
            terms=terms_on(held_from(terms), today),
            usage=usage_from(usage),
            individual=tuple(map(_individual, individual)),
            default_tariff=policy.default_tariff,
            grace_days=policy.grace_days,
        )

    return together(
        made,
        only(renewal_valid_at(at)).to(renewal_policy_from),
        every(tariffs),
        every(prices),
        every(terms_of(subscription_id)),
        every(newest_usage(subscription_id)),
        every(_VALID(subscription_id=subscription_id, today=today)),
    )


def individual(offer_id: UUID) -> Query[IndividualOfferRow]:
    """One individual offer."""
    return _ONE(offer_id=offer_id)


def put_individual(transaction: Transaction, offer_id: UUID, **columns: Any) -> None:
    """Stores an individual offer; a repeat changes nothing."""
    transaction.write(_PUT, id=offer_id, **columns)


def _individual(row: IndividualOfferRow) -> IndividualOffer:
    return IndividualOffer(
        offer_id=str(row.id),
        tariff_code=row.tariff_code,
        units=row.units,
        price_kopecks=row.price_kopecks,
        valid_until=row.valid_until,
        reason=row.reason,
    )
