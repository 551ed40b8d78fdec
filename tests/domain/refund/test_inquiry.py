"""When an inquiry about money that has not come is taken, and what each of its ends makes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import end_of_moscow_day
from domain.case.waiting import DayUnit, Wait, WaitPolicy
from domain.payout.payout import Channel, PayoutStatus, Way
from domain.payout.trace import Contradiction, PayoutTrace
from domain.refund.case import RefundCase, SettlePayout
from domain.refund.inquiry import (
    AnswerFacts,
    Inquirable,
    InquiryFacts,
    InquiryPolicy,
    InquiryRefusal,
    answer_inquiry,
    book_return,
    inquiry_refusal,
    open_inquiry,
    withdraw_inquiry,
)
from domain.refund.refund import RefundStatus, TransitionResult
from domain.refund.transitions import move_deadline
from tests.domain.refund.cases import (
    SUM_KOPECKS,
    attempt,
    case,
    change,
    letters,
    made,
    refused,
)

WAIT = WaitPolicy(Role.ACCOUNTANT, DayUnit.BANK_DAYS, 5, (1, 2), 3)
POLICY = InquiryPolicy(1, window_days=90, at_most=2, wait=WAIT)
PAID_ON, CREDIT_BY = date(2026, 4, 6), date(2026, 4, 20)
NEXT_DAY = datetime(2026, 4, 21, 9, tzinfo=UTC)
INQUIRY = UUID(int=9)
TRACE = PayoutTrace(1, Channel.ACQUIRER, Way.CARD, SUM_KOPECKS, PAID_ON, "r-1", "633400000001")
S = RefundStatus


def paid_case(status: RefundStatus = S.COMPLETED, **changes: Any) -> RefundCase:
    """A case whose first attempt was paid; closed unless `changes` say otherwise."""
    latest = TransitionResult(status, changes=4, sum_kopecks=SUM_KOPECKS, attempt=1)
    known = {"paid_on": PAID_ON, "first_paid_on": PAID_ON, "credit_by": CREDIT_BY}
    return case(status, **{"latest": latest, "wait_until": None, **known, **changes})


def facts(**changes: Any) -> InquiryFacts:
    return replace(InquiryFacts(INQUIRY, 1, POLICY, 0, TRACE), **changes)


def about(**changes: Any) -> Inquirable:
    return replace(Inquirable(S.COMPLETED, CREDIT_BY, 0, is_contradicted=False), **changes)


@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        (about(), date(2026, 4, 21), None),
        (about(), date(2026, 4, 20), InquiryRefusal.TOO_EARLY),
        (about(is_contradicted=True), date(2026, 4, 7), None),
        (about(), CREDIT_BY + timedelta(days=90), None),
        (about(), CREDIT_BY + timedelta(days=91), InquiryRefusal.TOO_LATE),
        (about(taken=1), date(2026, 4, 21), None),
        (about(taken=2), date(2026, 4, 21), InquiryRefusal.TOO_MANY),
        (about(status=S.INQUIRY), date(2026, 4, 21), InquiryRefusal.OPEN),
        (about(status=S.PAYING, credit_by=None), date(2026, 4, 21), "not_allowed_in_status"),
        (about(status=S.DECLINED, credit_by=None), date(2026, 4, 21), "not_allowed_in_status"),
    ],
)
def test_it_is_taken_after_the_days_of_crediting_and_within_the_window(
    known: Inquirable, day: date, expected: str | None
) -> None:
    assert inquiry_refusal(known, POLICY, day) == expected


def test_an_accountant_is_waited_for_and_the_case_is_open_again() -> None:
    closed = paid_case(closed_at=NEXT_DAY)
    opened = made(open_inquiry(closed, replace(change(), at=NEXT_DAY), facts()))
    assert opened.result.status is S.INQUIRY
    assert opened.result.attempt == 1
    assert opened.result.wait == WAIT.starting(NEXT_DAY, closed.calendar)
    assert opened.columns["inquiry_id"] == INQUIRY
    assert opened.columns["closed_at"] is None
    assert letters(opened) == ["refund_inquiry_opened", "staff_inquiry_opened"]
    assert opened.params["trace"]["rrn"] == "633400000001"


def test_one_about_an_attempt_that_is_not_the_paid_one_is_refused() -> None:
    judged = open_inquiry(paid_case(), replace(change(), at=NEXT_DAY), facts(attempt=2))
    assert refused(judged) == "not_allowed_in_status"


def test_an_answer_closes_the_case_whose_days_are_over() -> None:
    answered = made(
        answer_inquiry(
            paid_case(S.INQUIRY), replace(change(), at=NEXT_DAY), AnswerFacts("Ушло.", TRACE)
        )
    )
    assert (answered.result.status, answered.result.wait) == (S.COMPLETED, None)
    assert answered.columns == {"inquiry_id": None, "closed_at": NEXT_DAY}
    assert answered.reason == "inquiry_answered"
    assert letters(answered) == ["refund_inquiry_answered"]
    assert answered.params["remarks"] == "Ушло."


def test_an_early_inquiry_gives_the_case_back_to_its_days_of_crediting() -> None:
    early = paid_case(S.INQUIRY, paid_on=date(2026, 4, 17), credit_by=date(2026, 5, 4))
    answered = made(answer_inquiry(early, change(), AnswerFacts("Ушло.", TRACE)))
    counted = early.calendar.add_bank_days(date(2026, 4, 17), early.policy.credit_bank_days)
    assert answered.columns == {"inquiry_id": None, "closed_at": None, "credit_by": counted}
    assert answered.result.wait == Wait(Role.BANK, end_of_moscow_day(counted))


def test_a_client_that_finds_the_money_ends_it_and_the_accountants_hear_of_it() -> None:
    found = made(withdraw_inquiry(paid_case(S.INQUIRY), replace(change(), at=NEXT_DAY)))
    assert (found.reason, letters(found)) == ("money_arrived", ["staff_inquiry_withdrawn"])
    assert found.columns["closed_at"] == NEXT_DAY


def test_money_back_at_the_acquirer_asks_for_other_requisites() -> None:
    paid = attempt(PayoutStatus.PAID, settled_on=PAID_ON)
    back = made(book_return(paid_case(S.INQUIRY), change(), paid))
    assert back.result.status is S.AWAITING_STATEMENT
    assert [type(effect) for effect in back.effects] == [SettlePayout]
    assert (back.reason, back.columns["inquiry_id"]) == ("money_returned", None)
    assert letters(back) == ["refund_new_requisites_needed"]


def test_money_back_on_our_account_is_booked_by_the_bank_statement_only() -> None:
    paid = attempt(PayoutStatus.PAID, settled_on=PAID_ON, channel=Channel.BANK)
    judged = book_return(paid_case(S.INQUIRY), change(), paid)
    assert refused(judged) == "inquiry_return_by_statement"


def test_a_changed_calendar_moves_the_deadline_by_the_inquiry_s_own_policy() -> None:
    waiting = paid_case(S.INQUIRY, inquiry_wait=WAIT, wait_until=NEXT_DAY)
    moved = move_deadline(waiting, change())
    assert moved is not None
    assert moved.result.wait == WAIT.starting(waiting.changed_at, waiting.calendar)
    assert moved.notices == ()


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        (TRACE, None),
        (replace(TRACE, is_listed=False), Contradiction.NOT_LISTED),
        (replace(TRACE, suspect_on=NEXT_DAY.date()), Contradiction.RETURN_SUSPECTED),
    ],
)
def test_a_trace_says_what_contradicts_it(
    trace: PayoutTrace, expected: Contradiction | None
) -> None:
    assert trace.contradiction is expected
    assert PayoutTrace.of(trace.content) == trace
