"""A merge of two tickets, and a wait for a third party, judged by their facts alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.ticket import merging, transitions
from domain.ticket.canned import Place, filled, unknown_places
from domain.ticket.case import Clocks, MergeFacts, StaffDecision
from domain.ticket.ticket import ClientStatus, TicketRefusal, TicketStatus, client_status
from tests.domain.ticket.test_ticket_transitions import (
    AT,
    DAY,
    FIRST_DUE,
    HOUR,
    RULES,
    answered,
    case,
    change,
    made,
    msk,
    refusal,
    told,
)

S = TicketStatus
DUE = Wait(Role.SPECIALIST, FIRST_DUE)


def facts(status: TicketStatus = S.NEW, hours: int = 0, holds: int = 0) -> MergeFacts:
    """The other ticket, due so many hours before this one."""
    return MergeFacts("ticket-6", status, FIRST_DUE - timedelta(hours=hours), holds)


DECISION = StaffDecision(None, "Банк проверяет платёж", None, AT + 5 * DAY)


def test_a_merged_ticket_says_into_what_and_can_be_undone_for_some_days() -> None:
    judged = made(merging.merge(case(wait=DUE), change(), facts(hours=1)))
    assert judged.result.status is S.MERGED
    assert judged.result.wait == Wait(Role.SPECIALIST, AT + 3 * DAY, ends_in=S.CLOSED)
    assert judged.columns["merged_into"] == "ticket-6"
    assert judged.columns["turn_at"] is None
    ended = made(
        transitions.lapse(
            case(status=S.MERGED, wait=judged.result.wait), change(AT + 3 * DAY, "system")
        )
    )
    assert (ended.result.status, ended.columns) == (S.CLOSED, {"closed_at": AT + 3 * DAY})


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (facts(S.RESOLVED), TicketRefusal.MERGE_NOT_OPEN),
        (facts(S.MERGED), TicketRefusal.MERGE_NOT_OPEN),
        (facts(holds=1), TicketRefusal.MERGE_HOLDS_OTHERS),
        (facts(hours=-1), TicketRefusal.MERGE_DUE_EARLIER),
        (facts(S.WAITING_CLIENT), TicketRefusal.MERGE_DUE_EARLIER),
    ],
)
def test_nobody_is_answered_later_by_a_merge(wanted: MergeFacts, why: TicketRefusal) -> None:
    assert refusal(merging.merge(case(wait=DUE), change(), wanted)) == why


def test_what_waits_for_its_client_may_be_merged_into_either() -> None:
    for status in (S.NEW, S.OPEN, S.WAITING_CLIENT):
        judged = made(merging.merge(answered(), change(), facts(status, hours=-9)))
        assert judged.result.status is S.MERGED


def test_an_undone_merge_is_our_turn_with_the_time_that_was_left() -> None:
    clocks = Clocks(FIRST_DUE, AT, None, 2 * HOUR)
    merged = case(status=S.MERGED, clocks=clocks, answers=1)
    judged = made(merging.unmerge(merged, change(msk(17, 9))))
    assert judged.result.status is S.OPEN
    assert judged.columns == {"turn_at": msk(17, 9), "merged_into": None}
    assert judged.result.wait is not None
    assert judged.result.wait.until == msk(17, 11)
    assert refusal(merging.unmerge(case(), change())) == TicketRefusal.NOT_ALLOWED_IN_STATUS


def test_a_third_party_is_awaited_after_the_first_answer_only() -> None:
    opened = case(status=S.OPEN)
    early = transitions.await_third_party(opened, change(), DECISION)
    assert refusal(early) == TicketRefusal.NOT_ANSWERED_YET
    clocks = Clocks(FIRST_DUE, AT, msk(16, 10), 20 * HOUR)
    known = case(status=S.OPEN, clocks=clocks, answers=1)
    judged = made(transitions.await_third_party(known, change(msk(16, 12)), DECISION))
    assert judged.result.status is S.WAITING_THIRD_PARTY
    assert judged.result.wait == Wait(Role.SPECIALIST, AT + 5 * DAY, ends_in=S.OPEN)
    assert judged.columns["left_seconds"] == 18 * HOUR
    assert judged.reason == "Банк проверяет платёж"


def test_a_third_party_that_is_late_makes_it_our_turn() -> None:
    waiting = answered(
        S.WAITING_THIRD_PARTY, wait=Wait(Role.SPECIALIST, msk(18, 9), ends_in=S.OPEN)
    )
    assert transitions.lapse(waiting, change(msk(17, 9), "system")) is None
    judged = made(transitions.lapse(waiting, change(msk(18, 9), "system")))
    assert (judged.result.status, judged.columns["turn_at"]) == (S.OPEN, msk(18, 9))
    assert told(judged) == [("specialist", "staff_ticket_third_party")]


def test_a_department_may_keep_the_archive_to_itself() -> None:
    rules = replace(RULES, client_archives=False)
    kept = transitions.archive(answered(rules=rules), change(by="client"))
    assert refusal(kept) == TicketRefusal.ARCHIVED_BY_US
    settled = made(transitions.archive(answered(S.RESOLVED, rules=rules), change(by="client")))
    assert settled.columns == {"archived_at": AT}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (S.MERGED, ClientStatus.ARCHIVED),
        (S.SPAM, ClientStatus.ARCHIVED),
        (S.WAITING_THIRD_PARTY, ClientStatus.UNDER_REVIEW),
    ],
)
def test_a_client_reads_the_words_of_the_source(status: S, words: ClientStatus) -> None:
    shown = client_status(status, answers=1, seen_answers=1, is_archived=False)
    assert shown is words


def test_a_prepared_answer_is_filled_in_once() -> None:
    values = dict.fromkeys(Place, "{number}") | {Place.NUMBER: "7"}
    assert filled("№ {number}: {topic}", values) == "№ 7: {number}"
    assert unknown_places("{client} {сумма} {0}") == ["сумма", "0"]
