"""The pieces of an invoice's lines: those that were sold, and those that returns keep."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    ScalarSelect,
    bindparam,
    case,
    cast,
    func,
    insert,
    select,
    update,
)

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import (
    calculation_lines,
    goods_exchanges,
    goods_return_lines,
    goods_return_openings,
    goods_returns,
    invoice_lines,
    refunds,
    returned_pieces,
)
from domain.goods_return.case import BookExchange, HeldPieces, PricedPieces
from domain.goods_return.goods_return import GoodsReturnChange, Settlement
from domain.refund.refund import UNPAID_ENDS


@row
class SoldLineRow:
    """A line of an invoice, with the pieces that returns keep."""

    line_no: int
    title: str
    kind: str
    sum_kopecks: int
    quantity: int
    delivered_on: date | None
    held: int
    given_back_kopecks: int


@row
class ReturnedLineRow:
    """A line of a return, with the pieces that other returns have paid back, what those cost, and
    what was given back of the line without pieces.
    """

    line_no: int
    title: str
    kind: str
    asked: int
    accepted: int
    price_kopecks: int | None
    sum_kopecks: int
    quantity: int
    earlier: int
    earlier_kopecks: int


_UNPAID = tuple(sorted(UNPAID_ENDS))
_others = goods_return_lines.alias("others")
_other_returns = goods_returns.alias("other_returns")
_other_refunds = refunds.alias("other_refunds")
_other_sums = calculation_lines.alias("other_sums")
_by_money = _other_returns.c.settlement == Settlement.REFUND.value
_by_law = _other_returns.c.settlement.is_(None) & _other_refunds.c.id.is_not(None)
_of_others = (
    _others.join(_other_returns, _other_returns.c.id == _others.c.return_id)
    .outerjoin(
        _other_refunds,
        (_other_refunds.c.goods_return_id == _others.c.return_id)
        & _other_refunds.c.status.not_in(_UNPAID),
    )
    .outerjoin(
        _other_sums,
        (_other_sums.c.calculation_id == _other_refunds.c.calculation_id)
        & (_other_sums.c.line_no == _others.c.line_no),
    )
)
"""Other returns' lines, with what their refund cases give back of them."""


def _of_other_returns(counted: ColumnElement[int]) -> ScalarSelect[int]:
    """What other returns count of a line."""
    return (
        select(cast(func.coalesce(func.sum(counted), 0), BigInteger))
        .select_from(_of_others)
        .where(
            _others.c.invoice_number == goods_return_lines.c.invoice_number,
            _others.c.line_no == goods_return_lines.c.line_no,
            _others.c.return_id != goods_return_lines.c.return_id,
        )
        .correlate(goods_return_lines)
        .scalar_subquery()
    )


def _given_back(line: FromClause, *narrowed: ColumnElement[bool]) -> ScalarSelect[int]:
    """What open and paid refund cases give back of a line."""
    return (
        select(cast(func.coalesce(func.sum(calculation_lines.c.sum_kopecks), 0), BigInteger))
        .select_from(
            calculation_lines.join(
                refunds, refunds.c.calculation_id == calculation_lines.c.calculation_id
            )
        )
        .where(
            refunds.c.invoice_number == line.c.invoice_number,
            refunds.c.status.not_in(_UNPAID),
            calculation_lines.c.line_no == line.c.line_no,
            *narrowed,
        )
        .correlate(line)
        .scalar_subquery()
    )


_paid_back = _of_other_returns(
    case((_by_money, _others.c.accepted), (_by_law, _others.c.held), else_=0)
)
_paid_back_kopecks = _of_other_returns(
    func.coalesce(case((_by_money, _others.c.price_kopecks)), _other_sums.c.sum_kopecks, 0)
)
_without_pieces = _given_back(goods_return_lines, refunds.c.goods_return_id.is_(None))
_of_line = (invoice_lines.c.invoice_number == goods_return_lines.c.invoice_number) & (
    invoice_lines.c.line_no == goods_return_lines.c.line_no
)
_RETURNED = typed(
    ReturnedLineRow,
    select(
        goods_return_lines.c.line_no,
        *invoice_lines.c["title", "kind"],
        *goods_return_lines.c["asked", "accepted", "price_kopecks"],
        *invoice_lines.c["sum_kopecks", "quantity"],
        _paid_back.label("earlier"),
        (_paid_back_kopecks + _without_pieces).label("earlier_kopecks"),
    )
    .join(invoice_lines, _of_line)
    .where(goods_return_lines.c.return_id == bindparam("return_id"))
    .order_by(goods_return_lines.c.line_no),
    never_null=("earlier", "earlier_kopecks"),
)
_sold = (
    select(
        *invoice_lines.c["line_no", "title", "kind", "sum_kopecks", "quantity", "delivered_on"],
        func.coalesce(returned_pieces.c.held, 0).label("held"),
        _given_back(invoice_lines).label("given_back_kopecks"),
    )
    .outerjoin(
        returned_pieces,
        (returned_pieces.c.invoice_number == invoice_lines.c.invoice_number)
        & (returned_pieces.c.line_no == invoice_lines.c.line_no),
    )
    .order_by(invoice_lines.c.line_no)
)
_OF_OPENING = typed(
    SoldLineRow,
    _sold.join(
        goods_return_openings,
        goods_return_openings.c.invoice_number == invoice_lines.c.invoice_number,
    ).where(goods_return_openings.c.id == bindparam("opening_id")),
    never_null=("held", "given_back_kopecks"),
)
_OF_INVOICE = typed(
    SoldLineRow,
    _sold.where(invoice_lines.c.invoice_number == bindparam("invoice_number")),
    never_null=("held", "given_back_kopecks"),
)
_PUT_LINE = insert(goods_return_lines)
_CHANGE = update(goods_return_lines).where(
    goods_return_lines.c.return_id == bindparam("of_return"),
    goods_return_lines.c.line_no == bindparam("of_line"),
)
_PUT_EXCHANGE = insert(goods_exchanges)


def returned_lines(return_id: str) -> Query[ReturnedLineRow]:
    """The lines of a return."""
    return _RETURNED(return_id=return_id)


def sold_lines(opening_id: UUID | None) -> Query[SoldLineRow]:
    """The lines of the invoice that a client's request is about."""
    return _OF_OPENING(opening_id=opening_id)


def sold_lines_of(invoice_number: str) -> Query[SoldLineRow]:
    """The lines of an invoice."""
    return _OF_INVOICE(invoice_number=invoice_number)


def put_line(
    transaction: Transaction, return_id: str, invoice_number: str, kept: HeldPieces
) -> None:
    """Stores a line of a new return; more pieces than are left break `pieces_at_most_bought`."""
    transaction.write(
        _PUT_LINE,
        return_id=return_id,
        invoice_number=invoice_number,
        line_no=kept.line_no,
        asked=kept.held,
        held=kept.held,
        accepted=kept.accepted,
    )


def hold(transaction: Transaction, return_id: str, kept: HeldPieces) -> None:
    """Stores how many pieces of a line a return keeps, and how many it has accepted."""
    params: dict[str, Any] = {"held": kept.held, "accepted": kept.accepted}
    transaction.write(_CHANGE, of_return=return_id, of_line=kept.line_no, **params)


def put_price(transaction: Transaction, return_id: str, priced: PricedPieces) -> None:
    """Stores what the accepted pieces of a line cost."""
    transaction.write(
        _CHANGE,
        of_return=return_id,
        of_line=priced.line_no,
        price_kopecks=priced.price_kopecks,
    )


def put_exchange(transaction: Transaction, change: GoodsReturnChange, made: BookExchange) -> None:
    """Books an exchange; a trigger writes its two transfers."""
    transaction.write(
        _PUT_EXCHANGE,
        return_id=change.return_id,
        invoice_number=made.invoice_number,
        amount_kopecks=made.amount_kopecks,
        at=change.at,
    )
