"""When money that was given back in the acquirer's cabinet pays a refund."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.payout.acquirer_refusal import GIVEN_BACK_THERE
from domain.payout.payout import (
    AttemptsSoFar,
    ChannelReason,
    PayoutStatus,
    RefundablePayment,
    Way,
    key_of,
)
from domain.reconciliation.acquirer_list import ListDifference, ListInvariant, same_sum_broken
from domain.refund.case import (
    DecideDifferences,
    KeepDecided,
    PreparePayout,
    SettlePayout,
    StopTerm,
)
from domain.refund.given_back import GIVEN_BACK_LESS, GivenBackFacts, book_given_back, covered_by
from domain.refund.paying import PayingFacts
from domain.refund.refund import RefundStatus
from domain.refund.transitions import SAME_PERSON
from tests.domain.refund.cases import (
    ACCOUNTANT,
    CARD,
    SERVICE,
    SPECIALIST,
    STOPS_ON,
    SUM_KOPECKS,
    TERM,
    TRANSFER,
    case,
    change,
    made,
    refused,
)

HELD = case(RefundStatus.PAYOUT_HELD)
HAPPENED_ON = date(2026, 4, 17)
WHOLE = ListDifference(
    ListInvariant.OURS, "refund-1", "найдено", CARD.acquirer_payment_id, SUM_KOPECKS, HAPPENED_ON
)
MORE = replace(WHOLE, amount_kopecks=SUM_KOPECKS + 1)
HALF = replace(WHOLE, subject="half-1", amount_kopecks=SUM_KOPECKS // 2)
OTHER_HALF = replace(HALF, subject="half-2", happened_on=date(2026, 4, 19))


def facts(*found: ListDifference, remark: str | None = "вернули там") -> GivenBackFacts:
    return GivenBackFacts(PayingFacts([TRANSFER, CARD], AttemptsSoFar(1), remark), found, None)


@pytest.mark.parametrize(
    ("found", "payments", "last"),
    [
        ([WHOLE], [CARD], WHOLE),
        ([HALF, OTHER_HALF], [CARD], OTHER_HALF),
        ([MORE], [TRANSFER, CARD], MORE),
        ([HALF], [CARD], None),
        ([], [CARD], None),
        ([WHOLE], [replace(CARD, left_kopecks=SUM_KOPECKS - 1)], None),
        ([WHOLE], [replace(CARD, acquirer_payment_id="2d-2")], None),
        ([replace(WHOLE, payment_id=None)], [TRANSFER], None),
        ([replace(WHOLE, happened_on=None)], [CARD], None),
        ([replace(WHOLE, invariant=ListInvariant.KNOWN)], [CARD], None),
        ([HALF, replace(OTHER_HALF, payment_id="2d-2")], [CARD], None),
    ],
)
def test_executed_refunds_of_one_payment_cover_the_sum_or_do_not(
    found: list[ListDifference], payments: list[RefundablePayment], last: ListDifference | None
) -> None:
    covering = covered_by(found, payments, SUM_KOPECKS)
    assert (None if covering is None else covering.last) == last


def test_less_than_the_sum_is_refused_and_so_is_whoever_calculated() -> None:
    assert refused(book_given_back(HELD, change(), facts(HALF))) == GIVEN_BACK_LESS
    assert refused(book_given_back(HELD, change(SPECIALIST), facts(WHOLE))) == SAME_PERSON


def test_what_covers_the_sum_is_an_attempt_that_is_prepared_and_paid_at_once() -> None:
    moved = made(book_given_back(HELD, change(), facts(WHOLE)))
    prepare, settle, decide = moved.effects
    assert isinstance(prepare, PreparePayout)
    assert isinstance(settle, SettlePayout)
    assert prepare.choice.reason is ChannelReason.GIVEN_BACK_THERE
    assert prepare.choice.payment_id == CARD.payment_id
    assert settle.attempt.request == replace(prepare.request)
    assert settle.attempt.status is PayoutStatus.PREPARED
    assert settle.answer.status is PayoutStatus.PAID
    assert (settle.answer.external_id, settle.answer.settled_on) == (WHOLE.subject, HAPPENED_ON)
    assert settle.answer.reason == f"{ACCOUNTANT}: вернули там"
    assert decide == DecideDifferences(HELD.invoice_number, "вернули там")
    assert (moved.result.status, moved.result.attempt) == (RefundStatus.COMPLETED, 2)
    assert moved.columns["paid_on"] == HAPPENED_ON
    assert moved.params["way"] is Way.CARD


def test_another_sum_there_is_a_difference_that_is_decided_with_it() -> None:
    moved = made(book_given_back(HELD, change(), facts(HALF, OTHER_HALF, remark=None)))
    prepare, _, keep, decide = moved.effects
    assert isinstance(prepare, PreparePayout)
    broken = same_sum_broken("half-2", SUM_KOPECKS // 2, key_of(prepare.request))
    assert keep == KeepDecided(broken, GIVEN_BACK_THERE)
    assert decide == DecideDifferences(HELD.invoice_number, GIVEN_BACK_THERE)


def test_the_service_ends_with_it_as_it_was_signed() -> None:
    given = replace(facts(WHOLE), sold=TERM)
    moved = made(book_given_back(replace(HELD, service=SERVICE), change(), given))
    assert moved.effects[-1] == StopTerm(UUID(int=3), STOPS_ON)
    assert moved.result.stopped_renewal == TERM.renewal_id
