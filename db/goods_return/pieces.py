"""The pieces of an invoice's lines: those that were sold, and those that returns keep."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import (
    goods_exchanges,
    goods_return_lines,
    goods_return_openings,
    goods_returns,
    invoice_lines,
    returned_pieces,
)
from domain.goods_return.case import BookExchange, HeldPieces
from domain.goods_return.goods_return import GoodsReturnChange, Settlement


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


@row
class ReturnedLineRow:
    """A line of a return, with the pieces that other returns have paid back."""

    line_no: int
    title: str
    kind: str
    asked: int
    accepted: int
    sum_kopecks: int
    quantity: int
    earlier: int


_others = goods_return_lines.alias()
_other_returns = goods_returns.alias()
_paid_back = (
    select(func.coalesce(func.sum(_others.c.held), 0))
    .join(_other_returns, _other_returns.c.id == _others.c.return_id)
    .where(
        _others.c.invoice_number == goods_return_lines.c.invoice_number,
        _others.c.line_no == goods_return_lines.c.line_no,
        _others.c.return_id != goods_return_lines.c.return_id,
        _other_returns.c.settlement == Settlement.REFUND.value,
        _other_returns.c.settled_at.is_not(None),
    )
    .scalar_subquery()
)
_of_line = (invoice_lines.c.invoice_number == goods_return_lines.c.invoice_number) & (
    invoice_lines.c.line_no == goods_return_lines.c.line_no
)
_RETURNED = typed(
    ReturnedLineRow,
    select(
        goods_return_lines.c.line_no,
        *invoice_lines.c["title", "kind"],
        *goods_return_lines.c["asked", "accepted"],
        *invoice_lines.c["sum_kopecks", "quantity"],
        _paid_back.label("earlier"),
    )
    .join(invoice_lines, _of_line)
    .where(goods_return_lines.c.return_id == bindparam("return_id"))
    .order_by(goods_return_lines.c.line_no),
    never_null=("earlier",),
)
_sold = (
    select(
        *invoice_lines.c["line_no", "title", "kind", "sum_kopecks", "quantity", "delivered_on"],
        func.coalesce(returned_pieces.c.held, 0).label("held"),
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
    never_null=("held",),
)
_OF_INVOICE = typed(
    SoldLineRow,
    _sold.where(invoice_lines.c.invoice_number == bindparam("invoice_number")),
    never_null=("held",),
)
_PUT_LINE = insert(goods_return_lines)
_HOLD = update(goods_return_lines).where(
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
    transaction.write(_HOLD, of_return=return_id, of_line=kept.line_no, **params)


def put_exchange(transaction: Transaction, change: GoodsReturnChange, made: BookExchange) -> None:
    """Books an exchange; a trigger writes its two transfers."""
    transaction.write(
        _PUT_EXCHANGE,
        return_id=change.return_id,
        invoice_number=made.invoice_number,
        amount_kopecks=made.amount_kopecks,
        at=change.at,
    )
