"""The refund case of a return: whether there is one, and what it has to ask for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from db.facts import Reading, every, together
from db.goods_return import goods_return
from db.query import Query, row, typed
from db.tables import goods_returns, refunds
from domain.goods_return.case import GoodsReturnCase, MoneyFacts
from domain.goods_return.goods_return import RefundDue
from domain.goods_return.money import refunded
from domain.refund.refund import (
    UNPAID_ENDS,
    AskedLine,
    RefundRequest,
    RefundStatus,
    workflow_id,
)


@row
class RefundRow:
    """A refund case of an invoice."""

    id: str
    ordinal: int
    client_id: str
    invoice_number: str
    status: str
    asked: list[dict[str, Any]]
    stopped_on: date
    first_paid_on: date | None
    goods_return_id: str | None


_COLUMNS = (
    *refunds.c["id", "ordinal", "client_id", "invoice_number", "status", "asked"],
    *refunds.c["stopped_on", "first_paid_on", "goods_return_id"],
)
_OF_INVOICE = typed(
    RefundRow,
    select(*_COLUMNS)
    .join(goods_returns, goods_returns.c.invoice_number == refunds.c.invoice_number)
    .where(goods_returns.c.id == bindparam("return_id"))
    .order_by(refunds.c.ordinal),
)
_OF_RETURN = typed(
    RefundRow,
    select(*_COLUMNS).where(refunds.c.goods_return_id == bindparam("return_id")),
)


def due(return_id: str) -> Reading[RefundDue]:
    """The refund case that a return has to have, with the return locked."""
    return together(_due_from, goods_return.one(return_id), every(_OF_INVOICE(return_id=return_id)))


def money(return_id: str) -> Reading[MoneyFacts]:
    """The refund case that a return has."""
    return every(_OF_RETURN(return_id=return_id)).to(_money_from)


def refund_of(return_id: str) -> Query[RefundRow]:
    """The refund case of a return; no row until it is opened."""
    return _OF_RETURN(return_id=return_id)


def _money_from(rows: Sequence[RefundRow]) -> MoneyFacts:
    if not rows:
        return MoneyFacts(None, is_declined=False)
    return MoneyFacts(rows[0].id, rows[0].status == RefundStatus.DECLINED)


def _due_from(case: GoodsReturnCase, cases: Sequence[RefundRow]) -> RefundDue:
    """The case that is there; or one more, unless another has to be paid first, or the return has
    ended, or was decided otherwise, since its process asked.
    """
    own = [refund for refund in cases if refund.goods_return_id == case.id]
    if own:
        return RefundDue(_stored_request(own[0]), is_open=True)
    is_unpaid = any(one.first_paid_on is None and one.status not in UNPAID_ENDS for one in cases)
    if is_unpaid or not case.may_take_money:
        return RefundDue(None, is_open=False)
    ordinal = len(cases) + 1
    request = RefundRequest(
        refund_id=workflow_id(case.invoice_number, ordinal),
        invoice_number=case.invoice_number,
        client_id=case.client_id,
        ordinal=ordinal,
        asked=refunded(case),
        goods_return=case.id,
    )
    return RefundDue(request, is_open=False)


def _stored_request(row: RefundRow) -> RefundRequest:
    return RefundRequest(
        refund_id=row.id,
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        ordinal=row.ordinal,
        asked=tuple(AskedLine(**line) for line in row.asked),
        stopped_on=row.stopped_on,
        goods_return=row.goods_return_id,
    )
