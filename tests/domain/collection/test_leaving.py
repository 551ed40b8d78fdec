"""Whether a letter about debts may leave, at the moment at which it would."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.collection.leaving import (
    AskedDebt,
    Delay,
    Leaving,
    NotSent,
    QueuedLetter,
    leaving,
    said_on,
)
from domain.collection.policy import Tone
from tests.domain.collection.unpaid import AT, CALENDAR, MOSCOW, POLICY, TODAY, VLADIVOSTOK

DEBT = AskedDebt("collection-7", is_owed=True, is_closed=False, is_disputed=False)
LETTER = QueuedLetter(
    letter_id="a letter",
    day=TODAY,
    tone=Tone.FIRST,
    next_on=date(2026, 3, 20),
    written_at=AT,
    debts=[DEBT],
    is_contacted=False,
    is_superseded=False,
    policy=POLICY,
    zone=MOSCOW,
    calendar=CALENDAR,
    params={
        "debts": [{"days_late": 8, "interest_kopecks": 5, "a_day_kopecks": 1, "debt_kopecks": 9}]
    },
)
MORNING = datetime(2026, 3, 5, 6, tzinfo=UTC)
"""Nine o'clock of the next bank day, in Moscow."""
NIGHT = datetime(2026, 3, 4, 18, tzinfo=UTC)
"""Nine in the evening."""


@pytest.mark.parametrize(
    ("debt", "why"),
    [
        (replace(DEBT, is_owed=False, is_closed=True), NotSent.MONEY),
        (replace(DEBT, is_closed=True, is_disputed=True), NotSent.ENDED),
        (replace(DEBT, is_disputed=True), NotSent.DISPUTED),
    ],
)
def test_a_debt_that_nobody_may_ask_for_is_left_out(debt: AskedDebt, why: NotSent) -> None:
    letter = replace(LETTER, debts=[debt, replace(DEBT, collection_id="other")])
    assert leaving(letter, AT) == Leaving(left_out={"collection-7": why})


def test_within_the_hours_of_its_day_it_leaves_as_it_is() -> None:
    assert leaving(LETTER, AT + timedelta(hours=7)) == Leaving()
    assert said_on(LETTER, AT + timedelta(hours=7)) == LETTER.params


def test_it_is_never_judged_by_an_hour_before_it_was_written() -> None:
    assert leaving(LETTER, AT - timedelta(days=40, hours=9)) == Leaving()


def test_at_night_it_waits_for_the_clients_morning_and_says_the_days_of_then() -> None:
    assert leaving(LETTER, NIGHT) == Leaving(waits_until=MORNING, delay=Delay.QUIET_HOURS)
    far = leaving(replace(LETTER, zone=VLADIVOSTOK), NIGHT)
    assert far == Leaving(waits_until=NIGHT + timedelta(hours=5), delay=Delay.QUIET_HOURS)
    assert leaving(LETTER, MORNING) == Leaving()
    (said,) = said_on(LETTER, MORNING)["debts"]
    assert said == {
        "days_late": 9,
        "interest_kopecks": None,
        "a_day_kopecks": None,
        "debt_kopecks": 9,
    }


def test_over_the_days_off_it_waits_for_the_next_bank_day() -> None:
    friday = datetime(2026, 3, 6, 19, tzinfo=UTC)
    tuesday = datetime(2026, 3, 10, 6, tzinfo=UTC)
    assert leaving(LETTER, friday).waits_until == tuesday


def test_on_a_day_with_another_contact_it_waits_for_the_next_one() -> None:
    held = leaving(replace(LETTER, is_contacted=True), AT)
    assert held == Leaving(waits_until=MORNING, delay=Delay.CONTACTED)


def test_one_that_gives_no_time_to_pay_any_more_is_withdrawn() -> None:
    late = replace(LETTER, next_on=date(2026, 3, 5))
    assert leaving(late, AT) == Leaving()
    assert leaving(late, NIGHT) == Leaving(withdrawn=NotSent.OUTDATED)


def test_a_claim_leaves_on_its_day_or_not_at_all() -> None:
    claim = replace(LETTER, tone=Tone.CLAIM, next_on=date(2026, 4, 3), is_superseded=True)
    assert leaving(claim, AT) == Leaving()
    assert leaving(claim, NIGHT) == Leaving(withdrawn=NotSent.OUTDATED)
    assert leaving(claim, MORNING) == Leaving(withdrawn=NotSent.OUTDATED)


def test_one_that_a_later_letter_has_replaced_is_withdrawn() -> None:
    assert leaving(replace(LETTER, is_superseded=True), MORNING).withdrawn is NotSent.SUPERSEDED


def test_a_year_that_no_calendar_covers_is_asked_about_again() -> None:
    far = AT.replace(year=2050)
    held = leaving(LETTER, far)
    assert held == Leaving(waits_until=far + timedelta(hours=1), delay=Delay.CALENDAR)
