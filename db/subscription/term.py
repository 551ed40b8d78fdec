"""Terms of subscriptions for refunds: which one an invoice sold, and its end."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select, text, update

from db.database import Transaction
from db.facts import Reading, first, together
from db.query import Query, row, typed
from db.tables import renewals, terms
from domain.calendar.bank_calendar import moscow_date
from domain.refund.line import UseAfterStop
from domain.refund.refund import invoice_number_of
from domain.renewal.renewal import RenewalStatus
from domain.subscription.term import InvoiceTerm, StopReason


@row
class TermRow:
    """The days of a term."""

    id: UUID
    starts_on: date
    ends_on: date
    stopped_on: date | None


@row
class WatcherRow:
    """The case of a term, and the term that it watches."""

    id: str
    term_id: UUID | None


@row
class UseReported:
    """Usage of a term reported on the day of stopping or later, and before it."""

    reported_at: datetime
    units_after: int
    units_before: int


_stands = (
    terms.c.invoice_number == bindparam("invoice_number"),
    terms.c.withdrawn_at.is_(None),
    terms.c.stop_reason.is_distinct_from(StopReason.UNPAID.value),
)
_USE_AFTER_STOP = typed(
    UseReported,
    text(
        """
WITH said AS (
    SELECT coalesce(CAST(:stopped_on AS date),
                    (SELECT stopped_on FROM refunds WHERE id = :refund_id)) AS stopped_on
)
SELECT since.reported_at, since.units_used AS units_after,
       coalesce(before.units_used, 0) AS units_before
  FROM said, terms t
 CROSS JOIN LATERAL (
       SELECT u.reported_at, u.units_used FROM usage_reports u
        WHERE u.subscription_id = t.subscription_id
          AND CAST(u.reported_at AT TIME ZONE 'Europe/Moscow' AS date)
              BETWEEN greatest(said.stopped_on, t.starts_on) AND t.ends_on
        ORDER BY u.units_used DESC, u.reported_at LIMIT 1) AS since
  LEFT JOIN LATERAL (
       SELECT max(u.units_used) AS units_used FROM usage_reports u
        WHERE u.subscription_id = t.subscription_id
          AND CAST(u.reported_at AT TIME ZONE 'Europe/Moscow' AS date) >= t.starts_on
          AND CAST(u.reported_at AT TIME ZONE 'Europe/Moscow' AS date)
              < said.stopped_on) AS before ON true
 WHERE t.invoice_number = :invoice_number AND t.withdrawn_at IS NULL
   AND said.stopped_on < CAST(:today AS date)
"""
    ),
    never_null=(
        "reported_at",
        "units_after",
        "units_before",
    ),
)
_OF_INVOICE = typed(
    TermRow,
    select(terms.c.id, terms.c.starts_on, terms.c.ends_on, terms.c.stopped_on)
    .where(*_stands)
    .with_for_update(key_share=True),
)
_term_id = select(terms.c.id).where(*_stands).scalar_subquery()
# A case that has sold the term watches for its first day until it has begun; then the term has one
# of its own.
_CASE = typed(
    WatcherRow,
    select(renewals.c.id, renewals.c.term_id).where(
        or_(
            renewals.c.term_id == _term_id,
            (renewals.c.next_term_id == _term_id) & (renewals.c.status == RenewalStatus.PAID.value),
        )
    ),
)
_END = update(terms).where(terms.c.id == bindparam("ended_id"))


def term_of_invoice(invoice_number: str) -> Reading[InvoiceTerm | None]:
    """The term that an invoice sold, locked, with its case; None where it sold none."""
    return together(
        _invoice_term,
        first(_OF_INVOICE(invoice_number=invoice_number)),
        first(_CASE(invoice_number=invoice_number)),
    )


def _invoice_term(term: TermRow | None, case: WatcherRow | None) -> InvoiceTerm | None:
    if term is None:
        return None
    return InvoiceTerm(
        id=term.id,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        stopped_on=term.stopped_on,
        renewal_id=None if case is None else case.id,
        has_begun=case is None or case.term_id == term.id,
    )


def use_after_stop(invoice_number: str, stopped_on: date, today: date) -> Query[UseReported]:
    """What was reported of the invoice's term on the day of stopping and later; no row where
    nothing was reported, or where the client stops only today and so claims nothing about the past.
    """
    return _use_query(invoice_number, today, stopped_on=stopped_on)


def use_after_stop_of(refund_id: str, today: date) -> Query[UseReported]:
    """The same by the day that a case's client has named."""
    return _use_query(invoice_number_of(refund_id), today, refund_id=refund_id)


def _use_query(
    invoice_number: str, today: date, *, stopped_on: date | None = None, refund_id: str = ""
) -> Query[UseReported]:
    return _USE_AFTER_STOP(
        invoice_number=invoice_number, stopped_on=stopped_on, refund_id=refund_id, today=today
    )


def use_from(rows: Sequence[UseReported]) -> UseAfterStop | None:
    """The report out of the rows of `use_after_stop`."""
    if not rows:
        return None
    row = rows[0]
    return UseAfterStop(moscow_date(row.reported_at), row.units_before, row.units_after)


def stop_term(transaction: Transaction, term_id: UUID, day: date) -> None:
    """Ends a term by a refund: `day` is the first one without service."""
    transaction.write(_END, ended_id=term_id, stopped_on=day, stop_reason=StopReason.REFUNDED)


def withdraw_term(transaction: Transaction, term_id: UUID, at: datetime) -> None:
    """Withdraws a term that has not begun: its payment was undone, or refunded."""
    transaction.write(_END, ended_id=term_id, withdrawn_at=at)
