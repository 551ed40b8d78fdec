"""The case of an unpaid order: its statuses, its commands, and the messages of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from domain.billing.payment_check import AcquirerAnswer
from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.case.waiting import Wait

PREFIX = "collection-"


class CollectionStatus(StrEnum):
    """The status of a case. `CHECKING`: the money is looked for before anybody is written to."""

    DUE = "due"
    CHECKING = "checking"
    CONTACTED = "contacted"
    REMINDED = "reminded"
    PROMISED = "promised"
    CLAIM_SENT = "claim_sent"
    LEGAL = "legal"
    PAID = "paid"
    SETTLED = "settled"
    WRITTEN_OFF = "written_off"
    CANCELLED = "cancelled"


ENDS = frozenset(
    {
        CollectionStatus.PAID,
        CollectionStatus.SETTLED,
        CollectionStatus.WRITTEN_OFF,
        CollectionStatus.CANCELLED,
    }
)
_ANYWHERE = ENDS | {CollectionStatus.PROMISED, CollectionStatus.LEGAL}

COLLECTION_MOVES: Mapping[CollectionStatus, frozenset[CollectionStatus]] = MappingProxyType(
    {
        CollectionStatus.DUE: _ANYWHERE | {CollectionStatus.DUE, CollectionStatus.CHECKING},
        CollectionStatus.CHECKING: _ANYWHERE
        | {
            CollectionStatus.CHECKING,
            CollectionStatus.CONTACTED,
            CollectionStatus.REMINDED,
            CollectionStatus.CLAIM_SENT,
        },
        CollectionStatus.CONTACTED: _ANYWHERE
        | {CollectionStatus.CONTACTED, CollectionStatus.REMINDED, CollectionStatus.CLAIM_SENT},
        CollectionStatus.REMINDED: _ANYWHERE
        | {CollectionStatus.REMINDED, CollectionStatus.CLAIM_SENT},
        CollectionStatus.PROMISED: _ANYWHERE
        | {CollectionStatus.CONTACTED, CollectionStatus.REMINDED, CollectionStatus.CLAIM_SENT},
        CollectionStatus.CLAIM_SENT: _ANYWHERE
        | {CollectionStatus.CLAIM_SENT, CollectionStatus.REMINDED},
        CollectionStatus.LEGAL: _ANYWHERE
        | {
            CollectionStatus.CHECKING,
            CollectionStatus.CONTACTED,
            CollectionStatus.REMINDED,
            CollectionStatus.CLAIM_SENT,
        },
        CollectionStatus.PAID: frozenset({CollectionStatus.DUE}),
        CollectionStatus.SETTLED: frozenset(),
        CollectionStatus.WRITTEN_OFF: frozenset(),
        CollectionStatus.CANCELLED: frozenset(),
    }
)
"""The allowed moves; the database holds the same table. A paid one is due again where its payment
was taken back; a claim that did not leave has not been sent, and a lawyer hands back.
"""


class CollectionAction(StrEnum):
    """What people do: clients the first two, staff all but the first."""

    GIVE_REASON = "give_reason"
    PROMISE = "promise_payment"
    PAUSE = "pause_collection"
    SEND_CLAIM = "send_claim"
    TO_LAWYER = "to_lawyer"
    FROM_LAWYER = "from_lawyer"
    RECORD_COURT = "record_court"
    SETTLE = "settle_debt"
    PROPOSE_WRITE_OFF = "propose_write_off"
    CONFIRM_WRITE_OFF = "confirm_write_off"
    DECLINE_WRITE_OFF = "decline_write_off"
    CANCEL = "cancel_collection"


_ALWAYS = frozenset(CollectionAction) - {
    CollectionAction.SEND_CLAIM,
    CollectionAction.FROM_LAWYER,
    CollectionAction.RECORD_COURT,
}
COLLECTION_ACTIONS: Mapping[CollectionStatus, frozenset[CollectionAction]] = MappingProxyType(
    {
        CollectionStatus.DUE: _ALWAYS,
        CollectionStatus.CHECKING: _ALWAYS,
        CollectionStatus.CONTACTED: _ALWAYS | {CollectionAction.SEND_CLAIM},
        CollectionStatus.REMINDED: _ALWAYS | {CollectionAction.SEND_CLAIM},
        CollectionStatus.PROMISED: _ALWAYS,
        CollectionStatus.CLAIM_SENT: _ALWAYS,
        CollectionStatus.LEGAL: frozenset(CollectionAction)
        - {CollectionAction.TO_LAWYER, CollectionAction.PAUSE, CollectionAction.GIVE_REASON},
        **dict.fromkeys(ENDS, frozenset[CollectionAction]()),
    }
)
"""What a case takes in each status."""


class Reason(StrEnum):
    """Why an order is not paid, in one tap; the text is `collection.reason.<reason>`."""

    FORGOT = "forgot"
    FAILED = "failed"
    PAID = "paid"
    APPROVAL = "approval"
    UNWANTED = "unwanted"
    DISAGREE = "disagree"


class CourtKind(StrEnum):
    """How a court is asked: an order to pay (судебный приказ), or a suit."""

    ORDER = "order"
    SUIT = "suit"


class CollectionRefusal(StrEnum):
    """Why a case refuses a command."""

    ABORTED = "aborted"
    NOT_ALLOWED_IN_STATUS = NOT_ALLOWED_IN_STATUS
    ENDED = "collection_ended"
    PAID = "collection_paid"
    PROMISES_SPENT = "collection_promises_spent"
    PROMISE_DAY = "collection_promise_day"
    PAUSE_DAY = "collection_pause_day"
    CLAIM_SENT = "collection_claim_sent"
    CONTACTED_TODAY = "collection_contacted_today"
    QUIET_HOURS = "collection_quiet_hours"
    SUIT_TOO_EARLY = "collection_suit_too_early"
    DISPUTED = "collection_disputed"
    WRITE_OFF_PROPOSED = "collection_write_off_proposed"
    WRITE_OFF_NOT_PROPOSED = "collection_write_off_not_proposed"
    WRITE_OFF_BY_ONE = "collection_write_off_by_one"


@dataclass(frozen=True)
class CollectionRequest:
    """Starts a case: its id, which names its invoice, and who asks."""

    collection_id: str
    opened_by: str


@dataclass(frozen=True)
class CollectionOpening:
    """The instant (UTC) at which a case is opened, or taken up again."""

    request: CollectionRequest
    at: datetime


@dataclass(frozen=True)
class CollectionLook:
    """What was asked and found before a step: of the acquirer, and of the bank's held entries."""

    acquirer: AcquirerAnswer
    entries: int


@dataclass(frozen=True)
class CollectionChange:
    """One numbered change of a case; `at` is UTC. `look` is what was found just before it."""

    collection_id: str
    number: int
    at: datetime
    by: str
    submission_id: str | None = None
    look: CollectionLook | None = None


@dataclass(frozen=True)
class CollectionTransitionResult:
    """Where a case is after a step: its status, the number of its last change, whom it waits for;
    or why the step was refused.
    """

    status: CollectionStatus
    changes: int
    wait: Wait | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class CollectionOutcome:
    """How the process ended."""

    status: CollectionStatus


def collection_workflow_id(invoice_number: str) -> str:
    """The id of a case and of its workflow: `collection-<invoice>`."""
    return f"{PREFIX}{invoice_number}"


def invoice_of(collection_id: str) -> str:
    """The invoice that a case is about."""
    return collection_id.removeprefix(PREFIX)
