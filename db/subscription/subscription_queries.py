"""The statements of subscriptions, their terms and usage, and the rows that they give."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, and_, bindparam, insert, literal_column, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db.query import row, typed
from db.tables import invoices, renewals, subscriptions, tariffs, terms, usage_reports

MAX_TERMS = 50
"""The most terms of a subscription that are read, the newest ones: of ten years and more."""

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
    """A renewal of the subscription: the open one, or the last one, with its open invoice."""

    id: str
    status: str
    claimed_until: datetime | None
    closed_at: datetime | None
    invoice_number: str | None


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

PUT = typed(
    SubscriptionWritten,
    _put.on_conflict_do_update(
        index_elements=["id"],
        set_={"title": _put.excluded.title},
        where=subscriptions.c.client_id == _put.excluded.client_id,
    ).returning(subscriptions, literal_column("xmax = 0").label("is_new")),
    never_null=("is_new",),
)

ONE = typed(SubscriptionRow, select(subscriptions).where(subscriptions.c.id == _of_id))

LOCKED = ONE.narrowed(lambda rows: rows.with_for_update())

TERMS = typed(
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

TERMS_BEFORE = TERMS.narrowed(
    lambda rows: rows.where(terms.c.starts_on < bindparam("before", type_=Date))
)

PUT_TERM = insert(terms)

NEWEST_USAGE = typed(
    UsageReport,
    select(*usage_reports.c["reported_at", "units_used"])
    .where(usage_reports.c.subscription_id == _of_id)
    .order_by(usage_reports.c.reported_at.desc())
    .limit(1),
)

USAGE_AT = typed(
    UsageReport,
    select(*usage_reports.c["reported_at", "units_used"]).where(
        usage_reports.c.subscription_id == _of_id,
        usage_reports.c.reported_at == bindparam("at"),
    ),
)

PUT_USAGE = upsert(usage_reports).on_conflict_do_nothing()

LAST_CASE = typed(
    LastCase,
    select(*renewals.c["id", "status", "claimed_until", "closed_at", "invoice_number"])
    .where(renewals.c.subscription_id == _of_id)
    .order_by(renewals.c.closed_at.is_not(None), renewals.c.opened_at.desc(), renewals.c.id.desc())
    .limit(1),
)

INVOICE = typed(
    InvoiceOwner,
    select(invoices.c.client_id).where(invoices.c.number == bindparam("invoice_number")),
)

TARIFF = typed(
    TariffSize,
    select(tariffs.c.units, tariffs.c.is_free).where(tariffs.c.code == bindparam("tariff_code")),
)

PRESENT = typed(
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
