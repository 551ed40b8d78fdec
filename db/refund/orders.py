"""A client's orders: its invoices, each with its newest refund."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Date,
    DateTime,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.query import Query, row, typed
from db.tables import (
    calculation_lines,
    card_payments,
    collections,
    disputes,
    goods_returns,
    invoice_lines,
    invoices,
    issued_invoices,
    refunds,
    renewals,
)
from domain.billing.invoice import ProductKind
from domain.calendar.bank_calendar import moscow_date
from domain.card.card_payment import CardStatus
from domain.refund.refund import UNPAID_ENDS, RefundStatus
from domain.renewal.renewal import RenewalStatus


class Tab(StrEnum):
    """Which orders are shown."""

    CURRENT = "current"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@row
class OrderRow:
    """An order; `lines` counts its lines, `title` is the first, `parts` are the first `MAX_PARTS`
    (`title`, `sum_kopecks`, `is_refunded`: a refund that was not refused takes of it).

    `renewal_id` is the case of one whose invoice we issued, `is_open` whether that case waits for
    its money. `is_paying`: money may be on its way. `has_goods`: something of it can come back.
    `refund_id` is its newest refund.
    """

    number: str
    issued_on: date
    issued_by: str
    total_kopecks: int
    paid_kopecks: int
    taken_back_kopecks: int
    promised_kopecks: int
    surplus_kopecks: int
    surplus_promised_kopecks: int
    voided_at: datetime | None
    title: str | None
    lines: int
    parts: list[Any]
    renewal_id: str | None
    valid_until: date | None
    is_open: bool
    is_paying: bool
    has_card_page: bool
    has_goods: bool
    is_collected: bool
    dispute_id: str | None
    return_id: str | None
    refund_id: str | None
    refund_status: str | None


@row
class TabCount:
    """How many orders each tab has."""

    current: int
    finished: int
    cancelled: int


MAX_PARTS = 10
"""Lines of an order that its list shows."""
_CARD_UNDER_WAY = (CardStatus.PREPARED, CardStatus.UNKNOWN)
"""A page that nobody may have paid on yet is `pending`: the order is simply not paid."""
_CLOSED = (*UNPAID_ENDS, RefundStatus.COMPLETED)

_COME_BACK = (ProductKind.GOODS, ProductKind.LICENCE)
"""The kinds of lines that come back by a return of goods."""

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
_is_refunded = (
    select(refunds.c.id)
    .join(calculation_lines, calculation_lines.c.calculation_id == refunds.c.calculation_id)
    .where(
        refunds.c.invoice_number == invoice_lines.c.invoice_number,
        refunds.c.status.not_in(UNPAID_ENDS),
        calculation_lines.c.line_no == invoice_lines.c.line_no,
    )
    .exists()
)
_parts = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_object(
                    "title",
                    invoice_lines.c.title,
                    "sum_kopecks",
                    invoice_lines.c.sum_kopecks,
                    "is_refunded",
                    _is_refunded,
                ),
                invoice_lines.c.line_no,
            )
        )
    )
    .where(_of_invoice, invoice_lines.c.line_no <= MAX_PARTS)
    .scalar_subquery()
)
_line_count = select(func.count()).select_from(invoice_lines).where(_of_invoice)
_has_goods = (
    select(invoice_lines.c.line_no)
    .where(_of_invoice, invoice_lines.c.kind.in_(_COME_BACK))
    .exists()
)
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
_PAYABLE = (
    RenewalStatus.AWAITING_PAYMENT,
    RenewalStatus.CHECKING_PAYMENT,
    RenewalStatus.LAPSED,
)
_is_open = func.coalesce(
    and_(renewals.c.invoice_number == invoices.c.number, renewals.c.status.in_(_PAYABLE)),
    false(),
)
_is_claimed = renewals.c.claimed_until > bindparam("now", type_=DateTime(timezone=True))
_is_checked = renewals.c.status == RenewalStatus.CHECKING_PAYMENT
_is_opening_page = (
    select(card_payments.c.order_id)
    .where(
        card_payments.c.invoice_number == invoices.c.number,
        card_payments.c.status.in_(_CARD_UNDER_WAY),
    )
    .exists()
)
_has_card_page = (
    select(card_payments.c.order_id)
    .where(
        card_payments.c.invoice_number == invoices.c.number,
        card_payments.c.status == CardStatus.PENDING,
    )
    .exists()
)
_is_collected = (
    select(collections.c.id)
    .where(collections.c.invoice_number == invoices.c.number, collections.c.closed_at.is_(None))
    .exists()
)
_open_dispute = select(disputes.c.id).where(
    disputes.c.invoice_number == invoices.c.number, disputes.c.closed_at.is_(None)
)
_open_return = select(goods_returns.c.id).where(
    goods_returns.c.invoice_number == invoices.c.number, goods_returns.c.closed_at.is_(None)
)
_is_cancelled = invoices.c.voided_at.is_not(None)
_is_current = and_(
    invoices.c.voided_at.is_(None),
    or_(
        invoices.c.paid_kopecks < invoices.c.total_kopecks,
        _is_served,
        _is_refunding,
        _open_dispute.exists(),
        _open_return.exists(),
    ),
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
        invoices.c.taken_back_kopecks,
        invoices.c.promised_kopecks,
        invoices.c.surplus_kopecks,
        invoices.c.surplus_promised_kopecks,
        invoices.c.voided_at,
        _first_title.scalar_subquery().label("title"),
        _line_count.scalar_subquery().label("lines"),
        func.coalesce(_parts, text("'[]'::jsonb")).label("parts"),
        issued_invoices.c.renewal_id,
        issued_invoices.c.valid_until,
        _is_open.label("is_open"),
        or_(_is_opening_page, and_(_is_open, or_(_is_claimed, _is_checked)))
        .is_(true())
        .label("is_paying"),
        _has_card_page.label("has_card_page"),
        _has_goods.label("has_goods"),
        _is_collected.label("is_collected"),
        _open_dispute.order_by(disputes.c.ordinal.desc())
        .limit(1)
        .scalar_subquery()
        .label("dispute_id"),
        _open_return.order_by(goods_returns.c.ordinal.desc())
        .limit(1)
        .scalar_subquery()
        .label("return_id"),
        _newest.c.id.label("refund_id"),
        _newest.c.status.label("refund_status"),
    )
    .outerjoin(issued_invoices, issued_invoices.c.invoice_number == invoices.c.number)
    .outerjoin(renewals, renewals.c.id == issued_invoices.c.renewal_id)
    .outerjoin(_newest, true())
    .where(invoices.c.client_id == bindparam("of_client"))
    .order_by(invoices.c.issued_on.desc(), invoices.c.number.desc())
    .limit(bindparam("how_many")),
    never_null=(
        "lines",
        "parts",
        "is_open",
        "is_paying",
        "has_card_page",
        "has_goods",
        "is_collected",
    ),
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
    client_id: str, tab: Tab, now: datetime, how_many: int, after: tuple[date, str] | None = None
) -> Query[OrderRow]:
    """A client's orders of a tab at an instant (UTC), the latest first; `after` is (day, number) of
    the last one seen. An order whose service goes on is current, and one with an open refund,
    dispute or return of goods.
    """
    seen = (
        literal_column("true")
        if after is None
        else (tuple_(invoices.c.issued_on, invoices.c.number) < tuple_(*after))
    )
    wanted = _ORDERS.narrowed(lambda orders: orders.where(_TABS[tab], seen))
    return wanted(of_client=client_id, now=now, today=moscow_date(now), how_many=how_many)


def counts(client_id: str, now: datetime) -> Query[TabCount]:
    """How many orders of a client each tab has at an instant (UTC)."""
    return _COUNTS(of_client=client_id, today=moscow_date(now))
