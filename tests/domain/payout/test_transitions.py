"""What an answer, silence or an operator makes of a payout attempt: money is never held as refused
while it may have left.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.billing.invoice import PaymentMethod
from domain.payout.acquirer_refusal import (
    GIVEN_BACK_THERE,
    NOT_THIS_WAY,
    PAYMENT_UNKNOWN_THERE,
    UNEXPLAINED,
)
from domain.payout.payout import (
    PAYOUT_MOVES,
    Answer,
    Channel,
    ManualSettlement,
    PayoutAttempt,
    PayoutStatus,
)
from domain.payout.transitions import (
    FIRST_TRY,
    KEY_LIFETIME,
    RefundAtAcquirer,
    Rejection,
    has_to_look,
    has_to_look_for_given_back,
    held_for_given_back,
    is_first_request,
    is_old,
    outcome_of,
    recorded,
    settled_by_earlier,
    settled_by_hand,
    silence,
    still_under_way,
)

P = PayoutStatus
NOW = datetime(2026, 4, 20, 22, tzinfo=UTC)  # tomorrow in Moscow
TODAY = date(2026, 4, 21)
PREPARED = PayoutAttempt(
    case_id="refund-A-1-1",
    attempt=2,
    channel=Channel.ACQUIRER,
    status=P.PREPARED,
    amount_kopecks=100_00,
    prepared_at=NOW,
    cleared_at=NOW,
    method=PaymentMethod.BANK_CARD,
    acquirer_payment_id="2d-1",
)
SENT = replace(PREPARED, status=P.SENT, external_id="r-1", reason="пока нет")
UNKNOWN = replace(PREPARED, status=P.UNKNOWN)
PAID_THERE = RefundAtAcquirer(P.PAID, "r-1", created_at=NOW - timedelta(days=1))
UNDER_WAY = RefundAtAcquirer(P.SENT, "r-1")
CANCELLED = RefundAtAcquirer(P.REJECTED, "r-1", "insufficient_funds", "yoo_money")
BY_HAND_PAID = ManualSettlement(P.PAID, "sidorov", "видел в кабинете", TODAY)
BY_HAND_REJECTED = ManualSettlement(P.REJECTED, "sidorov", "в кабинете нет")


def test_the_status_decides_which_answer_is_news() -> None:
    for before in P:
        for after in P:
            answer = Answer(after)
            judged = recorded(replace(PREPARED, status=before), answer)
            assert judged == (answer if after in PAYOUT_MOVES[before] else None)


@pytest.mark.parametrize(
    ("attempt", "step_try", "age", "looks"),
    [
        (PREPARED, FIRST_TRY, timedelta(), False),
        (PREPARED, FIRST_TRY, KEY_LIFETIME, False),
        (PREPARED, FIRST_TRY, KEY_LIFETIME + timedelta(seconds=1), True),
        (PREPARED, FIRST_TRY + 1, timedelta(), True),
        (SENT, FIRST_TRY, timedelta(), True),
        (UNKNOWN, FIRST_TRY, timedelta(), True),
    ],
)
def test_whoever_may_have_asked_before_looks_first(
    attempt: PayoutAttempt, step_try: int, age: timedelta, looks: bool
) -> None:
    assert has_to_look(attempt, step_try, NOW + age) == looks
    assert is_first_request(attempt, step_try) == (not looks or age > KEY_LIFETIME)
    assert is_old(attempt, NOW + age) == (age > KEY_LIFETIME)


@pytest.mark.parametrize(
    ("attempt", "looks"),
    [
        (PREPARED, False),
        (replace(PREPARED, cleared_at=None), False),
        (replace(PREPARED, channel=Channel.BANK), False),
        (replace(PREPARED, channel=Channel.BANK, cleared_at=None), True),
    ],
)
def test_what_leaves_by_the_bank_is_cleared_once(attempt: PayoutAttempt, looks: bool) -> None:
    assert has_to_look_for_given_back(attempt) == looks


@pytest.mark.parametrize(
    ("given_back", "code"), [(True, GIVEN_BACK_THERE), (False, PAYMENT_UNKNOWN_THERE)]
)
def test_an_attempt_that_is_held_names_all_that_was_found(given_back: bool, code: str) -> None:
    held = held_for_given_back(["r-1, 100,00", "r-2, 5,00"], given_back=given_back)
    assert held == Rejection(code, "r-1, 100,00; r-2, 5,00")
    assert (held.answer, held.is_ours) == (Answer(P.REJECTED, reason=code), True)


@pytest.mark.parametrize(
    ("refund", "judged"),
    [
        (PAID_THERE, Answer(P.PAID, "r-1", settled_on=date(2026, 4, 20))),
        (replace(PAID_THERE, created_at=None), Answer(P.PAID, "r-1", settled_on=TODAY)),
        (UNDER_WAY, Answer(P.SENT, "r-1")),
        (replace(UNDER_WAY, refund_id=None), Answer(P.SENT)),
        (
            CANCELLED,
            Rejection("insufficient_funds", "yoo_money: insufficient_funds", "r-1"),
        ),
        (
            RefundAtAcquirer(P.REJECTED),
            Rejection(UNEXPLAINED, f"{UNEXPLAINED}: {UNEXPLAINED}"),
        ),
    ],
)
def test_the_acquirers_own_state_is_believed(
    refund: RefundAtAcquirer, judged: Answer | Rejection
) -> None:
    assert outcome_of(refund, NOW) == judged


@pytest.mark.parametrize(
    ("code", "is_ours"),
    [
        ("insufficient_funds", True),
        (UNEXPLAINED, True),
        (NOT_THIS_WAY, False),
        ("rejected_by_payee", False),
    ],
)
def test_a_refusal_is_our_matter_unless_its_code_says_whose_it_is(code: str, is_ours: bool) -> None:
    assert Rejection(code, "").is_ours == is_ours


@pytest.mark.parametrize(
    ("attempt", "judged"),
    [
        (PREPARED, Answer(P.UNKNOWN, reason="тишина")),
        (UNKNOWN, Answer(P.UNKNOWN, reason="тишина")),
        (SENT, Answer(P.SENT, "r-1", "пока нет")),
    ],
)
def test_silence_is_unknown_and_leaves_what_is_under_way(
    attempt: PayoutAttempt, judged: Answer
) -> None:
    assert silence(attempt, "тишина") == judged
    assert still_under_way(attempt) == (judged if attempt is SENT else None)


@pytest.mark.parametrize(
    ("word", "found", "judged"),
    [
        (
            BY_HAND_PAID,
            None,
            Answer(P.PAID, "r-1", "sidorov: видел в кабинете", TODAY),
        ),
        (BY_HAND_REJECTED, None, Answer(P.REJECTED, "r-1", "sidorov: в кабинете нет")),
        (BY_HAND_REJECTED, PAID_THERE, outcome_of(PAID_THERE, NOW)),
        (BY_HAND_PAID, CANCELLED, outcome_of(CANCELLED, NOW)),
        (BY_HAND_REJECTED, UNDER_WAY, Answer(P.SENT, "r-1")),
        (
            BY_HAND_REJECTED,
            replace(UNDER_WAY, recognised=False),
            Answer(P.REJECTED, "r-1", "sidorov: в кабинете нет"),
        ),
        (
            BY_HAND_PAID,
            UNDER_WAY,
            Answer(P.PAID, "r-1", "sidorov: видел в кабинете", TODAY),
        ),
    ],
)
def test_an_operators_word_counts_unless_the_acquirer_knows_better(
    word: ManualSettlement, found: RefundAtAcquirer | None, judged: Answer | Rejection
) -> None:
    assert settled_by_hand(SENT, word, found, NOW) == judged


@pytest.mark.parametrize(
    ("word", "earlier", "status"),
    [
        (BY_HAND_PAID, PAID_THERE, P.PAID),
        (BY_HAND_REJECTED, PAID_THERE, P.PREPARED),
        (BY_HAND_PAID, UNDER_WAY, P.PREPARED),
    ],
)
def test_while_an_earlier_attempt_may_pay_only_its_payment_settles(
    word: ManualSettlement, earlier: RefundAtAcquirer, status: PayoutStatus
) -> None:
    judged = settled_by_earlier(word, 1, earlier, NOW)
    assert judged.status is status
    paid: dict[str, Any] = {"external_id": "r-1", "earlier_attempt": 1}
    paid |= {"reason": "sidorov: видел в кабинете", "settled_on": date(2026, 4, 20)}
    assert judged == Answer(status, **(paid if status is P.PAID else {}))


def test_an_attempt_by_the_bank_gives_back_no_payment() -> None:
    with pytest.raises(ValueError, match="refund-A-1-1/2"):
        _ = replace(PREPARED, acquirer_payment_id=None).gives_back
