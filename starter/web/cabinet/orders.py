"""«Заказы»: what a client has ordered, its status, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from db.query import present
from db.refund import orders as orders_in
from db.refund.orders import OrderRow, Tab
from domain.billing.invoice import IssuedBy
from domain.calendar.bank_calendar import moscow_date
from domain.refund.refund import PAID, UNPAID_ENDS, RefundStatus
from starter.web.cabinet.addresses import order_payment_page, renewal_page
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep
from texts import Language, translate

SHOP_STATUSES = (
    "unpaid",
    "processing",
    "paid_in_part",
    "paid",
    "refund",
    "refunded",
    "cancelled",
)
"""What an order can be, in the words of the shop: `page.order.status.<code>`."""
SHOWN = 50
"""Orders of one page."""
_CURSOR = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}_[A-Za-z0-9-]{1,40}$"

routes = pages()


@dataclass(frozen=True)
class Part:
    """A line of an order, with its status in the words of the shop."""

    title: str
    sum_kopecks: int
    status: str
    tone: str


@dataclass(frozen=True)
class Order:
    """An order as the list shows it. `tone` is how its status looks, `parts` its lines, of which
    `more` are not shown; `pay` is where what is left is paid, None where it cannot be; `no_refund`
    is why no refund can be requested, None where one can.
    """

    row: OrderRow
    status: str
    tone: str
    parts: tuple[Part, ...]
    more: int
    refund_id: str | None
    renewal: str | None
    pay: str | None
    may_check: bool
    is_out_of_date: bool
    no_refund: str | None
    may_refund_surplus: bool
    may_return_goods: bool


@routes.get("/")
async def show_orders(
    visit: VisitDep,
    tab: Annotated[Tab, Query()] = Tab.CURRENT,
    after: Annotated[str | None, Query(pattern=_CURSOR)] = None,
) -> Response:
    """The orders of a tab, the latest first."""
    client_id, now = present(visit.caller.client_id), datetime.now(UTC)
    rows, (counts,) = await visit.database.read(
        orders_in.listed(client_id, tab, now, SHOWN + 1, _seen(after)),
        orders_in.counts(client_id, now),
    )
    shown = rows[:SHOWN]
    following = f"{shown[-1].issued_on}_{shown[-1].number}" if len(rows) > SHOWN else None
    return visit.page(
        "orders.html",
        orders=[_order(row, moscow_date(now), visit.language) for row in shown],
        tab=tab,
        tabs=[(one, getattr(counts, one)) for one in Tab],
        following=following,
    )


def _seen(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    day, _, number = cursor.partition("_")
    try:
        return date.fromisoformat(day), number
    except ValueError:
        return None


def _order(row: OrderRow, today: date, language: Language) -> Order:
    code, tone = _status(row)
    is_open = row.refund_status is not None and row.refund_status not in UNPAID_ENDS
    is_due = row.voided_at is None and row.paid_kopecks < row.total_kopecks
    under_way = is_open and row.refund_status not in PAID
    why_not = _no_refund(row, under_way=under_way)
    return Order(
        row=row,
        status=translate(f"page.order.status.{code}", language),
        tone=tone,
        parts=tuple(_part(one, row, code, language) for one in row.parts),
        more=row.lines - len(row.parts),
        refund_id=row.refund_id if is_open else None,
        renewal=None if row.renewal_id is None else renewal_page(row.renewal_id),
        pay=_pay(row) if is_due else None,
        may_check=is_due,
        is_out_of_date=is_due and row.valid_until is not None and row.valid_until < today,
        no_refund=why_not and translate(f"page.order.no_refund.{why_not}", language),
        may_refund_surplus=not under_way and _left_of_surplus(row) > 0,
        may_return_goods=row.has_goods and row.paid_kopecks > 0,
    )


def _pay(row: OrderRow) -> str | None:
    """An order of a subscription is paid on its own page, while it is for sale."""
    if row.renewal_id is None:
        return order_payment_page(row.number)
    return f"{renewal_page(row.renewal_id)}#pay" if row.is_open else None


def _no_refund(row: OrderRow, *, under_way: bool) -> str | None:
    """Why no refund can be requested, as far as the list knows: the page of a request judges all
    conditions.
    """
    rules = (
        (under_way, "under_way"),
        (row.issued_by != IssuedBy.ONLINE, "service_centre"),
        (row.paid_kopecks == 0, "unpaid"),
        (_left_of_lines(row) <= 0, "returned"),
    )
    return next((code for holds, code in rules if holds), None)


def _left_of_surplus(row: OrderRow) -> int:
    return row.surplus_kopecks - row.surplus_promised_kopecks


def _left_of_lines(row: OrderRow) -> int:
    return row.paid_kopecks - row.promised_kopecks - _left_of_surplus(row)


def _part(part: Mapping[str, Any], row: OrderRow, code: str, language: Language) -> Part:
    """A line says what its order says, but for refunds, which may be of other lines: money comes
    for the whole of an order.
    """
    paid, tone = _paid_status(row)
    if part["is_refunded"]:
        paid, tone = ("refund", "info") if code == "refund" else ("refunded", "good")
    status = translate(f"page.order.status.{paid}", language)
    return Part(part["title"], part["sum_kopecks"], status, tone)


def _status(row: OrderRow) -> tuple[str, str]:
    """The status in the words of the shop, and its tone: what is most telling comes first."""
    rules = (
        (row.voided_at is not None, "cancelled", "quiet"),
        (row.refund_status == RefundStatus.COMPLETED, "refunded", "good"),
        (row.refund_status is not None and row.refund_status not in UNPAID_ENDS, "refund", "info"),
    )
    return next(((code, tone) for holds, code, tone in rules if holds), _paid_status(row))


def _paid_status(row: OrderRow) -> tuple[str, str]:
    """The same of its money alone."""
    rules = (
        (row.voided_at is not None, "cancelled", "quiet"),
        (0 < row.paid_kopecks <= row.taken_back_kopecks, "refunded", "good"),
        (row.paid_kopecks >= row.total_kopecks, "paid", "good"),
        (row.is_paying, "processing", "info"),
        (row.paid_kopecks > 0, "paid_in_part", "warn"),
    )
    return next(((code, tone) for holds, code, tone in rules if holds), ("unpaid", "warn"))
