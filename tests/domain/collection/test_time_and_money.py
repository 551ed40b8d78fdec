"""What time and money make of an unpaid order: looks, letters, the lawyer, the end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.roles import Role
from domain.billing.payment_check import AcquirerAnswer
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import Reminder, Wait
from domain.collection import notices, transitions
from domain.collection.case import (
    CollectionCase,
    LeaveOutOfLetters,
    Letter,
    LetterOfToday,
    OpeningFacts,
    StoredLook,
)
from domain.collection.changing import by_money, following
from domain.collection.collection import (
    ENDS,
    CollectionLook,
    CollectionOpening,
    CollectionRequest,
)
from domain.collection.leaving import NotSent
from domain.collection.policy import Tone
from tests.domain.collection.unpaid import (
    AT,
    CALENDAR,
    CASE,
    CHANGE,
    FACTS,
    MOSCOW,
    NOTHING,
    POLICY,
    SUM,
    TODAY,
    VLADIVOSTOK,
    S,
    advanced,
    done,
    in_status,
    owing,
)
from tests.domain.compensation.law import RULES


def test_a_case_opens_with_a_look_soon_and_the_last_day_to_sue() -> None:
    facts = OpeningFacts("kim", CASE.due_on, True, POLICY, CALENDAR, RULES)
    opening = CollectionOpening(CollectionRequest("collection-7", "system"), AT)
    made = transitions.opened(opening, facts)
    assert made.result.wait == Wait(Role.CLIENT, AT + timedelta(minutes=15), ends_in=S.CHECKING)
    assert made.columns["limitation_on"] == date(2029, 2, 24)


def test_looks_come_at_their_minutes_and_the_last_leads_to_the_first_letter() -> None:
    case, at, gaps = in_status(S.DUE, looks=0, rung=0), AT, []
    for looks in (1, 2, 3):
        made = advanced(replace(case, wait=Wait(Role.CLIENT, at, ends_in=S.CHECKING)), at=at)
        assert (made.result.status, made.columns["looks"]) == (S.CHECKING, looks)
        assert made.effects == (StoredLook(NOTHING, 0),)
        assert made.result.wait is not None
        gaps.append((made.result.wait.until - at) // timedelta(minutes=1))
        case, at = in_status(S.CHECKING, looks=looks, rung=0), made.result.wait.until
    assert gaps == [45, 180, 1200]
    case = replace(case, wait=Wait(Role.CLIENT, at, ends_in=S.CHECKING))
    first = advanced(case, owing(status=S.CHECKING, rung=0), at=at)
    assert (first.result.status, first.columns["rung"]) == (S.CONTACTED, 1)


@pytest.mark.parametrize(
    "case", [replace(CASE, wait=None), replace(CASE, wait=Wait(Role.CLIENT, AT))]
)
def test_nothing_is_done_where_no_wait_ends(case: CollectionCase) -> None:
    assert transitions.advance(case, CHANGE, FACTS) is None
    early = replace(CHANGE, at=AT - timedelta(seconds=1))
    assert transitions.advance(CASE, early, FACTS) is None


def test_while_the_acquirer_is_silent_nobody_is_written_to() -> None:
    silent = CollectionLook(AcquirerAnswer.SILENT, 0)
    made = advanced(look=silent)
    assert made.result.wait == Wait(Role.CLIENT, AT + timedelta(hours=1), ends_in=S.REMINDED)
    assert (made.result.status, made.effects) == (S.CONTACTED, (StoredLook(silent, 0),))


def test_a_dispute_holds_the_case_to_the_next_bank_day() -> None:
    made = advanced(facts=owing(is_disputed=True))
    assert (made.result.status, made.reason) == (S.CONTACTED, "disputed")
    assert made.result.wait == Wait(
        Role.CLIENT, datetime(2026, 3, 5, 6, tzinfo=UTC), ends_in=S.REMINDED
    )


def test_the_ladder_waits_its_bank_days_between_letters() -> None:
    made = advanced()
    wait = made.result.wait
    assert wait is not None
    # Five bank days: 5, 6, 10, 11, 12 March.
    assert (made.result.status, wait.until) == (S.REMINDED, datetime(2026, 3, 12, 6, tzinfo=UTC))
    assert (made.columns["rung"], wait.ends_in) == (2, S.REMINDED)
    (_, letter) = made.effects
    assert isinstance(letter, Letter)
    assert (letter.tone, letter.next_on) == (Tone.REMINDER, date(2026, 3, 11))


def test_the_claim_comes_by_itself_but_not_of_a_large_debt() -> None:
    case = in_status(S.REMINDED, rung=3)
    case = replace(case, wait=Wait(Role.CLIENT, AT, ends_in=S.CLAIM_SENT))
    sent = advanced(case, owing(status=S.REMINDED, rung=3))
    assert (sent.result.status, sent.columns["claim_sent_on"]) == (S.CLAIM_SENT, TODAY)
    large = advanced(case, owing(status=S.REMINDED, rung=3, total_kopecks=500_000_00))
    assert (large.result.status, large.reason) == (S.LEGAL, "large")
    assert large.notices == (notices.legal(Role.ACCOUNTANT),)
    almost = advanced(case, owing(status=S.REMINDED, rung=3, total_kopecks=499_999_99))
    assert almost.result.status is S.CLAIM_SENT


def test_a_claim_that_is_not_answered_goes_to_the_lawyer() -> None:
    case = in_status(S.CLAIM_SENT, rung=4, claim_sent_on=date(2026, 2, 1))
    case = replace(case, wait=Wait(Role.CLIENT, AT, ends_in=S.LEGAL))
    made = advanced(case, owing(status=S.CLAIM_SENT, rung=4))
    wait = made.result.wait
    assert wait is not None
    assert (made.result.status, made.reason, wait.waiting_for) == (
        S.LEGAL,
        "silent",
        Role.ACCOUNTANT,
    )
    assert (len(wait.remind_at), wait.escalate_at is not None) == (2, True)


def test_a_broken_promise_is_told_to_us_and_the_next_letter_leaves() -> None:
    made = advanced(in_status(S.PROMISED, promised_on=date(2026, 3, 2)), owing(status=S.PROMISED))
    assert (made.result.status, made.notices) == (S.REMINDED, (notices.BROKEN,))
    assert made.columns["promised_on"] is None


def test_after_a_letter_of_today_a_case_that_it_names_goes_on_and_another_waits_a_day() -> None:
    named = LetterOfToday(Tone.REMINDER, frozenset({CASE.id}), frozenset())
    told = advanced(facts=replace(FACTS, letter=named))
    assert (told.result.status, told.effects) == (S.REMINDED, (StoredLook(NOTHING, 0),))
    for facts in (
        replace(FACTS, letter=replace(named, speaks_of=frozenset())),
        replace(FACTS, is_contacted=True),
    ):
        later = advanced(facts=facts)
        assert later.result.wait == Wait(
            Role.CLIENT, datetime(2026, 3, 5, 6, tzinfo=UTC), ends_in=S.REMINDED
        )
    claim = in_status(S.REMINDED, rung=3)
    unclaimed = advanced(claim, replace(owing(status=S.REMINDED, rung=3), letter=named), look=None)
    assert (unclaimed.result.status, unclaimed.effects) == (S.REMINDED, ())


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        (datetime(2026, 3, 4, 17, tzinfo=UTC), MOSCOW, datetime(2026, 3, 5, 6, tzinfo=UTC)),
        (datetime(2026, 3, 4, 3, tzinfo=UTC), MOSCOW, datetime(2026, 3, 4, 6, tzinfo=UTC)),
        (datetime(2026, 3, 7, 9, tzinfo=UTC), MOSCOW, datetime(2026, 3, 10, 6, tzinfo=UTC)),
        # Nine in Vladivostok is two in the night of the same day in Moscow.
        (AT + timedelta(hours=1), VLADIVOSTOK, datetime(2026, 3, 4, 23, tzinfo=UTC)),
    ],
)
def test_no_letter_leaves_outside_the_clients_hours_and_bank_days(
    at: datetime, zone: ZoneInfo, until: datetime
) -> None:
    wait = Wait(Role.CLIENT, at, ends_in=S.REMINDED)
    made = advanced(replace(CASE, zone=zone, wait=wait), at=at)
    assert made.result.wait is not None
    assert (made.result.status, made.result.wait.until) == (S.CONTACTED, until)


@given(
    st.integers(0, 333 * 24 * 60),
    st.sampled_from(
        [MOSCOW, VLADIVOSTOK, ZoneInfo("Europe/Kaliningrad"), ZoneInfo("America/New_York")]
    ),
    st.integers(0, 5),
)
def test_whenever_it_is_a_contact_is_within_hours_and_never_in_the_past(
    minutes: int, zone: ZoneInfo, days: int
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first = POLICY.contact_from(at, zone, CALENDAR)
    assert (first >= at, POLICY.may_contact(first, zone, CALENDAR)) == (True, True)
    later = POLICY.after_bank_days(days + 1, at, zone, CALENDAR)
    assert (later > at, POLICY.may_contact(later, zone, CALENDAR)) == (True, True)


def test_a_client_that_can_never_be_written_to_is_said() -> None:
    closed = BankCalendar(
        {date(2026, 1, 1) + timedelta(days=n): False for n in range(365)}, frozenset({2026})
    )
    with pytest.raises(ValueError, match="no bank day within 31 days"):
        POLICY.contact_from(AT, MOSCOW, closed)


@pytest.mark.parametrize(
    ("status", "look", "told"),
    [
        (S.DUE, None, ()),
        (S.CHECKING, NOTHING, (notices.FOUND,)),
        (S.CONTACTED, None, (notices.PAID,)),
        (S.LEGAL, NOTHING, (notices.FOUND, notices.PAID)),
    ],
)
def test_money_ends_a_case_and_thanks_only_whom_we_wrote_to(
    status: S, look: CollectionLook | None, told: tuple[Any, ...]
) -> None:
    paid = owing(paid_kopecks=SUM)
    made = done(by_money(in_status(status), replace(CHANGE, look=look), paid))
    assert (made.result.status, made.result.wait, made.notices) == (S.PAID, None, told)
    assert made.columns["closed_at"] == AT
    assert LeaveOutOfLetters(CASE.id, NotSent.MONEY) in made.effects
    at_the_end = transitions.advance(in_status(S.CONTACTED), replace(CHANGE, look=look), paid)
    assert done(at_the_end).result.status is S.PAID


def test_a_void_invoice_cancels_its_case_and_part_of_the_money_does_nothing() -> None:
    made = done(transitions.recheck(CASE, CHANGE, owing(is_void=True)))
    assert (made.result.status, made.reason) == (S.CANCELLED, "invoice_void")
    assert transitions.recheck(CASE, CHANGE, owing(paid_kopecks=SUM - 1)) is None
    for end in ENDS:
        assert transitions.recheck(in_status(end), CHANGE, owing(paid_kopecks=SUM)) is None


def test_only_a_paid_order_whose_payment_was_taken_back_is_due_again() -> None:
    made = done(transitions.reopened(in_status(S.PAID), CHANGE, FACTS))
    assert (made.result.status, made.reason) == (S.DUE, "reversed")
    again = {"promised_on": None, "closed_at": None, "looks": 0, "rung": 0, "promises": 0}
    again |= {"counted_from": None, "counted_days": None, "write_off_by": None}
    assert made.columns == again
    assert transitions.reopened(in_status(S.PAID), CHANGE, owing(paid_kopecks=SUM)) is None
    assert transitions.reopened(in_status(S.WRITTEN_OFF), CHANGE, FACTS) is None


def test_past_its_end_or_after_a_claim_the_ladder_leads_to_the_lawyer() -> None:
    leads = [following(CASE, rung) for rung in range(5)]
    assert leads == [S.CONTACTED, S.REMINDED, S.REMINDED, S.CLAIM_SENT, S.LEGAL]
    assert following(replace(CASE, claim_sent_on=TODAY), 1) is S.LEGAL


def test_a_reminder_is_of_the_open_wait_and_an_escalation_goes_to_operators() -> None:
    wait = Wait(Role.ACCOUNTANT, AT)
    case = in_status(S.LEGAL)
    case = replace(case, wait=wait)
    reminder = Reminder(CASE.id, "reminder-5-0", AT, Role.ACCOUNTANT, AT)
    told = transitions.reminded(reminder, case)
    assert told is not None
    assert told == (
        notices.reminder(Role.ACCOUNTANT),
        {"invoice_number": "7", "until_at": AT.isoformat()},
    )
    late = transitions.reminded(replace(reminder, escalate=True), case)
    assert late is not None
    assert late[0] == notices.ESCALATION
    assert transitions.reminded(replace(reminder, until=AT + timedelta(1)), case) is None
    assert transitions.reminded(reminder, in_status(S.PAID)) is None
