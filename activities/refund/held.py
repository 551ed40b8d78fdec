"""What is decided about a payout that is delayed on our side."""

from collections.abc import Sequence
from dataclasses import replace

from activities.refund.judgement import transition, transition_to_completed
from db.database import Row, Transaction
from db.payout import payout
from db.reconciliation import acquirer_difference
from db.refund.refund import Case
from domain.billing.invoice import PaymentMethod
from domain.payout.acquirer_refusal import GIVEN_BACK_THERE, UNEXPLAINED
from domain.payout.payout import (
    Answer,
    Channel,
    ChannelReason,
    Choice,
    ManualSettlement,
    PayoutRequest,
    PayoutStatus,
    reason_by_hand,
    way_of,
)
from domain.reconciliation.acquirer_list import ListInvariant, same_sum_broken
from domain.refund.refund import Change, RefundStatus, TransitionResult

GIVEN_BACK_LESS = "given_back_less"
"""The refusal of a booking: what was given back at the acquirer does not cover the sum."""


def enter_held(transaction: Transaction, case: Case, change: Change) -> TransitionResult:
    """Asks an accountant about a payout that was rejected for a reason of ours, and tells the
    client that it is delayed on our side.
    """
    (row,), refusals = case.papers
    words = refusals[0].words if refusals else row.reason
    return transition(
        transaction,
        case,
        change,
        RefundStatus.PAYOUT_HELD,
        reason=row.reason or UNEXPLAINED,
        attempt=change.attempt,
        said={"failure": words or UNEXPLAINED},
    )


def enter_given_back(transaction: Transaction, case: Case, change: Change) -> TransitionResult:
    """Takes what was given back in the acquirer's cabinet as this case's payout, where it covers
    the sum; less than that is refused.
    """
    payments, (attempts,), remarks, found, *sold = case.papers
    covering = covered_by(found, payments, case.row.sum_kopecks)
    if covering is None:
        return replace(case.latest, refusal=GIVEN_BACK_LESS)
    payment, refunds_there = covering
    request = PayoutRequest(change.refund_id, attempts.attempt + 1)
    payout.prepare(
        transaction,
        request,
        choice=Choice(Channel.ACQUIRER, ChannelReason.GIVEN_BACK_THERE, payment.id),
        statement_id=case.row.statement_id,
        amount_kopecks=case.row.sum_kopecks,
        at=change.at,
    )
    last = max(refunds_there, key=lambda row: row.happened_on)
    words = remarks[0].text if remarks else GIVEN_BACK_THERE
    said = reason_by_hand(ManualSettlement(PayoutStatus.PAID, change.by, words))
    answer = Answer(PayoutStatus.PAID, last.subject, said, last.happened_on)
    payout.record(transaction, payout.just_prepared(request), answer, change.at, last.happened_on)
    _decide_all(transaction, case, change, last, payout.key_of(request), words)
    way = way_of(Channel.ACQUIRER, PaymentMethod(payment.method))
    return transition_to_completed(
        transaction, case, change, last.happened_on, sold, request.attempt, way
    )


def covered_by(
    found: Sequence[Row], payments: Sequence[Row], sum_kopecks: int
) -> tuple[Row, list[Row]] | None:
    """A payment of which the acquirer has executed refunds that nobody has decided about, in all
    not less than the sum, and which our books have not given back yet.
    """
    for payment in payments:
        executed = [
            row
            for row in found
            if row.acquirer_payment_id == payment.acquirer_payment_id
            and row.invariant == ListInvariant.OURS.name.lower()
            and row.happened_on is not None
        ]
        there = sum(row.amount_kopecks for row in executed)
        if executed and min(there, int(payment.left_kopecks)) >= sum_kopecks:
            return payment, executed
    return None


def _decide_all(
    transaction: Transaction, case: Case, change: Change, booked: Row, key: str, words: str
) -> None:
    """What an accountant has said of the payout is said of what the lists differ in, too."""
    if booked.amount_kopecks != case.row.sum_kopecks:
        other_sum = same_sum_broken(booked.subject, booked.amount_kopecks, key)
        acquirer_difference.put(transaction, [other_sum], change.at)
        acquirer_difference.decide(transaction, [other_sum.id], words, change.by, change.at)
    acquirer_difference.decide_of_invoice(
        transaction, case.row.invoice_number, words, change.by, change.at
    )
