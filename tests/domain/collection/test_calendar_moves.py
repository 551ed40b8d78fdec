"""A change of the bank calendar reaches every wait of an unpaid order that counts bank days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.access.roles import Role
from domain.billing.payment_check import AcquirerAnswer
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import Wait
from domain.collection import deciding, transitions
from domain.collection.case import CollectionCase, CollectionTransition, Counted, Decided
from domain.collection.collection import CollectionLook, Reason
from tests.domain.collection.unpaid import (
    AT,
    CASE,
    CHANGE,
    FACTS,
    TODAY,
    A,
    S,
    advanced,
    done,
    in_status,
    owing,
    said,
)


def moved_by(case: CollectionCase, *days_off: date) -> object:
    """What a change of the calendar makes of a case: these days are no bank days any more."""
    calendar = BankCalendar(dict.fromkeys(days_off, False), frozenset({2026}))
    return transitions.move_deadline(replace(case, calendar=calendar), CHANGE)


def stored(case: CollectionCase, made: CollectionTransition) -> CollectionCase:
    """The case as the change leaves it."""
    since, days = made.columns["counted_from"], made.columns["counted_days"]
    return replace(
        case,
        status=made.result.status,
        wait=made.result.wait,
        counted=None if since is None else Counted(since, days),
        promised_on=made.columns["promised_on"],
    )


def of_lawyer() -> CollectionTransition:
    return done(deciding.hand_to_lawyer(CASE, CHANGE, FACTS, said(A.TO_LAWYER)))


MOVES: dict[str, tuple[CollectionTransition, date, datetime]] = {
    # Five bank days after Wednesday the 4th; the 9th is a holiday.
    "letter": (advanced(), date(2026, 3, 10), datetime(2026, 3, 13, 6, tzinfo=UTC)),
    "dispute": (
        advanced(facts=owing(is_disputed=True)),
        date(2026, 3, 5),
        datetime(2026, 3, 6, 6, tzinfo=UTC),
    ),
    "answer": (
        done(deciding.give_reason(CASE, CHANGE, FACTS, Decided(Reason.PAID))),
        date(2026, 3, 12),
        datetime(2026, 3, 13, 6, tzinfo=UTC),
    ),
    "pause": (
        done(deciding.pause(CASE, CHANGE, FACTS, Decided(day=date(2026, 3, 6)))),
        date(2026, 3, 6),
        datetime(2026, 3, 10, 6, tzinfo=UTC),
    ),
    "promise": (
        done(deciding.promise(CASE, CHANGE, FACTS, Decided(day=date(2026, 3, 5)))),
        date(2026, 3, 6),
        datetime(2026, 3, 10, 21, tzinfo=UTC),
    ),
    # Ten bank days of the lawyer: the 19th else.
    "lawyer": (of_lawyer(), date(2026, 3, 18), datetime(2026, 3, 20, 21, tzinfo=UTC)),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_change_of_the_calendar_counts_the_open_wait_again(name: str) -> None:
    made, day_off, until = MOVES[name]
    case = stored(CASE, made)
    assert moved_by(case) is None, "nothing changed"
    again = done(moved_by(case, day_off))
    assert again.result.wait is not None
    assert (again.result.status, again.result.wait.until) == (case.status, until)
    assert (again.reason, again.effects, again.notices) == ("calendar", (), ())
    assert again.columns["promised_on"] == case.promised_on
    assert stored(case, again).counted == case.counted
    if name == "lawyer":
        assert len(again.result.wait.remind_at) == 2


def test_no_calendar_moves_what_is_counted_in_minutes_or_calendar_days_or_has_ended() -> None:
    look = in_status(S.DUE, looks=0, rung=0)
    silent = advanced(look=CollectionLook(AcquirerAnswer.SILENT, 0))
    claimed = done(deciding.send_claim(CASE, CHANGE, FACTS, Decided()))
    off = [TODAY + timedelta(days=n) for n in range(1, 9)]
    for case in (look, stored(CASE, silent), stored(CASE, claimed), in_status(S.PAID)):
        assert moved_by(case, *off) is None


def test_an_answer_within_the_open_wait_is_counted_as_that_wait() -> None:
    case = stored(CASE, advanced())
    answered = done(deciding.give_reason(case, CHANGE, FACTS, Decided(Reason.FORGOT)))
    assert stored(case, answered).counted == case.counted
    proposed = done(deciding.propose_write_off(case, CHANGE, FACTS, Decided(reason="нет")))
    assert stored(case, proposed).counted == case.counted


def test_the_first_letter_keeps_the_bank_days_after_the_day_of_payment() -> None:
    case = in_status(S.CHECKING, looks=3, rung=0, due_on=TODAY)
    case = replace(case, wait=Wait(Role.CLIENT, AT, ends_in=S.CONTACTED))
    held = advanced(case, owing(status=S.CHECKING, rung=0, due_on=TODAY))
    assert held.result.wait is not None
    assert held.result.wait.until == datetime(2026, 3, 5, 6, tzinfo=UTC)
    assert done(moved_by(stored(case, held), date(2026, 3, 5))).result.wait == Wait(
        Role.CLIENT, datetime(2026, 3, 6, 6, tzinfo=UTC), ends_in=S.CONTACTED
    )
