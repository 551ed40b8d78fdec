"""Payouts of all cases, for people who look for one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, select, tuple_

from db.billing.client import matches_words
from db.tables import (
    acquirer_refusals,
    clients,
    payment_orders,
    payment_runs,
    payments,
    payouts,
    refunds,
)

SHOWN_PAYOUTS = (
    select(payouts, acquirer_refusals.c.words, payments.c.method)
    .outerjoin(payments, payments.c.id == payouts.c.payment_id)
    .outerjoin(
        acquirer_refusals,
        (acquirer_refusals.c.case_id == payouts.c.case_id)
        & (acquirer_refusals.c.attempt == payouts.c.attempt),
    )
)
"""A payout as it is shown: with the way its payment came and what the acquirer said of it."""

_KEY = (payouts.c.prepared_at, payouts.c.case_id, payouts.c.attempt)


@dataclass(frozen=True)
class PayoutFilter:
    """What a list of payouts is narrowed to; None means any. `prepared_before` is exclusive;
    `sought` is what a client is looked for by: see `db.client.matches_words`.
    """

    status: str | None = None
    channel: str | None = None
    prepared_from: datetime | None = None
    prepared_before: datetime | None = None
    sought: str | None = None


def listed(
    narrowed: PayoutFilter, limit: int, after: tuple[datetime, str, int] | None = None
) -> Executable:
    """Payouts, the latest prepared first, each with its case's invoice and client and its payment
    order; `after` is the key (prepared_at, case_id, attempt) of the last one seen.
    """
    wanted = (
        SHOWN_PAYOUTS.add_columns(
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
        .outerjoin(payment_runs, payment_runs.c.id == payment_orders.c.run_id)
        .where(*_conditions(narrowed))
    )
    if after is not None:
        wanted = wanted.where(tuple_(*_KEY) < tuple_(*after))
    return wanted.order_by(*(column.desc() for column in _KEY)).limit(limit)


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
