"""A return as its changes are judged: what is stored of it, and what is stored beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.billing.invoice import ProductKind
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Wait
from domain.compensation.legal_rule import LegalRules
from domain.goods_return.carriage import Carriage, CarriageStatus
from domain.goods_return.goods_return import (
    BY_MONEY,
    TAKEN_BACK,
    UNDECIDED,
    GoodsReturnResult,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    Settlement,
)
from domain.goods_return.policy import GoodsReturnPolicy


@dataclass(frozen=True)
class AskedPieces:
    """So many pieces of a line of the invoice."""

    line_no: int
    pieces: int


@dataclass(frozen=True)
class SoldLine:
    """A line as it was sold; `held` pieces are in other returns, and so much (kopecks) of its sum
    was given back.
    """

    line_no: int
    title: str
    kind: ProductKind
    sum_kopecks: int
    quantity: int
    delivered_on: date | None
    held: int = 0
    given_back_kopecks: int = 0


@dataclass(frozen=True)
class OpeningFacts:
    """What a return is opened by; the request was made on `demanded_on` by Moscow's calendar."""

    invoice_number: str
    ordinal: int
    client_id: str
    client_kind: ClientKind
    paid_kopecks: int
    ground: Ground
    asked: tuple[AskedPieces, ...]
    lines: tuple[SoldLine, ...]
    demanded_on: date
    policy: GoodsReturnPolicy
    rules: LegalRules
    calendar: BankCalendar

    @property
    def returned(self) -> tuple[tuple[SoldLine, int], ...]:
        """The lines that are asked for, with their pieces; raises KeyError for an unknown one."""
        known = {line.line_no: line for line in self.lines}
        return tuple((known[one.line_no], one.pieces) for one in self.asked)


@dataclass(frozen=True)
class ReturnedLine:
    """A line of a return: `asked` pieces of `bought`, `accepted` after the inspection.

    `earlier` pieces were paid back by other returns; `earlier_kopecks` is their price with what was
    given back of the line without pieces: by a refund, or a price cut. `price_kopecks` is what the
    accepted pieces cost, once that is decided.
    """

    line_no: int
    title: str
    asked: int
    accepted: int
    sum_kopecks: int
    bought: int
    earlier: int
    earlier_kopecks: int = 0
    price_kopecks: int | None = None

    @property
    def left(self) -> int:
        """The pieces that other returns have not paid back."""
        return self.bought - self.earlier

    @property
    def left_kopecks(self) -> int:
        """What has not been given back of the line otherwise."""
        return max(0, self.sum_kopecks - self.earlier_kopecks)


@dataclass(frozen=True)
class GoodsReturnCase:
    """A stored return: `version` is the number of its last change.

    `money_at`: when the law starts the money, None where it does not; `money_started_at`: when the
    refund case was opened; `entered_at`: since when it waits for whom it does. Instants are UTC.
    `is_money_unsaid`: the refund case that the law asks for is stored, and no change says so yet.
    `is_sent`: what the client gets has left; `carriage`: what it says it paid a carrier itself.
    """

    id: str
    invoice_number: str
    client_id: str
    status: GoodsReturnStatus
    ground: Ground
    way: ReturnWay
    lines: tuple[ReturnedLine, ...]
    settlement: Settlement | None
    carriage_kopecks: int
    cut_kopecks: int | None
    money_at: datetime | None
    money_started_at: datetime | None
    entered_at: datetime
    version: int
    wait: Wait | None
    policy: GoodsReturnPolicy
    calendar: BankCalendar
    is_money_unsaid: bool = False
    is_sent: bool = False
    carriage: Carriage | None = None

    @property
    def money_ahead(self) -> datetime | None:
        """When the law starts the money, unless it has started and that is said."""
        is_ahead = self.money_started_at is None or self.is_money_unsaid
        return self.money_at if is_ahead else None

    @property
    def takes_money(self) -> bool:
        """Whether what was decided is settled by a refund case that is not opened yet."""
        if self.status not in TAKEN_BACK or self.money_started_at is not None:
            return False
        if self.status is GoodsReturnStatus.LOST:
            return self.ground.is_ours
        return self.settlement in BY_MONEY

    @property
    def may_take_money(self) -> bool:
        """Whether a refund case may be opened: for what was decided, or for the law's day."""
        return self.takes_money or (self.status in UNDECIDED and self.money_ahead is not None)

    @property
    def asked_pieces(self) -> int:
        """How many pieces were asked for."""
        return sum(line.asked for line in self.lines)

    @property
    def accepted_pieces(self) -> int:
        """How many pieces were found sound."""
        return sum(line.accepted for line in self.lines)


@dataclass(frozen=True)
class Findings:
    """What an inspection has found: sound pieces by line, and what their carriage has cost us."""

    pieces: Mapping[int, int]
    carriage_kopecks: int


@dataclass(frozen=True)
class CarriageLimit:
    """What is paid back at most of a carrier's receipt (kopecks), by a version of the policy."""

    at_most_kopecks: int
    policy_version: int


@dataclass(frozen=True)
class DecisionFacts:
    """A stored decision: why, how goods are sent, what was found, what they are settled by; with
    an acceptance `held_kopecks`, what the order's account has. Of the carriage: the sum that is
    claimed with the `limit` of the policy, or the day on which it was paid.
    """

    reason: str | None
    track: str | None
    findings: Findings | None
    settlement: Settlement | None
    cut_kopecks: int | None
    held_kopecks: int | None = None
    claimed_kopecks: int = 0
    limit: CarriageLimit | None = None
    paid_on: date | None = None


@dataclass(frozen=True)
class MoneyFacts:
    """The refund case of a return, if it is opened, and whether it was declined at once."""

    refund_id: str | None
    is_declined: bool


@dataclass(frozen=True)
class HeldPieces:
    """How many pieces of a line a return keeps from other returns, and how many it has accepted."""

    line_no: int
    held: int
    accepted: int


@dataclass(frozen=True)
class PricedPieces:
    """What the accepted pieces of a line cost (kopecks), by the decision about them."""

    line_no: int
    price_kopecks: int


@dataclass(frozen=True)
class BookExchange:
    """Goods of a price (kopecks) come back, and other goods of the same price go out."""

    invoice_number: str
    amount_kopecks: int


@dataclass(frozen=True)
class ClaimCarriage:
    """The client's claim of a carriage (kopecks), by a version of the policy, stands from now."""

    ground: Ground
    way: ReturnWay
    amount_kopecks: int
    policy_version: int


@dataclass(frozen=True)
class MoveCarriage:
    """What becomes of a claimed carriage: refused for a reason, or paid on a day."""

    status: CarriageStatus
    reason: str | None = None
    paid_on: date | None = None


GoodsReturnEffect = HeldPieces | PricedPieces | BookExchange | ClaimCarriage | MoveCarriage
GoodsReturnTransition = Transition[GoodsReturnResult, GoodsReturnEffect]
Judged = GoodsReturnTransition | GoodsReturnResult
