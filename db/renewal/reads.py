"""Reads of renewal cases: what commands are checked by, a case in full, lists of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, select, tuple_

from db.billing.invoice_document import InvoiceDocumentRow, LineOfInvoice
from db.case.case_list import (
    COUNTED,
    AfterDeadline,
    CaseCount,
    Turn,
    counted,
    counts_of,
    first_due,
    turn_of,
)
from db.case.case_store import AnswerRow
from db.query import Query, TypedStatement, row, typed
from db.renewal.case_queries import RenewalRow
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


@row
class RenewalHead(RenewalRow):
    """A case with its open order, that order's invoice and page, and the term it has sold."""

    subscription_title: str
    client_name: str
    has_later_term: bool
    offer: str | None
    tariff_code: str | None
    tariff_title: str | None
    units: int | None
    months: int | None
    price_kopecks: int | None
    method: str | None
    payer_name: str | None
    payer_inn: str | None
    payer_kpp: str | None
    payer_address: str | None
    agreed_sha256: str | None
    placed_at: datetime | None
    issued_on: date | None
    total_kopecks: int | None
    paid_kopecks: int | None
    valid_until: date | None
    next_starts_on: date | None
    next_ends_on: date | None
    next_units: int | None
    next_tariff_code: str | None
    next_tariff_title: str | None
    card_status: str | None
    card_reason: str | None
    confirmation_url: str | None


@row
class RenewalInList(RenewalRow):
    """A case as lists show it."""

    subscription_title: str
    client_name: str
    total_kopecks: int | None


@row
class RenewalHistoryRow:
    """A change of a case."""

    number: int
    from_status: str | None
    to_status: str
    at: datetime
    by: str
    reason: str | None


_later = terms.alias()
_has_later_term = exists(
    select(_later.c.id).where(
        _later.c.subscription_id == renewals.c.subscription_id,
        _later.c.withdrawn_at.is_(None),
        renewals.c.term_ends_on.is_(None) | (_later.c.starts_on > renewals.c.term_ends_on),
    )
)
_ordered, _sold = tariffs.alias(), tariffs.alias()
_HEAD = typed(
    RenewalHead,
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
    .where(renewals.c.id == bindparam("renewal_id")),
    never_null=("has_later_term",),
)
_DECISION = typed(
    AnswerRow,
    select(renewal_history.c.answer).where(
        renewal_history.c.renewal_id == bindparam("renewal_id"),
        renewal_history.c.submission_id == bindparam("submission_id"),
    ),
)
_LATEST = typed(
    AnswerRow,
    select(renewal_history.c.answer)
    .where(renewal_history.c.renewal_id == bindparam("renewal_id"))
    .order_by(renewal_history.c.number.desc())
    .limit(1),
)
_HISTORY = typed(
    RenewalHistoryRow,
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
    .limit(bindparam("at_most")),
)
_DOCUMENT = typed(
    InvoiceDocumentRow,
    select(
        issued_invoices,
        invoices.c.client_id,
        invoices.c.issued_on,
        invoices.c.paid_kopecks,
        invoices.c.voided_at,
        orders.c.payer_name,
        orders.c.payer_inn,
        orders.c.payer_kpp,
        orders.c.payer_address,
    )
    .join(invoices, invoices.c.number == issued_invoices.c.invoice_number)
    .join(orders, orders.c.id == issued_invoices.c.order_id)
    .where(issued_invoices.c.invoice_number == bindparam("invoice_number")),
)
_LINES = typed(
    LineOfInvoice,
    select(invoice_lines)
    .where(invoice_lines.c.invoice_number == bindparam("invoice_number"))
    .order_by(invoice_lines.c.line_no),
)
_LISTED = typed(
    RenewalInList,
    select(
        renewals,
        subscriptions.c.title.label("subscription_title"),
        clients.c.name.label("client_name"),
        invoices.c.total_kopecks,
    )
    .join(subscriptions, subscriptions.c.id == renewals.c.subscription_id)
    .join(clients, clients.c.id == renewals.c.client_id)
    .outerjoin(invoices, invoices.c.number == renewals.c.invoice_number),
)
_COUNTS = typed(CaseCount, counted(renewals), never_null=COUNTED)


@dataclass(frozen=True)
class RenewalFilter:
    """The filters of a list of cases; None means any."""

    turn: Turn
    status: str | None = None
    client_id: str | None = None
    subscription_id: str | None = None
    invoice_number: str | None = None


def head(renewal_id: str) -> Query[RenewalHead]:
    """A case with its open order, that order's invoice and page, and the term it has sold."""
    return _HEAD(renewal_id=renewal_id)


def decision(renewal_id: str, submission_id: UUID) -> Query[AnswerRow]:
    """The change that a command made, found by its submission; no row until it is stored."""
    return _DECISION(renewal_id=renewal_id, submission_id=submission_id)


def latest(renewal_id: str) -> Query[AnswerRow]:
    """The last change of a case; no row without a case."""
    return _LATEST(renewal_id=renewal_id)


def result_in(rows: Sequence[AnswerRow]) -> RenewalTransitionResult | None:
    """The result of a command, from the rows of `decision` or `latest`."""
    return RENEWAL_TRANSITION_RESULT.validate_python(rows[0].answer) if rows else None


def history(renewal_id: str, at_most: int) -> Query[RenewalHistoryRow]:
    """The last changes of a case, the newest first."""
    return _HISTORY(renewal_id=renewal_id, at_most=at_most)


def invoice_document(invoice_number: str) -> tuple[Query[InvoiceDocumentRow], Query[LineOfInvoice]]:
    """The content of an invoice that we issued, and its lines; no row for another's invoice."""
    return _DOCUMENT(invoice_number=invoice_number), _LINES(invoice_number=invoice_number)


def listed(narrowed: RenewalFilter, limit: int, after: str | None = None) -> Query[RenewalInList]:
    """Cases by id, backwards: the newest term of a subscription first; `after` is the last id
    seen.
    """

    def newest(cases: Select[Any]) -> Select[Any]:
        wanted = cases.order_by(renewals.c.id.desc()).limit(limit)
        return wanted if after is None else wanted.where(renewals.c.id < after)

    return _narrowed(narrowed).narrowed(newest)()


def of_subscription(
    subscription_id: str, limit: int, after: str | None = None
) -> Query[RenewalInList]:
    """The cases of a subscription, the one opened last first; `after` is the last id seen."""
    seen = renewals.alias()
    earlier = exists(
        select(seen.c.id).where(
            seen.c.id == after,
            tuple_(seen.c.opened_at, seen.c.id) > tuple_(renewals.c.opened_at, renewals.c.id),
        )
    )
    wanted = _LISTED.narrowed(
        lambda cases: (
            cases.where(renewals.c.subscription_id == subscription_id)
            .order_by(renewals.c.opened_at.desc(), renewals.c.id.desc())
            .limit(limit)
        )
    )
    return wanted.narrowed(lambda cases: cases if after is None else cases.where(earlier))()


def by_deadline(
    narrowed: RenewalFilter, limit: int, after: AfterDeadline | None = None
) -> Query[RenewalInList]:
    """Cases, the earliest deadline first."""
    return first_due(_narrowed(narrowed), renewals, limit, after)


def open_counts(now: datetime, client_id: str | None) -> Query[CaseCount]:
    """Open cases, of all clients or of one: see `db.case.case_list.counted`."""
    return counts_of(_COUNTS, renewals, client_id)(now=now)


def _narrowed(narrowed: RenewalFilter) -> TypedStatement[RenewalInList]:
    wanted = (*_conditions(narrowed), *turn_of(renewals, narrowed.turn))
    return _LISTED.narrowed(lambda cases: cases.where(*wanted))


def _conditions(narrowed: RenewalFilter) -> list[Any]:
    asked = [
        (narrowed.status, renewals.c.status.__eq__),
        (narrowed.client_id, renewals.c.client_id.__eq__),
        (narrowed.subscription_id, renewals.c.subscription_id.__eq__),
        (narrowed.invoice_number, renewals.c.invoice_number.__eq__),
    ]
    return [compared(value) for value, compared in asked if value is not None]
