"""What people and time do to a ticket, judged by its facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import MOSCOW, BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Reminder, Wait
from domain.ticket import transitions
from domain.ticket.business_hours import BusinessHours
from domain.ticket.case import (
    Clocks,
    DepartmentRules,
    OpeningFacts,
    StaffDecision,
    TicketCase,
    TicketTransition,
    WrittenAnswer,
)
from domain.ticket.ticket import (
    ClientStatus,
    TicketChange,
    TicketOpening,
    TicketRefusal,
    TicketRequest,
    TicketStatus,
    TicketTransitionResult,
    client_status,
)

S = TicketStatus
HOUR = 3600
DAY = timedelta(days=1)
RULES = DepartmentRules(
    department="support",
    version=1,
    role=Role.SPECIALIST,
    hours=BusinessHours(time(9), time(18), time(13), time(14)),
    first_answer_seconds=4 * HOUR,
    solution_seconds=24 * HOUR,
    remind_after_days=3,
    resolve_after_days=7,
    reopen_days=3,
)
ACCOUNTING = replace(RULES, department="accounting", role=Role.ACCOUNTANT)


def msk(day: int, hour: int) -> datetime:
    """An instant of March 2026, whose 16th is a Monday."""
    return datetime(2026, 3, day, hour, tzinfo=MOSCOW).astimezone(UTC)


AT = msk(16, 10)
FIRST_DUE = msk(16, 15)


def case(**changes: Any) -> TicketCase:
    """A ticket that nobody has answered."""
    stored: dict[str, Any] = {
        "id": "ticket-7",
        "number": 7,
        "client_id": "c-1",
        "topic": "Где возврат?",
        "status": S.NEW,
        "assignee": None,
        "answers": 0,
        "merged_answers": 0,
        "hastened_at": None,
        "opened_at": AT,
        "version": 1,
        "wait": Wait(Role.SPECIALIST, FIRST_DUE),
        "clocks": Clocks(FIRST_DUE, None, AT, 24 * HOUR),
        "rules": RULES,
        "calendar": BankCalendar(),
    }
    return TicketCase(**{**stored, **changes})


def answered(status: TicketStatus = S.WAITING_CLIENT, **changes: Any) -> TicketCase:
    """A ticket whose client's turn it is."""
    until = AT + (7 if status is S.WAITING_CLIENT else 3) * DAY
    stored = {
        "status": status,
        "answers": 1,
        "assignee": "petrova",
        "wait": Wait(Role.CLIENT, until),
        "clocks": Clocks(FIRST_DUE, AT, None, 20 * HOUR),
    }
    return case(**{**stored, **changes})


def change(at: datetime = AT, by: str = "petrova") -> TicketChange:
    return TicketChange("ticket-7", 2, at, by, "s-1")


def made(judged: object) -> TicketTransition:
    assert isinstance(judged, Transition)
    return judged


def refusal(judged: object) -> str | None:
    assert isinstance(judged, TicketTransitionResult)
    return judged.refusal


def told(judged: TicketTransition) -> list[tuple[str, str]]:
    return [(one.role, one.template) for one in judged.notices]


def test_an_opened_ticket_waits_for_the_first_answer_of_its_department() -> None:
    facts = OpeningFacts(7, "c-1", "?", None, None, None, None, RULES, BankCalendar())
    opened = transitions.opened(TicketOpening(TicketRequest("ticket-7", "o", "c"), AT), facts)
    middle = msk(16, 12)
    assert opened.result.wait == Wait(Role.SPECIALIST, FIRST_DUE, (middle,))
    assert told(opened) == [("specialist", "staff_ticket_opened")]


def test_the_clock_of_the_solution_stops_while_the_client_is_waited_for() -> None:
    first = made(transitions.answer(case(), change(msk(16, 12)), WrittenAnswer(0, False)))
    assert first.columns["left_seconds"] == 22 * HOUR
    assert first.columns["turn_at"] is None
    clocks = Clocks(FIRST_DUE, msk(16, 12), None, 22 * HOUR)
    back = made(transitions.reply(answered(clocks=clocks), change(msk(18, 9), "client")))
    assert back.result.status is S.OPEN
    assert back.result.wait is not None
    assert back.result.wait.until == msk(20, 16)


def test_an_answer_is_waited_for_a_reply_with_a_reminder_and_an_end() -> None:
    judged = made(transitions.answer(case(), change(), WrittenAnswer(0, False)))
    assert judged.result.wait == Wait(
        Role.CLIENT, AT + 7 * DAY, (AT + 3 * DAY,), ends_in=S.RESOLVED
    )
    assert told(judged) == [("client", "ticket_answered")]
    assert judged.columns["assignee"] == "petrova"


def test_an_answer_that_settles_may_be_replied_to_for_some_days() -> None:
    judged = made(transitions.answer(case(), change(), WrittenAnswer(0, True)))
    assert judged.result.wait == Wait(Role.CLIENT, AT + 3 * DAY, ends_in=S.CLOSED)
    assert told(judged) == [("client", "ticket_resolved")]


def test_an_answer_whose_author_has_not_seen_another_is_refused() -> None:
    judged = transitions.answer(answered(), change(), WrittenAnswer(0, False))
    assert refusal(judged) == TicketRefusal.ANSWERED_MEANWHILE


def test_answers_of_merged_tickets_are_to_be_seen_too_and_counted_by_their_own() -> None:
    holds = answered(merged_answers=2)
    unseen = transitions.answer(holds, change(), WrittenAnswer(holds.answers, False))
    assert refusal(unseen) == TicketRefusal.ANSWERED_MEANWHILE
    judged = made(transitions.answer(holds, change(), WrittenAnswer(holds.answers + 2, False)))
    assert judged.columns["answers"] == holds.answers + 1


def test_a_message_on_our_turn_moves_no_deadline() -> None:
    judged = made(transitions.reply(case(), change(msk(16, 12), "client")))
    assert judged.result.status is S.NEW
    assert judged.result.wait is not None
    assert judged.result.wait.until == FIRST_DUE


@pytest.mark.parametrize("status", [S.WAITING_CLIENT, S.RESOLVED])
def test_a_reply_brings_a_ticket_back_from_the_archive(status: TicketStatus) -> None:
    judged = made(transitions.reply(answered(status), change(AT + DAY, "client")))
    assert (judged.result.status, judged.columns["archived_at"]) == (S.OPEN, None)
    assert told(judged) == [("specialist", "staff_ticket_replied")]


def test_a_closed_ticket_says_that_another_question_is_to_be_asked() -> None:
    closed = answered(S.CLOSED, wait=None)
    assert refusal(transitions.reply(closed, change())) == TicketRefusal.CLOSED


def test_a_ticket_is_taken_from_whom_its_taker_saw() -> None:
    seen = StaffDecision(None, None, None)
    judged = made(transitions.take(case(), change(), seen))
    assert (judged.result.status, judged.columns) == (S.OPEN, {"assignee": "petrova"})
    taken = case(status=S.OPEN, assignee="ivanova")
    assert refusal(transitions.take(taken, change(), seen)) == TicketRefusal.TAKEN_MEANWHILE


def test_a_transferred_ticket_is_nobodys_and_its_clocks_go_on() -> None:
    decision = StaffDecision(None, "не к нам", ACCOUNTING)
    judged = made(transitions.transfer(case(), change(msk(16, 12)), decision))
    assert judged.result.wait is not None
    assert (judged.result.wait.waiting_for, judged.result.wait.until) == (
        Role.ACCOUNTANT,
        FIRST_DUE,
    )
    assert judged.columns["left_seconds"] == 22 * HOUR
    assert judged.columns["department"] == "accounting"
    assert told(judged) == [("accountant", "staff_ticket_opened")]


def test_a_client_presses_once_until_we_answer() -> None:
    judged = made(transitions.hasten(case(), change(AT, "client")))
    assert told(judged) == [("specialist", "staff_ticket_hastened")]
    pressed = case(hastened_at=AT)
    assert refusal(transitions.hasten(pressed, change())) == TicketRefusal.HASTENED
    after = made(transitions.answer(pressed, change(), WrittenAnswer(0, False)))
    assert after.columns["hastened_at"] is None


def test_only_an_answered_ticket_is_archived_and_that_resolves_it() -> None:
    early = transitions.archive(case(), change(AT, "client"))
    assert refusal(early) == TicketRefusal.NOT_ALLOWED_IN_STATUS
    judged = made(transitions.archive(answered(), change(AT, "client")))
    assert (judged.result.status, judged.columns) == (S.RESOLVED, {"archived_at": AT})
    again = made(transitions.archive(answered(S.RESOLVED), change(AT, "client")))
    assert again.result.wait == answered(S.RESOLVED).wait


def test_operators_are_told_of_an_escalated_ticket() -> None:
    judged = made(transitions.escalate(case(), change(), StaffDecision(None, "беда", None)))
    assert told(judged) == [("operator", "staff_ticket_escalated")]
    assert (judged.result.status, judged.reason) == (S.OPEN, "беда")


def test_silence_resolves_with_an_announcement_and_then_closes() -> None:
    due = change(AT + 7 * DAY, "system")
    judged = made(transitions.lapse(answered(), due))
    assert told(judged) == [("client", "ticket_resolved_by_time")]
    assert judged.result.wait == Wait(Role.CLIENT, AT + 10 * DAY, ends_in=S.CLOSED)
    closed = made(transitions.lapse(answered(S.RESOLVED), due))
    assert (closed.result.status, closed.result.wait) == (S.CLOSED, None)
    assert transitions.lapse(answered(), change(AT + 6 * DAY)) is None
    assert transitions.lapse(case(), due) is None


def test_our_deadline_moves_with_the_calendar_and_only_ours() -> None:
    holiday = BankCalendar({AT.date(): False})
    judged = made(transitions.move_deadline(case(calendar=holiday), change()))
    assert judged.columns == {"first_due_at": msk(17, 13)}
    assert transitions.move_deadline(case(), change()) is None
    assert transitions.move_deadline(answered(calendar=holiday), change()) is None


def test_whoever_is_waited_for_is_reminded_and_operators_of_a_missed_deadline() -> None:
    def notice(of: TicketCase, *, escalate: bool = False) -> tuple[str, str] | None:
        assert of.wait is not None
        reminder = Reminder(of.id, "r", AT, of.wait.waiting_for, of.wait.until, escalate)
        due = transitions.reminded(reminder, of)
        return None if due is None else (due[0].role, due[0].template)

    assert notice(case()) == ("specialist", "staff_ticket_reminder")
    assert notice(case(), escalate=True) == ("operator", "staff_ticket_overdue")
    assert notice(answered()) == ("client", "ticket_reminder")
    late = Reminder("ticket-7", "r", AT, Role.SPECIALIST, AT)
    assert transitions.reminded(late, case()) is None


@pytest.mark.parametrize(
    ("status", "seen", "archived", "read"),
    [
        (S.NEW, 0, False, ClientStatus.UNDER_REVIEW),
        (S.OPEN, 1, False, ClientStatus.UNDER_REVIEW),
        (S.WAITING_CLIENT, 0, False, ClientStatus.NEW_MESSAGES),
        (S.WAITING_CLIENT, 1, False, ClientStatus.AWAITING_REPLY),
        (S.RESOLVED, 0, False, ClientStatus.NEW_MESSAGES),
        (S.RESOLVED, 1, False, ClientStatus.VIEWED),
        (S.RESOLVED, 0, True, ClientStatus.ARCHIVED),
        (S.CLOSED, 1, False, ClientStatus.VIEWED),
    ],
)
def test_a_client_reads_the_words_of_its_own(
    status: TicketStatus, seen: int, archived: bool, read: ClientStatus
) -> None:
    answers = 0 if status is S.NEW else 1
    shown = client_status(status, answers=answers, seen_answers=seen, is_archived=archived)
    assert shown is read
