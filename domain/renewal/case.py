"""A renewal as its transitions get it, and the change that a transition makes."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.billing.surplus import Surplus, SurplusGrowth
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.renewal.notices import renewal_notices
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import (
    Ending,
    NextTerm,
    RenewalChange,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.renewal.waits import RenewalFacts, start_of_moscow_day, wait_in
from domain.subscription.term import LatestTerm, StopReason, TermDays, next_term_days

ENDS = (RenewalStatus.RENEWED, RenewalStatus.CLOSED)


@dataclass(frozen=True)
class OrderInvoice:
    """The invoice of a case's open order, and the term that the order buys: `units` of a tariff for
    `months` months. `whole_on` is the bank's day of the payment that completed it, None until one
    did.
    """

    number: str
    order_id: UUID
    total_kopecks: int
    paid_kopecks: int
    is_void: bool
    by_card: bool
    tariff_code: str
    units: int
    months: int
    ordered_at: datetime
    valid_until: date
    surplus: Surplus
    whole_on: date | None = None

    @property
    def is_paid(self) -> bool:
        """Whether it is paid in full."""
        return not self.is_void and self.paid_kopecks >= self.total_kopecks

    @property
    def balance_kopecks(self) -> int:
        """What remains to be paid of it."""
        return max(0, self.total_kopecks - self.paid_kopecks)


@dataclass(frozen=True)
class StoredTerm:
    """A term of the case's subscription. `anchored_on` is the first day of its chain, `stopped_on`
    the first day without service.
    """

    id: UUID
    starts_on: date
    ends_on: date
    anchored_on: date
    stopped_on: date | None = None
    stop_reason: StopReason | None = None
    is_withdrawn: bool = False

    @property
    def is_unpaid(self) -> bool:
        """Whether it was stopped because its payment was undone."""
        return self.stop_reason is StopReason.UNPAID


@dataclass(frozen=True)
class RenewalCase:
    """A locked case and what its changes are decided by.

    `seen_kopecks` is the paid sum that the case has recorded. `latest_term` is the last term of the
    subscription that was not withdrawn, `next_term` the one that the case has sold. `card_refused`
    is why the order's card payment failed, until the client has been notified.
    """

    id: str
    subscription_id: str
    client_id: str
    title: str
    version: int
    status: RenewalStatus
    changed_at: datetime
    closed_at: datetime | None
    wait_until: datetime | None
    seen_kopecks: int
    facts: RenewalFacts
    policy: RenewalPolicy
    calendar: BankCalendar
    invoice: OrderInvoice | None = None
    latest_term: StoredTerm | None = None
    next_term: StoredTerm | None = None
    card_refused: str | None = None

    @property
    def is_paid(self) -> bool:
        """Whether the open invoice is paid in full."""
        return self.invoice is not None and self.invoice.is_paid

    @property
    def paid_kopecks(self) -> int:
        """What has been paid of the open invoice."""
        return 0 if self.invoice is None else self.invoice.paid_kopecks

    @property
    def is_continued(self) -> bool:
        """Whether another case has sold the subscription a later term, so that nothing is to be
        renewed.
        """
        latest, ends_on = self.latest_term, self.facts.term_ends_on
        if latest is None or ends_on is None:
            return False
        is_own = self.next_term is not None and latest.id == self.next_term.id
        return not is_own and latest.starts_on > ends_on and not latest.is_unpaid

    @property
    def is_next_unpaid(self) -> bool:
        """Whether the term that the case has sold was stopped because its payment was undone."""
        return self.next_term is not None and self.next_term.is_unpaid

    def days_of_next(self, paid_on: date, months: int) -> TermDays:
        """The days of the term that a payment of this day would buy."""
        latest = self.latest_term
        known = None
        if latest is not None:
            known = LatestTerm(latest.ends_on, latest.anchored_on, latest.stopped_on)
        return next_term_days(known, paid_on, self.policy.grace_days, months)


@dataclass(frozen=True)
class TermSale:
    """A term that an invoice has paid for."""

    term_id: UUID
    subscription_id: str
    tariff_code: str
    units: int
    days: TermDays
    invoice_number: str


@dataclass(frozen=True)
class WithdrawnTerm:
    """A term that was sold and is withdrawn before it begins."""

    term_id: UUID


@dataclass(frozen=True)
class VoidedInvoice:
    """An invoice that becomes void, why, and the parameters of its client's notice."""

    number: str
    reason: str
    surplus: SurplusGrowth | None


RenewalEffect = TermSale | WithdrawnTerm | VoidedInvoice
"""What is stored beside a case."""
RenewalTransition = Transition[RenewalTransitionResult, RenewalEffect]


def transition(
    case: RenewalCase,
    change: RenewalChange,
    status: RenewalStatus,
    ending: Ending | None = None,
    *,
    invoice: OrderInvoice | None,
    claimed_until: datetime | None = None,
    next_term: NextTerm | None = None,
    effects: tuple[RenewalEffect, ...] = (),
    **columns: Any,
) -> RenewalTransition:
    """A change with the wait of its status and its notices.

    A change that does not change the status keeps the wait's beginning, and so its end.
    """
    since = case.changed_at if status is case.status else change.at
    facts = replace(
        case.facts,
        ordered_at=None if invoice is None else invoice.ordered_at,
        valid_until=None if invoice is None else invoice.valid_until,
        claimed_until=claimed_until,
    )
    is_card_due = invoice is not None and invoice.by_card and next_term is None
    result = RenewalTransitionResult(
        status=status,
        changes=change.number,
        wait=wait_in(status, since, facts, case.policy, case.calendar),
        invoice_number=None if invoice is None else invoice.number,
        amount_kopecks=0 if invoice is None else invoice.total_kopecks,
        next_term=next_term,
        claimed_until=claimed_until,
        card_order_id=str(invoice.order_id) if invoice is not None and is_card_due else None,
    )
    closed_at = case.closed_at if status is case.status else change.at
    reason = change.reason or ending
    own = {
        "order_id": None if invoice is None else invoice.order_id,
        "invoice_number": result.invoice_number,
        "claimed_until": claimed_until,
        "closed_at": closed_at if status in ENDS else None,
        "reason": reason,
        "changed_at": since,
    }
    return Transition(
        result,
        reason,
        {**own, **columns},
        renewal_notices(status, ending),
        _params(case, result, invoice),
        effects,
    )


def next_term_of(term_id: UUID, starts_on: date, ends_on: date) -> NextTerm:
    """A term in the form that the workflow uses."""
    return NextTerm(str(term_id), starts_on, ends_on, start_of_moscow_day(starts_on))


def _params(
    case: RenewalCase, result: RenewalTransitionResult, invoice: OrderInvoice | None
) -> dict[str, Any]:
    """The parameters of the letters about a change."""
    params: dict[str, Any] = {"subscription": case.title}
    if invoice is not None:
        params["invoice_number"] = invoice.number
        params["amount_kopecks"] = invoice.total_kopecks
        params["balance_kopecks"] = invoice.balance_kopecks
    if case.card_refused is not None:
        params["card_reason"] = case.card_refused
    if result.wait is not None:
        params["until_at"] = result.wait.until.isoformat()
    if result.next_term is not None:
        params["starts_on"] = result.next_term.starts_on.isoformat()
        params["ends_on"] = result.next_term.ends_on.isoformat()
    return params
