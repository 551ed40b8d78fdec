"""What a refund is: its statuses, the moves between them, who is waited for, and its workflow's
messages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from domain.access.roles import SYSTEM, Role
from domain.case.waiting import Wait


class RefundStatus(StrEnum):
    """The statuses of a refund."""

    CALCULATING = "calculating"
    AWAITING_SPECIALIST = "awaiting_specialist"
    AWAITING_STATEMENT = "awaiting_statement"
    UNDER_REVIEW = "under_review"
    AWAITING_APPROVAL = "awaiting_approval"
    PAYING = "paying"
    PAYOUT_HELD = "payout_held"
    COMPLETED = "completed"
    INQUIRY = "inquiry"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


MOVES = MappingProxyType(
    {
        RefundStatus.CALCULATING: frozenset(
            {
                RefundStatus.AWAITING_STATEMENT,
                RefundStatus.AWAITING_SPECIALIST,
                RefundStatus.DECLINED,
            }
        ),
        RefundStatus.AWAITING_SPECIALIST: frozenset(
            {RefundStatus.AWAITING_STATEMENT, RefundStatus.DECLINED, RefundStatus.CANCELLED}
        ),
        RefundStatus.AWAITING_STATEMENT: frozenset(
            {
                RefundStatus.UNDER_REVIEW,
                RefundStatus.EXPIRED,
                RefundStatus.CANCELLED,
                RefundStatus.DECLINED,
            }
        ),
        RefundStatus.UNDER_REVIEW: frozenset(
            {
                *(
                    RefundStatus.AWAITING_APPROVAL,
                    RefundStatus.PAYING,
                    RefundStatus.AWAITING_STATEMENT,
                    RefundStatus.AWAITING_SPECIALIST,
                ),
                *(RefundStatus.CANCELLED, RefundStatus.DECLINED),
            }
        ),
        RefundStatus.AWAITING_APPROVAL: frozenset(
            {RefundStatus.PAYING, RefundStatus.DECLINED, RefundStatus.CANCELLED}
        ),
        RefundStatus.PAYING: frozenset(
            {RefundStatus.COMPLETED, RefundStatus.AWAITING_STATEMENT, RefundStatus.PAYOUT_HELD}
        ),
        RefundStatus.PAYOUT_HELD: frozenset(
            {RefundStatus.PAYING, RefundStatus.COMPLETED, RefundStatus.AWAITING_SPECIALIST}
        ),
        RefundStatus.COMPLETED: frozenset({RefundStatus.AWAITING_STATEMENT, RefundStatus.INQUIRY}),
        RefundStatus.INQUIRY: frozenset({RefundStatus.COMPLETED, RefundStatus.AWAITING_STATEMENT}),
        RefundStatus.DECLINED: frozenset(),
        RefundStatus.CANCELLED: frozenset(),
        RefundStatus.EXPIRED: frozenset(),
    }
)
"""The allowed moves; the database has the same table and a test compares the two.

From the statement only an operator declines, by giving up a step that cannot succeed. `inquiry`:
the client says that the money has not come, and an accountant looks for it.
"""

UNPAID_ENDS = frozenset({RefundStatus.DECLINED, RefundStatus.CANCELLED, RefundStatus.EXPIRED})
"""Final statuses in which nothing is promised any more."""


PAID = frozenset({RefundStatus.COMPLETED, RefundStatus.INQUIRY})
"""Where the money has left, and may come back."""


class RefundKind(StrEnum):
    """What is refunded: what was paid for an invoice's lines, or its surplus."""

    INVOICE = "invoice"
    SURPLUS = "surplus"


class Action(StrEnum):
    """What a caller may do with a case."""

    WITHDRAW = "withdraw"
    ENTER_REQUISITES = "enter_requisites"
    REQUEST_CODE = "request_code"
    SIGN = "sign"
    UPLOAD_SCAN = "upload_scan"
    CALCULATE = "calculate"
    DECLINE = "decline"
    ACCEPT = "accept"
    RETURN_STATEMENT = "return_statement"
    RECALCULATE = "recalculate"
    APPROVE = "approve"
    RETRY_PAYOUT = "retry_payout"
    PAY_BY_BANK = "pay_by_bank"
    BOOK_GIVEN_BACK = "book_given_back"
    LEAVE_FEEDBACK = "leave_feedback"
    OPEN_INQUIRY = "open_inquiry"
    WITHDRAW_INQUIRY = "withdraw_inquiry"
    ANSWER_INQUIRY = "answer_inquiry"
    BOOK_RETURN = "book_return"
    CORRECT_CONTACT = "correct_contact"


_STATEMENT_ACTIONS = (Action.ENTER_REQUISITES, Action.REQUEST_CODE, Action.SIGN, Action.UPLOAD_SCAN)

ACTIONS: Mapping[RefundStatus, Mapping[Role, tuple[Action, ...]]] = MappingProxyType(
    {
        RefundStatus.AWAITING_SPECIALIST: {
            Role.CLIENT: (Action.WITHDRAW,),
            Role.SPECIALIST: (Action.CALCULATE, Action.DECLINE),
        },
        RefundStatus.AWAITING_STATEMENT: {Role.CLIENT: (*_STATEMENT_ACTIONS, Action.WITHDRAW)},
        RefundStatus.UNDER_REVIEW: {
            Role.CLIENT: (Action.WITHDRAW,),
            Role.SPECIALIST: (
                Action.ACCEPT,
                Action.RETURN_STATEMENT,
                Action.RECALCULATE,
                Action.DECLINE,
            ),
        },
        RefundStatus.AWAITING_APPROVAL: {
            Role.CLIENT: (Action.WITHDRAW,),
            Role.ACCOUNTANT: (Action.APPROVE, Action.DECLINE),
        },
        RefundStatus.PAYOUT_HELD: {
            Role.ACCOUNTANT: (
                *(
                    Action.RETRY_PAYOUT,
                    Action.PAY_BY_BANK,
                    Action.BOOK_GIVEN_BACK,
                    Action.RECALCULATE,
                ),
            ),
        },
        RefundStatus.INQUIRY: {
            Role.CLIENT: (Action.WITHDRAW_INQUIRY,),
            Role.ACCOUNTANT: (Action.ANSWER_INQUIRY, Action.BOOK_RETURN),
        },
    }
)
"""Which role may do what in which status. Feedback, inquiries and the address for letters depend on
more than the status, see `actions_for`.
"""

OPENS_INQUIRY = frozenset({RefundStatus.CALCULATING, RefundStatus.COMPLETED})
"""Where a case takes an inquiry; in `calculating` a run has begun and not read its case yet."""


def actions_for(
    status: RefundStatus,
    role: Role,
    *,
    feedback_open: bool = False,
    inquiry_open: bool = False,
    contact_open: bool = False,
    acceptable: bool = True,
) -> tuple[Action, ...]:
    """The actions that a caller with this role may take now; `inquiry_open`: a client may say that
    the money has not come, `contact_open`: it may name another address for letters, `acceptable`:
    what signed the statement can be read.
    """
    allowed = ACTIONS.get(status, {}).get(role, ())
    if not acceptable:
        allowed = tuple(one for one in allowed if one is not Action.ACCEPT)
    if role is not Role.CLIENT:
        return allowed
    by_more = (
        (feedback_open, Action.LEAVE_FEEDBACK),
        (inquiry_open, Action.OPEN_INQUIRY),
        (contact_open, Action.CORRECT_CONTACT),
    )
    return (*allowed, *(action for is_open, action in by_more if is_open))


def stays_open(action: Action, before: RefundStatus, now: RefundStatus) -> bool:
    """Whether whoever may take the action in one status may take it in the other, too."""
    if action is Action.OPEN_INQUIRY:
        return before is now is RefundStatus.COMPLETED
    then, later = ACTIONS.get(before, {}), ACTIONS.get(now, {})
    return any(action in then[role] and action in later.get(role, ()) for role in then)


def is_open_to(action: Action, status: RefundStatus) -> bool:
    """Whether any role may take the action in this status."""
    return any(action in actions for actions in ACTIONS.get(status, {}).values())


@dataclass(frozen=True)
class AskedLine:
    """A line that the client wants refunded; `at_most_kopecks` None: as much as the policy
    allows.
    """

    line_no: int
    at_most_kopecks: int | None = None


@dataclass(frozen=True)
class TransitionResult:
    """The result of a step: the case's present status, and what the workflow needs to go on.

    `changes` is the number of the case's last change: a repeated step returns the same; 0 where
    nothing is stored. `attempt` is the payout that is under way or paid. `stopped_renewal` is the
    case of the subscription's term that the refund has ended. `to_clear`: the attempt waits until
    the acquirer's refunds are checked.
    """

    status: RefundStatus
    changes: int = 0
    wait: Wait | None = None
    sum_kopecks: int = 0
    attempt: int = 0
    refusal: str | None = None
    calculated_by: str | None = None
    channel: str | None = None
    stopped_renewal: str | None = None
    to_clear: bool = False


@dataclass(frozen=True)
class RefundRequest:
    """Starts a case. No lines: the whole invoice; `stopped_on` None: the day of the request.

    `request_id` is the command's id; that of the command which opened the case is in its history.
    `goods_return` is the return of goods whose settlement asks for exactly these sums.
    """

    refund_id: str
    invoice_number: str
    client_id: str
    ordinal: int
    asked: tuple[AskedLine, ...] = ()
    stopped_on: date | None = None
    request_id: str | None = None
    kind: RefundKind = RefundKind.INVOICE
    goods_return: str | None = None

    def asks_the_same_as(self, other: "RefundRequest") -> bool:
        """Whether both ask for the same money of the same invoice."""
        return (self.refund_id, self.kind, self.asked, self.stopped_on, self.goods_return) == (
            other.refund_id,
            other.kind,
            other.asked,
            other.stopped_on,
            other.goods_return,
        )


@dataclass(frozen=True)
class Change:
    """One numbered change of a case: by the number a repeat is recognised.

    `by` is the login of who decided (`system` when nobody did), `submission_id` the row with the
    content of the decision (a calculation, a signature, a remark), which is never here itself.
    `attempt` is the payout attempt concerned, `reason` a code of the acquirer or bank.
    """

    refund_id: str
    number: int
    at: datetime
    by: str = SYSTEM
    submission_id: str | None = None
    attempt: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Opening:
    """The first change of a case."""

    request: RefundRequest
    at: datetime


@dataclass(frozen=True)
class RefundOutcome:
    """The result of the workflow."""

    status: RefundStatus
    sum_kopecks: int
    refusal: str | None = None


def workflow_id(invoice_number: str, ordinal: int) -> str:
    """The workflow id of a case: it contains the invoice's number, which the client quotes."""
    return f"refund-{invoice_number}-{ordinal}"


def invoice_number_of(refund_id: str) -> str:
    """The invoice number inside a case's id."""
    return refund_id.removeprefix("refund-").rsplit("-", 1)[0]
