"""Which letter a moment of reminding sends, and when it is put off or not sent at all."""

from datetime import datetime, timedelta

import pytest

from domain.renewal.case import RenewalCase
from domain.renewal.notices import BALANCE_REMINDER
from domain.renewal.reminding import ReminderLetter, reminding
from domain.renewal.renewal import RenewalStatus
from domain.renewal.waits import PAYMENT_REMINDER, reminders_in
from tests.domain.renewal.cases import (
    DAY,
    NEXT,
    POLICY,
    PRICE_KOPECKS,
    TERM,
    case,
    claimed,
    invoice,
    paid,
)

S = RenewalStatus
WAITING = case(S.AWAITING_PAYMENT)
DUE = reminders_in(S.AWAITING_PAYMENT, WAITING.facts, POLICY)[0]


@pytest.mark.parametrize(
    ("found", "text", "balance"),
    [
        (WAITING, PAYMENT_REMINDER, PRICE_KOPECKS),
        (case(S.AWAITING_PAYMENT, invoice(1)), BALANCE_REMINDER, PRICE_KOPECKS - 1),
        (claimed(WAITING, DUE.at), PAYMENT_REMINDER, PRICE_KOPECKS),
        (claimed(WAITING, DUE.at + timedelta(seconds=1)), None, None),
        (paid(S.AWAITING_PAYMENT), None, None),
        (case(S.CHECKING_PAYMENT), None, None),
    ],
)
def test_who_owes_is_reminded_and_who_has_done_his_part_is_not(
    found: RenewalCase, text: str | None, balance: int | None
) -> None:
    answer = reminding(found, DUE.at)
    if text is None:
        assert answer is None
        return
    assert isinstance(answer, ReminderLetter)
    assert (answer.notice.template, answer.params["balance_kopecks"]) == (text, balance)
    assert answer.occasion == f"reminder-{DUE.at.isoformat()}"


def test_a_term_is_reminded_of_by_its_own_letter_and_channels() -> None:
    found = case(S.WATCHING)
    due = reminders_in(S.WATCHING, found.facts, POLICY)[-1]
    answer = reminding(found, due.at)
    assert isinstance(answer, ReminderLetter)
    assert (answer.notice.template, answer.channels) == (due.text, due.channels)
    assert "balance_kopecks" not in answer.params


def test_nobody_is_reminded_of_what_another_case_has_sold() -> None:
    found = case(S.WATCHING, latest_term=NEXT)
    due = reminders_in(S.WATCHING, found.facts, POLICY)[-1]
    assert reminding(found, due.at) is None
    assert reminding(case(S.WATCHING, latest_term=TERM), due.at) is not None


def test_a_reminder_that_comes_at_night_is_put_off_to_the_morning() -> None:
    night = DUE.at + timedelta(hours=POLICY.quiet_from_hour - POLICY.remind_at_hour)
    answer = reminding(WAITING, night)
    assert isinstance(answer, datetime)
    assert night < answer <= night + DAY


def test_before_its_moment_nothing_is_due() -> None:
    assert reminding(WAITING, DUE.at - timedelta(seconds=1)) is None
