"""A return of goods, as a caller sees it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field

from db.database import Database
from db.goods_return import photos, pieces, reads
from db.goods_return.goods_return import returned_line_from
from db.goods_return.pieces import ReturnedLineRow
from db.goods_return.reads import GoodsReturnRow, HistoryRow, MadeDecision
from domain.access.roles import Role
from domain.goods_return.act import DECIDED
from domain.goods_return.carriage import CarriageStatus, unfit_actions
from domain.goods_return.goods_return import (
    GOODS_RETURN_ACTIONS,
    SENT_OUT,
    GoodsReturnAction,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    Settlement,
)
from domain.goods_return.price import price_of
from starter.access import require_visible, roles_of
from starter.caller import Caller
from starter.commands.goods_return.case import carriage_of
from starter.presentation.file.file import FileShown
from starter.presentation.goods_return.photos import photos_shown, receipt_shown
from starter.presentation.models import Roubles, Shown
from texts import Language, translate


class ReturnLineShown(Shown):
    """A line: how many pieces are asked for, how many were found sound, and what those cost."""

    line_no: int
    title: str
    asked: int
    accepted: int
    price: Roubles


class ReturnChangeShown(Shown):
    """A change of the return. `by` is shown to staff; a client reads whose deed it was."""

    number: int
    status: GoodsReturnStatus
    title: str
    at: datetime
    by: str | None
    reason: str | None


class InspectionShown(Shown):
    """What was found."""

    packing: bool
    labels: bool
    unused: bool
    serial: bool
    at: datetime
    by: str | None
    photos: Sequence[FileShown]


class CarriageShown(Shown):
    """What the client paid the carrier itself, with the receipt. `reason`: why it was refused."""

    amount: Roubles
    status: CarriageStatus
    title: str
    reason: str | None
    paid_on: date | None
    receipt: FileShown | None


class GoodsReturnHead(Shown):
    """A return in a list."""

    id: str
    invoice_number: str
    client_id: str
    client_name: str
    ground: Ground
    ground_title: str
    way: ReturnWay
    status: GoodsReturnStatus
    title: str
    settlement: Settlement | None
    refund_id: str | None
    dispute_id: str | None = Field(description="The dispute whose decision has begun it.")
    waiting_for: Role | None
    wait_until: datetime | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


class GoodsReturnShown(GoodsReturnHead):
    """A return in full. `address` is where the goods are sent, `money_at` when the law has the
    money paid back whatever is decided; the carriage is at our cost where we are at fault.
    """

    comment: str | None
    photos: Sequence[FileShown] = Field(description="Those of the client's request.")
    lines: Sequence[ReturnLineShown]
    actions: Sequence[GoodsReturnAction]
    address: str
    carriage_is_ours: bool
    carriage: Roubles = Field(description="What the client bears of it.")
    paid_carriage: CarriageShown | None = Field(
        description="What the client says that it paid the carrier itself, to be paid back."
    )
    cut: Roubles | None
    exchanged: Roubles | None = Field(
        description="The price of both halves of an exchange: what came back, and what went out."
    )
    track: str | None
    sent_track: str | None
    money_at: datetime | None
    money_started_at: datetime | None
    legal_rule_id: str | None
    inspection: InspectionShown | None
    has_act: bool = Field(description="Whether the act of acceptance can be read.")
    history: Sequence[ReturnChangeShown]


def goods_return_head(row: GoodsReturnRow, language: Language) -> GoodsReturnHead:
    """A return in a list."""
    return GoodsReturnHead(**_head_of(row, language))


async def goods_return_in_full(
    database: Database, caller: Caller, return_id: str, language: Language
) -> GoodsReturnShown:
    """A return with its lines and changes; raises `Refusal` `not_found` without one."""
    heads, lines, history, decisions, handed_in = await database.read(
        reads.head(return_id),
        pieces.returned_lines(return_id),
        reads.history(return_id),
        reads.decisions(return_id),
        photos.of_return(return_id),
    )
    row = require_visible(caller, heads)
    inspection = _inspection(decisions, photos_shown(handed_in, language, is_ours=True), caller)
    return GoodsReturnShown(
        **_head_of(row, language),
        comment=row.comment,
        photos=photos_shown(handed_in, language, is_ours=False),
        lines=[_line_shown(line, is_over=row.closed_at is not None) for line in lines],
        actions=actions_of(row, lines, caller),
        address=row.address,
        carriage_is_ours=Ground(row.ground).is_ours,
        carriage=row.carriage_kopecks,
        paid_carriage=_carriage_shown(row, receipt_shown(handed_in, language), language),
        cut=row.cut_kopecks,
        exchanged=row.exchanged_kopecks,
        track=row.track,
        sent_track=row.sent_track,
        money_at=row.money_at,
        money_started_at=row.money_started_at,
        legal_rule_id=row.legal_rule_id,
        inspection=inspection,
        has_act=inspection is not None and row.status in DECIDED,
        history=[_change_shown(change, caller, language) for change in history],
    )


def actions_of(
    row: GoodsReturnRow, lines: Sequence[ReturnedLineRow], caller: Caller
) -> list[GoodsReturnAction]:
    """What the caller may do with a return now."""
    status, way = GoodsReturnStatus(row.status), ReturnWay(row.way)
    allowed = GOODS_RETURN_ACTIONS.get(status, {}).get(caller.role, ())
    unfit = unfit_actions(status, way, carriage_of(row), sends_back=sends_back(row, lines))
    may = [one for one in allowed if one not in unfit]
    return [one for one in may if caller.role in roles_of(f"{one}_goods_return")]


def sends_back(row: GoodsReturnRow, lines: Sequence[ReturnedLineRow]) -> bool:
    """Whether goods have still to leave to the client after what was decided is done."""
    if row.sent_track is not None:
        return False
    partly = any(line.accepted < line.asked for line in lines)
    return row.settlement in SENT_OUT or (partly and row.settlement == Settlement.REFUND)


def _head_of(row: GoodsReturnRow, language: Language) -> dict[str, Any]:
    return {
        "id": row.id,
        "invoice_number": row.invoice_number,
        "client_id": row.client_id,
        "client_name": row.client_name,
        "ground": Ground(row.ground),
        "ground_title": translate(f"goods_return.ground.{row.ground}", language),
        "way": ReturnWay(row.way),
        "status": GoodsReturnStatus(row.status),
        "title": translate(f"goods_return.status.{row.status}", language),
        "settlement": None if row.settlement is None else Settlement(row.settlement),
        "refund_id": row.refund_id,
        "dispute_id": row.dispute_id,
        "waiting_for": None if row.waiting_for is None else Role(row.waiting_for),
        "wait_until": row.wait_until,
        "opened_at": row.opened_at,
        "changed_at": row.changed_at,
        "closed_at": row.closed_at,
    }


def _line_shown(row: ReturnedLineRow, *, is_over: bool) -> ReturnLineShown:
    """What was decided that the pieces cost; before, and where nothing was, what they would cost.
    Of a return that is over the pieces may be in another one by now.
    """
    line = returned_line_from(row)
    price = line.price_kopecks
    if price is None and is_over:
        price = price_of(line.sum_kopecks, line.bought, line.asked)
    if price is None:
        price = price_of(line.left_kopecks, line.left, line.accepted or line.asked)
    return ReturnLineShown(
        line_no=line.line_no,
        title=line.title,
        asked=line.asked,
        accepted=line.accepted,
        price=price,
    )


def _carriage_shown(
    row: GoodsReturnRow, receipt: FileShown | None, language: Language
) -> CarriageShown | None:
    if row.claimed_kopecks is None or row.carriage_status is None:
        return None
    return CarriageShown(
        amount=row.claimed_kopecks,
        status=CarriageStatus(row.carriage_status),
        title=translate(f"goods_return.carriage.{row.carriage_status}", language),
        reason=row.carriage_reason,
        paid_on=row.carriage_paid_on,
        receipt=receipt,
    )


def _inspection(
    decisions: Sequence[MadeDecision], seen: Sequence[FileShown], caller: Caller
) -> InspectionShown | None:
    made = [one for one in decisions if one.action == GoodsReturnAction.INSPECT]
    if not made:
        return None
    found = made[-1]
    return InspectionShown(
        packing=bool(found.packing),
        labels=bool(found.labels),
        unused=bool(found.unused),
        serial=bool(found.serial),
        at=found.decided_at,
        by=None if caller.role is Role.CLIENT else found.decided_by,
        photos=seen,
    )


def _change_shown(row: HistoryRow, caller: Caller, language: Language) -> ReturnChangeShown:
    moved = row.from_status != row.to_status
    key = f"goods_return.status.{row.to_status}" if moved else f"goods_return.stays.{row.reason}"
    return ReturnChangeShown(
        number=row.number,
        status=GoodsReturnStatus(row.to_status),
        title=translate(key, language),
        at=row.at,
        by=None if caller.role is Role.CLIENT else row.by,
        reason=row.reason if moved else None,
    )
