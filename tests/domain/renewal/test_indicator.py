"""The indicator is yellow in time, red when it presses, and silent once money is there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.renewal.indicator import Level, OpenCase, Sentence, indicator_for
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import RenewalStatus
from domain.subscription.subscription import HeldTerm, terms_on

LAST = date(2026, 12, 31)
TERM = HeldTerm("term-1", "400", 400, date(2026, 1, 1), LAST)
NEXT = HeldTerm("term-2", "400", 400, date(2027, 1, 1), date(2027, 12, 31))
STOPPED = HeldTerm("term-1", "400", 400, date(2026, 1, 1), LAST, date(2026, 12, 10))
POLICY = RenewalPolicy(1, "400", (), (), 10, 21, 9, 30, 7, 1, 10, 5, 1, 14)
S, V, C = RenewalStatus, Level, Sentence


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def shown(days_left: int, *held: HeldTerm, case: OpenCase | None = None) -> tuple[Level, Sentence]:
    """What is shown so many days before the term's last day."""
    today = LAST - timedelta(days=days_left)
    found = indicator_for(terms_on(held, today), case, noon(today), POLICY)
    return found.level, found.sentence


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (31, (V.NONE, C.RUNS)),
        (30, (V.YELLOW, C.ENDS_SOON)),
        (8, (V.YELLOW, C.ENDS_SOON)),
        (7, (V.RED, C.ENDS_SOON)),
        (0, (V.RED, C.ENDS_SOON)),
        (-1, (V.RED, C.LAPSED)),
        (-14, (V.RED, C.LAPSED)),
        (-15, (V.NONE, C.ENDED)),
    ],
)
def test_the_days_of_the_policy_make_it_yellow_and_red(
    days_left: int, expected: tuple[Level, Sentence]
) -> None:
    assert shown(days_left, TERM) == expected


@pytest.mark.parametrize("days_left", [40, 20, 3])
def test_a_term_that_was_paid_for_puts_it_out(days_left: int) -> None:
    assert shown(days_left, TERM, NEXT) == (V.NONE, C.NEXT_PAID)


@pytest.mark.parametrize("days_left", [20, 3, -3])
def test_a_payment_on_its_way_is_yellow_for_as_long_as_it_is_believed(days_left: int) -> None:
    now = noon(LAST - timedelta(days=days_left))
    status = S.LAPSED if days_left < 0 else S.AWAITING_PAYMENT
    believed = OpenCase(status, now + timedelta(hours=1))
    assert shown(days_left, TERM, case=believed) == (V.YELLOW, C.PAYMENT_ON_ITS_WAY)
    assert shown(days_left, TERM, case=OpenCase(status, now)) == shown(
        days_left, TERM, case=OpenCase(status)
    )


@pytest.mark.parametrize("status", [S.AWAITING_PAYMENT, S.CHECKING_PAYMENT])
def test_an_open_invoice_is_said_and_presses_as_before(status: RenewalStatus) -> None:
    assert shown(20, TERM, case=OpenCase(status)) == (V.YELLOW, C.PAYMENT_AWAITED)
    assert shown(3, TERM, case=OpenCase(status)) == (V.RED, C.PAYMENT_AWAITED)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [(None, C.NO_TERM), (OpenCase(S.AWAITING_PAYMENT), C.PAYMENT_AWAITED)],
)
def test_who_never_bought_anything_is_not_pressed(
    case: OpenCase | None, sentence: Sentence
) -> None:
    assert shown(0, case=case) == (V.NONE, sentence)


@pytest.mark.parametrize("days_left", [25, 10, -1])
def test_a_term_whose_money_went_back_presses_nobody(days_left: int) -> None:
    assert shown(days_left, STOPPED)[0] is V.NONE


@given(st.integers(-400, 400))
def test_it_never_goes_back_from_red_to_yellow_as_the_term_runs_out(days_left: int) -> None:
    today, tomorrow = shown(days_left, TERM)[0], shown(days_left - 1, TERM)[0]
    assert (today, tomorrow) != (V.RED, V.YELLOW)
