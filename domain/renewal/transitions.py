"""How a renewal changes by time, by payments and by a stopped term: facts in, a transition out."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.renewal.case import (
    RenewalCase,
    RenewalTransition,
    TermSale,
    WithdrawnTerm,
    next_term_of,
    transition,
)
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import (
    Ending,
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

PAYABLE = (
    RenewalStatus.AWAITING_PAYMENT,
    RenewalStatus.CHECKING_PAYMENT,
    RenewalStatus.LAPSED,
    RenewalStatus.CLOSED,
)
"""Statuses in which an open invoice that is paid in full makes the next term."""
STOPPABLE = (RenewalStatus.WATCHING, RenewalStatus.LAPSED)
"""Statuses that a refund of the running term ends: the next one is not ordered yet."""
OF_MONEY = (Ending.PAID_IN_PART, Ending.PAYMENT_REVERSED)
"""Changes that end a claim: a payment was received, or reversed."""


def opened(
    opening: RenewalOpening, facts: RenewalFacts, policy: RenewalPolicy
) -> RenewalTransition:
    """Opens a case that watches its term, or waits for a first order."""
    request, status = opening.request, RenewalStatus.WATCHING
    wait = wait_in(status, opening.at, facts, policy, BankCalendar())
    columns = {
        "subscription_id": request.subscription_id,
        "client_id": request.client_id,
        "term_id": None if request.term_id is None else UUID(request.term_id),
        "term_ends_on": request.term_ends_on,
        "policy_version": policy.version,
    }
    result = RenewalTransitionResult(status, changes=1, wait=wait)
    return Transition(result, columns=columns)


def watch_again(case: RenewalCase, change: RenewalChange) -> RenewalTransition:
    """Reopens a case to watch another term with the same last day, after its own was stopped."""
    is_closed = case.status is RenewalStatus.CLOSED
    return transition(
        case,
        change,
        RenewalStatus.WATCHING if is_closed else case.status,
        Ending.TERM_BOUGHT_AGAIN,
        invoice=None if is_closed else case.invoice,
        claimed_until=case.facts.claimed_until,
    )


def settle(case: RenewalCase, change: RenewalChange) -> RenewalTransition | None:
    """Brings a case to the status that the payments and the term require; None when it is there
    already.
    """
    if case.status is RenewalStatus.PAID:
        return take_back(case, change)
    if case.is_paid and (case.status in PAYABLE or case.is_next_unpaid):
        return sell_next_term(case, change)
    if case.status is RenewalStatus.RENEWED and case.is_next_unpaid:
        return await_again(case, change)
    if case.status in STOPPABLE and _is_stopped(case, change.at):
        return transition(
            case, change, RenewalStatus.CLOSED, Ending.TERM_STOPPED, invoice=case.invoice
        )
    news = _news(case)
    if news is None:
        return None
    return transition(
        case,
        change,
        case.status,
        news,
        invoice=case.invoice,
        claimed_until=None if news in OF_MONEY else case.facts.claimed_until,
        seen_kopecks=case.paid_kopecks,
    )


def sell_next_term(case: RenewalCase, change: RenewalChange) -> RenewalTransition:
    """Sells the next term: right after the latest one, or from the payment when that was late.

    Raises `ValueError` for a case whose invoice is not paid in full.
    """
    if case.invoice is None or case.invoice.whole_on is None:
        raise ValueError("only an invoice that is paid in full makes a term")
    days = case.days_of_next(case.invoice.whole_on, case.invoice.months)
    term_id = uuid5(NAMESPACE_URL, f"{change.renewal_id}/term-{change.number}")
    term = next_term_of(term_id, days.starts_on, days.ends_on)
    sale = TermSale(
        term_id,
        case.subscription_id,
        case.invoice.tariff_code,
        case.invoice.units,
        days,
        case.invoice.number,
    )
    return transition(
        case,
        change,
        RenewalStatus.PAID,
        invoice=case.invoice,
        next_term=term,
        effects=(sale,),
        next_term_id=term_id,
        seen_kopecks=case.paid_kopecks,
        wait_until=term.starts_at,
    )


def take_back(case: RenewalCase, change: RenewalChange) -> RenewalTransition | None:
    """Withdraws the next term if it was refunded, or its payment undone, before it began; None
    otherwise.
    """
    if not case.is_paid:
        return _withdraw(case, change)
    if case.next_term is None or not case.next_term.is_withdrawn:
        return None
    return transition(
        case,
        change,
        unpaid_status(case.facts, change.at, case.policy),
        Ending.NEXT_REFUNDED,
        invoice=None,
        next_term_id=None,
        seen_kopecks=0,
    )


def await_again(case: RenewalCase, change: RenewalChange) -> RenewalTransition:
    """Waits for the payment of the order again: it was undone after its term had begun."""
    return transition(
        case,
        change,
        RenewalStatus.AWAITING_PAYMENT,
        Ending.PAYMENT_REVERSED,
        invoice=case.invoice,
        next_term_id=None,
        seen_kopecks=case.paid_kopecks,
    )


def begin(case: RenewalCase, change: RenewalChange) -> RenewalTransition:
    """The next term begins and the case ends; if the payment was undone or refunded, it is
    withdrawn.

    Raises `ValueError` for a case that has sold no term.
    """
    gone = take_back(case, change)
    if gone is not None:
        return gone
    if case.next_term is None:
        raise ValueError("a paid case has sold a term")
    term = case.next_term
    return transition(
        case,
        change,
        RenewalStatus.RENEWED,
        invoice=case.invoice,
        next_term=next_term_of(term.id, term.starts_on, term.ends_on),
    )


def check_payment(case: RenewalCase, change: RenewalChange) -> RenewalTransition:
    """Asks for a current bank statement before the open invoice counts as unpaid; a received
    payment is used.
    """
    return settle(case, change) or transition(
        case,
        change,
        RenewalStatus.CHECKING_PAYMENT,
        invoice=case.invoice,
        claimed_until=case.facts.claimed_until,
    )


def lapse(case: RenewalCase, change: RenewalChange) -> RenewalTransition:
    """Ends a wait without a payment: the grace begins, or the case ends. A received payment is used
    instead.
    """
    settled = settle(case, change)
    if settled is not None:
        return settled
    status, ending = _unpaid_end(case, change.at)
    return transition(
        case,
        change,
        status,
        ending,
        invoice=case.invoice,
        claimed_until=case.facts.claimed_until if status is RenewalStatus.LAPSED else None,
    )


def move_deadline(case: RenewalCase, change: RenewalChange) -> RenewalTransition | None:
    """Recomputes when the check of a payment ends by the present calendar; None when it does not
    change.
    """
    if case.status is not RenewalStatus.CHECKING_PAYMENT or not _is_wait_moved(case):
        return None
    return transition(
        case,
        change,
        case.status,
        Ending.CALENDAR,
        invoice=case.invoice,
        claimed_until=case.facts.claimed_until,
    )


def is_recheck_due(status: RenewalStatus, *, is_next_unpaid: bool) -> bool:
    """Whether a case is signalled when its payments change: not once its term has begun, since
    later money is a surplus; but again when that term was stopped because its payment was undone.
    """
    return status is not RenewalStatus.RENEWED or is_next_unpaid


def _unpaid_end(case: RenewalCase, at: datetime) -> tuple[RenewalStatus, Ending]:
    """The status of a case without a payment, and why. There is no grace where the service was
    stopped because a payment was undone.
    """
    if case.is_continued:
        return RenewalStatus.CLOSED, Ending.CONTINUED
    status = unpaid_status(case.facts, at, case.policy)
    if case.status is RenewalStatus.LAPSED:
        return status, Ending.GRACE_OVER
    if case.latest_term is not None and case.latest_term.is_unpaid:
        status = RenewalStatus.CLOSED
    return status, Ending.NOT_ORDERED if case.invoice is None else Ending.NOT_PAID


def _is_stopped(case: RenewalCase, at: datetime) -> bool:
    """Whether the first day without service has come."""
    day = case.facts.stopped_on
    return day is not None and start_of_moscow_day(day) <= at


def _news(case: RenewalCase) -> Ending | None:
    """A change of the payments, within the same status, that the case has not yet recorded or
    notified of.
    """
    if case.status is RenewalStatus.RENEWED:
        return None
    if case.invoice is not None and case.paid_kopecks != case.seen_kopecks:
        more = case.paid_kopecks > case.seen_kopecks
        return Ending.PAID_IN_PART if more else Ending.PAYMENT_REVERSED
    if case.invoice is not None and case.card_refused is not None:
        return Ending.CARD_REFUSED
    return Ending.TERM_STOPPED if _waits_for_a_stopped_term(case) else None


def _waits_for_a_stopped_term(case: RenewalCase) -> bool:
    """Whether a case waits for an end of its term that a refund has moved meanwhile."""
    waits = (RenewalStatus.WATCHING, RenewalStatus.AWAITING_PAYMENT)
    return case.status in waits and case.facts.stopped_on is not None and _is_wait_moved(case)


def _is_wait_moved(case: RenewalCase) -> bool:
    """Whether the open wait would end at another moment if it were computed now."""
    wait = wait_in(case.status, case.changed_at, case.facts, case.policy, case.calendar)
    return wait is not None and wait.until != case.wait_until


def _withdraw(case: RenewalCase, change: RenewalChange) -> RenewalTransition:
    expiry = expires_at(case.facts)
    runs = expiry is None or change.at < expiry
    term = case.next_term
    return transition(
        case,
        change,
        RenewalStatus.AWAITING_PAYMENT if runs else RenewalStatus.LAPSED,
        Ending.PAYMENT_REVERSED,
        invoice=case.invoice,
        effects=() if term is None else (WithdrawnTerm(term.id),),
        next_term_id=None,
        seen_kopecks=case.paid_kopecks,
    )
