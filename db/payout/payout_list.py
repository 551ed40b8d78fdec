"""Lists payouts of all cases."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from db.billing.client import matches_words
from db.query import Query, row, typed
from db.tables import (
    acquirer_refusals,
    clients,
    payment_orders,
    payment_runs,
    payments,
    payouts,
    refunds,
)


@row
class PayoutRow:
    """A payout attempt."""

    case_id: str
    attempt: int
    channel: str
    status: str
    version: int
    amount_kopecks: int
    channel_reason: str
    payment_id: str | None
    statement_id: UUID
    external_id: str | None
    reason: str | None
    settled_on: date | None
    prepared_at: datetime
    changed_at: datetime
    cleared_at: datetime | None
    rrn: str | None


@row
class ShownPayout(PayoutRow):
    """A payout attempt as it is shown of a case."""

    words: str | None
    method: str | None


@row
class PayoutInList(ShownPayout):
    """A payout attempt with its case's invoice and client and its payment order."""

    invoice_number: str
    client_id: str
    client_name: str
    order_number: int | None
    run_number: int | None


_shown = (
    select(payouts, acquirer_refusals.c.words, payments.c.method)
    .outerjoin(payments, payments.c.id == payouts.c.payment_id)
    .outerjoin(
        acquirer_refusals,
        (acquirer_refusals.c.case_id == payouts.c.case_id)
        & (acquirer_refusals.c.attempt == payouts.c.attempt),
    )
)
SHOWN_PAYOUTS = typed(ShownPayout, _shown)
"""A payout as it is shown: with its payment's method and the acquirer's words about it."""

_LISTED = typed(
    PayoutInList,
    _shown.add_columns(
        refunds.c.invoice_number,
        refunds.c.client_id,
        clients.c.name.label("client_name"),
        payment_orders.c.number.label("order_number"),
        payment_runs.c.number.label("run_number"),
    )
    .join(refunds, refunds.c.id == payouts.c.case_id)
    .join(clients, clients.c.id == refunds.c.client_id)
    .outerjoin(
        payment_orders,
        (payment_orders.c.case_id == payouts.c.case_id)
        & (payment_orders.c.attempt == payouts.c.attempt)
        & payment_orders.c.dissolved_at.is_(None),
    )
    .outerjoin(payment_runs, payment_runs.c.id == payment_orders.c.run_id),
)
_KEY = (payouts.c.prepared_at, payouts.c.case_id, payouts.c.attempt)


@dataclass(frozen=True)
class PayoutFilter:
    """The filters of a list of payouts; None means any. `prepared_before` is exclusive; `sought`
    are words of a client's name or number: see `db.billing.client.matches_words`.
    """

    status: str | None = None
    channel: str | None = None
    prepared_from: datetime | None = None
    prepared_before: datetime | None = None
    sought: str | None = None


def listed(
    narrowed: PayoutFilter, limit: int, after: tuple[datetime, str, int] | None = None
) -> Query[PayoutInList]:
    """Payouts, the latest prepared first, each with its case's invoice and client and its payment
    order; `after` is the key (prepared_at, case_id, attempt) of the last one seen.
    """
    wanted = _conditions(narrowed)
    if after is not None:
        wanted.append(tuple_(*_KEY) < tuple_(*after))
    newest = [column.desc() for column in _KEY]
    return _LISTED.narrowed(lambda rows: rows.where(*wanted).order_by(*newest).limit(limit))()


def _conditions(narrowed: PayoutFilter) -> list[Any]:
    asked = [
        (narrowed.status, payouts.c.status.__eq__),
        (narrowed.channel, payouts.c.channel.__eq__),
        (narrowed.prepared_from, payouts.c.prepared_at.__ge__),
        (narrowed.prepared_before, payouts.c.prepared_at.__lt__),
    ]
    conditions = [compared(value) for value, compared in asked if value is not None]
    if narrowed.sought is not None:
        of_client = select(clients.c.id).where(*matches_words(narrowed.sought))
        conditions.append(refunds.c.client_id.in_(of_client))
    return conditions
