"""The act of acceptance of returned goods, from what is stored of its return."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from db.banking import own_account
from db.facts import Reading, every, first, together
from db.goods_return import photos, reads
from db.goods_return.photos import PhotoRow
from db.goods_return.pieces import ReturnedLineRow, returned_lines
from db.goods_return.reads import GoodsReturnRow, MadeDecision
from db.query import row, typed
from db.tables import clients, goods_return_history, goods_returns, invoices
from domain.billing.issued_invoice import Supplier
from domain.calendar.bank_calendar import moscow_date
from domain.goods_return.act import (
    DECIDED,
    ActLine,
    ActPhoto,
    Found,
    ReturnAct,
    ReturnedBy,
)
from domain.goods_return.goods_return import (
    GoodsReturnAction,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    Settlement,
)


@row
class ActParties:
    """Whom an act names, about which invoice, and when the goods were here."""

    name: str
    inn: str | None
    kpp: str | None
    address: str | None
    issued_on: date
    received_at: datetime


class _Read(NamedTuple):
    head: GoodsReturnRow | None
    parties: ActParties | None
    lines: Sequence[ReturnedLineRow]
    photos: Sequence[PhotoRow]
    decisions: Sequence[MadeDecision]
    supplier: Supplier | None


_PARTIES = typed(
    ActParties,
    select(
        *clients.c["name", "inn", "kpp", "address"],
        invoices.c.issued_on,
        goods_return_history.c.at.label("received_at"),
    )
    .join(goods_returns, goods_returns.c.client_id == clients.c.id)
    .join(invoices, invoices.c.number == goods_returns.c.invoice_number)
    .join(
        goods_return_history,
        (goods_return_history.c.return_id == goods_returns.c.id)
        & (goods_return_history.c.to_status == GoodsReturnStatus.RECEIVED.value),
    )
    .where(goods_returns.c.id == bindparam("return_id"))
    .order_by(goods_return_history.c.number)
    .limit(1),
)


def act(return_id: str, company: str) -> Reading[ReturnAct | None]:
    """The act of a return; None before its decision, and for one that was never inspected.
    `company` names us while no own account is stored.
    """
    return together(
        _Read,
        first(reads.head(return_id)),
        first(_PARTIES(return_id=return_id)),
        every(returned_lines(return_id)),
        every(photos.of_return(return_id)),
        every(reads.decisions(return_id)),
        own_account.supplier(),
    ).to(lambda found: _act_from(found, company))


def _act_from(found: _Read, company: str) -> ReturnAct | None:
    head, parties = found.head, found.parties
    made = {GoodsReturnAction(one.action): one for one in found.decisions}
    inspection = made.get(GoodsReturnAction.INSPECT)
    decision = made.get(GoodsReturnAction.ACCEPT) or made.get(GoodsReturnAction.REJECT)
    if head is None or parties is None or inspection is None or decision is None:
        return None
    if head.status not in DECIDED:
        return None
    return ReturnAct(
        return_id=head.id,
        day=moscow_date(decision.decided_at),
        company=company if found.supplier is None else found.supplier.requisites.recipient_name,
        supplier=found.supplier,
        client=ReturnedBy(parties.name, parties.inn, parties.kpp, parties.address),
        invoice_number=head.invoice_number,
        invoice_on=parties.issued_on,
        ground=Ground(head.ground),
        way=ReturnWay(head.way),
        track=head.track,
        asked_on=moscow_date(head.opened_at),
        received_on=moscow_date(parties.received_at),
        inspected_on=moscow_date(inspection.decided_at),
        inspected_by=inspection.decided_by,
        found=Found(
            packing=bool(inspection.packing),
            labels=bool(inspection.labels),
            unused=bool(inspection.unused),
            serial=bool(inspection.serial),
        ),
        lines=tuple(map(_line, found.lines)),
        photos=tuple(
            ActPhoto(one.name, one.sha256, one.is_ours)
            for one in found.photos
            if not one.is_receipt
        ),
        settlement=None if decision.settlement is None else Settlement(decision.settlement),
        cut_kopecks=decision.cut_kopecks,
        carriage_kopecks=head.carriage_kopecks,
        reason=decision.reason,
        decided_by=decision.decided_by,
    )


def _line(line: ReturnedLineRow) -> ActLine:
    return ActLine(line.title, line.asked, line.accepted, line.price_kopecks or 0)
