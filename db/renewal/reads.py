"""Reads of renewal cases for people: what judges a command, a case in full, lists of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Select, bindparam, exists, select

from db.case.case_list import AfterDeadline, Turn, after_deadline, counted, deadline_of, turn_of
from db.database import Query, Row
from db.renewal.renewal import RENEWAL_TRANSITION_RESULT
from db.tables import (
    card_payments,
    clients,
    invoice_lines,
    invoices,
    issued_invoices,
    orders,
    renewal_history,
    renewals,
    subscriptions,
    tariffs,
    terms,
)
from domain.renewal.renewal import RenewalTransitionResult

_later = terms.alias()
_has_later_term = exists(
    select(_later.c.id).where(
        _later.c.subscription_id == renewals.c.subscription_id,
        _later.c.withdrawn_at.is_(None),
        renewals.c.term_ends_on.is_(None) | (_later.c.starts_on > renewals.c.term_ends_on),
    )
)
_ordered, _sold = tariffs.alias(), tariffs.alias()
_HEAD = (
    select(
        renewals,
        subscriptions.c.title.label("subscription_title"),
        clients.c.name.label("client_name"),
        _has_later_term.label("has_later_term"),
        orders.c.offer,
        orders.c.tariff_code,
        _ordered.c.title.label("tariff_title"),
        orders.c.units,
        orders.c.months,
        orders.c.price_kopecks,
        orders.c.method,
        orders.c.payer_name,
        orders.c.payer_inn,
        orders.c.payer_kpp,
        orders.c.payer_address,
        orders.c.agreed_sha256,
        orders.c.placed_at,
        invoices.c.issued_on,
        invoices.c.total_kopecks,
        invoices.c.paid_kopecks,
        issued_invoices.c.valid_until,
        terms.c.starts_on.label("next_starts_on"),
        terms.c.ends_on.label("next_ends_on"),
        terms.c.units.label("next_units"),
        terms.c.tariff_code.label("next_tariff_code"),
        _sold.c.title.label("next_tariff_title"),
        card_payments.c.status.label("card_status"),
        card_payments.c.reason.label("card_reason"),
        card_payments.c.confirmation_url,
    )
    .join(subscriptions, subscriptions.c.id == renewals.c.subscription_id)
    .join(clients, clients.c.id == renewals.c.client_id)
    .outerjoin(orders, orders.c.id == renewals.c.order_id)
    .outerjoin(_ordered, _ordered.c.code == orders.c.tariff_code)
    .outerjoin(invoices, invoices.c.number == renewals.c.invoice_number)
    .outerjoin(issued_invoices, issued_invoices.c.invoice_number == renewals.c.invoice_number)
    .outerjoin(terms, terms.c.id == renewals.c.next_term_id)
    .outerjoin(_sold, _sold.c.code == terms.c.tariff_code)
    .outerjoin(card_payments, card_payments.c.order_id == renewals.c.order_id)
    .where(renewals.c.id == bindparam("renewal_id"))
)
_DECISION = select(renewal_history.c.answer).where(
    renewal_history.c.renewal_id == bindparam("renewal_id"),
    renewal_history.c.submission_id == bindparam("submission_id"),
)
_HISTORY = (
    select(
        renewal_history.c.number,
        renewal_history.c.from_status,
        renewal_history.c.to_status,
        renewal_history.c.at,
        renewal_history.c.by,
        renewal_history.c.reason,
    )
    .where(renewal_history.c.renewal_id == bindparam("renewal_id"))
    .order_by(renewal_history.c.number.desc())
    .limit(bindparam("at_most"))
)
_PAPER = (
    select(
        issued_invoices,
        invoices.c.client_id,
        invoices.c.issued_on,
        invoices.c.voided_at,
        orders.c.payer_name,
        orders.c.payer_inn,
        orders.c.payer_kpp,
        orders.c.payer_address,
    )
    .join(invoices, invoices.c.number == issued_invoices.c.invoice_number)
    .join(orders, orders.c.id == issued_invoices.c.order_id)
    .where(issued_invoices.c.invoice_number == bindparam("invoice_number"))
)
_LINES = (
    select(invoice_lines)
    .where(invoice_lines.c.invoice_number == bindparam("invoice_number"))
    .order_by(invoice_lines.c.line_no)
)


@dataclass(frozen=True)
class RenewalFilter:
    """What a list of cases is narrowed to; None means any."""

    turn: Turn
    status: str | None = None
    client_id: str | None = None
    subscription_id: str | None = None
    invoice_number: str | None = None


def head(renewal_id: str) -> Query:
    """A case with its open order, that order's invoice and page, and the term it has sold."""
    return _HEAD, {"renewal_id": renewal_id}


def decision(renewal_id: str, submission_id: UUID) -> Query:
    """The change that a command made, known by the paper it carried; no row before it is stored."""
    return _DECISION, {"renewal_id": renewal_id, "submission_id": submission_id}


def entered_by(rows: Sequence[Row]) -> RenewalTransitionResult | None:
    """What a command was answered, from the rows of `decision`."""
    return RENEWAL_TRANSITION_RESULT.validate_python(rows[0].answer) if rows else None


def history(renewal_id: str, at_most: int) -> Query:
    """The last changes of a case, the newest first."""
    return _HISTORY, {"renewal_id": renewal_id, "at_most": at_most}


def invoice_document(invoice_number: str) -> tuple[Query, Query]:
    """An invoice that we issued as its paper says it, and its lines; no row for another's."""
    key = {"invoice_number": invoice_number}
    return (_PAPER, key), (_LINES, key)


def listed(narrowed: RenewalFilter, limit: int, after: str | None = None) -> Executable:
    """Cases by id, backwards: the newest term of a subscription first; `after` is the last id
    seen.
    """
    wanted = _narrowed(narrowed).order_by(renewals.c.id.desc())
    if after is not None:
        wanted = wanted.where(renewals.c.id < after)
    return wanted.limit(limit)


def by_deadline(
    narrowed: RenewalFilter, limit: int, after: AfterDeadline | None = None
) -> Executable:
    """Cases, the one that must be done first coming first."""
    wanted = _narrowed(narrowed).order_by(deadline_of(renewals), renewals.c.id)
    if after is not None:
        wanted = wanted.where(after_deadline(renewals, after))
    return wanted.limit(limit)


def open_counts(now: datetime, client_id: str | None) -> Executable:
    """Open cases, of all clients or of one: see `db.case.case_list.counted`."""
    return counted(renewals, now, client_id)


def _narrowed(narrowed: RenewalFilter) -> Select[Any]:
    wanted = (
        select(
            renewals,
            subscriptions.c.title.label("subscription_title"),
            clients.c.name.label("client_name"),
            invoices.c.total_kopecks,
        )
        .join(subscriptions, subscriptions.c.id == renewals.c.subscription_id)
        .join(clients, clients.c.id == renewals.c.client_id)
        .outerjoin(invoices, invoices.c.number == renewals.c.invoice_number)
    )
    return wanted.where(*_conditions(narrowed), *turn_of(renewals, narrowed.turn))


def _conditions(narrowed: RenewalFilter) -> list[Any]:
    asked = [
        (narrowed.status, renewals.c.status.__eq__),
        (narrowed.client_id, renewals.c.client_id.__eq__),
        (narrowed.subscription_id, renewals.c.subscription_id.__eq__),
        (narrowed.invoice_number, renewals.c.invoice_number.__eq__),
    ]
    return [compared(value) for value, compared in asked if value is not None]
