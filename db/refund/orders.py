"""A client's orders: its invoices, each with its newest refund."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, and_, bindparam, cast, func, literal_column, or_, select, true, tuple_

from db.query import Query, row, typed
from db.tables import (
    card_payments,
    invoice_lines,
    invoices,
    issued_invoices,
    refunds,
)
from domain.refund.refund import UNPAID_ENDS, RefundStatus


class Tab(StrEnum):
    """Which orders are shown."""

    CURRENT = "current"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@row
class OrderRow:
    """An order; `lines` counts its lines, `title` is the first. `is_paying`: a payment by card is
    under way. `refund_id` is its newest refund.
    """

    number: str
    issued_on: date
    issued_by: str
    total_kopecks: int
    paid_kopecks: int
    promised_kopecks: int
    surplus_kopecks: int
    surplus_promised_kopecks: int
    voided_at: datetime | None
    title: str | None
    lines: int
    is_ours: bool
    is_paying: bool
    refund_id: str | None
    refund_status: str | None


@row
class TabCount:
    """How many orders each tab has."""

    current: int
    finished: int
    cancelled: int


_CARD_UNDER_WAY = ("prepared", "pending", "unknown")
_CLOSED = (*UNPAID_ENDS, RefundStatus.COMPLETED)

_newest = (
    select(refunds.c.id, refunds.c.status)
    .where(refunds.c.invoice_number == invoices.c.number)
    .order_by(refunds.c.ordinal.desc())
    .limit(1)
    .lateral("newest_refund")
)
_of_invoice = invoice_lines.c.invoice_number == invoices.c.number
_first_title = (
    select(invoice_lines.c.title).where(_of_invoice).order_by(invoice_lines.c.line_no).limit(1)
)
_line_count = select(func.count()).select_from(invoice_lines).where(_of_invoice)
_is_served = (
    select(invoice_lines.c.line_no)
    .where(_of_invoice, invoice_lines.c.period_end >= cast(bindparam("today"), Date))
    .exists()
)
_is_refunding = (
    select(refunds.c.id)
    .where(refunds.c.invoice_number == invoices.c.number, refunds.c.status.not_in(_CLOSED))
    .exists()
)
_is_cancelled = invoices.c.voided_at.is_not(None)
_is_current = and_(
    invoices.c.voided_at.is_(None),
    or_(invoices.c.paid_kopecks < invoices.c.total_kopecks, _is_served, _is_refunding),
)
_is_finished = and_(invoices.c.voided_at.is_(None), ~_is_current)
_TABS = {Tab.CURRENT: _is_current, Tab.FINISHED: _is_finished, Tab.CANCELLED: _is_cancelled}

_ORDERS = typed(
    OrderRow,
    select(
        invoices.c.number,
        invoices.c.issued_on,
        invoices.c.issued_by,
        invoices.c.total_kopecks,
        invoices.c.paid_kopecks,
        invoices.c.promised_kopecks,
        invoices.c.surplus_kopecks,
        invoices.c.surplus_promised_kopecks,
        invoices.c.voided_at,
        _first_title.scalar_subquery().label("title"),
        _line_count.scalar_subquery().label("lines"),
        select(issued_invoices.c.invoice_number)
        .where(issued_invoices.c.invoice_number == invoices.c.number)
        .exists()
        .label("is_ours"),
        select(card_payments.c.order_id)
        .where(
            card_payments.c.invoice_number == invoices.c.number,
            card_payments.c.status.in_(_CARD_UNDER_WAY),
        )
        .exists()
        .label("is_paying"),
        _newest.c.id.label("refund_id"),
        _newest.c.status.label("refund_status"),
    )
    .outerjoin(_newest, true())
    .where(invoices.c.client_id == bindparam("of_client"))
    .order_by(invoices.c.issued_on.desc(), invoices.c.number.desc())
    .limit(bindparam("how_many")),
    never_null=("lines", "is_ours", "is_paying"),
)
_COUNTS = typed(
    TabCount,
    select(
        func.count().filter(_is_current).label("current"),
        func.count().filter(_is_finished).label("finished"),
        func.count().filter(_is_cancelled).label("cancelled"),
    ).where(invoices.c.client_id == bindparam("of_client")),
    never_null=("current", "finished", "cancelled"),
)


def listed(
    client_id: str, tab: Tab, today: date, how_many: int, after: tuple[date, str] | None = None
) -> Query[OrderRow]:
    """A client's orders of a tab, the latest first; `after` is (day, number) of the last one seen.

    `today` is the day in Moscow: an order whose service goes on is current.
    """
    seen = (
        literal_column("true")
        if after is None
        else (tuple_(invoices.c.issued_on, invoices.c.number) < tuple_(*after))
    )
    wanted = _ORDERS.narrowed(lambda orders: orders.where(_TABS[tab], seen))
    return wanted(of_client=client_id, today=today, how_many=how_many)


def counts(client_id: str, today: date) -> Query[TabCount]:
    """How many orders of a client each tab has."""
    return _COUNTS(of_client=client_id, today=today)
