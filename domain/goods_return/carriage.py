"""What a client paid a carrier itself for goods that come back for our fault: stated, confirmed or
refused, paid back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.goods_return.goods_return import (
    GoodsReturnAction,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
)


class CarriageStatus(StrEnum):
    """How far the carriage of a return is. A refused one may be claimed anew."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    PAID = "paid"


@dataclass(frozen=True)
class Carriage:
    """The sum (kopecks) of a carrier's receipt, and what has become of it."""

    kopecks: int
    status: CarriageStatus

    @property
    def is_open(self) -> bool:
        """Whether somebody of ours has still to decide about it, or to pay it."""
        return self.status in (CarriageStatus.CLAIMED, CarriageStatus.CONFIRMED)


_A = GoodsReturnAction
_C = CarriageStatus
CARRIAGE_ACTIONS = frozenset(
    {_A.CLAIM_CARRIAGE, _A.CONFIRM_CARRIAGE, _A.REFUSE_CARRIAGE, _A.PAY_CARRIAGE}
)
"""What is done about the carriage alone; the status of the return stays."""
_TAKES: Mapping[CarriageStatus | None, frozenset[GoodsReturnAction]] = MappingProxyType(
    {
        None: frozenset({_A.CLAIM_CARRIAGE}),
        _C.CLAIMED: frozenset({_A.CONFIRM_CARRIAGE, _A.REFUSE_CARRIAGE}),
        _C.CONFIRMED: frozenset({_A.REFUSE_CARRIAGE, _A.PAY_CARRIAGE}),
        _C.REFUSED: frozenset({_A.CLAIM_CARRIAGE}),
        _C.PAID: frozenset(),
    }
)


def is_paid_back(ground: Ground, way: ReturnWay) -> bool:
    """Whether what the client paid a carrier is ours to pay back."""
    return ground.is_ours and way is ReturnWay.SHIPPING


def carriage_takes(
    ground: Ground, way: ReturnWay, carriage: CarriageStatus | None
) -> frozenset[GoodsReturnAction]:
    """What may be done about the carriage, wherever the return is; None: it is not claimed."""
    return _TAKES[carriage] if is_paid_back(ground, way) else frozenset()


def unfit_actions(
    status: GoodsReturnStatus,
    way: ReturnWay,
    takes_carriage: frozenset[GoodsReturnAction],
    *,
    sends_back: bool,
) -> frozenset[GoodsReturnAction]:
    """What a status takes and this return does not: goods are not deactivated, what is digital is
    not sent, nothing leaves twice, and of the carriage only what it takes now is done.
    """
    unfit = CARRIAGE_ACTIONS - takes_carriage
    unfit |= {_A.SHIP if way is ReturnWay.DEACTIVATION else _A.DEACTIVATE}
    is_over = status is GoodsReturnStatus.SETTLED and not sends_back
    return unfit | {_A.SEND} if is_over else unfit
