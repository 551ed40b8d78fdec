"""Pays a refund out: the channel, the payout attempts, their outcome and the return of their money.

Pure, like `transitions.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.access.roles import SYSTEM
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.case.waiting import Wait
from domain.file.file import FileStatus
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
from domain.refund.limits import OtherRefunds, above_approval
from domain.refund.policy import RefundPolicy
from domain.refund.refund import Change, RefundKind, RefundStatus, TransitionResult
from domain.refund.scan import not_acceptable
from domain.refund.transitions import moved, same_person
from domain.subscription.term import InvoiceTerm, stopped_by_refund


@dataclass(frozen=True)
class PayingFacts:
    """What a payout is prepared by: the invoice's payments, newest first, the case's attempts so
    far, and the remark on the decision.
    """

    payments: Sequence[RefundablePayment]
    attempts: AttemptsSoFar
    remark: str | None = None


@dataclass(frozen=True)
class AcceptingFacts:
    """What an accepted statement is processed by: `others` is what the limits count beside the
    case, `scan` what is known of the scan that signed it, None without one.
    """

    paying: PayingFacts
    others: OtherRefunds
    scan: FileStatus | None = None


@dataclass(frozen=True)
class CompletingFacts:
    """What a completed payment is stored by; `sold` is the term that the invoice sold, None without
    one.
    """

    paid: PayoutAttempt
    sold: InvoiceTerm | None


@dataclass(frozen=True)
class HoldingFacts:
    """What an accountant is shown: the rejected attempt, and the acquirer's words about it."""

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
    """The channel of a case's payout, whether it is prepared or only shown in advance.

    A surplus is paid by the requisites: it cannot be told which payment it was part of.
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


def accept(
    case: RefundCase, change: Change, facts: AcceptingFacts
) -> RefundTransition | TransitionResult:
    """Goes on from an accepted statement: to an accountant when the refunds of the invoice or to
    the client are above the limit of what is paid without an approval. Refused while the scan that
    signed it cannot be opened.
    """
    refusal = not_acceptable(facts.scan)
    if refusal is not None:
        return replace(case.latest, refusal=refusal)
    hit = above_approval(case.sum_kopecks, facts.others, case.policy)
    if hit is not None:
        return moved(case, change, RefundStatus.AWAITING_APPROVAL, reason=hit)
    return prepare_payout(case, change, facts.paying)


def approve(
    case: RefundCase, change: Change, facts: PayingFacts
) -> RefundTransition | TransitionResult:
    """Approves the payout; refused for whoever calculated the sum."""
    return same_person(case, change) or prepare_payout(case, change, facts)


def retry_payout(
    case: RefundCase, change: Change, facts: PayingFacts
) -> RefundTransition | TransitionResult:
    """Chooses the channel again: the acquirer is asked again if it was the last to refuse."""
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
    """Pays by the bank after the acquirer's final refusal, or by an accountant's decision; refused
    for whoever calculated the sum. The decision covers the acquirer's own refunds of the payment,
    too.
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

    For money that came through the acquirer, the bank's order waits until the acquirer's
    refunds are checked.
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
    """Asks an accountant about a payout that was rejected for a reason on our side, and notifies
    the client that we delay it.
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
    """Asks the client for new requisites after the payout was refused."""
    return moved(case, change, RefundStatus.AWAITING_STATEMENT, reason=rejected.reason or "other")


def complete(case: RefundCase, change: Change, facts: CompletingFacts) -> RefundTransition:
    """Stores the payment, and the last day by which the money will be credited."""
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
    """Stores when the money was paid and the last day of its crediting, in bank days from the
    payment; the service ends as the client has signed.
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
    """Records that the money came back after the debit, and asks the client for new requisites."""
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
        inquiry_id=None,
    )


def _signed_end(case: RefundCase) -> date | None:
    """The first day without service, as the client has signed it."""
    return None if case.service is None else case.service.stops_on


def _end_of_service(case: RefundCase, sold: InvoiceTerm | None) -> tuple[RefundEffect, ...]:
    """The end of the invoice's term on the day that the client has signed.

    A term that is refunded from its first day before it has begun is withdrawn.
    """
    signed = _signed_end(case)
    if signed is None or sold is None:
        return ()
    if signed <= sold.starts_on and not sold.has_begun:
        return (WithdrawTerm(sold.id),)
    day = stopped_by_refund(sold.starts_on, sold.ends_on, sold.stopped_on, signed)
    return () if day is None else (StopTerm(sold.id, day),)
