"""What people and time do to a dispute, judged by its facts alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.access.roles import SYSTEM, Role
from domain.case.waiting import Reminder, Wait
from domain.dispute import performing, transitions
from domain.dispute.case import (
    Begun,
    DisputeCase,
    Judged,
    OpeningFacts,
    PerformedFacts,
    Returning,
    ReturnTakenBack,
)
from domain.dispute.dispute import (
    DISPUTE_MOVES,
    DisputeAction,
    DisputeChange,
    DisputeKind,
    DisputeOpening,
    DisputeRequest,
    DisputeStatus,
    Outside,
)
from tests.domain.dispute.disputes import (
    AT,
    DAY,
    DECIDED,
    POLICY,
    case_in,
    change_by,
    columns_of,
    refusal_in,
    taken,
    told,
)

A = DisputeAction
S = DisputeStatus
BY_PERSON: Mapping[DisputeAction, Callable[[DisputeCase, DisputeChange], Judged]] = {
    A.REPLY: transitions.reply,
    A.SUBMIT: transitions.submit,
    A.HASTEN: transitions.hasten,
    A.APPEAL: transitions.appeal,
    A.WITHDRAW: transitions.withdraw,
    A.ANSWER: transitions.answer,
    A.ASK_PAPERS: lambda case, change: transitions.ask_papers(case, change, DECIDED),
    A.DECIDE: lambda case, change: transitions.decide(case, change, DECIDED),
    A.APPROVE: lambda case, change: transitions.approve(case, change, DECIDED),
    A.SEND_BACK: lambda case, change: transitions.send_back(case, change, DECIDED),
    A.RECEIVE_CLAIM: lambda case, change: transitions.receive_claim(case, change, DECIDED),
    A.GO_OUTSIDE: lambda case, change: transitions.go_outside(
        case, change, replace(DECIDED, outside=Outside.COURT)
    ),
    A.END_OUTSIDE: lambda case, change: transitions.end_outside(
        case, change, replace(DECIDED, outcome=S.LOST, is_compensation_unsent=True)
    ),
    A.CORRECT: performing.correct,
    A.PERFORM: lambda case, change: performing.perform(
        case, change, replace(DECIDED, until_on=date(2026, 3, 16))
    ),
}
TAKES = {
    S.OPENED: "reply answer hasten withdraw go_outside",
    S.CHECKING: "reply answer hasten withdraw go_outside",
    S.COLLECTING: "reply answer withdraw go_outside submit receive_claim",
    S.REVIEW: "reply answer hasten withdraw go_outside ask_papers decide receive_claim",
    S.PROPOSAL: "reply answer withdraw go_outside",
    S.AWAITING_APPROVAL: "reply answer hasten withdraw go_outside approve send_back",
    S.RESOLVED_CLIENT: "",
    S.RESOLVED_PARTLY: "",
    S.REJECTED: "reply answer appeal receive_claim go_outside",
    S.PERFORMING: "reply answer hasten perform correct go_outside",
    S.APPEALED: "reply answer hasten withdraw go_outside ask_papers decide receive_claim",
    S.CLAIM_RECEIVED: "reply answer hasten withdraw go_outside ask_papers decide",
    S.OUTSIDE: "reply answer end_outside go_outside perform",
    S.WON: "",
    S.LOST: "",
    S.SETTLED: "",
    S.CLOSED: "",
    S.WITHDRAWN: "",
}
"""What a dispute takes in each status, said a second time."""
LEADS_TO = {
    A.SUBMIT: S.REVIEW,
    A.APPEAL: S.APPEALED,
    A.WITHDRAW: S.WITHDRAWN,
    A.ASK_PAPERS: S.COLLECTING,
    A.DECIDE: S.RESOLVED_CLIENT,
    A.APPROVE: S.RESOLVED_CLIENT,
    A.SEND_BACK: S.REVIEW,
    A.RECEIVE_CLAIM: S.CLAIM_RECEIVED,
    A.GO_OUTSIDE: S.OUTSIDE,
    A.END_OUTSIDE: S.LOST,
}
"""Where a command leads; the others leave the status, but for what is said of a proposal."""
STOPPED = (A.REPLY, A.ANSWER)


def in_full(status: DisputeStatus) -> DisputeCase:
    """A dispute that a decision of somebody else, or a compensation, has made ready."""
    owed = 100_00 if status in (S.PERFORMING, S.OUTSIDE) else 0
    return case_in(
        status, decided_by="petrov", compensation_kopecks=owed, correction="Статус заказа."
    )


@pytest.mark.parametrize("action", list(A))
@pytest.mark.parametrize("status", list(S))
def test_each_status_takes_its_commands_and_refuses_the_others(
    status: DisputeStatus, action: DisputeAction
) -> None:
    judged = BY_PERSON[action](in_full(status), change_by())
    if action.value not in TAKES[status].split():
        ended = status in (S.CLOSED, S.WITHDRAWN)
        assert refusal_in(judged) == ("dispute_closed" if ended else "not_allowed_in_status")
        return
    stopped = status is S.PROPOSAL and action in STOPPED
    expected = S.REVIEW if stopped else LEADS_TO.get(action, status)
    result = taken(judged).result
    assert (result.status, result.changes) == (expected, 7)
    assert expected is status or expected in DISPUTE_MOVES[status]


def test_our_clock_begins_with_the_complaint_and_the_client_is_told_the_day() -> None:
    request = DisputeRequest("dispute-2026-7-1", "2026-7", 1, "5f0a", "kim")
    facts = OpeningFacts("kim", DisputeKind.FRAUD, 500_00, POLICY)
    made = transitions.opened(DisputeOpening(request, AT), facts)
    assert (made.result.status, made.result.changes) == (S.OPENED, 1)
    assert made.columns["due_at"] == AT + 10 * DAY
    assert made.params == {"invoice_number": "2026-7", "until_at": (AT + 10 * DAY).isoformat()}
    assert told(made) == {(Role.CLIENT, "dispute_opened")}


# What people write.


@pytest.mark.parametrize(
    ("status", "role"),
    [
        (S.OPENED, None),
        (S.CHECKING, None),
        (S.COLLECTING, None),
        (S.REVIEW, Role.SPECIALIST),
        (S.AWAITING_APPROVAL, Role.ACCOUNTANT),
        (S.APPEALED, Role.ACCOUNTANT),
        (S.CLAIM_RECEIVED, Role.ACCOUNTANT),
        (S.PERFORMING, Role.ACCOUNTANT),
        (S.OUTSIDE, Role.ACCOUNTANT),
        (S.REJECTED, Role.SPECIALIST),
    ],
)
def test_what_a_client_writes_is_counted_and_told_to_whoever_is_waited_for(
    status: DisputeStatus, role: Role | None
) -> None:
    wait = Wait(Role.SPECIALIST, AT + DAY, ends_in=S.REVIEW)
    case = case_in(status, wait=wait) if status is S.CHECKING else case_in(status)
    made = transitions.reply(case, change_by("kim"))
    assert columns_of(made, "handed_in") == {"handed_in": 2}
    assert told(made) == (set() if role is None else {(role, "staff_dispute_replied")})
    assert taken(made).result.wait == case.wait


@pytest.mark.parametrize("said", [transitions.reply, transitions.answer])
def test_whoever_writes_stops_what_was_announced(
    said: Callable[[DisputeCase, DisputeChange], Judged],
) -> None:
    made = said(case_in(S.PROPOSAL, awarded_kopecks=500_00), change_by())
    assert taken(made).result.status is S.REVIEW
    assert columns_of(made, "awarded_kopecks") == {"awarded_kopecks": 0}
    assert (Role.SPECIALIST, "staff_dispute_turn") in told(made)


@pytest.mark.parametrize("status", [S.REVIEW, S.PROPOSAL, S.REJECTED, S.OUTSIDE])
def test_what_we_write_is_always_told_to_the_client(status: DisputeStatus) -> None:
    made = transitions.answer(case_in(status), change_by())
    assert (Role.CLIENT, "dispute_answered") in told(made)


def test_the_clock_stands_while_papers_are_collected_and_goes_on_where_it_stood() -> None:
    asked = transitions.ask_papers(case_in(S.REVIEW), change_by(), DECIDED)
    assert columns_of(asked, "paused_at", "due_at") == {"paused_at": AT, "due_at": AT + 5 * DAY}
    assert told(asked) == {(Role.CLIENT, "dispute_papers_asked")}
    waiting = taken(asked).result.wait
    assert waiting is not None
    assert (waiting.waiting_for, waiting.until) == (Role.CLIENT, AT + 14 * DAY)
    handed = transitions.submit(case_in(S.COLLECTING), change_by("kim"))
    assert columns_of(handed, "paused_at", "due_at", "handed_in") == {
        "paused_at": None,
        "due_at": AT + 7 * DAY,
        "handed_in": 2,
    }


def test_hastening_is_once_a_stage() -> None:
    made = transitions.hasten(case_in(S.REVIEW), change_by("kim"))
    assert columns_of(made, "hastened_at") == {"hastened_at": AT}
    assert told(made) == {(Role.OPERATOR, "staff_dispute_hastened")}
    again = transitions.hasten(case_in(S.REVIEW, hastened_at=AT - DAY), change_by("kim"))
    assert refusal_in(again) == "dispute_hastened"
    moved = transitions.appeal(case_in(S.REJECTED, hastened_at=AT - DAY), change_by("kim"))
    assert columns_of(moved, "hastened_at") == {"hastened_at": None}


def test_what_is_withdrawn_gives_nothing() -> None:
    case = case_in(S.AWAITING_APPROVAL, awarded_kopecks=500_00, compensation_kopecks=100_00)
    made = transitions.withdraw(case, change_by("kim"))
    assert columns_of(made, "awarded_kopecks", "compensation_kopecks", "closed_at") == {
        "awarded_kopecks": 0,
        "compensation_kopecks": 0,
        "closed_at": AT,
    }
    assert taken(made).result.wait is None


# What is decided.


@pytest.mark.parametrize(
    ("awarded", "compensation", "returned", "status"),
    [
        (50_000_00, 0, 0, S.RESOLVED_CLIENT),
        (50_000_01, 0, 0, S.AWAITING_APPROVAL),
        (49_000_00, 1_000_00, 0, S.RESOLVED_CLIENT),
        (49_000_00, 1_000_01, 0, S.AWAITING_APPROVAL),
        (0, 0, 50_000_00, S.RESOLVED_CLIENT),
        (0, 0, 50_000_01, S.AWAITING_APPROVAL),
        (0, 1_000_01, 49_000_00, S.AWAITING_APPROVAL),
    ],
)
def test_all_that_a_decision_gives_above_the_limit_waits_for_another_person(
    awarded: int, compensation: int, returned: int, status: DisputeStatus
) -> None:
    verdict = replace(
        DECIDED,
        awarded_kopecks=awarded,
        compensation_kopecks=compensation,
        returned_kopecks=returned,
        left_kopecks=100_000_00,
    )
    made = transitions.decide(case_in(S.REVIEW), change_by(), verdict)
    assert taken(made).result.status is status
    assert columns_of(made, "awarded_kopecks", "compensation_kopecks", "decided_by") == {
        "awarded_kopecks": awarded,
        "compensation_kopecks": compensation,
        "decided_by": "ivanova",
    }
    assert taken(made).params["amount_kopecks"] == awarded


def test_no_more_is_awarded_than_the_order_has_left() -> None:
    above = replace(DECIDED, awarded_kopecks=9_000_01)
    refused = transitions.decide(case_in(S.REVIEW), change_by(), above)
    assert refusal_in(refused) == "dispute_award_above_paid"


@pytest.mark.parametrize("seen", [0, 2])
def test_a_decision_knows_all_that_the_client_handed_in(seen: int) -> None:
    late = replace(DECIDED, seen_handed_in=seen)
    refused = transitions.decide(case_in(S.REVIEW), change_by(), late)
    assert refusal_in(refused) == "dispute_handed_in_meanwhile"


@pytest.mark.parametrize("status", [S.APPEALED, S.CLAIM_RECEIVED, S.REVIEW])
def test_what_was_decided_and_objected_to_is_decided_by_another_person(
    status: DisputeStatus,
) -> None:
    """In review too: papers may have been asked for since the objection."""
    case = case_in(status, decided_by="IVANOVA")
    assert refusal_in(transitions.decide(case, change_by(), DECIDED)) == "same_person"
    other = transitions.decide(case, change_by("petrov"), DECIDED)
    assert taken(other).result.status is S.RESOLVED_CLIENT


def test_what_was_objected_to_stays_another_persons_when_its_second_decision_is_sent_back() -> None:
    sent_back = case_in(S.REVIEW, decided_by=None)
    objected = replace(DECIDED, objected_to="IVANOVA")
    assert refusal_in(transitions.decide(sent_back, change_by(), objected)) == "same_person"
    other = transitions.decide(sent_back, change_by("petrov"), objected)
    assert taken(other).result.status is S.RESOLVED_CLIENT


def test_a_compensation_that_was_paid_stands_and_is_not_decided_again() -> None:
    paid = {"compensation_kopecks": 100_00, "compensated_on": date(2026, 3, 15)}
    names = ("awarded_kopecks", "compensation_kopecks")
    case = case_in(S.REVIEW, **paid)
    made = transitions.decide(case, change_by(), DECIDED)
    assert columns_of(made, *names) == {"awarded_kopecks": 9_000_00}
    more = replace(DECIDED, compensation_kopecks=1)
    assert refusal_in(transitions.decide(case, change_by(), more)) == "not_allowed_in_status"
    taken_back = transitions.withdraw(case, change_by("kim"))
    assert columns_of(taken_back, *names) == {"awarded_kopecks": 0}


def test_whoever_decided_does_not_approve_it() -> None:
    case = case_in(S.AWAITING_APPROVAL, decided_by="Ivanova")
    assert refusal_in(transitions.approve(case, change_by(), DECIDED)) == "same_person"
    unknown = case_in(S.AWAITING_APPROVAL)
    assert refusal_in(transitions.approve(unknown, change_by(), DECIDED)) == "same_person"


def test_what_is_sent_back_gives_nothing_and_its_author_may_decide_anew() -> None:
    case = case_in(S.AWAITING_APPROVAL, decided_by="petrov", awarded_kopecks=60_000_00)
    made = transitions.send_back(case, change_by(), DECIDED)
    names = ("awarded_kopecks", "compensation_kopecks", "decided_by")
    assert columns_of(made, *names) == dict(zip(names, (0, 0, None), strict=True))
    assert (taken(made).reason, told(made)) == (
        "По документам.",
        {(Role.SPECIALIST, "staff_dispute_turn")},
    )


@pytest.mark.parametrize("judge", [transitions.decide, transitions.approve])
def test_a_decision_without_an_outcome_is_a_fault_of_ours(
    judge: Callable[..., Judged],
) -> None:
    status = S.REVIEW if judge is transitions.decide else S.AWAITING_APPROVAL
    with pytest.raises(ValueError, match="outcome"):
        judge(case_in(status, decided_by="petrov"), change_by(), replace(DECIDED, outcome=None))
    with pytest.raises(ValueError, match="ended"):
        transitions.end_outside(case_in(S.OUTSIDE), change_by(), replace(DECIDED, outcome=None))


# What others decide.

END_OF_THE_20TH = datetime(2026, 3, 20, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (None, AT + 30 * DAY),
        (date(2026, 3, 20), END_OF_THE_20TH),
        (date(2026, 6, 1), AT + 30 * DAY),
        (date(2026, 3, 1), AT),
    ],
)
def test_a_claim_is_answered_within_thirty_days_or_by_its_own_earlier_day(
    day: date | None, until: datetime
) -> None:
    made = transitions.receive_claim(
        case_in(S.REJECTED), change_by(), replace(DECIDED, until_on=day)
    )
    wait = taken(made).result.wait
    assert wait is not None
    assert (wait.waiting_for, wait.until) == (Role.ACCOUNTANT, until)
    assert all(moment < until for moment in wait.remind_at)
    assert wait.escalate_at is not None
    assert wait.escalate_at <= until
    assert taken(made).params["until_at"] == until.isoformat()


def test_outside_its_day_counts_and_what_is_not_paid_yet_is_not_paid() -> None:
    case = case_in(S.REVIEW, awarded_kopecks=0, compensation_kopecks=100_00)
    gone = replace(
        DECIDED,
        outside=Outside.CHARGEBACK,
        until_on=date(2026, 3, 20),
        taken_back_id="t-1",
    )
    made = transitions.go_outside(case, change_by(), gone)
    names = ("outside", "taken_back_id", "compensation_kopecks")
    assert columns_of(made, *names) == {
        "outside": Outside.CHARGEBACK,
        "taken_back_id": "t-1",
        "compensation_kopecks": 0,
    }
    wait = taken(made).result.wait
    assert wait is not None
    assert wait.until == END_OF_THE_20TH
    assert told(made) == {
        (Role.CLIENT, "dispute_outside"),
        (Role.ACCOUNTANT, "staff_dispute_turn"),
    }


@pytest.mark.parametrize(("day", "until"), [(20, END_OF_THE_20TH), (27, END_OF_THE_20TH)])
def test_another_chargeback_neither_takes_the_place_of_the_first_nor_moves_its_day(
    day: int, until: datetime
) -> None:
    first = case_in(S.OUTSIDE, taken_back_id="t-1", wait=Wait(Role.ACCOUNTANT, END_OF_THE_20TH))
    another = replace(
        DECIDED,
        outside=Outside.CHARGEBACK,
        until_on=date(2026, 3, day),
        taken_back_id="t-2",
    )
    made = transitions.go_outside(first, change_by(SYSTEM), another)
    assert columns_of(made, "taken_back_id") == {}
    wait = taken(made).result.wait
    assert wait is not None
    assert wait.until == until


@pytest.mark.parametrize("status", [S.PROPOSAL, S.AWAITING_APPROVAL])
def test_what_was_only_proposed_falls_when_somebody_else_decides(status: DisputeStatus) -> None:
    proposed = case_in(status, decided_by="petrov", awarded_kopecks=500_00)
    made = transitions.go_outside(proposed, change_by(), replace(DECIDED, outside=Outside.COURT))
    assert columns_of(made, "awarded_kopecks") == {"awarded_kopecks": 0}


def test_what_is_paid_or_under_way_stands_when_somebody_else_decides() -> None:
    paid = case_in(
        S.PERFORMING,
        awarded_kopecks=500_00,
        refund_id="refund-2026-7-1",
        compensation_kopecks=100_00,
        compensated_on=date(2026, 3, 15),
    )
    made = transitions.go_outside(paid, change_by(), replace(DECIDED, outside=Outside.COURT))
    assert columns_of(made, "awarded_kopecks", "compensation_kopecks", "taken_back_id") == {}


@pytest.mark.parametrize("status", [S.PERFORMING, S.OUTSIDE])
def test_a_compensation_that_may_have_left_stays_owed_until_somebody_says_whether_it_has(
    status: DisputeStatus,
) -> None:
    owed = case_in(status, compensation_kopecks=100_00)
    gone = transitions.go_outside(owed, change_by(), replace(DECIDED, outside=Outside.COURT))
    assert columns_of(gone, "compensation_kopecks") == {}
    outside, lost = replace(owed, status=S.OUTSIDE), replace(DECIDED, outcome=S.LOST)
    unsaid = transitions.end_outside(outside, change_by(), lost)
    assert refusal_in(unsaid) == "dispute_compensation_open"
    unsent = replace(lost, is_compensation_unsent=True)
    freed = transitions.end_outside(outside, change_by(), unsent)
    assert columns_of(freed, "compensation_kopecks") == {"compensation_kopecks": 0}
    paid = replace(outside, compensated_on=date(2026, 3, 15))
    for said in (lost, unsent):
        ended = transitions.end_outside(paid, change_by(), said)
        assert columns_of(ended, "compensation_kopecks") == {}


@pytest.mark.parametrize(
    ("outcome", "taken_back_id", "effects"),
    [
        (S.WON, "t-1", (ReturnTakenBack("t-1", date(2026, 3, 14), "По документам."),)),
        (S.WON, None, ()),
        (S.LOST, "t-1", ()),
        (S.SETTLED, "t-1", ()),
    ],
)
def test_only_a_chargeback_that_was_won_brings_money_back(
    outcome: DisputeStatus, taken_back_id: str | None, effects: tuple[ReturnTakenBack, ...]
) -> None:
    case = case_in(S.OUTSIDE, taken_back_id=taken_back_id)
    ended = replace(DECIDED, outcome=outcome, until_on=date(2026, 3, 14))
    made = taken(transitions.end_outside(case, change_by(), ended))
    assert (made.result.status, made.effects) == (outcome, effects)


@pytest.mark.parametrize("status", list(S))
def test_an_ended_procedure_closes_the_dispute_and_nothing_else_does(status: DisputeStatus) -> None:
    made = transitions.closed(case_in(status), change_by(SYSTEM))
    if status not in (S.WON, S.LOST, S.SETTLED):
        assert made is None
        return
    assert (taken(made).result.status, told(made)) == (
        S.CLOSED,
        {(Role.CLIENT, "dispute_closed")},
    )


# What is done.


@pytest.mark.parametrize("refund_id", [None, "refund-2026-7-1"])
def test_performing_names_the_refund_that_pays_and_forgets_one_that_failed(
    refund_id: str | None,
) -> None:
    earlier = case_in(S.RESOLVED_PARTLY, refund_id="refund-2026-7-0")
    made = performing.begin_performing(earlier, change_by(SYSTEM), Begun(refund_id))
    assert taken(made).result.status is S.PERFORMING
    assert columns_of(made, "refund_id") == {"refund_id": refund_id}


RETURN: dict[str, Any] = {"return_id": "return-2026-7-1"}
TO_CORRECT: dict[str, Any] = {"correction": "Статус заказа."}


@pytest.mark.parametrize(
    ("case", "role", "days"),
    [
        ({}, Role.ACCOUNTANT, None),
        (RETURN, Role.CLIENT, 60),
        ({**RETURN, "compensation_kopecks": 100_00}, Role.ACCOUNTANT, None),
        ({**RETURN, **TO_CORRECT}, Role.SPECIALIST, None),
        ({**TO_CORRECT, "awarded_kopecks": 100_00}, Role.ACCOUNTANT, None),
    ],
)
def test_whoever_has_something_to_do_is_waited_for_while_it_is_performed(
    case: dict[str, Any], role: Role, days: int | None
) -> None:
    decided = case_in(S.RESOLVED_PARTLY, **{**case, "return_id": None})
    begun = Begun(return_id=case.get("return_id"))
    made = taken(performing.begin_performing(decided, change_by(SYSTEM), begun))
    assert made.result.wait is not None
    assert made.result.wait.waiting_for is role
    assert days is None or made.result.wait.until == AT + days * DAY
    moved = transitions.move_deadline(case_in(S.PERFORMING, **case, stage_at=AT), change_by(SYSTEM))
    assert moved is None or taken(moved).result.wait == made.result.wait


def test_what_is_put_right_is_told_once_and_only_where_it_was_decided() -> None:
    owed = case_in(S.PERFORMING, **RETURN, **TO_CORRECT)
    made = performing.correct(owed, change_by())
    assert columns_of(made, "corrected_at") == {"corrected_at": AT}
    assert told(made) == {(Role.CLIENT, "dispute_corrected")}
    waiting = taken(made).result.wait
    assert waiting is not None
    assert waiting.waiting_for is Role.CLIENT
    for done in (replace(owed, corrected_at=AT), replace(owed, correction=None)):
        assert refusal_in(performing.correct(done, change_by())) == "not_allowed_in_status"


def test_a_compensation_is_paid_once_and_only_where_one_is_owed() -> None:
    paid = replace(DECIDED, until_on=date(2026, 3, 15))
    owed = case_in(S.PERFORMING, compensation_kopecks=100_00)
    made = performing.perform(owed, change_by(), paid)
    assert columns_of(made, "compensated_on") == {"compensated_on": date(2026, 3, 15)}
    again = performing.perform(replace(owed, compensated_on=date(2026, 3, 14)), change_by(), paid)
    assert refusal_in(again) == "not_allowed_in_status"
    nothing = performing.perform(case_in(S.PERFORMING), change_by(), paid)
    assert refusal_in(nothing) == "not_allowed_in_status"


NOT_STORED = PerformedFacts(None, 0, is_over=False)
UNDER_WAY = PerformedFacts("paying", 0, is_over=False)
PAID = PerformedFacts("completed", 500_00, is_over=True)
PAID_LESS = PerformedFacts("completed", 499_99, is_over=True)
WITHOUT_MONEY = PerformedFacts("rejected", 0, is_over=True)
SHOWN_AS_PAID = PerformedFacts(None, 0, is_over=False, order_paid_kopecks=9_000_00)
REFUND: dict[str, Any] = {"refund_id": "refund-2026-7-1", "awarded_kopecks": 500_00}
OWED: dict[str, Any] = {"compensation_kopecks": 100_00}
COMPENSATED: dict[str, Any] = {**OWED, "compensated_on": date(2026, 3, 15)}


@pytest.mark.parametrize(
    ("case", "facts", "status"),
    [
        ({}, NOT_STORED, S.CLOSED),
        (REFUND, NOT_STORED, None),
        (REFUND, UNDER_WAY, None),
        (REFUND, PAID, S.CLOSED),
        (REFUND, WITHOUT_MONEY, S.REVIEW),
        (REFUND, PAID_LESS, S.REVIEW),
        ({**REFUND, **COMPENSATED}, PAID_LESS, S.REVIEW),
        (OWED, NOT_STORED, None),
        (COMPENSATED, NOT_STORED, S.CLOSED),
        ({**REFUND, **OWED}, PAID, None),
        ({**REFUND, **OWED}, WITHOUT_MONEY, None),
        ({**REFUND, **COMPENSATED}, UNDER_WAY, None),
        ({**REFUND, **COMPENSATED}, PAID, S.CLOSED),
        (RETURN, replace(NOT_STORED, returning=Returning.OPEN), None),
        (RETURN, replace(NOT_STORED, returning=Returning.FAILED), S.REVIEW),
        (RETURN, replace(NOT_STORED, returning=Returning.DONE), S.CLOSED),
        ({**RETURN, **OWED}, replace(NOT_STORED, returning=Returning.FAILED), None),
        (TO_CORRECT, NOT_STORED, None),
        (TO_CORRECT, SHOWN_AS_PAID, None),
        ({**TO_CORRECT, "corrected_at": AT}, NOT_STORED, S.CLOSED),
        ({**TO_CORRECT, "kind": DisputeKind.WRONG_STATUS}, NOT_STORED, None),
        ({**TO_CORRECT, "kind": DisputeKind.WRONG_STATUS}, SHOWN_AS_PAID, S.CLOSED),
    ],
)
def test_a_dispute_closes_when_all_that_was_decided_is_done(
    case: dict[str, Any], facts: PerformedFacts, status: DisputeStatus | None
) -> None:
    made = performing.performed(case_in(S.PERFORMING, **case), change_by(SYSTEM), facts)
    assert (None if made is None else made.result.status) == status
    assert performing.performed(case_in(S.REVIEW), change_by(SYSTEM), facts) is None


def test_a_refund_that_ended_without_money_is_a_persons_again_but_what_was_paid_stands() -> None:
    names = ("awarded_kopecks", "compensation_kopecks", "decided_by")
    decided = {**REFUND, "decided_by": "ivanova"}
    unpaid = case_in(S.PERFORMING, **decided)
    made = performing.performed(unpaid, change_by(SYSTEM), WITHOUT_MONEY)
    assert columns_of(made, *names) == dict(zip(names, (0, 0, None), strict=True))
    assert taken(made).reason == "rejected"
    paid = case_in(S.PERFORMING, **decided, **COMPENSATED)
    made = performing.performed(paid, change_by(SYSTEM), WITHOUT_MONEY)
    assert columns_of(made, *names) == {"awarded_kopecks": 0, "decided_by": None}


# What time does.


@pytest.mark.parametrize(
    ("status", "ends_in"),
    [
        (S.COLLECTING, S.REVIEW),
        (S.PROPOSAL, S.RESOLVED_CLIENT),
        (S.REJECTED, S.CLOSED),
        (S.REVIEW, None),
        (S.APPEALED, None),
        (S.CLAIM_RECEIVED, None),
        (S.AWAITING_APPROVAL, None),
        (S.PERFORMING, None),
        (S.OUTSIDE, None),
        (S.OPENED, None),
    ],
)
def test_only_a_wait_for_the_client_ends_by_itself(
    status: DisputeStatus, ends_in: DisputeStatus | None
) -> None:
    case = case_in(status)
    assert transitions.lapse(case, change_by(SYSTEM)) is None
    late = change_by(SYSTEM, AT + 60 * DAY)
    made = transitions.lapse(case, late)
    assert (None if made is None else made.result.status) == ends_in


def test_a_proposal_that_nobody_stopped_was_decided_by_the_system() -> None:
    case = case_in(S.PROPOSAL, awarded_kopecks=500_00)
    made = transitions.lapse(case, change_by(SYSTEM, AT + DAY))
    assert columns_of(made, "decided_by", "awarded_kopecks") == {"decided_by": SYSTEM}
    assert told(made) == {(Role.CLIENT, "dispute_resolved")}
    assert taken(made).params["amount_kopecks"] == 500_00


def test_a_look_is_no_lapse() -> None:
    due = case_in(S.CHECKING, wait=Wait(Role.SPECIALIST, AT, ends_in=S.REVIEW))
    assert transitions.lapse(due, change_by(SYSTEM)) is None


def test_a_calendar_that_changed_moves_our_wait_and_none_that_somebody_else_has_set() -> None:
    known = case_in(S.REVIEW)
    assert transitions.move_deadline(known, change_by(SYSTEM)) is None
    assert known.wait is not None
    old = replace(known.wait, until=known.wait.until - DAY)
    moved = transitions.move_deadline(replace(known, wait=old), change_by(SYSTEM))
    assert (taken(moved).result.wait, taken(moved).reason) == (known.wait, "calendar")
    for status in (S.OUTSIDE, S.CLAIM_RECEIVED):
        assert transitions.move_deadline(case_in(status, wait=old), change_by(SYSTEM)) is None
    for status in (S.OPENED, S.CLOSED):
        assert transitions.move_deadline(case_in(status), change_by(SYSTEM)) is None
    looking = case_in(S.CHECKING, wait=Wait(Role.SPECIALIST, AT, ends_in=S.REVIEW))
    assert transitions.move_deadline(looking, change_by(SYSTEM)) is None


@pytest.mark.parametrize(
    ("role", "escalate", "expected"),
    [
        (Role.CLIENT, False, (Role.CLIENT, "dispute_reminder")),
        (Role.SPECIALIST, False, (Role.SPECIALIST, "staff_dispute_turn")),
        (Role.ACCOUNTANT, False, (Role.ACCOUNTANT, "staff_dispute_turn")),
        (Role.SPECIALIST, True, (Role.OPERATOR, "staff_dispute_overdue")),
    ],
)
def test_whoever_is_waited_for_is_reminded_and_operators_learn_of_a_missed_day(
    role: Role, *, escalate: bool, expected: tuple[Role, str]
) -> None:
    wait = Wait(role, AT + DAY)
    case = case_in(S.REVIEW, wait=wait)
    due = Reminder(case.id, "reminder-6-1", AT, role, wait.until, escalate)
    found = transitions.reminded(due, case)
    assert found is not None
    notice, params = found
    assert (notice.role, notice.template) == expected
    assert params["until_at"] == wait.until.isoformat()
    late = replace(due, until=wait.until - DAY)
    assert transitions.reminded(late, case) is None
    assert transitions.reminded(due, replace(case, wait=None)) is None
