"""Sums and dates read as a Russian accountant writes them."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_AMOUNT_KOPECKS
from texts import day, day_in_words, deadline, hours, moment, number, rubles, rubles_in_words

NO_BREAK_SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("kopecks", "text"),
    [
        (123_456_750, "1 234 567,50 ₽"),
        (969_355, "9 693,55 ₽"),
        (5, "0,05 ₽"),
        (0, "0,00 ₽"),
        (-250_695, "-2 506,95 ₽"),
        (MAX_AMOUNT_KOPECKS, "999 999 999 999,99 ₽"),
    ],
)
def test_a_sum_has_groups_a_comma_two_decimals_and_no_breakable_space(
    kopecks: int, text: str
) -> None:
    assert rubles(kopecks) == text.replace(" ", NO_BREAK_SPACE)


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0"), (999, "999"), (1_000, "1 000"), (1_234_567, "1 234 567")]
)
def test_a_number_has_groups_and_no_breakable_space(n: int, text: str) -> None:
    assert number(n) == text.replace(" ", NO_BREAK_SPACE)


@given(st.integers(0, MAX_AMOUNT_KOPECKS))
def test_the_digits_of_a_sum_are_exactly_its_kopecks(kopecks: int) -> None:
    assert int("".join(sign for sign in rubles(kopecks) if sign.isdigit())) == kopecks


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0,0"), (359, "0,1"), (5400, "1,5"), (3599, "1,0"), (4_444_200, "1\u00a0234,5")],
)
def test_hours_have_a_tenth(seconds: float, text: str) -> None:
    assert hours(seconds) == text


@pytest.mark.parametrize(
    ("kopecks", "text"),
    [
        (0, "Ноль рублей 00 копеек"),
        (1_00, "Один рубль 00 копеек"),
        (2_01, "Два рубля 01 копейка"),
        (5_02, "Пять рублей 02 копейки"),
        (11_11, "Одиннадцать рублей 11 копеек"),
        (12_12, "Двенадцать рублей 12 копеек"),
        (21_21, "Двадцать один рубль 21 копейка"),
        (112_14, "Сто двенадцать рублей 14 копеек"),
        (1_000_00, "Одна тысяча рублей 00 копеек"),
        (2_002_22, "Две тысячи два рубля 22 копейки"),
        (9_693_55, "Девять тысяч шестьсот девяносто три рубля 55 копеек"),
        (1_234_567_50, "Один миллион двести тридцать четыре тысячи пятьсот шестьдесят семь рублей"),
    ],
)
def test_a_sum_in_words_agrees_with_its_number(kopecks: int, text: str) -> None:
    assert rubles_in_words(kopecks).startswith(text)


@given(st.integers(0, MAX_AMOUNT_KOPECKS))
def test_a_sum_in_words_ends_in_its_kopecks_and_begins_with_a_capital(kopecks: int) -> None:
    words = rubles_in_words(kopecks).split()
    assert words[-2] == f"{kopecks % 100:02d}"
    assert words[0][0].isupper()


def test_a_negative_sum_has_no_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        rubles_in_words(-1)


def test_days_are_written_in_digits_and_in_words() -> None:
    assert day(date(2026, 5, 4)) == "04.05.2026"
    assert day_in_words(date(2026, 5, 14)) == "14 мая 2026 г."


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 5, 14, 12, 30, tzinfo=UTC),
        datetime(2026, 5, 14, 19, 30, tzinfo=timezone(timedelta(hours=7))),
    ],
)
def test_a_moment_is_moscow_time_whatever_zone_it_came_in(instant: datetime) -> None:
    assert moment(instant) == "14.05.2026 15:30 (МСК)"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        moment(datetime(2026, 5, 14, 12, 30))  # noqa: DTZ001 - the naive one is the point


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (datetime(2026, 11, 27, 21, 0, tzinfo=UTC), "27.11.2026 24:00 (МСК)"),
        (datetime(2026, 12, 31, 21, 0, tzinfo=UTC), "31.12.2026 24:00 (МСК)"),
        (datetime(2026, 11, 27, 21, 1, tzinfo=UTC), "28.11.2026 00:01 (МСК)"),
        (datetime(2026, 12, 21, 9, 5, tzinfo=UTC), "21.12.2026 12:05 (МСК)"),
    ],
)
def test_a_wait_that_ends_at_midnight_ends_with_the_day_before(
    instant: datetime, said: str
) -> None:
    assert deadline(instant) == said


IN_A_FRESH_PROCESS = """
import builtins
from datetime import UTC, date, datetime

import texts

def refuse(name, *rest):
    if name != "time":  # strftime's own, which a sandbox allows
        raise ImportError(f"{name} is imported after the module was loaded")
    return at_ease(name, *rest)

at_ease, builtins.__import__ = builtins.__import__, refuse
texts.rubles(9_693_55)
texts.rubles_in_words(9_693_55)
texts.day(date(2026, 5, 14))
texts.day_in_words(date(2026, 5, 14))
texts.moment(datetime(2026, 5, 14, tzinfo=UTC))
texts.deadline(datetime(2026, 5, 13, 21, tzinfo=UTC))
texts.translate("role.client")
texts.translate_many("count.days", 5)
"""


def test_nothing_is_imported_late_because_a_workflows_sandbox_would_refuse_it() -> None:
    subprocess.run(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", IN_A_FRESH_PROCESS], check=True, cwd=Path(__file__).parents[2]
    )
