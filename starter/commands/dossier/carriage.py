"""What a client paid a carrier for goods that came back, as dossiers have it: the sum, who decided
about it, the day of payment, and the receipt as a paper.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from db.dossier.carriages import CarriageChangeRow, CarriageRow
from domain.dispute.evidence import EvidenceKind, EvidenceSource
from domain.dossier.dossier import Event, LeftOut, Paper
from domain.dossier.table import Column, Kind, Table
from domain.file.file import FileStatus
from domain.goods_return.carriage import CarriageStatus
from domain.goods_return.goods_return import GoodsReturnAction
from texts import Language, rubles, translate

_BECAME: Mapping[str, CarriageStatus] = MappingProxyType(
    {
        GoodsReturnAction.CLAIM_CARRIAGE: CarriageStatus.CLAIMED,
        GoodsReturnAction.CONFIRM_CARRIAGE: CarriageStatus.CONFIRMED,
        GoodsReturnAction.REFUSE_CARRIAGE: CarriageStatus.REFUSED,
        GoodsReturnAction.PAY_CARRIAGE: CarriageStatus.PAID,
    }
)


def carriage_table(rows: Sequence[CarriageRow]) -> Table:
    """What was claimed and what became of it."""
    columns = (
        Column("return"),
        Column("status", Kind.CODE, "goods_return.carriage"),
        Column("sum", Kind.KOPECKS),
        Column("paid_on", Kind.DAY),
        Column("reason", Kind.SAID),
    )
    told = [
        (one.return_id, one.status, one.amount_kopecks, one.paid_on, one.reason) for one in rows
    ]
    return Table("carriages", columns, told)


def receipts(rows: Sequence[CarriageRow], language: Language) -> list[Paper]:
    """The carriers' receipts of the claims that stand."""
    return [
        Paper(
            kind=EvidenceKind.RETURN_PAPERS.name.lower(),
            name=one.name,
            sha256=one.sha256,
            size_bytes=one.size_bytes,
            source=EvidenceSource.CLIENT,
            about=translate("dossier.receipt.carriage", language, number=one.return_id),
            by=one.uploaded_by,
            at=one.uploaded_at,
            left_out=(None if one.scan_status == FileStatus.CLEAN else LeftOut(one.scan_status)),
        )
        for one in rows
    ]


def carriage_events(rows: Sequence[CarriageChangeRow], language: Language) -> list[Event]:
    """Who claimed, confirmed, refused and paid it, and when."""
    return [_event(one, language) for one in rows]


def claimants(rows: Sequence[CarriageChangeRow]) -> frozenset[str]:
    """The logins of the client's people among those who decided."""
    return frozenset(one.by for one in rows if one.action == GoodsReturnAction.CLAIM_CARRIAGE)


def _event(row: CarriageChangeRow, language: Language) -> Event:
    status = translate(f"goods_return.carriage.{_BECAME[row.action]}", language)
    title = translate("dossier.event.carriage", language, number=row.return_id, status=status)
    claimed = None if row.claimed_kopecks is None else rubles(row.claimed_kopecks)
    return Event(row.at, title, row.by, claimed or row.reason)
