"""Subscriptions of the host product, their terms, and their usage."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import and_, bindparam, insert, literal_column, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db.database import ConstraintBroken, Database
from db.query import Query, row, typed
from db.tables import invoices, renewals, subscriptions, tariffs, terms, usage_reports
from domain.renewal.indicator import OpenCase
from domain.renewal.renewal import RenewalStatus
from domain.subscription.subscription import HeldTerm, Usage

MAX_TERMS = 50
"""Terms of a subscription that are looked at, the newest ones: of ten years and more."""
NAMESPACE = UUID("0b7f7f0e-7d6a-4a53-9b0a-6d7c9a2e4f35")
"""Makes the id of a registered term the same on every repeat."""
PUT_BY_ANOTHER = "subscriptions_id_client_id_key"
"""What is broken by whoever registers a subscription at the moment in which another one does."""
OVERLAP = "terms_never_overlap"
ONE_TERM_OF_AN_INVOICE = "one_term_of_an_invoice"
SOLD_BY_ITS_ORDER = "term_has_its_orders_days"
"""What is broken by a term of the host's records that names an invoice of our own: its case makes
that term.
"""

_of_id: Any = bindparam("subscription_id")


@row
class SubscriptionWritten:
    """A subscription as it is stored now, and whether it is new."""

    id: str
    client_id: str
    title: str
    created_at: datetime
    is_new: bool


@row
class SubscriptionRow:
    """A subscription of the host product."""

    id: str
    client_id: str
    title: str
    created_at: datetime


@row
class TermRow:
    """A term of a subscription, with its tariff's title."""

    id: UUID
    tariff_code: str
    units: int
    starts_on: date
    ends_on: date
    invoice_number: str | None
    stopped_on: date | None
    anchored_on: date
    tariff_title: str


@row
class UsageReport:
    """A usage report of the host product."""

    reported_at: datetime
    units_used: int


@row
class LastCase:
    """A renewal of the subscription: the open one, or the last one."""

    id: str
    status: str
    claimed_until: datetime | None
    closed_at: datetime | None


@row
class InvoiceOwner:
    """The client of an invoice."""

    client_id: str


@row
class TariffSize:
    """A tariff's size, and whether it is free."""

    units: int
    is_free: bool


@row
class SubscriptionInList:
    """A subscription with its running term, if one is running."""

    id: str
    client_id: str
    title: str
    tariff_code: str | None
    ends_on: date | None
    tariff_title: str | None


_put = upsert(subscriptions)
_PUT = typed(
    SubscriptionWritten,
    _put.on_conflict_do_update(
        index_elements=["id"],
        set_={"title": _put.excluded.title},
        where=subscriptions.c.client_id == _put.excluded.client_id,
    ).returning(subscriptions, literal_column("xmax = 0").label("is_new")),
    never_null=("is_new",),
)
_ONE = typed(SubscriptionRow, select(subscriptions).where(subscriptions.c.id == _of_id))
_LOCKED = _ONE.narrowed(lambda rows: rows.with_for_update())
_TERMS = typed(
    TermRow,
    select(
        *terms.c[
            "id",
            "tariff_code",
            "units",
            "starts_on",
            "ends_on",
            "invoice_number",
            "stopped_on",
            "anchored_on",
        ],
        tariffs.c.title.label("tariff_title"),
    )
    .join(tariffs, tariffs.c.code == terms.c.tariff_code)
    .where(terms.c.subscription_id == _of_id, terms.c.withdrawn_at.is_(None))
    .order_by(terms.c.starts_on.desc())
    .limit(MAX_TERMS),
)
_PUT_TERM = insert(terms)
_NEWEST_USAGE = typed(
    UsageReport,
    select(*usage_reports.c["reported_at", "units_used"])
    .where(usage_reports.c.subscription_id == _of_id)
    .order_by(usage_reports.c.reported_at.desc())
    .limit(1),
)
_USAGE_AT = typed(
    UsageReport,
    select(*usage_reports.c["reported_at", "units_used"]).where(
        usage_reports.c.subscription_id == _of_id,
        usage_reports.c.reported_at == bindparam("at"),
    ),
)
_PUT_USAGE = upsert(usage_reports).on_conflict_do_nothing()
_LAST_CASE = typed(
    LastCase,
    select(renewals.c.id, renewals.c.status, renewals.c.claimed_until, renewals.c.closed_at)
    .where(renewals.c.subscription_id == _of_id)
    .order_by(renewals.c.closed_at.is_not(None), renewals.c.opened_at.desc(), renewals.c.id.desc())
    .limit(1),
)
_INVOICE = typed(
    InvoiceOwner,
    select(invoices.c.client_id).where(invoices.c.number == bindparam("invoice_number")),
)
_TARIFF = typed(
    TariffSize,
    select(tariffs.c.units, tariffs.c.is_free).where(tariffs.c.code == bindparam("tariff_code")),
)
_PRESENT = typed(
    SubscriptionInList,
    select(
        *subscriptions.c["id", "client_id", "title"],
        terms.c.tariff_code,
        terms.c.ends_on,
        tariffs.c.title.label("tariff_title"),
    )
    .outerjoin(
        terms,
        and_(
            terms.c.subscription_id == subscriptions.c.id,
            terms.c.withdrawn_at.is_(None),
            terms.c.starts_on <= bindparam("today"),
            terms.c.ends_on >= bindparam("today"),
            terms.c.stopped_on.is_(None) | (terms.c.stopped_on > bindparam("today")),
        ),
    )
    .outerjoin(tariffs, tariffs.c.code == terms.c.tariff_code)
    .order_by(subscriptions.c.id),
)


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
    """Registers a subscription or renames it; `is_new` tells which. None: it is another client's.

    An unknown client breaks `subscriptions_client_id_fkey`.
    """
    columns = {"id": subscription_id, "client_id": client_id, "title": title, "created_at": at}
    try:
        return await database.row(_PUT(**columns))
    except ConstraintBroken as broken:
        if broken.constraint != PUT_BY_ANOTHER:
            raise
    return await database.row(_PUT(**columns))


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
                _LOCKED(subscription_id=subscription_id), terms_of(subscription_id)
            )
            known = _judged(subscription_id, term, stored)
            if known is not None:
                return known
            transaction.write(
                _PUT_TERM,
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
    return _ONE(subscription_id=subscription_id)


def terms_of(subscription_id: str) -> Query[TermRow]:
    """The terms that were not withdrawn, the newest first."""
    return _TERMS(subscription_id=subscription_id)


def newest_usage(subscription_id: str) -> Query[UsageReport]:
    """The newest usage report."""
    return _NEWEST_USAGE(subscription_id=subscription_id)


def last_case(subscription_id: str) -> Query[LastCase]:
    """The open renewal, or the one that was opened last."""
    return _LAST_CASE(subscription_id=subscription_id)


def invoice_owner(invoice_number: str) -> Query[InvoiceOwner]:
    """The client of an invoice."""
    return _INVOICE(invoice_number=invoice_number)


def tariff(tariff_code: str) -> Query[TariffSize]:
    """A tariff without its prices."""
    return _TARIFF(tariff_code=tariff_code)


async def put_usage(database: Database, subscription_id: str, usage: Usage) -> bool:
    """Stores a usage report; False when a different one of the same instant exists.

    An unknown subscription breaks `usage_reports_subscription_id_fkey`.
    """
    key = {"subscription_id": subscription_id}
    await database.rows(
        _PUT_USAGE, reported_at=usage.reported_at, units_used=usage.units_used, **key
    )
    ((row,),) = await database.read(_USAGE_AT(**key, at=usage.reported_at))
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
    wanted = _PRESENT.narrowed(lambda rows: rows.where(*conditions).limit(limit))
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
