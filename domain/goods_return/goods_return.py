"""A return of goods: its statuses, its commands, and the messages of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.refund.refund import RefundRequest


class GoodsReturnStatus(StrEnum):
    """The status of a return. `PARTLY`: fewer pieces were accepted than were sent. `LOST`: the
    carrier has lost the goods.
    """

    REQUESTED = "requested"
    AUTHORISED = "authorised"
    SHIPPED = "shipped"
    RECEIVED = "received"
    INSPECTED = "inspected"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    SETTLED = "settled"
    LOST = "lost"
    CLOSED = "closed"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_S = GoodsReturnStatus
GOODS_RETURN_MOVES: Mapping[GoodsReturnStatus, frozenset[GoodsReturnStatus]] = MappingProxyType(
    {
        _S.REQUESTED: frozenset({_S.AUTHORISED, _S.REFUSED, _S.WITHDRAWN}),
        _S.AUTHORISED: frozenset({_S.SHIPPED, _S.RECEIVED, _S.EXPIRED, _S.WITHDRAWN}),
        _S.SHIPPED: frozenset({_S.RECEIVED, _S.LOST}),
        _S.RECEIVED: frozenset({_S.INSPECTED}),
        _S.INSPECTED: frozenset({_S.ACCEPTED, _S.PARTLY, _S.REJECTED}),
        _S.ACCEPTED: frozenset({_S.SETTLED}),
        _S.PARTLY: frozenset({_S.SETTLED}),
        _S.REJECTED: frozenset({_S.CLOSED}),
        _S.SETTLED: frozenset({_S.CLOSED}),
        _S.LOST: frozenset({_S.SETTLED, _S.CLOSED}),
        _S.CLOSED: frozenset(),
        _S.REFUSED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
"""Where a return goes; the database has the same table and a test compares the two. Before its
decision a change may leave the status as it is: the legal day starts the money. So does every
change about the carriage.
"""

ENDED = frozenset({_S.CLOSED, _S.REFUSED, _S.EXPIRED, _S.WITHDRAWN})
"""The last statuses."""
UNDECIDED = frozenset({_S.REQUESTED, _S.AUTHORISED, _S.SHIPPED, _S.RECEIVED, _S.INSPECTED})
"""Where nobody has decided yet, and the law's day may come first."""
TAKEN_BACK = frozenset({_S.ACCEPTED, _S.PARTLY, _S.LOST})
"""Where the process settles what was decided by its own next step."""


class Ground(StrEnum):
    """Why goods come back; all but a change of mind are our fault."""

    CHANGE_OF_MIND = "change_of_mind"
    WRONG_GOODS = "wrong_goods"
    DEFECTIVE = "defective"
    DAMAGED = "damaged"

    @property
    def is_ours(self) -> bool:
        """Whether the company is at fault, and so pays the carriage."""
        return self is not Ground.CHANGE_OF_MIND


class ReturnWay(StrEnum):
    """How goods come back: by a carrier; a digital thing is deactivated."""

    SHIPPING = "shipping"
    DEACTIVATION = "deactivation"


class Settlement(StrEnum):
    """What a client gets for the goods that were taken back. By a price cut it keeps them."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    PRICE_CUT = "price_cut"


BY_MONEY = frozenset({Settlement.REFUND, Settlement.PRICE_CUT})
"""Settled by a refund case."""
SENT_OUT = frozenset({Settlement.EXCHANGE, Settlement.REPAIR})
"""Settled when something has been sent to the client."""


class GoodsReturnAction(StrEnum):
    """What people do with a return: the client the first four, an accountant the last one,
    specialists the rest.

    `DEACTIVATE`: a digital thing is no longer used; `SEND`: goods leave to the client;
    `CLAIM_CARRIAGE`: the client paid the carrier itself, and the fault is ours.
    """

    SHIP = "ship"
    DEACTIVATE = "deactivate"
    WITHDRAW = "withdraw"
    CLAIM_CARRIAGE = "claim_carriage"
    AUTHORISE = "authorise"
    REFUSE = "refuse"
    RECEIVE = "receive"
    LOSE = "lose"
    INSPECT = "inspect"
    ACCEPT = "accept"
    REJECT = "reject"
    SEND = "send"
    CONFIRM_CARRIAGE = "confirm_carriage"
    REFUSE_CARRIAGE = "refuse_carriage"
    PAY_CARRIAGE = "pay_carriage"


_A = GoodsReturnAction
GOODS_RETURN_ACTIONS: Mapping[GoodsReturnStatus, Mapping[Role, tuple[GoodsReturnAction, ...]]] = (
    MappingProxyType(
        {
            _S.REQUESTED: {
                Role.CLIENT: (_A.WITHDRAW,),
                Role.SPECIALIST: (_A.AUTHORISE, _A.REFUSE),
            },
            _S.AUTHORISED: {
                Role.CLIENT: (_A.SHIP, _A.DEACTIVATE, _A.WITHDRAW),
                Role.SPECIALIST: (_A.RECEIVE,),
            },
            _S.SHIPPED: {
                Role.CLIENT: (_A.CLAIM_CARRIAGE,),
                Role.SPECIALIST: (_A.RECEIVE, _A.LOSE, _A.REFUSE_CARRIAGE),
            },
            _S.RECEIVED: {
                Role.CLIENT: (_A.CLAIM_CARRIAGE,),
                Role.SPECIALIST: (_A.INSPECT, _A.REFUSE_CARRIAGE),
            },
            _S.INSPECTED: {
                Role.CLIENT: (_A.CLAIM_CARRIAGE,),
                Role.SPECIALIST: (_A.ACCEPT, _A.REJECT, _A.REFUSE_CARRIAGE),
            },
            _S.ACCEPTED: {Role.CLIENT: (_A.CLAIM_CARRIAGE,)},
            _S.PARTLY: {Role.CLIENT: (_A.CLAIM_CARRIAGE,)},
            _S.LOST: {Role.CLIENT: (_A.CLAIM_CARRIAGE,)},
            _S.REJECTED: {Role.SPECIALIST: (_A.SEND,)},
            _S.SETTLED: {
                Role.CLIENT: (_A.CLAIM_CARRIAGE,),
                Role.SPECIALIST: (_A.SEND, _A.CONFIRM_CARRIAGE, _A.REFUSE_CARRIAGE),
                Role.ACCOUNTANT: (_A.PAY_CARRIAGE,),
            },
        }
    )
)
"""Which role may do what in which status."""


def takes(status: GoodsReturnStatus, action: GoodsReturnAction) -> bool:
    """Whether anybody may do this in a status."""
    return any(action in actions for actions in GOODS_RETURN_ACTIONS.get(status, {}).values())


class GoodsReturnRefusal(StrEnum):
    """Why a return is not opened, or refuses a command; each has the text `error.<code>`."""

    ABORTED = "aborted"
    NOT_ALLOWED = "goods_return_not_allowed"
    CLOSED = "goods_return_closed"
    TOO_MANY_PIECES = "goods_return_too_many_pieces"
    LINE_UNKNOWN = "goods_return_line_unknown"
    NOT_GOODS = "goods_return_not_goods"
    MIXED = "goods_return_mixed"
    NOT_PAID = "goods_return_not_paid"
    NOT_DELIVERED = "goods_return_not_delivered"
    TOO_LATE = "goods_return_too_late"
    CONSUMERS_ONLY = "goods_return_consumers_only"
    IS_DIGITAL = "goods_return_is_digital"
    IS_NOT_DIGITAL = "goods_return_is_not_digital"
    NOTHING_SOUND = "goods_return_nothing_sound"
    MONEY_STARTED = "goods_return_money_started"
    CUT_TOO_LARGE = "goods_return_cut_too_large"
    CARRIAGE_TOO_LARGE = "goods_return_carriage_too_large"
    CARRIAGE_NOT_OURS = "goods_return_carriage_not_ours"
    CARRIAGE_ABOVE_LIMIT = "goods_return_carriage_above_limit"
    CARRIAGE_DECIDED = "goods_return_carriage_decided"
    PAID_BACK = "goods_return_paid_back"
    EXCHANGE_UNPAID = "goods_return_exchange_unpaid"
    LAW_UNKNOWN = "goods_return_law_unknown"


@dataclass(frozen=True)
class GoodsReturnRequest:
    """Starts a return: its id, the id of what the client asked for, and who."""

    return_id: str
    opening_id: str
    opened_by: str


@dataclass(frozen=True)
class GoodsReturnOpening:
    """The instant (UTC) at which a return is opened."""

    request: GoodsReturnRequest
    at: datetime


@dataclass(frozen=True)
class GoodsReturnChange:
    """One numbered change of a return; `at` is UTC."""

    return_id: str
    number: int
    at: datetime
    by: str
    submission_id: str | None = None


@dataclass(frozen=True)
class GoodsReturnResult:
    """Where a return is after a step: its status, the number of its last change, whom it waits for;
    or why the step was refused.

    `money_at` is the instant (UTC) at which the law starts the money, None where it does not, or
    where the money has started. `takes_money`: a refund case has to be opened before the next
    change. `closes`: nothing has to be sent any more. `begins_refund`: the refund case that the law
    has stored is begun with this change.
    """

    status: GoodsReturnStatus
    changes: int
    wait: Wait | None = None
    refusal: str | None = None
    money_at: datetime | None = None
    takes_money: bool = False
    closes: bool = False
    begins_refund: bool = False


@dataclass(frozen=True)
class RefundDue:
    """The refund case of a return: to be opened by this request, or opened already. Without either
    another case of the invoice is before its payout, and this one has to wait for it.
    """

    request: RefundRequest | None
    is_open: bool


@dataclass(frozen=True)
class GoodsReturnOutcome:
    """How the process ended."""

    status: GoodsReturnStatus


def goods_return_workflow_id(invoice_number: str, ordinal: int) -> str:
    """The id of a return and of its workflow: `return-<invoice>-<n>`."""
    return f"return-{invoice_number}-{ordinal}"
