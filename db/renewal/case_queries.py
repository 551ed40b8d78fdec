"""The statements that read and lock renewal cases for a change, with their rows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from db.billing.invoice import INVOICE_COLUMNS, InvoiceRow
from db.query import row, typed
from db.renewal.order import ORDER_COLUMNS, OrderRow
from db.tables import (
    card_payments,
    clients,
    invoices,
    issued_invoices,
    orders,
    payment_reversals,
    payments,
    policies,
    renewal_history,
    renewals,
    subscriptions,
    tariffs,
    terms,
)
from domain.card.card_payment import CardEnd, CardStatus
from domain.renewal.renewal import Ending


@row
class RenewalRow:
    """A case's row."""

    id: str
    subscription_id: str
    client_id: str
    term_id: UUID | None
    term_ends_on: date | None
    status: str
    version: int
    policy_version: int
    order_id: UUID | None
    invoice_number: str | None
    next_term_id: UUID | None
    claimed_until: datetime | None
    seen_kopecks: int
    reason: str | None
    waiting_for: str | None
    wait_until: datetime | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@row
class LockedRenewal(RenewalRow):
    """A locked case with its policy, its client's zone, its title and the term it watches."""

    document: dict[str, Any]
    time_zone: str
    term_starts_on: date | None
    stopped_on: date | None
    title: str


@row
class SubscriptionId:
    """A locked subscription."""

    id: str


@row
class OpenOrder(OrderRow):
    """The open order with the last day of its invoice."""

    valid_until: date


@row
class NewOrder(OrderRow):
    """An order with its tariff's title, and its invoice if it has one already."""

    tariff_title: str
    invoice_number: str | None


@row
class WholeAt:
    """The time of the payment that completed the invoice; None until one did."""

    whole_at: datetime | None


@row
class StoredTermRow:
    """A term of the case's subscription."""

    id: UUID
    subscription_id: str
    tariff_code: str
    units: int
    starts_on: date
    ends_on: date
    invoice_number: str | None
    stopped_on: date | None
    withdrawn_at: datetime | None
    created_at: datetime
    anchored_on: date
    stop_reason: str | None


@row
class HeldTermId:
    """A term that nobody stops until the transaction ends."""

    id: UUID


@row
class WatchedTerm:
    """The term that a new case is to watch, if any, and its client's time zone."""

    starts_on: date | None
    stopped_on: date | None
    time_zone: str


@row
class CardRefusal:
    """Why the order's card payment failed."""

    reason: str


@row
class TakenVersion:
    """The version of a stored case that was given another term to watch."""

    version: int


_of_case = select(renewals).where(renewals.c.id == bindparam("renewal_id")).subquery()
_subscription_id = select(_of_case.c.subscription_id).scalar_subquery()
_invoice_number = select(_of_case.c.invoice_number).scalar_subquery()

CASE = typed(
    LockedRenewal,
    select(
        renewals,
        policies.c.document,
        clients.c.time_zone,
        terms.c.starts_on.label("term_starts_on"),
        terms.c.stopped_on,
        subscriptions.c.title,
    )
    .join(policies, policies.c.version == renewals.c.policy_version)
    .join(clients, clients.c.id == renewals.c.client_id)
    .join(subscriptions, subscriptions.c.id == renewals.c.subscription_id)
    .outerjoin(terms, terms.c.id == renewals.c.term_id)
    .where(policies.c.kind == "renewal", renewals.c.id == bindparam("renewal_id"))
    # Not the keys: storing a payment inserts a row that refers to this one, and must not wait.
    .with_for_update(of=renewals, key_share=True),
)
SUBSCRIPTION = typed(
    SubscriptionId,
    select(subscriptions.c.id)
    .where(subscriptions.c.id == _subscription_id)
    .with_for_update(key_share=True),
)
INVOICE = typed(
    InvoiceRow,
    select(*INVOICE_COLUMNS)
    .where(invoices.c.number == _invoice_number)
    .with_for_update(key_share=True),
)
ORDER = typed(
    OpenOrder,
    select(*ORDER_COLUMNS, issued_invoices.c.valid_until)
    .join(issued_invoices, issued_invoices.c.order_id == orders.c.id)
    .where(orders.c.id == select(_of_case.c.order_id).scalar_subquery()),
)
_arrived = (
    select(
        payments.c.received_at,
        func.sum(payments.c.amount_kopecks)
        .over(order_by=(payments.c.received_at, payments.c.id))
        .label("so_far"),
    )
    .where(
        payments.c.invoice_number == _invoice_number,
        ~select(payment_reversals.c.payment_id)
        .where(payment_reversals.c.payment_id == payments.c.id)
        .exists(),
    )
    .subquery()
)
_due = select(invoices.c.total_kopecks).where(invoices.c.number == _invoice_number)
WHOLE_AT = typed(
    WholeAt,
    select(func.min(_arrived.c.received_at).label("whole_at")).where(
        _arrived.c.so_far >= _due.scalar_subquery()
    ),
)
_TERMS = typed(StoredTermRow, select(terms))
LATEST_TERM = _TERMS.narrowed(
    lambda rows: (
        rows.where(terms.c.subscription_id == _subscription_id, terms.c.withdrawn_at.is_(None))
        .order_by(terms.c.ends_on.desc(), terms.c.starts_on.desc())
        .limit(1)
    )
)
TERM_HELD = typed(
    HeldTermId,
    # Whoever stops the term tells the cases that watch it: a case that is being opened is either
    # told, or sees that it is stopped.
    select(terms.c.id).where(terms.c.id == bindparam("term_id")).with_for_update(read=True),
)
TERM = typed(
    WatchedTerm,
    select(terms.c.starts_on, terms.c.stopped_on, clients.c.time_zone)
    .select_from(clients)
    .outerjoin(terms, terms.c.id == bindparam("term_id"))
    .where(clients.c.id == bindparam("client_id")),
)
NEW_ORDER = typed(
    NewOrder,
    select(*ORDER_COLUMNS, tariffs.c.title.label("tariff_title"), issued_invoices.c.invoice_number)
    .join(tariffs, tariffs.c.code == orders.c.tariff_code)
    .outerjoin(issued_invoices, issued_invoices.c.order_id == orders.c.id)
    .where(orders.c.id == bindparam("order_id")),
)
_OUR_OWN_DOING = (CardEnd.STOPPED, CardEnd.INVOICE_PAID, CardEnd.INVOICE_VOID)
"""Ends of a card payment that its client need not be notified of."""
_notified_of_card = (
    select(renewal_history.c.number)
    .where(
        renewal_history.c.renewal_id == bindparam("renewal_id"),
        renewal_history.c.reason == Ending.CARD_REFUSED,
        renewal_history.c.at >= invoices.c.created_at,
    )
    .exists()
)
CARD_REFUSED = typed(
    CardRefusal,
    select(card_payments.c.reason)
    .join(invoices, invoices.c.number == card_payments.c.invoice_number)
    .where(
        card_payments.c.order_id == select(_of_case.c.order_id).scalar_subquery(),
        card_payments.c.status == CardStatus.CANCELLED,
        card_payments.c.reason.not_in(_OUR_OWN_DOING),
        ~_notified_of_card,
    ),
    never_null=("reason",),
)
NEXT_TERM = _TERMS.narrowed(
    lambda rows: (
        rows.where(terms.c.id == select(_of_case.c.next_term_id).scalar_subquery())
        # A refund that takes the term back before it begins, and its beginning, wait for each
        # other.
        .with_for_update(key_share=True)
    )
)
TAKE_TERM = typed(
    TakenVersion,
    update(renewals)
    .where(renewals.c.id == bindparam("renewal_id"), renewals.c.term_id != bindparam("taken_id"))
    .values(term_id=bindparam("taken_id"))
    .returning(renewals.c.version),
)
