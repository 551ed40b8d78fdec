"""What a renewal's steps decide and store, once the case is locked and read."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from db.case.case_store import uuid_of
from db.database import Row, Transaction
from db.notification import notification
from db.renewal.renewal import STORE, RenewalCase, put_term
from db.subscription.term import withdraw_term
from domain.calendar.bank_calendar import BankCalendar
from domain.renewal.notices import renewal_notices
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import (
    Ending,
    NextTerm,
    PayBy,
    RenewalChange,
    RenewalOpening,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.renewal.waits import (
    RenewalFacts,
    expires_at,
    start_of_moscow_day,
    unpaid_status,
    wait_in,
)
from domain.subscription.term import LatestTerm, StopReason, TermDays, next_term_days

PAYABLE = (
    RenewalStatus.AWAITING_PAYMENT,
    RenewalStatus.CHECKING_PAYMENT,
    RenewalStatus.LAPSED,
    RenewalStatus.CLOSED,
)
"""Statuses in which an open invoice that is paid in full makes the next term."""
STOPPABLE = (RenewalStatus.WATCHING, RenewalStatus.LAPSED)
"""Statuses that a refund of the running term ends: nobody has ordered the next one."""
OF_MONEY = (Ending.PAID_IN_PART, Ending.PAYMENT_REVERSED)
"""News that end a claim: money has come, or has gone."""
ENDS = (RenewalStatus.RENEWED, RenewalStatus.CLOSED)


@dataclass(frozen=True)
class OpenInvoice:
    """The invoice a case waits for."""

    number: str
    order_id: UUID
    total_kopecks: int
    by_card: bool
    ordered_at: datetime
    valid_until: date

    @classmethod
    def of(cls, case: RenewalCase) -> "OpenInvoice | None":
        """The open invoice of a loaded case."""
        if case.invoice is None or case.order is None:
            return None
        return cls(
            number=case.invoice.number,
            order_id=case.order.id,
            total_kopecks=case.invoice.total_kopecks,
            by_card=case.order.method == PayBy.BANK_CARD,
            ordered_at=case.invoice.created_at,
            valid_until=case.order.valid_until,
        )


def open_case(
    transaction: Transaction, opening: RenewalOpening, term: Row, policy_row: Row
) -> RenewalTransitionResult:
    """Puts down a case that watches its term, or waits for a first order."""
    request = opening.request
    policy = RenewalPolicy.from_document(policy_row.version, policy_row.document)
    facts = RenewalFacts(
        opened_at=opening.at,
        zone=ZoneInfo(term.time_zone),
        term_starts_on=term.starts_on,
        term_ends_on=request.term_ends_on,
        stopped_on=term.stopped_on,
    )
    wait = wait_in(RenewalStatus.WATCHING, opening.at, facts, policy, BankCalendar())
    result = RenewalTransitionResult(RenewalStatus.WATCHING, changes=1, wait=wait)
    change = RenewalChange(request.renewal_id, 1, opening.at)
    case = {
        "subscription_id": request.subscription_id,
        "client_id": request.client_id,
        "term_id": uuid_of(request.term_id),
        "term_ends_on": request.term_ends_on,
        "policy_version": policy.version,
    }
    STORE.put(transaction, request.renewal_id, change, result, case)
    return result


def transition(
    transaction: Transaction,
    case: RenewalCase,
    change: RenewalChange,
    status: RenewalStatus,
    ending: Ending | None = None,
    *,
    invoice: OpenInvoice | None,
    claimed_until: datetime | None = None,
    next_term: NextTerm | None = None,
    **columns: Any,
) -> RenewalTransitionResult:
    """Stores a change of a loaded case with its wait and its notices.

    A change that stays in its status keeps the wait's beginning, and so its end.
    """
    since = case.row.changed_at if status is case.status else change.at
    facts = replace(
        case.facts,
        ordered_at=None if invoice is None else invoice.ordered_at,
        valid_until=None if invoice is None else invoice.valid_until,
        claimed_until=claimed_until,
    )
    by_card = invoice is not None and invoice.by_card and next_term is None
    result = RenewalTransitionResult(
        status=status,
        changes=change.number,
        wait=wait_in(status, since, facts, case.policy, case.calendar),
        invoice_number=None if invoice is None else invoice.number,
        amount_kopecks=0 if invoice is None else invoice.total_kopecks,
        next_term=next_term,
        claimed_until=claimed_until,
        card_order_id=str(invoice.order_id) if invoice is not None and by_card else None,
    )
    _notify(transaction, case, change, result, ending)
    reason = change.reason or ending
    replay_check = _columns(case, change, result, invoice)
    STORE.move(
        transaction,
        change.renewal_id,
        change,
        case.status,
        result,
        reason,
        {**replay_check, "reason": reason, "changed_at": since, **columns},
    )
    return result


def settle(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult | None:
    """Brings a case to where the money and the term are; None when it is there already."""
    invoice = OpenInvoice.of(case)
    if case.status is RenewalStatus.PAID:
        return take_back(transaction, case, change)
    if case.is_paid and (case.status in PAYABLE or case.is_next_unpaid):
        return transition_to_paid(transaction, case, change)
    if case.status is RenewalStatus.RENEWED and case.is_next_unpaid:
        return await_again(transaction, case, change)
    if _is_stopped(case, change.at) and case.status in STOPPABLE:
        return transition(
            transaction, case, change, RenewalStatus.CLOSED, Ending.TERM_STOPPED, invoice=invoice
        )
    news = _news(case, invoice)
    if news is None:
        return None
    return transition(
        transaction,
        case,
        change,
        case.status,
        news,
        invoice=invoice,
        claimed_until=None if news in OF_MONEY else case.row.claimed_until,
        seen_kopecks=case.paid_kopecks,
    )


def _is_stopped(case: RenewalCase, at: datetime) -> bool:
    """Whether the first day has come on which the term is no longer served."""
    day = case.row.stopped_on
    return day is not None and start_of_moscow_day(day) <= at


def _news(case: RenewalCase, invoice: OpenInvoice | None) -> Ending | None:
    """What a case that stays where it is has not told its client of yet, or not heeded."""
    if case.status is RenewalStatus.RENEWED:
        return None
    if invoice is not None and case.paid_kopecks != case.row.seen_kopecks:
        more = case.paid_kopecks > case.row.seen_kopecks
        return Ending.PAID_IN_PART if more else Ending.PAYMENT_REVERSED
    if invoice is not None and case.card_refused is not None:
        return Ending.CARD_REFUSED
    return Ending.TERM_STOPPED if _waits_for_a_stopped_term(case, invoice) else None


def _waits_for_a_stopped_term(case: RenewalCase, invoice: OpenInvoice | None) -> bool:
    """Whether a case still waits for an end of its term that a refund has moved since."""
    if (
        case.status not in (RenewalStatus.WATCHING, RenewalStatus.AWAITING_PAYMENT)
        or case.row.stopped_on is None
    ):
        return False
    facts = replace(case.facts, valid_until=None if invoice is None else invoice.valid_until)
    wait = wait_in(case.status, case.row.changed_at, facts, case.policy, case.calendar)
    return wait is not None and wait.until != case.row.wait_until


def transition_to_paid(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Stores the next term: right after the latest one, or with the payment when that came late."""
    if case.order is None or case.whole_on is None:
        raise ValueError("only an invoice that is paid in full makes a term")
    days = days_of_next(case, case.whole_on, case.order.months)
    term = NextTerm(
        term_id=str(uuid5(NAMESPACE_URL, f"{change.renewal_id}/term-{change.number}")),
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        starts_at=start_of_moscow_day(days.starts_on),
    )
    put_term(transaction, case, UUID(term.term_id), days, change.at)
    return transition(
        transaction,
        case,
        change,
        RenewalStatus.PAID,
        invoice=OpenInvoice.of(case),
        next_term=term,
        next_term_id=UUID(term.term_id),
        seen_kopecks=case.paid_kopecks,
        wait_until=term.starts_at,
    )


def take_back(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult | None:
    """Gives the next term up whose money has gone before it began; None while it stands."""
    if not case.is_paid:
        return _withdraw(transaction, case, change)
    if case.next_term is None or case.next_term.withdrawn_at is None:
        return None
    return transition(
        transaction,
        case,
        change,
        unpaid_status(case.facts, change.at, case.policy),
        Ending.NEXT_REFUNDED,
        invoice=None,
        next_term_id=None,
        seen_kopecks=0,
    )


def await_again(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Has the order wait for its money again: its payment was undone after its term had begun."""
    return transition(
        transaction,
        case,
        change,
        RenewalStatus.AWAITING_PAYMENT,
        Ending.PAYMENT_REVERSED,
        invoice=OpenInvoice.of(case),
        next_term_id=None,
        seen_kopecks=case.paid_kopecks,
    )


def watch_again(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Has a case watch another term that ends on its day, after the one it watched was stopped."""
    return transition(
        transaction,
        case,
        change,
        RenewalStatus.WATCHING if case.status is RenewalStatus.CLOSED else case.status,
        Ending.TERM_BOUGHT_AGAIN,
        invoice=None if case.status is RenewalStatus.CLOSED else OpenInvoice.of(case),
        claimed_until=case.row.claimed_until,
    )


def _withdraw(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    withdraw_term(transaction, case.row.next_term_id, change.at)
    expiry = expires_at(case.facts)
    runs = expiry is None or change.at < expiry
    return transition(
        transaction,
        case,
        change,
        RenewalStatus.AWAITING_PAYMENT if runs else RenewalStatus.LAPSED,
        Ending.PAYMENT_REVERSED,
        invoice=OpenInvoice.of(case),
        next_term_id=None,
        seen_kopecks=case.paid_kopecks,
    )


def check(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Asks for a fresh bank statement before the open invoice is held as not paid."""
    return transition(
        transaction,
        case,
        change,
        RenewalStatus.CHECKING_PAYMENT,
        invoice=OpenInvoice.of(case),
        claimed_until=case.row.claimed_until,
    )


def lapse(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Ends a wait that brought no money: the grace begins, or the case is at its end."""
    ending = Ending.NOT_ORDERED if case.invoice is None else Ending.NOT_PAID
    status = unpaid_status(case.facts, change.at, case.policy)
    if case.is_continued:
        status, ending = RenewalStatus.CLOSED, Ending.CONTINUED
    elif case.status is RenewalStatus.LAPSED:
        ending = Ending.GRACE_OVER
    elif _is_latest_unpaid(case):
        status = RenewalStatus.CLOSED
    return transition(
        transaction,
        case,
        change,
        status,
        ending,
        invoice=OpenInvoice.of(case),
        claimed_until=case.row.claimed_until if status is RenewalStatus.LAPSED else None,
    )


def _is_latest_unpaid(case: RenewalCase) -> bool:
    """Whether the service was stopped because a payment was undone: there is no grace then."""
    return case.latest_term is not None and case.latest_term.stop_reason == StopReason.UNPAID


def move_deadline(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult | None:
    """Moves the check of a payment to where the calendar puts it now."""
    if case.status is not RenewalStatus.CHECKING_PAYMENT:
        return None
    since = case.row.changed_at
    wait = wait_in(case.status, since, case.facts, case.policy, case.calendar)
    if wait is None or wait.until == case.row.wait_until:
        return None
    return transition(
        transaction,
        case,
        change,
        case.status,
        Ending.CALENDAR,
        invoice=OpenInvoice.of(case),
        claimed_until=case.row.claimed_until,
    )


def days_of_next(case: RenewalCase, paid_on: date, months: int) -> TermDays:
    """The days of the term that a payment of this day would buy."""
    latest = case.latest_term
    known = None
    if latest is not None:
        known = LatestTerm(latest.ends_on, latest.anchored_on, latest.stopped_on)
    return next_term_days(known, paid_on, case.policy.grace_days, months)


def next_term_of(row: Row) -> NextTerm:
    """A stored term as the process knows it."""
    return NextTerm(str(row.id), row.starts_on, row.ends_on, start_of_moscow_day(row.starts_on))


def _columns(
    case: RenewalCase,
    change: RenewalChange,
    result: RenewalTransitionResult,
    invoice: OpenInvoice | None,
) -> dict[str, Any]:
    closed_at = case.row.closed_at if result.status is case.status else change.at
    return {
        "order_id": None if invoice is None else invoice.order_id,
        "invoice_number": result.invoice_number,
        "claimed_until": result.claimed_until,
        "closed_at": closed_at if result.status in ENDS else None,
    }


def _notify(
    transaction: Transaction,
    case: RenewalCase,
    change: RenewalChange,
    result: RenewalTransitionResult,
    ending: Ending | None,
) -> None:
    notification.notify(
        transaction,
        renewal_notices(result.status, ending),
        case_id=change.renewal_id,
        client_id=case.row.client_id,
        occasion=f"change-{change.number}",
        params=params_of(case, result),
        at=change.at,
    )


def params_of(case: RenewalCase, result: RenewalTransitionResult) -> dict[str, Any]:
    """What the letters about a change say, as JSON values."""
    params: dict[str, Any] = {"subscription": case.row.title}
    if result.invoice_number is not None:
        new = result.invoice_number != case.row.invoice_number
        paid = 0 if new else case.paid_kopecks
        params["invoice_number"] = result.invoice_number
        params["amount_kopecks"] = result.amount_kopecks
        params["balance_kopecks"] = max(0, result.amount_kopecks - paid)
    if case.card_refused is not None:
        params["card_reason"] = case.card_refused
    if result.wait is not None:
        params["until_at"] = result.wait.until.isoformat()
    if result.next_term is not None:
        params["starts_on"] = result.next_term.starts_on.isoformat()
        params["ends_on"] = result.next_term.ends_on.isoformat()
    return params
