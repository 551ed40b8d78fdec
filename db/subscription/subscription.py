"""Subscriptions of the host product, their terms, and their usage."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid5

from db.database import ConstraintBroken, Database
from db.query import Query
from db.subscription.subscription_queries import (
    INVOICE,
    LAST_CASE,
    LOCKED,
    NEWEST_USAGE,
    ONE,
    PRESENT,
    PUT,
    PUT_TERM,
    PUT_USAGE,
    TARIFF,
    TERMS,
    TERMS_BEFORE,
    USAGE_AT,
    InvoiceOwner,
    LastCase,
    SubscriptionInList,
    SubscriptionRow,
    SubscriptionWritten,
    TariffSize,
    TermRow,
    UsageReport,
)
from db.tables import subscriptions
from domain.renewal.indicator import OpenCase
from domain.renewal.renewal import RenewalStatus
from domain.subscription.subscription import HeldTerm, Usage

NAMESPACE = UUID("0b7f7f0e-7d6a-4a53-9b0a-6d7c9a2e4f35")
"""The namespace of registered terms' ids: a repeat has the same id."""

PUT_BY_ANOTHER = "subscriptions_id_client_id_key"
"""The constraint broken when somebody else registers the subscription at the same moment."""

OVERLAP = "terms_never_overlap"

ONE_TERM_OF_AN_INVOICE = "one_term_of_an_invoice"

SOLD_BY_ITS_ORDER = "term_has_its_orders_days"
"""The constraint broken by a term of the host's records that names an invoice of our own, whose
case makes that term.
"""


class TermStored(StrEnum):
    """The result of registering a term."""

    NEW = "new"
    SAME = "same"
    OVERLAPS = "overlaps"
    NOT_THE_LAST = "not_the_last"
    INVOICE_TAKEN = "invoice_taken"


class TermOfRecord(NamedTuple):
    """A term in the host product's records; both days are Moscow days and inclusive."""

    tariff_code: str
    units: int
    starts_on: date
    ends_on: date
    invoice_number: str | None


async def put(
    database: Database, subscription_id: str, client_id: str, title: str, at: datetime
) -> SubscriptionWritten | None:
    """Registers a subscription or renames it; `is_new` of the row says which. None: it is another
    client's.

    An unknown client breaks `subscriptions_client_id_fkey`.
    """
    columns = {"id": subscription_id, "client_id": client_id, "title": title, "created_at": at}
    try:
        return await database.row(PUT(**columns))
    except ConstraintBroken as broken:
        if broken.constraint != PUT_BY_ANOTHER:
            raise
    return await database.row(PUT(**columns))


def term_id(subscription_id: str, term: TermOfRecord) -> UUID:
    """The id of a registered term: the same for the same term."""
    return uuid5(NAMESPACE, f"{subscription_id}\n{term.starts_on}\n{term.ends_on}")


async def register_term(
    database: Database, subscription_id: str, term: TermOfRecord, at: datetime
) -> TermStored:
    """Stores a running term of the host's records; a repeat changes nothing.

    A term that another one follows is refused, because it has been renewed already.
    """
    try:
        async with database.transaction() as transaction:
            _, stored = await transaction.read(
                LOCKED(subscription_id=subscription_id), terms_of(subscription_id)
            )
            known = _judged(subscription_id, term, stored)
            if known is not None:
                return known
            transaction.write(
                PUT_TERM,
                id=term_id(subscription_id, term),
                subscription_id=subscription_id,
                created_at=at,
                anchored_on=term.starts_on,
                **term._asdict(),
            )
    except ConstraintBroken as broken:
        if broken.constraint == OVERLAP:
            return TermStored.OVERLAPS
        if broken.constraint in (ONE_TERM_OF_AN_INVOICE, SOLD_BY_ITS_ORDER):
            return TermStored.INVOICE_TAKEN
        raise
    return TermStored.NEW


def _judged(
    subscription_id: str, term: TermOfRecord, stored: Sequence[TermRow]
) -> TermStored | None:
    own = [row for row in stored if row.id == term_id(subscription_id, term)]
    if own:
        said = all(getattr(own[0], name) == value for name, value in term._asdict().items())
        return TermStored.SAME if said else TermStored.OVERLAPS
    later = any(row.starts_on > term.ends_on for row in stored)
    return TermStored.NOT_THE_LAST if later else None


def one(subscription_id: str) -> Query[SubscriptionRow]:
    """A subscription."""
    return ONE(subscription_id=subscription_id)


def terms_of(subscription_id: str) -> Query[TermRow]:
    """The terms that were not withdrawn, the newest first."""
    return TERMS(subscription_id=subscription_id)


def terms_before(subscription_id: str, before: date) -> Query[TermRow]:
    """The terms that began before a day, the newest first."""
    return TERMS_BEFORE(subscription_id=subscription_id, before=before)


def newest_usage(subscription_id: str) -> Query[UsageReport]:
    """The newest usage report."""
    return NEWEST_USAGE(subscription_id=subscription_id)


def last_case(subscription_id: str) -> Query[LastCase]:
    """The open renewal, or the one that was opened last."""
    return LAST_CASE(subscription_id=subscription_id)


def invoice_owner(invoice_number: str) -> Query[InvoiceOwner]:
    """The client of an invoice."""
    return INVOICE(invoice_number=invoice_number)


def tariff(tariff_code: str) -> Query[TariffSize]:
    """A tariff without its prices."""
    return TARIFF(tariff_code=tariff_code)


async def put_usage(database: Database, subscription_id: str, usage: Usage) -> bool:
    """Stores a usage report; False when a different one of the same instant exists.

    An unknown subscription breaks `usage_reports_subscription_id_fkey`.
    """
    key = {"subscription_id": subscription_id}
    await database.write(
        PUT_USAGE, reported_at=usage.reported_at, units_used=usage.units_used, **key
    )
    ((row,),) = await database.read(USAGE_AT(**key, at=usage.reported_at))
    return row.units_used == usage.units_used


def listed(
    today: date, client_id: str | None, limit: int, after: str | None = None
) -> Query[SubscriptionInList]:
    """Subscriptions by id with the term that runs on a Moscow day; `after` is the last id seen."""
    conditions = []
    if client_id is not None:
        conditions.append(subscriptions.c.client_id == client_id)
    if after is not None:
        conditions.append(subscriptions.c.id > after)
    wanted = PRESENT.narrowed(lambda rows: rows.where(*conditions).limit(limit))
    return wanted(today=today)


def held_from(rows: Sequence[TermRow]) -> tuple[HeldTerm, ...]:
    """The terms that rows hold."""
    return tuple(
        HeldTerm(
            term_id=str(row.id),
            tariff_code=row.tariff_code,
            units=row.units,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            stopped_on=row.stopped_on,
            anchored_on=row.anchored_on,
        )
        for row in rows
    )


def usage_from(rows: Sequence[UsageReport]) -> Usage | None:
    """The report out of the rows of `newest_usage`."""
    return Usage(rows[0].reported_at, rows[0].units_used) if rows else None


def open_case_from(rows: Sequence[LastCase]) -> OpenCase | None:
    """The case out of the rows of `last_case`, None when it is closed."""
    if not rows or rows[0].closed_at is not None:
        return None
    return OpenCase(RenewalStatus(rows[0].status), rows[0].claimed_until)
