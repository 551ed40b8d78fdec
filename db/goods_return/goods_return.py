"""Returns of goods: loading one for a change, and storing what a step decided."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from db.calendar.calendar import CALENDAR
from db.case.case_store import CaseStore, LoadedCase, ReplayCheck, uuid_of
from db.case.policy import PolicyRow, in_force
from db.compensation.legal_rule import all_rules
from db.database import Transaction
from db.facts import Reading, every, only, together
from db.goods_return.pieces import (
    ReturnedLineRow,
    SoldLineRow,
    returned_lines,
    sold_lines,
    sold_lines_of,
)
from db.goods_return.submission import POLICY
from db.query import row, typed
from db.tables import (
    goods_return_carriages,
    goods_return_history,
    goods_return_openings,
    goods_returns,
    invoices,
    policies,
    refunds,
)
from domain.billing.invoice import ProductKind
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import BankCalendar, moscow_date
from domain.compensation.legal_rule import LegalRules
from domain.goods_return.carriage import Carriage, CarriageStatus
from domain.goods_return.case import (
    AskedPieces,
    GoodsReturnCase,
    GoodsReturnTransition,
    OpeningFacts,
    ReturnedLine,
    SoldLine,
)
from domain.goods_return.goods_return import (
    UNDECIDED,
    GoodsReturnChange,
    GoodsReturnOpening,
    GoodsReturnResult,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    Settlement,
)
from domain.goods_return.policy import GoodsReturnPolicy

GOODS_RETURN_RESULT = TypeAdapter(GoodsReturnResult)
STORE = CaseStore(goods_returns, goods_return_history, "return_id", GOODS_RETURN_RESULT)


@row
class LockedReturn:
    """A return, locked, with its policy."""

    id: str
    invoice_number: str
    client_id: str
    status: str
    ground: str
    way: str
    settlement: str | None
    carriage_kopecks: int
    cut_kopecks: int | None
    money_at: datetime | None
    money_started_at: datetime | None
    entered_at: datetime
    refund_opened_at: datetime | None
    sent_track: str | None
    claimed_kopecks: int | None
    carriage_status: str | None
    policy_version: int
    document: dict[str, Any]


@row
class OpeningRow:
    """What a client asked for, with its invoice and its own kind."""

    invoice_number: str
    ordinal: int
    client_id: str
    client_kind: str
    paid_kopecks: int
    ground: str
    asked: list[dict[str, int]]
    opened_at: datetime


@row
class SoldTo:
    """An invoice, with whom it was sold to."""

    number: str
    client_id: str
    client_kind: str
    paid_kopecks: int


_refund_opened_at = (
    select(refunds.c.opened_at)
    .where(refunds.c.goods_return_id == goods_returns.c.id)
    .correlate(goods_returns)
    .scalar_subquery()
    .label("refund_opened_at")
)
_LOCKED = typed(
    LockedReturn,
    select(
        *goods_returns.c["id", "invoice_number", "client_id", "status", "ground", "way"],
        *goods_returns.c["settlement", "carriage_kopecks", "cut_kopecks", "money_at"],
        *goods_returns.c["money_started_at", "entered_at"],
        _refund_opened_at,
        goods_returns.c.sent_track,
        goods_return_carriages.c.amount_kopecks.label("claimed_kopecks"),
        goods_return_carriages.c.status.label("carriage_status"),
        goods_returns.c.policy_version,
        policies.c.document,
    )
    .join(
        policies,
        (policies.c.kind == goods_returns.c.policy_kind)
        & (policies.c.version == goods_returns.c.policy_version),
    )
    .outerjoin(goods_return_carriages, goods_return_carriages.c.return_id == goods_returns.c.id)
    .where(goods_returns.c.id == bindparam("return_id"))
    .with_for_update(of=goods_returns),
)
_OPENING = typed(
    OpeningRow,
    select(
        *goods_return_openings.c["invoice_number", "ordinal", "client_id"],
        invoices.c.client_kind,
        invoices.c.paid_kopecks,
        *goods_return_openings.c["ground", "asked", "opened_at"],
    )
    .join(invoices, invoices.c.number == goods_return_openings.c.invoice_number)
    .where(goods_return_openings.c.id == bindparam("opening_id")),
)

_SOLD_TO = typed(
    SoldTo,
    select(
        *invoices.c["number", "client_id"],
        invoices.c.client_kind,
        invoices.c.paid_kopecks,
    ).where(invoices.c.number == bindparam("invoice_number")),
)


def one(return_id: str) -> Reading[GoodsReturnCase]:
    """Locks a return, and reads what a change of it is judged by, in one round trip."""
    return together(
        _case_from,
        only(_LOCKED(return_id=return_id)),
        every(returned_lines(return_id)),
        stored(return_id),
        CALENDAR,
    )


def load(change: GoodsReturnChange) -> Reading[LoadedCase[GoodsReturnCase, GoodsReturnResult]]:
    """The same with the check for a repeat."""
    return together(_loaded, one(change.return_id), STORE.checked(change.return_id, change))


def stored(return_id: str) -> Reading[GoodsReturnResult | None]:
    """The state of a return; None for one that does not exist."""
    return every(STORE.latest(return_id)).to(STORE.answer_from)


def opening(opening_id: str, at: datetime) -> Reading[OpeningFacts]:
    """What a return is opened by, with the policy valid at an instant."""
    key = uuid_of(opening_id)
    return together(
        _opening_from,
        only(_OPENING(opening_id=key)),
        every(sold_lines(key)),
        only(in_force(POLICY, at)).to(policy_from),
        all_rules(),
        CALENDAR,
    )


def asked_of(
    invoice_number: str, ground: Ground, asked: tuple[AskedPieces, ...], at: datetime
) -> Reading[OpeningFacts | None]:
    """What a return would be opened by; None for an invoice that does not exist."""

    def built(
        sold: Sequence[SoldTo],
        lines: Sequence[SoldLineRow],
        policy: GoodsReturnPolicy,
        rules: LegalRules,
        calendar: BankCalendar,
    ) -> OpeningFacts | None:
        if not sold:
            return None
        opening = OpeningRow(
            sold[0].number,
            0,
            sold[0].client_id,
            sold[0].client_kind,
            sold[0].paid_kopecks,
            ground,
            [asdict(pieces) for pieces in asked],
            at,
        )
        return _opening_from(opening, lines, policy, rules, calendar)

    return together(
        built,
        every(_SOLD_TO(invoice_number=invoice_number)),
        every(sold_lines_of(invoice_number)),
        only(in_force(POLICY, at)).to(policy_from),
        all_rules(),
        CALENDAR,
    )


def put(
    transaction: Transaction,
    message: GoodsReturnOpening,
    facts: OpeningFacts,
    made: GoodsReturnTransition,
) -> None:
    """Stores a new return with its first change, which the client's request makes."""
    request = message.request
    change = GoodsReturnChange(
        request.return_id, 1, message.at, request.opened_by, request.opening_id
    )
    columns: dict[str, Any] = {
        "opening_id": uuid_of(request.opening_id),
        "invoice_number": facts.invoice_number,
        "ordinal": facts.ordinal,
        "client_id": facts.client_id,
        **made.columns,
    }
    STORE.put(transaction, request.return_id, change, made.result, columns)


def policy_from(row: PolicyRow) -> GoodsReturnPolicy:
    """The policy a row holds."""
    return GoodsReturnPolicy.from_document(row.version, row.document)


def _loaded(
    case: GoodsReturnCase, checked: ReplayCheck[GoodsReturnResult]
) -> LoadedCase[GoodsReturnCase, GoodsReturnResult]:
    return LoadedCase(case, checked.replayed_result)


def _case_from(
    row: LockedReturn,
    lines: Sequence[ReturnedLineRow],
    latest: GoodsReturnResult | None,
    calendar: BankCalendar,
) -> GoodsReturnCase:
    is_unsaid = row.money_started_at is None and GoodsReturnStatus(row.status) in UNDECIDED
    return GoodsReturnCase(
        id=row.id,
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        status=GoodsReturnStatus(row.status),
        ground=Ground(row.ground),
        way=ReturnWay(row.way),
        lines=tuple(map(returned_line_from, lines)),
        settlement=None if row.settlement is None else Settlement(row.settlement),
        carriage_kopecks=row.carriage_kopecks,
        cut_kopecks=row.cut_kopecks,
        money_at=row.money_at,
        money_started_at=row.refund_opened_at if is_unsaid else row.money_started_at,
        entered_at=row.entered_at,
        version=0 if latest is None else latest.changes,
        wait=None if latest is None else latest.wait,
        policy=GoodsReturnPolicy.from_document(row.policy_version, row.document),
        calendar=calendar,
        is_money_unsaid=is_unsaid and row.refund_opened_at is not None,
        is_sent=row.sent_track is not None,
        carriage=_carriage_from(row),
    )


def _carriage_from(row: LockedReturn) -> Carriage | None:
    if row.claimed_kopecks is None or row.carriage_status is None:
        return None
    return Carriage(row.claimed_kopecks, CarriageStatus(row.carriage_status))


def _opening_from(
    row: OpeningRow,
    lines: Sequence[SoldLineRow],
    policy: GoodsReturnPolicy,
    rules: LegalRules,
    calendar: BankCalendar,
) -> OpeningFacts:
    return OpeningFacts(
        invoice_number=row.invoice_number,
        ordinal=row.ordinal,
        client_id=row.client_id,
        client_kind=ClientKind(row.client_kind),
        paid_kopecks=row.paid_kopecks,
        ground=Ground(row.ground),
        asked=tuple(AskedPieces(**pieces) for pieces in row.asked),
        lines=tuple(map(sold_line_from, lines)),
        demanded_on=moscow_date(row.opened_at),
        policy=policy,
        rules=rules,
        calendar=calendar,
    )


def sold_line_from(row: SoldLineRow) -> SoldLine:
    """A line as it was sold."""
    return SoldLine(
        line_no=row.line_no,
        title=row.title,
        kind=ProductKind(row.kind),
        sum_kopecks=row.sum_kopecks,
        quantity=row.quantity,
        delivered_on=row.delivered_on,
        held=row.held,
        given_back_kopecks=row.given_back_kopecks,
    )


def returned_line_from(row: ReturnedLineRow) -> ReturnedLine:
    """A line of a return."""
    return ReturnedLine(
        line_no=row.line_no,
        title=row.title,
        asked=row.asked,
        accepted=row.accepted,
        sum_kopecks=row.sum_kopecks,
        bought=row.quantity,
        earlier=row.earlier,
        earlier_kopecks=row.earlier_kopecks,
        price_kopecks=row.price_kopecks,
    )
