"""Books money that an accountant refunded in the acquirer's own cabinet as a held payout's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.payout.acquirer_refusal import GIVEN_BACK_THERE
from domain.payout.payout import (
    Answer,
    Channel,
    ChannelReason,
    Choice,
    ManualSettlement,
    PayoutAttempt,
    PayoutRequest,
    PayoutStatus,
    RefundablePayment,
    key_of,
    reason_by_hand,
    way_of,
)
from domain.reconciliation.acquirer_list import TAKEN_BACK, ListDifference, same_sum_broken
from domain.refund.case import (
    DecideDifferences,
    KeepDecided,
    PreparePayout,
    RefundCase,
    RefundEffect,
    RefundTransition,
    SettlePayout,
)
from domain.refund.paying import PayingFacts, completed
from domain.refund.refund import Change, TransitionResult
from domain.refund.transitions import same_person
from domain.subscription.term import InvoiceTerm

GIVEN_BACK_LESS = "given_back_less"
"""The refusal of a booking: what the acquirer has refunded is less than the sum."""


@dataclass(frozen=True)
class GivenBackFacts:
    """What a booking is decided by: `open_differences` are those of the invoice's payments with the
    acquirer's lists that nobody has decided about, `sold` is the term that the invoice sold.
    """

    paying: PayingFacts
    open_differences: Sequence[ListDifference]
    sold: InvoiceTerm | None


@dataclass(frozen=True)
class Covering:
    """The executed refunds of one payment that cover a case's sum; `last` is the latest of them."""

    payment: RefundablePayment
    last: ListDifference
    paid_on: date


def book_given_back(
    case: RefundCase, change: Change, facts: GivenBackFacts
) -> RefundTransition | TransitionResult:
    """Books refunds made in the acquirer's cabinet as this case's payout. Refused when they are
    less than the sum, and for whoever calculated the sum.
    """
    refused = same_person(case, change)
    if refused is not None:
        return refused
    covering = covered_by(facts.open_differences, facts.paying.payments, case.sum_kopecks)
    if covering is None:
        return replace(case.latest, refusal=GIVEN_BACK_LESS)
    attempt = facts.paying.attempts.last + 1
    return completed(
        case,
        change,
        attempt,
        covering.paid_on,
        way_of(Channel.ACQUIRER, covering.payment.method),
        facts.sold,
        _booked(case, change, PayoutRequest(case.id, attempt), covering, facts.paying.remark),
    )


def covered_by(
    found: Sequence[ListDifference], payments: Sequence[RefundablePayment], sum_kopecks: int
) -> Covering | None:
    """A payment whose executed refunds at the acquirer, undecided so far, are not less than the
    sum, as far as our books have not refunded it yet.
    """
    for payment in payments:
        executed = [
            (one.happened_on, one)
            for one in found
            if payment.through_acquirer
            and one.payment_id == payment.acquirer_payment_id
            and one.invariant in TAKEN_BACK
            and one.happened_on is not None
        ]
        there = sum(one.amount_kopecks or 0 for _, one in executed)
        if executed and min(there, payment.left_kopecks) >= sum_kopecks:
            paid_on, last = max(executed, key=lambda one: one[0])
            return Covering(payment, last, paid_on)
    return None


def _booked(
    case: RefundCase,
    change: Change,
    request: PayoutRequest,
    covering: Covering,
    remark: str | None,
) -> tuple[RefundEffect, ...]:
    """An attempt that is prepared and paid at once. The accountant's remark is stored with the
    payout and with the decided differences.
    """
    words = remark or GIVEN_BACK_THERE
    choice = Choice(Channel.ACQUIRER, ChannelReason.GIVEN_BACK_THERE, covering.payment.payment_id)
    reason = reason_by_hand(ManualSettlement(PayoutStatus.PAID, change.by, words))
    paid = Answer(PayoutStatus.PAID, covering.last.subject, reason, covering.paid_on)
    prepared = PayoutAttempt(
        request.case_id,
        request.attempt,
        Channel.ACQUIRER,
        PayoutStatus.PREPARED,
        case.sum_kopecks,
        change.at,
    )
    return (
        PreparePayout(request, choice, case.statement_id, case.sum_kopecks),
        SettlePayout(prepared, paid),
        *_other_sum(case, covering.last, key_of(request), words),
        DecideDifferences(case.invoice_number, words),
    )


def _other_sum(
    case: RefundCase, booked: ListDifference, key: str, words: str
) -> tuple[KeepDecided, ...]:
    """The difference that the lists will show from now on, if another sum was refunded there."""
    if booked.amount_kopecks is None or booked.amount_kopecks == case.sum_kopecks:
        return ()
    return (KeepDecided(same_sum_broken(booked.subject, booked.amount_kopecks, key), words),)
