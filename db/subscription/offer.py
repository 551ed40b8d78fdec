"""What offers are made from, and the individual ones that specialists write."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db.case.policy import renewal_policy_from, renewal_valid_at
from db.database import Query, Row, Transaction
from db.subscription.subscription import held_from, newest_usage, terms_of, usage_from
from db.subscription.tariff import catalogue, tariffs_from
from db.tables import individual_offers, issued_invoices, orders, terms
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.offer import IndividualOffer, Situation
from domain.subscription.subscription import terms_on

MAX_INDIVIDUAL = 20
"""Individual offers of a subscription that are shown at once, the newest ones."""

_bought = exists(
    select(terms.c.id)
    .join(issued_invoices, issued_invoices.c.invoice_number == terms.c.invoice_number)
    .join(orders, orders.c.id == issued_invoices.c.order_id)
    .where(
        orders.c.individual_offer_id == individual_offers.c.id,
        terms.c.withdrawn_at.is_(None),
    )
)
_VALID = (
    select(individual_offers)
    .where(
        individual_offers.c.subscription_id == bindparam("subscription_id"),
        individual_offers.c.valid_until >= bindparam("today"),
        ~_bought,
    )
    .order_by(individual_offers.c.created_at.desc(), individual_offers.c.id)
    .limit(MAX_INDIVIDUAL)
)
_ONE = select(individual_offers).where(individual_offers.c.id == bindparam("offer_id"))
_PUT = upsert(individual_offers).on_conflict_do_nothing()


def facts(subscription_id: str, at: datetime) -> tuple[Query, ...]:
    """The queries behind `situation_from`, in one round trip."""
    today = moscow_date(at)
    return (
        renewal_valid_at(at),
        *catalogue(today),
        terms_of(subscription_id),
        newest_usage(subscription_id),
        valid_individual(subscription_id, today),
    )


def situation_from(rows: Sequence[Sequence[Row]], at: datetime) -> Situation:
    """What a subscription is offered from at an instant (UTC), out of the rows of `facts`."""
    (policy_row,), tariff_rows, price_rows, term_rows, usage_rows, individual_rows = rows
    policy, today = renewal_policy_from(policy_row), moscow_date(at)
    return Situation(
        today=today,
        tariffs=tariffs_from(tariff_rows, price_rows),
        terms=terms_on(held_from(term_rows), today),
        usage=usage_from(usage_rows),
        individual=tuple(map(_individual, individual_rows)),
        default_tariff=policy.default_tariff,
        grace_days=policy.grace_days,
    )


def valid_individual(subscription_id: str, today: date) -> Query:
    """Individual offers that hold on a Moscow day and were not bought, the newest first."""
    return _VALID, {"subscription_id": subscription_id, "today": today}


def individual(offer_id: UUID) -> Query:
    """One individual offer."""
    return _ONE, {"offer_id": offer_id}


def put_individual(transaction: Transaction, offer_id: UUID, **columns: Any) -> None:
    """Puts down an individual offer; one of this id that is there already stays."""
    transaction.write(_PUT, id=offer_id, **columns)


def _individual(row: Row) -> IndividualOffer:
    return IndividualOffer(
        offer_id=str(row.id),
        tariff_code=row.tariff_code,
        units=row.units,
        price_kopecks=row.price_kopecks,
        valid_until=row.valid_until,
        reason=row.reason,
    )
