"""What the automatic looks find, what they accept without a person, and whom they ask else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.access.roles import SYSTEM, Role
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import DayUnit, Wait
from domain.case.waiting_reason import FailedStep, NextTimer, TimerKind, WaitsFor
from domain.dispute.awarding import OrderLeft, award_request
from domain.dispute.case import BeginningFacts, DisputeCase, Found, LookFacts
from domain.dispute.dispute import Demand, DisputeKind, DisputeStatus, dispute_workflow_id
from domain.dispute.evidence import EvidenceKind, Need, checklist, missing
from domain.dispute.looking import begun, looked
from domain.dispute.policy import DisputePolicy
from domain.dispute.waiting_reason import DisputeStanding, Followed, waiting_reason
from domain.refund.refund import AskedLine, RefundKind
from tests.domain.dispute.disputes import (
    AT,
    DAY,
    DOCUMENT,
    POLICY,
    case_in,
    change_by,
    columns_of,
    taken,
    told,
)

K = DisputeKind
S = DisputeStatus
RECEIPT = (EvidenceKind.PAYMENT_RECEIPT,)
UNPAID = LookFacts(
    total_kopecks=9_000_00,
    paid_kopecks=0,
    left_kopecks=0,
    surplus_left_kopecks=0,
    open_refunds=0,
    accepted=0,
    is_on_its_way=False,
    papers=RECEIPT,
)
PAID = replace(UNPAID, paid_kopecks=9_000_00, left_kopecks=9_000_00)
TWICE = replace(PAID, paid_kopecks=9_500_00, surplus_left_kopecks=500_00)


def checked(kind: DisputeKind, **changes: Any) -> DisputeCase:
    """A dispute about 500 roubles that is looked into."""
    wait = Wait(Role.SPECIALIST, AT, ends_in=S.REVIEW)
    return case_in(S.CHECKING, **{"kind": kind, "demand_kopecks": 500_00, "wait": wait, **changes})


def status_of(case: DisputeCase, facts: LookFacts) -> tuple[DisputeStatus, Found | None]:
    """Where a look leads, and what it has found."""
    made = taken(looked(case, change_by(SYSTEM), facts))
    return made.result.status, made.columns["found"]


def test_the_looks_begin_at_once() -> None:
    made = taken(begun(case_in(S.OPENED), change_by(SYSTEM), BeginningFacts(None, None)))
    assert made.result.status is S.CHECKING
    assert made.result.wait == Wait(Role.SPECIALIST, AT, ends_in=S.REVIEW)


@pytest.mark.parametrize(
    ("day", "until"),
    [(None, AT + 45 * DAY), (date(2026, 3, 20), datetime(2026, 3, 20, 21, tzinfo=UTC))],
)
def test_what_begins_with_a_chargeback_is_decided_outside_by_the_day_of_the_bank(
    day: date | None, until: datetime
) -> None:
    made = taken(begun(case_in(S.OPENED), change_by(SYSTEM), BeginningFacts("t-1", day)))
    wait = made.result.wait
    assert wait is not None
    assert (made.result.status, made.columns["outside"]) == (S.OUTSIDE, "chargeback")
    assert (wait.waiting_for, wait.until) == (Role.ACCOUNTANT, until)


@pytest.mark.parametrize("status", [one for one in S if one is not S.OPENED])
def test_the_looks_begin_once(status: DisputeStatus) -> None:
    assert begun(case_in(status), change_by(SYSTEM), BeginningFacts(None, None)) is None
    if status is not S.CHECKING:
        assert looked(case_in(status), change_by(SYSTEM), PAID) is None


@pytest.mark.parametrize(
    ("kind", "facts", "status", "found", "kopecks"),
    [
        (K.DOUBLE_CHARGE, TWICE, S.PROPOSAL, Found.DOUBLE_CHARGE, 500_00),
        (K.OTHER, TWICE, S.PROPOSAL, None, None),
        (K.OTHER, replace(PAID, is_on_its_way=True), S.CHECKING, Found.PAYMENT_ON_ITS_WAY, None),
        (K.OTHER, replace(PAID, open_refunds=1), S.REVIEW, Found.REFUND_UNDER_WAY, None),
        (K.FRAUD, PAID, S.COLLECTING, None, None),
    ],
)
def test_a_look_finds_and_leads_on(
    kind: DisputeKind,
    facts: LookFacts,
    status: DisputeStatus,
    found: Found | None,
    kopecks: int | None,
) -> None:
    made = looked(checked(kind), change_by(SYSTEM), facts)
    assert status_of(checked(kind), facts) == (status, found)
    assert columns_of(made, "looks", "found_kopecks") == {"looks": 1, "found_kopecks": kopecks}


@pytest.mark.parametrize("kind", [K.WRONG_STATUS, K.DOUBLE_CHARGE])
def test_a_payment_that_is_not_found_is_looked_for_four_times_and_then_a_person_is_asked(
    kind: DisputeKind,
) -> None:
    hour = timedelta(hours=1)
    for looks, after in enumerate((hour / 4, hour, 4 * hour, 24 * hour)):
        made = taken(looked(checked(kind, looks=looks), change_by(SYSTEM), UNPAID))
        wait = made.result.wait
        assert wait is not None
        assert (made.result.status, wait.until) == (S.CHECKING, AT + after)
    assert status_of(checked(kind, looks=4), UNPAID) == (S.REVIEW, None)
    without = replace(UNPAID, papers=())
    assert status_of(checked(kind, looks=4), without) == (S.COLLECTING, None)


def test_a_status_that_was_behind_is_corrected_without_a_person_and_without_money() -> None:
    asked = checked(K.WRONG_STATUS, demand=Demand.CORRECTION, demand_kopecks=None)
    made = looked(asked, change_by(SYSTEM), PAID)
    assert status_of(asked, PAID) == (S.PROPOSAL, Found.PAID)
    assert columns_of(made, "awarded_kopecks") == {"awarded_kopecks": 0}
    almost = replace(PAID, paid_kopecks=8_999_99)
    assert status_of(replace(asked, looks=4), almost) == (S.REVIEW, None)


LIMIT = 3_000_00


@pytest.mark.parametrize(
    ("case", "facts", "is_accepted"),
    [
        ({"demand_kopecks": LIMIT}, {}, True),
        ({"demand_kopecks": LIMIT + 1}, {}, False),
        ({}, {"left_kopecks": 499_99}, False),
        ({}, {"accepted": 1}, False),
        ({}, {"open_refunds": 1}, False),
        ({"kind": K.FRAUD}, {}, False),
        ({"demand": Demand.COMPENSATION}, {}, False),
        ({"demand": Demand.EXPLANATION, "demand_kopecks": None}, {}, False),
        ({"demand": Demand.EXCHANGE, "demand_kopecks": None}, {}, False),
        ({"demand": Demand.CORRECTION, "demand_kopecks": None}, {}, False),
        ({"kind": K.DOUBLE_CHARGE}, {"surplus_left_kopecks": 500_00}, True),
        ({"kind": K.DOUBLE_CHARGE}, {"surplus_left_kopecks": 499_99}, False),
    ],
)
def test_only_what_is_small_and_clear_is_accepted_without_a_person(
    case: dict[str, Any], facts: dict[str, Any], *, is_accepted: bool
) -> None:
    asked = replace(checked(K.OTHER), **case)
    made = taken(looked(asked, change_by(SYSTEM), replace(PAID, **facts)))
    assert (made.result.status is S.PROPOSAL) == is_accepted
    if is_accepted:
        assert made.columns["awarded_kopecks"] == asked.demand_kopecks


def test_an_acceptance_is_announced_for_a_day_and_then_stands() -> None:
    made = taken(looked(checked(K.OTHER), change_by(SYSTEM), PAID))
    assert made.result.wait == Wait(Role.CLIENT, AT + DAY, ends_in=S.RESOLVED_CLIENT)
    assert told(made) == {(Role.CLIENT, "dispute_proposed")}
    assert made.params["amount_kopecks"] == 500_00


# Papers.

EIGHT = frozenset(EvidenceKind)


@pytest.mark.parametrize("kind", list(K))
def test_a_checklist_names_what_is_required_first_and_counts_what_there_is(
    kind: DisputeKind,
) -> None:
    lines = checklist(kind, [])
    needs = [line.need for line in lines]
    assert needs == sorted(needs, key=[Need.REQUIRED, Need.HELPFUL].index)
    assert len({line.kind for line in lines}) == len(lines)
    required = {line.kind for line in lines if line.need is Need.REQUIRED}
    assert set(missing(kind, [])) == required
    assert missing(kind, list(EIGHT)) == ()
    for one in required:
        assert missing(kind, list(EIGHT - {one})) == (one,)
    twice = checklist(kind, [EvidenceKind.LETTERS] * 2)
    assert {line.papers for line in twice if line.kind is EvidenceKind.LETTERS} <= {2}
    assert len(EIGHT) == 8


# What is paid by which refund.


@pytest.mark.parametrize(
    ("awarded", "surplus", "kind", "asked"),
    [
        (500_00, 500_00, RefundKind.SURPLUS, ()),
        (500_00, 499_99, RefundKind.INVOICE, (AskedLine(1, 500_00),)),
        (900_00, 0, RefundKind.INVOICE, (AskedLine(1, 700_00), AskedLine(3, 200_00))),
        (1_000_00, 0, RefundKind.INVOICE, (AskedLine(1, 700_00), AskedLine(3, 300_00))),
    ],
)
def test_an_award_is_paid_from_the_surplus_or_from_the_lines_in_their_order(
    awarded: int, surplus: int, kind: RefundKind, asked: tuple[AskedLine, ...]
) -> None:
    order = OrderLeft(3, None, surplus, ((1, 700_00), (2, 0), (3, 400_00), (4, 100_00)))
    request = award_request(case_in(S.RESOLVED_CLIENT, awarded_kopecks=awarded), order)
    assert (request.kind, tuple(request.asked)) == (kind, asked)
    assert (request.refund_id, request.client_id, request.ordinal) == ("refund-2026-7-3", "kim", 3)


# The policy.


def test_the_policy_says_who_is_waited_for_how_long() -> None:
    money = (POLICY.automatic_limit_kopecks, POLICY.approval_limit_kopecks)
    assert money == (3_000_00, 50_000_00)
    assert (POLICY.answer_days, POLICY.announced_days) == (10, 1)
    waits = {
        status: (rule.waiting_for, rule.at_most, rule.unit) for status, rule in POLICY.waits.items()
    }
    assert waits == {
        S.COLLECTING: (Role.CLIENT, 14, DayUnit.DAYS),
        S.REVIEW: (Role.SPECIALIST, 5, DayUnit.BANK_DAYS),
        S.APPEALED: (Role.ACCOUNTANT, 5, DayUnit.BANK_DAYS),
        S.CLAIM_RECEIVED: (Role.ACCOUNTANT, 30, DayUnit.DAYS),
        S.AWAITING_APPROVAL: (Role.ACCOUNTANT, 2, DayUnit.BANK_DAYS),
        S.REJECTED: (Role.CLIENT, 14, DayUnit.DAYS),
        S.PERFORMING: (Role.ACCOUNTANT, 10, DayUnit.BANK_DAYS),
        S.OUTSIDE: (Role.ACCOUNTANT, 45, DayUnit.DAYS),
    }


@pytest.mark.parametrize("part", [*DOCUMENT])
def test_a_policy_without_a_part_is_refused(part: str) -> None:
    with pytest.raises(KeyError):
        DisputePolicy.from_document(1, {key: DOCUMENT[key] for key in DOCUMENT if key != part})
    with pytest.raises(ValueError, match="nowhere"):
        DisputePolicy.from_document(1, {**DOCUMENT, "waits": {"nowhere": {}}})


# Why it stands.


@pytest.mark.parametrize(
    ("status", "whom"),
    [
        (S.OPENED, WaitsFor.PROCESS),
        (S.CHECKING, WaitsFor.CALENDAR),
        (S.COLLECTING, WaitsFor.CLIENT),
        (S.REVIEW, WaitsFor.SPECIALIST),
        (S.PROPOSAL, WaitsFor.CALENDAR),
        (S.AWAITING_APPROVAL, WaitsFor.ACCOUNTANT),
        (S.REJECTED, WaitsFor.CLIENT),
        (S.PERFORMING, WaitsFor.ACCOUNTANT),
        (S.OUTSIDE, WaitsFor.ACCOUNTANT),
        (S.WON, WaitsFor.PROCESS),
        (S.CLOSED, WaitsFor.NOBODY),
        (S.WITHDRAWN, WaitsFor.NOBODY),
    ],
)
def test_a_dispute_says_whom_it_waits_for(status: DisputeStatus, whom: WaitsFor) -> None:
    wait = checked(K.OTHER).wait if status is S.CHECKING else case_in(status).wait
    standing = DisputeStanding(status, AT - DAY, wait)
    allowed = {Role.CLIENT: ("reply",)}
    reason = waiting_reason(standing, allowed, None, AT)
    assert (reason.code, reason.waits_for, reason.since) == (status, whom, AT - DAY)
    assert (reason.until, reason.allowed) == (None if wait is None else wait.until, allowed)
    assert (reason.timer is None) == (wait is None)


def test_what_comes_next_of_a_dispute_is_its_reminder_and_a_failed_step_is_the_operators() -> None:
    rule = POLICY.waits[S.COLLECTING].starting(AT, BankCalendar())
    standing = DisputeStanding(S.COLLECTING, AT, rule)
    reason = waiting_reason(standing, {}, None, AT)
    assert reason.timer == NextTimer(TimerKind.REMINDER, AT + 3 * DAY)
    failed = FailedStep("dispute-1", "Начать возврат", "LookupError", AT, is_open=True)
    stopped = waiting_reason(standing, {}, failed, AT)
    assert (stopped.code, stopped.waits_for) == ("step_failed", WaitsFor.OPERATOR)


@pytest.mark.parametrize(
    ("whom", "waits_for"),
    [
        (Role.SPECIALIST, WaitsFor.SPECIALIST),
        (Role.CLIENT, WaitsFor.CLIENT),
        (None, WaitsFor.PROCESS),
    ],
)
def test_a_dispute_that_waits_for_a_return_waits_for_whoever_has_the_turn_there(
    whom: Role | None, waits_for: WaitsFor
) -> None:
    wait = Wait(Role.CLIENT, AT + 60 * DAY)
    follows = Followed("return-2026-7-1", whom, AT + DAY)
    standing = DisputeStanding(S.PERFORMING, AT, wait, follows)
    reason = waiting_reason(standing, {}, None, AT)
    assert (reason.code, reason.waits_for, reason.until) == ("follows", waits_for, AT + DAY)
    assert reason.details == {"case": "return-2026-7-1"}


def test_the_id_names_the_order_and_which_of_its_disputes() -> None:
    assert dispute_workflow_id("2026-7", 2) == "dispute-2026-7-2"
