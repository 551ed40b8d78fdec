"""What a renewal is: its statuses, the moves between them, and its workflow's messages.

One case per subscription and term. It watches the term to its end, reminds, takes an order, waits
for the payment, and starts the case of the next term.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from domain.access.roles import SYSTEM
from domain.case.waiting import Wait


class RenewalStatus(StrEnum):
    """The statuses of a renewal. `closed` is an end that a new order, or a late payment,
    reopens.
    """

    WATCHING = "watching"
    AWAITING_PAYMENT = "awaiting_payment"
    CHECKING_PAYMENT = "checking_payment"
    PAID = "paid"
    RENEWED = "renewed"
    LAPSED = "lapsed"
    CLOSED = "closed"


RENEWAL_MOVES = MappingProxyType(
    {
        RenewalStatus.WATCHING: frozenset(
            {RenewalStatus.AWAITING_PAYMENT, RenewalStatus.LAPSED, RenewalStatus.CLOSED}
        ),
        RenewalStatus.AWAITING_PAYMENT: frozenset(
            {
                RenewalStatus.PAID,
                RenewalStatus.CHECKING_PAYMENT,
                RenewalStatus.WATCHING,
                RenewalStatus.LAPSED,
                RenewalStatus.CLOSED,
            }
        ),
        RenewalStatus.CHECKING_PAYMENT: frozenset(
            {RenewalStatus.PAID, RenewalStatus.LAPSED, RenewalStatus.CLOSED}
        ),
        RenewalStatus.PAID: frozenset(
            {
                RenewalStatus.RENEWED,
                RenewalStatus.AWAITING_PAYMENT,
                RenewalStatus.WATCHING,
                RenewalStatus.LAPSED,
                RenewalStatus.CLOSED,
            }
        ),
        RenewalStatus.LAPSED: frozenset(
            {RenewalStatus.AWAITING_PAYMENT, RenewalStatus.PAID, RenewalStatus.CLOSED}
        ),
        RenewalStatus.CLOSED: frozenset(
            {RenewalStatus.AWAITING_PAYMENT, RenewalStatus.PAID, RenewalStatus.WATCHING}
        ),
        RenewalStatus.RENEWED: frozenset({RenewalStatus.AWAITING_PAYMENT, RenewalStatus.PAID}),
    }
)
"""The allowed moves; the database has the same table. Before a term with an unpaid invoice lapses,
`checking_payment` asks for a current bank statement: money that the bank has counts. A case that
has ended goes on when the payment of the term that it sold is undone.
"""


class RenewalAction(StrEnum):
    """What a client may do with a case."""

    ORDER = "order"
    CANCEL_ORDER = "cancel_order"
    CLAIM_PAYMENT = "claim_payment"


RENEWAL_ACTIONS: Mapping[RenewalStatus, tuple[RenewalAction, ...]] = MappingProxyType(
    {
        RenewalStatus.WATCHING: (RenewalAction.ORDER,),
        RenewalStatus.AWAITING_PAYMENT: (RenewalAction.CANCEL_ORDER, RenewalAction.CLAIM_PAYMENT),
        RenewalStatus.LAPSED: (
            RenewalAction.ORDER,
            RenewalAction.CANCEL_ORDER,
            RenewalAction.CLAIM_PAYMENT,
        ),
        RenewalStatus.CLOSED: (RenewalAction.ORDER,),
    }
)
"""What the client may do in which status. In `lapsed` an order replaces an unpaid one; cancelling
and claiming need an open invoice.
"""


class PayBy(StrEnum):
    """How the client wants to pay: an invoice, or a card on the acquirer's page."""

    BANK_TRANSFER = "bank_transfer"
    BANK_CARD = "bank_card"


class RenewalRefusal(StrEnum):
    """Why a command is refused. The type of the update's error; its text is `error.<code>`.

    `not_allowed_in_status` (the status is the message) is what `RENEWAL_ACTIONS` does not allow,
    `order_open` an order while one is open; `aborted` means that an operator gave the step up.
    """

    NOT_ALLOWED_IN_STATUS = "not_allowed_in_status"
    ORDER_OPEN = "order_open"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_PAID = "order_paid"
    NO_OPEN_ORDER = "no_open_order"
    OWN_ACCOUNT_MISSING = "own_account_missing"
    ABORTED = "aborted"


class Ending(StrEnum):
    """Why a case entered its status, when no person decided it."""

    NOT_ORDERED = "not_ordered"
    NOT_PAID = "not_paid"
    GRACE_OVER = "grace_over"
    TERM_STOPPED = "term_stopped"
    CANCELLED = "cancelled"
    CARD_REFUSED = "card_refused"
    PAYMENT_REVERSED = "payment_reversed"
    NEXT_REFUNDED = "next_refunded"
    TERM_BOUGHT_AGAIN = "term_bought_again"
    PAID_IN_PART = "paid_in_part"
    CLAIMED = "claimed"
    CALENDAR = "calendar"
    CONTINUED = "continued"


@dataclass(frozen=True)
class RenewalRequest:
    """Starts a case: the term that it renews; none for a first purchase."""

    renewal_id: str
    subscription_id: str
    client_id: str
    term_id: str | None = None
    term_ends_on: date | None = None


@dataclass(frozen=True)
class NextTerm:
    """The term that was paid for; both days are Moscow days and served. `starts_at` is the instant
    (UTC) at which its first day begins.
    """

    term_id: str
    starts_on: date
    ends_on: date
    starts_at: datetime


@dataclass(frozen=True)
class RenewalTransitionResult:
    """The result of a step: the case's present status, and what the workflow needs to go on.

    `changes` is the number of the case's last change: a repeated step returns the same.
    `amount_kopecks` is the open invoice's price. `card_order_id` is an order to be paid by card
    whose page is to be requested. `refusal` is a code of `RenewalRefusal`.
    """

    status: RenewalStatus
    changes: int
    wait: Wait | None = None
    invoice_number: str | None = None
    amount_kopecks: int = 0
    next_term: NextTerm | None = None
    claimed_until: datetime | None = None
    card_order_id: str | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class RenewalOpening:
    """The first change of a case."""

    request: RenewalRequest
    at: datetime


@dataclass(frozen=True)
class RenewalChange:
    """One numbered change of a case: by the number a repeat is recognised.

    `submission_id` is the row with the content of the decision: an order, a claim; it is never here
    itself.
    """

    renewal_id: str
    number: int
    at: datetime
    by: str = SYSTEM
    submission_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class RenewalReminding:
    """A moment at which the client may have to be reminded."""

    renewal_id: str
    at: datetime


@dataclass(frozen=True)
class RenewalOutcome:
    """The result of the workflow; `next_case` is the id of the case of the next term."""

    status: RenewalStatus
    next_case: str | None = None


def renewal_workflow_id(subscription_id: str, term_ends_on: date | None) -> str:
    """The workflow id: `renewal-<subscription>-<term end date>`, `…-first` without a term."""
    end = "first" if term_ends_on is None else term_ends_on.isoformat()
    return f"renewal-{subscription_id}-{end}"


def next_request(request: RenewalRequest, term: NextTerm) -> RenewalRequest:
    """The case that watches the next term."""
    return RenewalRequest(
        renewal_workflow_id(request.subscription_id, term.ends_on),
        request.subscription_id,
        request.client_id,
        term.term_id,
        term.ends_on,
    )
