"""Why a ticket stands, for whom, until when, and what comes next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import FailedStep, NextTimer, TimerKind, WaitsFor
from domain.ticket.ticket import TicketStatus
from domain.ticket.waiting_reason import StandingTicket, ticket_waits
from tests.domain.ticket.test_ticket_transitions import AT, DAY, FIRST_DUE, RULES

S = TicketStatus
OURS = Wait(Role.SUPPORT, FIRST_DUE, (AT + timedelta(hours=2),))
TICKET = StandingTicket(S.OPEN, AT, OURS)
MAY = {Role.SUPPORT: ("ticket.answer",)}


@pytest.mark.parametrize(
    ("status", "wait", "whom"),
    [
        (S.NEW, OURS, WaitsFor.SUPPORT),
        (S.OPEN, replace(OURS, waiting_for=Role.ACCOUNTANT), WaitsFor.ACCOUNTANT),
        (S.OPEN, None, WaitsFor.PROCESS),
        (S.WAITING_CLIENT, RULES.client_wait(AT), WaitsFor.CLIENT),
        (S.WAITING_THIRD_PARTY, replace(OURS, ends_in=S.OPEN), WaitsFor.THIRD_PARTY),
        (S.MERGED, RULES.aside_wait(AT), WaitsFor.CALENDAR),
        (S.SPAM, RULES.aside_wait(AT), WaitsFor.CALENDAR),
        (S.RESOLVED, RULES.resolved_wait(AT), WaitsFor.CALENDAR),
        (S.CLOSED, None, WaitsFor.NOBODY),
    ],
)
def test_it_is_said_whom_a_ticket_waits_for_since_when_and_until_when(
    status: TicketStatus, wait: Wait | None, whom: WaitsFor
) -> None:
    told = ticket_waits(StandingTicket(status, AT, wait), MAY, AT)
    assert (told.code, told.waits_for, told.since) == (status, whom, AT)
    assert (told.until, told.allowed) == (None if wait is None else wait.until, MAY)
    assert (told.timer is None) == (wait is None)


def test_a_department_that_names_its_staff_is_told_by_name_while_it_is_our_turn() -> None:
    named = replace(TICKET, staff=("petrova", "ivanov"))
    told = ticket_waits(named, MAY, AT)
    assert (told.code, told.details) == ("open_named", {"staff": "petrova, ivanov"})
    told = ticket_waits(replace(named, status=S.RESOLVED), MAY, AT)
    assert (told.code, dict(told.details)) == ("resolved", {})


@pytest.mark.parametrize(
    ("ticket", "kind", "after"),
    [
        (TICKET, TimerKind.REMINDER, timedelta(hours=2)),
        (replace(TICKET, wait=replace(OURS, remind_at=())), TimerKind.ESCALATION, FIRST_DUE - AT),
        (StandingTicket(S.WAITING_CLIENT, AT, RULES.client_wait(AT)), TimerKind.REMINDER, 3 * DAY),
        (StandingTicket(S.RESOLVED, AT, RULES.resolved_wait(AT)), TimerKind.END, 3 * DAY),
    ],
)
def test_what_comes_next_is_a_reminder_an_escalation_or_the_end(
    ticket: StandingTicket, kind: TimerKind, after: timedelta
) -> None:
    assert ticket_waits(ticket, MAY, AT).timer == NextTimer(kind, AT + after)


def test_a_failed_step_is_the_operators() -> None:
    failed = FailedStep("ticket-1", "Записать ответ", "LookupError", AT, is_open=True)
    told = ticket_waits(replace(TICKET, failure=failed), MAY, AT)
    assert (told.code, told.waits_for) == ("step_failed", WaitsFor.OPERATOR)
    assert (told.until, told.allowed) == (FIRST_DUE, {Role.OPERATOR: ("retry_step",)})
