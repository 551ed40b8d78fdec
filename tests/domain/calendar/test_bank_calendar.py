"""Bank days against the decrees, Moscow's clock, and calendar files good and bad."""

import csv
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar.bank_calendar import (
    MAX_BANK_DAYS,
    MAX_CALENDAR_FILE_BYTES,
    MAX_DETAIL_LENGTH,
    MAX_SPAN_DAYS,
    STATUTORY_HOLIDAYS,
    BankCalendar,
    CalendarFileError,
    CalendarNotCovered,
    end_of_moscow_day,
    moscow_date,
    parse_production_calendar,
)

DECREED = Path(__file__).with_name("production-calendar-2024-2027.csv")
CALENDAR = BankCalendar()


def decreed_days() -> dict[date, bool]:
    with DECREED.open(encoding="ascii") as rows:
        return {
            date.fromisoformat(row["date"]): row["working"] == "1" for row in csv.DictReader(rows)
        }


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=ahead) for ahead in range((date(year + 1, 1, 1) - first).days)]


def day_element(day: date, working: bool) -> str:
    kind = "3" if working and day.weekday() >= 5 else "2" if working else "1"
    return f'<day d="{day:%m.%d}" t="{kind}"/>'


def holidays_of(year: int) -> dict[date, bool]:
    return {date(year, month, day): False for month, day in STATUTORY_HOLIDAYS}


def calendar_file(year: int, listed: Mapping[date, bool], extra: str = "") -> bytes:
    days = "\n".join(day_element(day, working) for day, working in listed.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<calendar year="{year}" lang="ru" date="2025.09.24" country="ru">'
        '<holidays><holiday id="1" title="Новогодние каникулы"/></holidays>'
        f"<days>{days}\n{extra}</days></calendar>"
    ).encode()


def test_all_1461_days_of_the_decrees_are_told_right() -> None:
    decreed = decreed_days()
    told = {day: CALENDAR.is_bank_day(day) for day in decreed}
    assert len(decreed) == 1461
    assert told == decreed


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 4, 27), True),
        (date(2024, 11, 2), True),
        (date(2024, 12, 28), True),
        (date(2024, 4, 29), False),
        (date(2024, 4, 30), False),
        (date(2024, 12, 30), False),
        (date(2024, 12, 31), False),
        (date(2025, 11, 1), True),
        (date(2025, 5, 2), False),
        (date(2025, 5, 8), False),
        (date(2025, 6, 13), False),
        (date(2025, 11, 3), False),
        (date(2025, 12, 31), False),
        (date(2026, 1, 9), False),
        (date(2026, 3, 9), False),
        (date(2026, 5, 11), False),
        (date(2026, 12, 31), False),
        (date(2027, 2, 20), True),
        (date(2027, 2, 22), False),
        (date(2027, 11, 5), False),
        (date(2027, 12, 31), False),
        (date(2027, 5, 3), False),
        (date(2027, 5, 10), False),
        (date(2027, 6, 14), False),
    ],
)
def test_official_transfers_are_known(day: date, working: bool) -> None:
    assert CALENDAR.is_bank_day(day) is working


@pytest.mark.parametrize(
    ("year", "working_days"), [(2024, 248), (2025, 247), (2026, 247), (2027, 247)]
)
def test_a_year_has_its_number_of_working_days(year: int, working_days: int) -> None:
    assert sum(map(CALENDAR.is_bank_day, days_of(year))) == working_days


@pytest.mark.parametrize(
    ("paid_on", "credited_by"),
    [(date(2026, 4, 28), date(2026, 5, 14)), (date(2026, 12, 25), date(2027, 1, 19))],
)
def test_ten_bank_days_after_a_payment(paid_on: date, credited_by: date) -> None:
    assert CALENDAR.add_bank_days(paid_on, 10) == credited_by


def test_a_count_that_runs_into_an_uncovered_year_names_the_year() -> None:
    with pytest.raises(CalendarNotCovered) as refusal:
        CALENDAR.add_bank_days(date(2027, 12, 20), 10)
    assert refusal.value.year == 2028


def test_a_confirmed_year_is_counted_with_its_statutory_holidays() -> None:
    calendar = BankCalendar(confirmed_years=frozenset({2028}))
    assert calendar.covered(2028)
    assert calendar.add_bank_days(date(2027, 12, 20), 10) == date(2028, 1, 11)


def test_the_first_bank_day_is_the_day_after() -> None:
    friday, monday = date(2026, 7, 3), date(2026, 7, 6)
    assert CALENDAR.add_bank_days(friday, 1) == monday


@pytest.mark.parametrize("count", [0, -1, MAX_BANK_DAYS + 1])
def test_a_count_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count of bank days"):
        CALENDAR.add_bank_days(date(2026, 1, 1), count)


@pytest.mark.parametrize("span", [-1, MAX_SPAN_DAYS + 1])
def test_a_span_out_of_bounds_is_refused(span: int) -> None:
    start = date(2024, 1, 1)
    with pytest.raises(ValueError, match="span"):
        CALENDAR.bank_days_between(start, start + timedelta(days=span))


def test_an_override_wins_over_the_library_and_moves_the_count() -> None:
    start, struck_out, worked = date(2026, 4, 28), date(2026, 4, 29), date(2026, 5, 2)
    later = BankCalendar({struck_out: False})
    sooner = BankCalendar({worked: True})
    assert not later.is_bank_day(struck_out)
    assert sooner.is_bank_day(worked)
    assert later.add_bank_days(start, 10) == date(2026, 5, 15)
    assert sooner.add_bank_days(start, 10) == date(2026, 5, 13)


def test_an_override_does_not_make_its_year_covered() -> None:
    day = date(2028, 1, 11)
    calendar = BankCalendar({day: True})
    assert not calendar.covered(2028)
    with pytest.raises(CalendarNotCovered):
        calendar.is_bank_day(day)


starts = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 31))
counts = st.integers(min_value=1, max_value=200)


@given(starts, counts)
def test_more_bank_days_end_later_and_always_on_a_bank_day(start: date, count: int) -> None:
    end = CALENDAR.add_bank_days(start, count)
    assert start < end < CALENDAR.add_bank_days(start, count + 1)
    assert CALENDAR.is_bank_day(end)


@given(starts, st.integers(min_value=0, max_value=60), counts)
def test_a_later_start_never_ends_sooner(start: date, later_by: int, count: int) -> None:
    later = start + timedelta(days=later_by)
    assert CALENDAR.add_bank_days(start, count) <= CALENDAR.add_bank_days(later, count)


@given(starts, counts)
def test_days_between_are_the_days_that_were_added(start: date, count: int) -> None:
    assert CALENDAR.bank_days_between(start, CALENDAR.add_bank_days(start, count)) == count


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 5, 14), datetime(2026, 5, 14, 21, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 21, tzinfo=UTC)),
        (date(2013, 7, 1), datetime(2013, 7, 1, 20, tzinfo=UTC)),  # Moscow was four hours ahead
    ],
)
def test_a_day_ends_at_moscows_midnight(day: date, instant: datetime) -> None:
    assert end_of_moscow_day(day) == instant
    assert end_of_moscow_day(day).tzinfo is UTC
    assert moscow_date(instant - timedelta(microseconds=1)) == day
    assert moscow_date(instant) == day + timedelta(days=1)


def test_a_time_without_a_zone_has_no_date_in_moscow() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moscow_date(datetime(2026, 5, 14, 12))  # noqa: DTZ001  the naive time is what is tested


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_a_file_of_a_decreed_year_says_what_the_decree_says(year: int) -> None:
    decreed = {day: working for day, working in decreed_days().items() if day.year == year}
    listed = {day: working for day, working in decreed.items() if working == (day.weekday() >= 5)}
    read = parse_production_calendar(calendar_file(year, listed))
    calendar = BankCalendar(read.days)
    assert read.year == year
    assert read.days == listed
    assert {day: calendar.is_bank_day(day) for day in decreed} == decreed


days_of_2028 = st.dates(min_value=date(2028, 1, 1), max_value=date(2028, 12, 31))


@settings(max_examples=25)
@given(st.dictionaries(days_of_2028, st.booleans(), max_size=40))
def test_an_imported_year_is_exact_on_every_day(changes: dict[date, bool]) -> None:
    listed = changes | holidays_of(2028)
    listed = {day: says for day, says in listed.items() if not says or day.weekday() >= 5}
    read = parse_production_calendar(calendar_file(2028, listed))
    calendar = BankCalendar(read.days, frozenset({2028}))
    for day in days_of(2028):
        assert calendar.is_bank_day(day) is listed.get(day, day.weekday() < 5)


def test_an_imported_year_wins_over_a_decree_that_was_changed() -> None:
    read = parse_production_calendar(calendar_file(2027, holidays_of(2027)))
    calendar = BankCalendar(read.days)
    for was_moved in (date(2027, 2, 20), date(2027, 2, 22), date(2027, 11, 5)):
        assert CALENDAR.is_bank_day(was_moved) is not calendar.is_bank_day(was_moved)


def test_a_shortened_saturday_and_a_transfer_are_read() -> None:
    extra = '<day d="02.19" t="2"/><day d="02.25" t="1" f="02.19"/><day d="02.22" t="2"/>'
    read = parse_production_calendar(calendar_file(2028, holidays_of(2028), extra))
    assert read.days[date(2028, 2, 19)] is True
    assert read.days[date(2028, 2, 25)] is False
    assert date(2028, 2, 22) not in read.days


@pytest.mark.parametrize(
    ("extra", "code", "detail"),
    [
        ('<day d="02.30" t="1"/>', "day_malformed", "02.30"),
        ('<day d="2.3" t="1"/>', "day_malformed", "2.3"),
        ('<day d="2028-02-03" t="1"/>', "day_malformed", "2028-02-03"),
        ('<day t="1"/>', "day_malformed", ""),
        ('<day d="03.08" t="1"/>', "day_twice", "03.08"),
        ('<day d="02.25" t="4"/>', "day_type_unknown", "4"),
        ('<day d="02.25"/>', "day_type_unknown", ""),
        ('<day d="02.25" t="3"/>', "working_weekend_on_weekday", "02.25"),
        ('<day d="02.26" t="3" f="02.19"/>', "transfer_to_working_day", "02.19"),
        ('<day d="02.25" t="1" f="02.31"/>', "transfer_malformed", "02.31"),
        ('<day d="02.25" t="1" f=""/>', "transfer_malformed", ""),
        ('<day d="02.25" t="1" f="02.19"/>', "transfer_from_unlisted_day", "02.19"),
        ('<day d="02.25" t="1" f="03.08"/>', "transfer_from_unlisted_day", "03.08"),
        ('<day d="02.26" t="1" f="01.01"/>', "transfer_to_weekend", "02.26"),
        ("&unknown;", "xml_malformed", "undefined entity"),
        ("<day></days>", "day_malformed", ""),
    ],
)
def test_a_defect_of_a_file_is_refused_with_its_line(extra: str, code: str, detail: str) -> None:
    line = 2 + len(STATUTORY_HOLIDAYS)
    with pytest.raises(CalendarFileError) as refusal:
        parse_production_calendar(calendar_file(2028, holidays_of(2028), extra))
    assert (refusal.value.line, refusal.value.code, refusal.value.detail) == (line, code, detail)


GOOD = calendar_file(2028, holidays_of(2028))
BOMB = b'<!DOCTYPE calendar [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE calendar SYSTEM "file:///etc/hostname">'


def after_declaration(xml: bytes, inserted: bytes) -> bytes:
    return xml.replace(b"?>", b"?>" + inserted, 1)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "xml_malformed"),
        (b"PK\x03\x04", "xml_malformed"),
        (GOOD[:300], "xml_malformed"),
        (GOOD[:-1], "xml_malformed"),
        (GOOD.replace("Новогодние".encode(), b"\xff"), "xml_malformed"),
        (GOOD.replace(b"UTF-8", b"utf-7"), "encoding_unknown"),
        (GOOD.replace(b"UTF-8", b"nonsense"), "encoding_unknown"),
        (after_declaration(GOOD, BOMB), "document_type_refused"),
        (after_declaration(GOOD, OUTSIDE), "document_type_refused"),
        (b"<html/>", "root_unknown"),
        (GOOD.replace(b'country="ru"', b'country="by"'), "country_not_russia"),
        (GOOD.replace(b'"2028"', b'"28"'), "year_unknown"),
        (GOOD.replace(b'"2028"', b'"2012"'), "year_unknown"),
        (GOOD.replace(b'"2028"', b'"9999"'), "year_unknown"),
        (GOOD.replace(b' year="2028"', b""), "year_unknown"),
        (calendar_file(2028, {}), "days_missing"),
        (GOOD.replace(b"<days>", b"<other>").replace(b"</days>", b"</other>"), "days_missing"),
        (GOOD.replace(b'<day d="05.01" t="1"/>', b""), "holiday_missing"),
        (GOOD.replace(b'd="05.01" t="1"', b'd="05.01" t="2"'), "holiday_missing"),
        (GOOD + b" " * MAX_CALENDAR_FILE_BYTES, "file_too_large"),
    ],
)
def test_a_file_that_is_not_a_whole_calendar_is_refused(xml: bytes, code: str) -> None:
    with pytest.raises(CalendarFileError) as refusal:
        parse_production_calendar(xml)
    assert refusal.value.code == code


def test_an_endless_value_is_cut_in_the_refusal() -> None:
    xml = GOOD.replace(b'"2028"', b'"' + b"9" * 1_000 + b'"')
    with pytest.raises(CalendarFileError) as refusal:
        parse_production_calendar(xml)
    assert len(refusal.value.detail) == MAX_DETAIL_LENGTH


@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_a_spoilt_file_is_read_or_refused_but_never_crashes(noise: bytes, place: int) -> None:
    with suppress(CalendarFileError):
        read = parse_production_calendar(GOOD[:place] + noise + GOOD[place:])
        assert all(day.year == read.year for day in read.days)
