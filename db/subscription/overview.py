"""The subscriptions of a client with what the header of every page shows of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select, true

from db.query import Query, present, row, typed
from db.subscription.subscription_queries import LastCase
from db.tables import renewals, subscriptions, tariffs, terms, usage_reports
from domain.subscription.subscription import HeldTerm, Terms, Usage

MAX_SUBSCRIPTIONS = 20
"""The most subscriptions of a client among which the header finds the most urgent."""


@row
class OverviewRow:
    """A subscription with the last term begun, the next one, the last case and the newest usage."""

    id: str
    title: str
    term_id: UUID | None
    tariff_code: str | None
    units: int | None
    starts_on: date | None
    ends_on: date | None
    stopped_on: date | None
    tariff_title: str | None
    next_id: UUID | None
    next_code: str | None
    next_units: int | None
    next_starts_on: date | None
    next_ends_on: date | None
    case_id: str | None
    status: str | None
    claimed_until: datetime | None
    closed_at: datetime | None
    invoice_number: str | None
    reported_at: datetime | None
    units_used: int | None


_held = (terms.c.subscription_id == subscriptions.c.id, terms.c.withdrawn_at.is_(None))
_begun = (
    select(terms, tariffs.c.title)
    .join(tariffs, tariffs.c.code == terms.c.tariff_code)
    .where(*_held, terms.c.starts_on <= bindparam("today"))
    .order_by(terms.c.starts_on.desc())
    .limit(1)
    .lateral("begun")
)
_ahead = (
    select(terms)
    .where(*_held, terms.c.starts_on > bindparam("today"))
    .order_by(terms.c.starts_on)
    .limit(1)
    .lateral("ahead")
)
_case = (
    select(renewals)
    .where(renewals.c.subscription_id == subscriptions.c.id)
    .order_by(renewals.c.closed_at.is_not(None), renewals.c.opened_at.desc(), renewals.c.id.desc())
    .limit(1)
    .lateral("last_case")
)
_usage = (
    select(usage_reports)
    .where(usage_reports.c.subscription_id == subscriptions.c.id)
    .order_by(usage_reports.c.reported_at.desc())
    .limit(1)
    .lateral("usage")
)
_OF_CLIENT = typed(
    OverviewRow,
    select(
        subscriptions.c.id,
        subscriptions.c.title,
        _begun.c.id.label("term_id"),
        _begun.c.tariff_code,
        _begun.c.units,
        _begun.c.starts_on,
        _begun.c.ends_on,
        _begun.c.stopped_on,
        _begun.c.title.label("tariff_title"),
        _ahead.c.id.label("next_id"),
        _ahead.c.tariff_code.label("next_code"),
        _ahead.c.units.label("next_units"),
        _ahead.c.starts_on.label("next_starts_on"),
        _ahead.c.ends_on.label("next_ends_on"),
        _case.c.id.label("case_id"),
        _case.c.status,
        _case.c.claimed_until,
        _case.c.closed_at,
        _case.c.invoice_number,
        _usage.c.reported_at,
        _usage.c.units_used,
    )
    .select_from(
        subscriptions.outerjoin(_begun, true())
        .outerjoin(_ahead, true())
        .outerjoin(_case, true())
        .outerjoin(_usage, true())
    )
    .where(subscriptions.c.client_id == bindparam("client_id"))
    .order_by(subscriptions.c.id)
    .limit(MAX_SUBSCRIPTIONS),
)


def of_client(client_id: str, today: date) -> Query[OverviewRow]:
    """The subscriptions of a client on a Moscow day, by id."""
    return _OF_CLIENT(client_id=client_id, today=today)


def terms_from(row: OverviewRow) -> Terms:
    """The last term begun and the next one."""
    last = following = None
    if row.term_id is not None:
        last = HeldTerm(
            term_id=str(row.term_id),
            tariff_code=present(row.tariff_code),
            units=present(row.units),
            starts_on=present(row.starts_on),
            ends_on=present(row.ends_on),
            stopped_on=row.stopped_on,
        )
    if row.next_id is not None:
        following = HeldTerm(
            term_id=str(row.next_id),
            tariff_code=present(row.next_code),
            units=present(row.next_units),
            starts_on=present(row.next_starts_on),
            ends_on=present(row.next_ends_on),
        )
    return Terms(last, following)


def cases_from(row: OverviewRow) -> tuple[LastCase, ...]:
    """The last case, as `db.subscription.subscription.last_case` gives it."""
    if row.case_id is None:
        return ()
    status = present(row.status)
    return (LastCase(row.case_id, status, row.claimed_until, row.closed_at, row.invoice_number),)


def usage_in(row: OverviewRow) -> Usage | None:
    """The newest usage report."""
    if row.reported_at is None:
        return None
    return Usage(row.reported_at, present(row.units_used))
