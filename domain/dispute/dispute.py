"""A dispute: its statuses, its commands, and the messages of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.case.waiting import Wait


class DisputeStatus(StrEnum):
    """The status of a dispute. `PROPOSAL`: an acceptance was announced that any reply stops."""

    OPENED = "opened"
    CHECKING = "checking"
    COLLECTING = "collecting"
    REVIEW = "review"
    PROPOSAL = "proposal"
    AWAITING_APPROVAL = "awaiting_approval"
    RESOLVED_CLIENT = "resolved_client"
    RESOLVED_PARTLY = "resolved_partly"
    REJECTED = "rejected"
    PERFORMING = "performing"
    APPEALED = "appealed"
    CLAIM_RECEIVED = "claim_received"
    OUTSIDE = "outside"
    WON = "won"
    LOST = "lost"
    SETTLED = "settled"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


_S = DisputeStatus
_DECIDED = frozenset({_S.AWAITING_APPROVAL, _S.RESOLVED_CLIENT, _S.RESOLVED_PARTLY, _S.REJECTED})
_LEFT = frozenset({_S.OUTSIDE, _S.WITHDRAWN})

DISPUTE_MOVES: Mapping[DisputeStatus, frozenset[DisputeStatus]] = MappingProxyType(
    {
        _S.OPENED: frozenset({_S.CHECKING}) | _LEFT,
        _S.CHECKING: frozenset({_S.COLLECTING, _S.REVIEW, _S.PROPOSAL}) | _LEFT,
        _S.COLLECTING: frozenset({_S.REVIEW, _S.CLAIM_RECEIVED}) | _LEFT,
        _S.REVIEW: frozenset({_S.COLLECTING, _S.CLAIM_RECEIVED}) | _DECIDED | _LEFT,
        _S.PROPOSAL: frozenset({_S.REVIEW, _S.RESOLVED_CLIENT}) | _LEFT,
        _S.AWAITING_APPROVAL: (_DECIDED - {_S.AWAITING_APPROVAL}) | {_S.REVIEW} | _LEFT,
        _S.RESOLVED_CLIENT: frozenset({_S.PERFORMING}),
        _S.RESOLVED_PARTLY: frozenset({_S.PERFORMING}),
        _S.REJECTED: frozenset({_S.APPEALED, _S.CLAIM_RECEIVED, _S.OUTSIDE, _S.CLOSED}),
        _S.PERFORMING: frozenset({_S.REVIEW, _S.OUTSIDE, _S.CLOSED}),
        _S.APPEALED: frozenset({_S.COLLECTING, _S.CLAIM_RECEIVED}) | _DECIDED | _LEFT,
        _S.CLAIM_RECEIVED: frozenset({_S.COLLECTING}) | _DECIDED | _LEFT,
        _S.OUTSIDE: frozenset({_S.WON, _S.LOST, _S.SETTLED}),
        _S.WON: frozenset({_S.CLOSED}),
        _S.LOST: frozenset({_S.CLOSED}),
        _S.SETTLED: frozenset({_S.CLOSED}),
        _S.CLOSED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
"""Where a dispute goes; a change may also leave its status until it has ended."""

ENDED_DISPUTES = frozenset({_S.CLOSED, _S.WITHDRAWN})


class DisputeKind(StrEnum):
    """What a client says is wrong."""

    WRONG_STATUS = "wrong_status"
    DOUBLE_CHARGE = "double_charge"
    NOT_RECEIVED = "not_received"
    WRONG_GOODS = "wrong_goods"
    DEFECTIVE = "defective"
    REFUSED_REFUND = "refused_refund"
    WRONG_SUM = "wrong_sum"
    FRAUD = "fraud"
    OTHER = "other"


class Demand(StrEnum):
    """What a client demands; the first two name a sum."""

    REFUND = "refund"
    COMPENSATION = "compensation"
    CORRECTION = "correction"
    EXCHANGE = "exchange"
    EXPLANATION = "explanation"


OF_MONEY = frozenset({Demand.REFUND, Demand.COMPENSATION})


class Outside(StrEnum):
    """A procedure that somebody else decides."""

    CHARGEBACK = "chargeback"
    REGULATOR = "regulator"
    COURT = "court"


class DisputeAction(StrEnum):
    """What people do with a dispute: clients the first five, staff the rest."""

    REPLY = "reply"
    SUBMIT = "submit"
    HASTEN = "hasten"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    ASK_PAPERS = "ask_papers"
    DECIDE = "decide"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    RECEIVE_CLAIM = "receive_claim"
    GO_OUTSIDE = "go_outside"
    END_OUTSIDE = "end_outside"
    PERFORM = "perform"
    CORRECT = "correct"


_A = DisputeAction
_WRITING = frozenset({_A.REPLY, _A.ANSWER})
_OPEN = _WRITING | {_A.HASTEN, _A.WITHDRAW, _A.GO_OUTSIDE}
_JUDGING = _OPEN | {_A.ASK_PAPERS, _A.DECIDE}

DISPUTE_ACTIONS: Mapping[DisputeStatus, frozenset[DisputeAction]] = MappingProxyType(
    {
        _S.OPENED: _OPEN,
        _S.CHECKING: _OPEN,
        _S.COLLECTING: (_OPEN - {_A.HASTEN}) | {_A.SUBMIT, _A.RECEIVE_CLAIM},
        _S.REVIEW: _JUDGING | {_A.RECEIVE_CLAIM},
        _S.PROPOSAL: _OPEN - {_A.HASTEN},
        _S.AWAITING_APPROVAL: _OPEN | {_A.APPROVE, _A.SEND_BACK},
        _S.RESOLVED_CLIENT: frozenset(),
        _S.RESOLVED_PARTLY: frozenset(),
        _S.REJECTED: _WRITING | {_A.APPEAL, _A.RECEIVE_CLAIM, _A.GO_OUTSIDE},
        _S.PERFORMING: _WRITING | {_A.HASTEN, _A.PERFORM, _A.CORRECT, _A.GO_OUTSIDE},
        _S.APPEALED: _JUDGING | {_A.RECEIVE_CLAIM},
        _S.CLAIM_RECEIVED: _JUDGING,
        _S.OUTSIDE: _WRITING | {_A.END_OUTSIDE, _A.GO_OUTSIDE, _A.PERFORM},
        _S.WON: frozenset(),
        _S.LOST: frozenset(),
        _S.SETTLED: frozenset(),
        _S.CLOSED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
"""What a dispute takes in each status."""


class DisputeRefusal(StrEnum):
    """Why a dispute refuses a command."""

    ABORTED = "aborted"
    NOT_ALLOWED_IN_STATUS = NOT_ALLOWED_IN_STATUS
    CLOSED = "dispute_closed"
    ALREADY_OPEN = "dispute_already_open"
    HANDED_IN_MEANWHILE = "dispute_handed_in_meanwhile"
    HASTENED = "dispute_hastened"
    SAME_PERSON = "same_person"
    AWARD_ABOVE_PAID = "dispute_award_above_paid"
    COMPENSATION_OPEN = "dispute_compensation_open"


@dataclass(frozen=True)
class DisputeRequest:
    """Starts a dispute: its id, its order with the ordinal, the id of what was written, and who;
    the chargeback that it begins with, if one does.
    """

    dispute_id: str
    invoice_number: str
    ordinal: int
    opening_id: str
    opened_by: str
    taken_back_id: str | None = None


@dataclass(frozen=True)
class DisputeOpening:
    """The instant (UTC) at which a dispute is opened."""

    request: DisputeRequest
    at: datetime


@dataclass(frozen=True)
class DisputeChange:
    """One numbered change of a dispute; `at` is UTC."""

    dispute_id: str
    number: int
    at: datetime
    by: str
    submission_id: str | None = None


@dataclass(frozen=True)
class DisputeTransitionResult:
    """Where a dispute is after a step: its status, the number of its last change, whom it waits
    for; or why the step was refused.
    """

    status: DisputeStatus
    changes: int
    wait: Wait | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class DisputeOutcome:
    """How the process ended."""

    status: DisputeStatus


def dispute_workflow_id(invoice_number: str, ordinal: int) -> str:
    """The id of a dispute and of its workflow: `dispute-<invoice>-<ordinal>`."""
    return f"dispute-{invoice_number}-{ordinal}"
