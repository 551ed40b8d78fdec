"""The act of acceptance of returned goods: what came back, how it was found, what was decided."""

from dataclasses import dataclass
from datetime import date

from domain.billing.issued_invoice import Supplier
from domain.goods_return.goods_return import GoodsReturnStatus, Ground, ReturnWay, Settlement

DECIDED = frozenset(
    {
        GoodsReturnStatus.ACCEPTED,
        GoodsReturnStatus.PARTLY,
        GoodsReturnStatus.REJECTED,
        GoodsReturnStatus.SETTLED,
        GoodsReturnStatus.CLOSED,
    }
)
"""Where a return that was inspected has its act."""


@dataclass(frozen=True, repr=False)
class ReturnedBy:
    """Who gives goods back, as billing registered it."""

    name: str
    inn: str | None
    kpp: str | None
    address: str | None


@dataclass(frozen=True)
class ActLine:
    """A line of the order: pieces that came back, those that were taken, and what these cost
    (kopecks).
    """

    title: str
    returned: int
    accepted: int
    price_kopecks: int


@dataclass(frozen=True)
class Found:
    """What the inspection found of the goods."""

    packing: bool
    labels: bool
    unused: bool
    serial: bool


@dataclass(frozen=True)
class ActPhoto:
    """A photo of the goods, bound by its SHA-256. `is_ours`: of the inspection."""

    name: str
    sha256: str
    is_ours: bool


@dataclass(frozen=True, repr=False)
class ReturnAct:
    """The act of a return. `settlement` None: nothing was accepted, for the `reason`. `supplier` is
    None while no own account is stored. Money is kopecks, days are Moscow's.
    """

    return_id: str
    day: date
    company: str
    supplier: Supplier | None
    client: ReturnedBy
    invoice_number: str
    invoice_on: date
    ground: Ground
    way: ReturnWay
    track: str | None
    asked_on: date
    received_on: date
    inspected_on: date
    inspected_by: str
    found: Found
    lines: tuple[ActLine, ...]
    photos: tuple[ActPhoto, ...]
    settlement: Settlement | None
    cut_kopecks: int | None
    carriage_kopecks: int
    reason: str | None
    decided_by: str

    @property
    def price_kopecks(self) -> int:
        """What all accepted pieces cost."""
        return sum(line.price_kopecks for line in self.lines)

    @property
    def due_kopecks(self) -> int:
        """The money that goes back; 0 where none does."""
        if self.settlement is Settlement.PRICE_CUT:
            return self.cut_kopecks or 0
        if self.settlement is Settlement.REFUND:
            return max(0, self.price_kopecks - self.carriage_kopecks)
        return 0
