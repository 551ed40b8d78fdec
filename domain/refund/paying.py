"""What pays a refund: the way of its money, its payout attempts, their end, and their return.

Pure, as `transitions.py` is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.access.roles import SYSTEM
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.case.waiting import Wait
from domain.payout.acquirer_refusal import UNEXPLAINED
from domain.payout.payout import (
    Answer,
    AttemptsSoFar,
    Channel,
    ChannelReason,
    Choice,
    PayoutAttempt,
    PayoutRequest,
    PayoutStatus,
    RefundablePayment,
    Way,
    choose_channel,
    way_by,
)
from domain.refund.case import (
    DecideDifferences,
    PreparePayout,
    RefundCase,
    RefundEffect,
    RefundTransition,
    SettlePayout,
    StopTerm,
    WithdrawTerm,
)
from domain.refund.limits import GoingBack, above_approval
from domain.refund.policy import RefundPolicy
from domain.refund.refund import Change, RefundKind, RefundStatus, TransitionResult
from domain.refund.transitions import moved, same_person
from domain.subscription.term import InvoiceTerm, stopped_by_refund


@dataclass(frozen=True)
class PayingFacts:
    """What a payout is prepared by: the invoice's payments, newest first, the case's attempts so
    far, and what a person wrote beside the decision.
    """

    payments: Sequence[RefundablePayment]
    attempts: AttemptsSoFar
    remark: str | None = None


@dataclass(frozen=True)
class AcceptingFacts:
    """What an accepted statement goes on by: `others` is what the limits count beside the case."""

    paying: PayingFacts
    others: GoingBack


@dataclass(frozen=True)
class CompletingFacts:
    """What a payment is recorded by; `sold` is the term that the invoice sold, None where none."""

    paid: PayoutAttempt
    sold: InvoiceTerm | None


@dataclass(frozen=True)
class HoldingFacts:
    """What an accountant is asked by: the rejected attempt, and the acquirer's words about it."""

    rejected: PayoutAttempt
    words: str | None


def choose(
    kind: RefundKind,
    sum_kopecks: int,
    client_kind: ClientKind,
    policy: RefundPolicy,
    payments: Sequence[RefundablePayment],
    today: date,
    *,
    acquirer_refused: bool,
) -> Choice:
    """The way of a case's payout: of one that is prepared, and of one that is only foretold.

    A surplus goes by the requisites: nobody can tell which payment it was part of.
    """
    if kind is RefundKind.SURPLUS:
        return Choice(Channel.BANK, ChannelReason.SURPLUS)
    return choose_channel(
        payments,
        sum_kopecks,
        today,
        policy.acquirer_max_age_days,
        methods=policy.acquirer_methods[client_kind],
        acquirer_refused=acquirer_refused,
    )


def accept(case: RefundCase, change: Change, facts: AcceptingFacts) -> RefundTransition:
    """Goes on from an accepted statement: to an accountant where all that goes back, on the invoice
    or to the client, is above what is paid without an approval.
    """
    hit = above_approval(case.sum_kopecks, facts.others, case.policy)
    if hit is not None:
        return moved(case, change, RefundStatus.AWAITING_APPROVAL, reason=hit)
    return prepare_payout(case, change, facts.paying)


def approve(
    case: RefundCase, change: Change, facts: PayingFacts
) -> RefundTransition | TransitionResult:
    """Lets the money go; whoever calculated the sum is refused."""
    return same_person(case, change) or prepare_payout(case, change, facts)


def retry_payout(
    case: RefundCase, change: Change, facts: PayingFacts
) -> RefundTransition | TransitionResult:
    """Chooses the way anew: the acquirer is asked again where it was the last to refuse."""
    afresh = replace(
        facts.attempts,
        acquirer_refused=facts.attempts.acquirer_refused and not facts.attempts.last_by_acquirer,
    )
    return same_person(case, change) or prepare_payout(
        case, change, replace(facts, attempts=afresh)
    )


def pay_by_bank(
    case: RefundCase, change: Change, facts: PayingFacts
) -> RefundTransition | TransitionResult:
    """Takes the bank's way after the acquirer refused for good, or by an accountant's word; whoever
    calculated the sum is refused. The word is also one on what the acquirer has given back.
    """
    if change.by == SYSTEM:
        choice = Choice(Channel.BANK, ChannelReason.ACQUIRER_REFUSED)
        return prepare_payout(case, change, facts, choice)
    choice = Choice(Channel.BANK, ChannelReason.ACCOUNTANTS_WORD)
    words = facts.remark or ChannelReason.ACCOUNTANTS_WORD
    decided = DecideDifferences(case.invoice_number, words)
    return same_person(case, change) or prepare_payout(case, change, facts, choice, (decided,))


def prepare_payout(
    case: RefundCase,
    change: Change,
    facts: PayingFacts,
    choice: Choice | None = None,
    before: Collection[RefundEffect] = (),
) -> RefundTransition:
    """Prepares the next payout attempt by the channel that the policy chooses, or by `choice`. A
    statement that was signed since names the requisites alone, and what it names stays.

    Where the acquirer brought money, the bank's order waits until what it gave back is looked at.
    """
    chosen = choice or choose(
        case.kind,
        case.sum_kopecks,
        case.client_kind,
        case.policy,
        facts.payments,
        moscow_date(change.at),
        acquirer_refused=facts.attempts.acquirer_refused,
    )
    acquired = any(payment.through_acquirer for payment in facts.payments)
    to_clear = acquired and chosen.channel is Channel.BANK
    request = PayoutRequest(case.id, facts.attempts.last + 1, to_clear=to_clear)
    return moved(
        case,
        change,
        RefundStatus.PAYING,
        attempt=request.attempt,
        channel=chosen.channel,
        reason=facts.remark or chosen.reason,
        to_clear=to_clear,
        said={"way": way_by(chosen, facts.payments)},
        effects=(
            *before,
            PreparePayout(request, chosen, case.statement_id, case.sum_kopecks),
        ),
    )


def hold_payout(case: RefundCase, change: Change, facts: HoldingFacts) -> RefundTransition:
    """Asks an accountant about a payout that was rejected for a reason of ours, and tells the
    client that it is delayed on our side.
    """
    reason = facts.rejected.reason
    return moved(
        case,
        change,
        RefundStatus.PAYOUT_HELD,
        reason=reason or UNEXPLAINED,
        attempt=change.attempt,
        said={"failure": facts.words or reason or UNEXPLAINED},
    )


def ask_again(case: RefundCase, change: Change, rejected: PayoutAttempt) -> RefundTransition:
    """Asks for new requisites after the outside refused the payout."""
    return moved(case, change, RefundStatus.AWAITING_STATEMENT, reason=rejected.reason or "other")


def complete(case: RefundCase, change: Change, facts: CompletingFacts) -> RefundTransition:
    """Records the payment and promises the last day of crediting."""
    paid = facts.paid
    if paid.settled_on is None:
        raise ValueError("only a payout that was paid completes its case")
    return completed(case, change, change.attempt, paid.settled_on, paid.way, facts.sold)


def completed(
    case: RefundCase,
    change: Change,
    attempt: int,
    paid_on: date,
    way: Way,
    sold: InvoiceTerm | None,
    before: Collection[RefundEffect] = (),
) -> RefundTransition:
    """Says when the money left and until when it arrives, in bank days from the payment; the
    service whose money it was ends as it was signed.
    """
    credit_by = case.calendar.add_bank_days(paid_on, case.policy.credit_bank_days)
    rule = case.policy.waits[RefundStatus.COMPLETED]
    return moved(
        case,
        change,
        RefundStatus.COMPLETED,
        wait=Wait(rule.waiting_for, end_of_moscow_day(credit_by)),
        attempt=attempt,
        stopped_renewal=None if sold is None or _signed_end(case) is None else sold.renewal_id,
        said={"way": way},
        effects=(*before, *_end_of_service(case, sold)),
        paid_on=paid_on,
        first_paid_on=case.first_paid_on or paid_on,
        credit_by=credit_by,
    )


def reopen(case: RefundCase, change: Change, paid: PayoutAttempt) -> RefundTransition:
    """Takes money that came back after the debit, and asks the client for new requisites."""
    returned = Answer(PayoutStatus.RETURNED, reason=change.reason, settled_on=paid.settled_on)
    return moved(
        case,
        change,
        RefundStatus.AWAITING_STATEMENT,
        reason=change.reason or "returned",
        effects=(SettlePayout(paid, returned),),
        paid_on=None,
        credit_by=None,
        closed_at=None,
    )


def _signed_end(case: RefundCase) -> date | None:
    """The first day that is no longer served, as the client has signed it."""
    return None if case.service is None else case.service.stops_on


def _end_of_service(case: RefundCase, sold: InvoiceTerm | None) -> tuple[RefundEffect, ...]:
    """The end of the invoice's term on the day that the client has signed.

    A term that is refunded from its first day, before it has begun, is as if it was never sold.
    """
    signed = _signed_end(case)
    if signed is None or sold is None:
        return ()
    if signed <= sold.starts_on and not sold.has_begun:
        return (WithdrawTerm(sold.id),)
    day = stopped_by_refund(sold.starts_on, sold.ends_on, sold.stopped_on, signed)
    return () if day is None else (StopTerm(sold.id, day),)
