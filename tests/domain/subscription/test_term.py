"""Where terms end: ГК РФ ст. 191–192 п. 3, and the anchor that a chain of them keeps."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.subscription.term import LatestTerm, TermDays, last_day, months_after, next_term_days

DAY = timedelta(days=1)
TEN_YEARS = 120
days = st.dates(date(2026, 1, 1), date(2036, 12, 31))


def chain(first: date, *months: int) -> Iterator[TermDays]:
    """Terms bought one after another, each before the last one ends."""
    latest = None
    for one in months:
        paid_on = first if latest is None else latest.ends_on
        term = next_term_days(latest, paid_on, 0, one)
        yield term
        latest = LatestTerm(term.ends_on, term.anchored_on)


@pytest.mark.parametrize(
    ("first", "months", "ends"),
    [
        ("2027-01-31", [1, 1, 1], ["2027-02-28", "2027-03-30", "2027-04-30"]),
        ("2027-01-30", [1, 1], ["2027-02-28", "2027-03-29"]),
        ("2027-01-29", [1, 1], ["2027-02-28", "2027-03-28"]),
        ("2027-01-28", [1, 1], ["2027-02-27", "2027-03-27"]),
        ("2027-02-01", [1, 1, 1], ["2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2026-08-31", [6, 1], ["2027-02-28", "2027-03-30"]),
        ("2028-02-29", [12], ["2029-02-28"]),
        ("2027-03-01", [12, 12], ["2028-02-28", "2029-02-28"]),
        ("2028-03-01", [12, 36], ["2029-02-28", "2032-02-29"]),
        ("2028-01-31", [1, 1], ["2028-02-29", "2028-03-30"]),
        ("2026-12-31", [2, 12], ["2027-02-28", "2028-02-29"]),
        ("2026-05-01", [12], ["2027-04-30"]),
        ("2026-01-01", [12], ["2026-12-31"]),
    ],
)
def test_a_chain_ends_on_the_number_of_the_day_before_its_first(
    first: str, months: list[int], ends: list[str]
) -> None:
    terms = chain(date.fromisoformat(first), *months)
    assert [term.ends_on.isoformat() for term in terms] == ends


@given(days, st.lists(st.integers(1, 12), min_size=2, max_size=12))
def test_terms_of_any_lengths_neither_gap_nor_overlap_and_end_where_one_of_them_all_would(
    first: date, months: list[int]
) -> None:
    terms = list(chain(first, *months))
    assert all(then.starts_on == term.ends_on + DAY for term, then in pairwise(terms))
    assert terms[-1].ends_on == last_day(first, sum(months))
    assert {term.anchored_on for term in terms} == {first}


@given(days)
def test_ten_years_of_months_end_once_in_each_on_the_anchors_number(first: date) -> None:
    before = first - DAY
    terms = list(chain(first, *[1] * TEN_YEARS))
    assert [term.ends_on for term in terms] == [
        months_after(before, count) for count in range(1, TEN_YEARS + 1)
    ]
    quarters = chain(first, *[3] * (TEN_YEARS // 3))
    assert [term.ends_on for term in quarters] == [term.ends_on for term in terms[2::3]]


ANCHOR = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("latest", "paid_on", "expected"),
    [
        # Late, in the grace of ten days: the chain goes on.
        (LatestTerm(date(2027, 2, 28), ANCHOR), date(2027, 3, 10), (date(2027, 3, 1), ANCHOR)),
        # Lapsed: it begins anew with the payment.
        (LatestTerm(date(2027, 2, 28), ANCHOR), date(2027, 3, 11), (date(2027, 3, 11), None)),
        # Stopped, also when the payment adjoins what was served.
        (
            LatestTerm(date(2027, 2, 28), ANCHOR, date(2027, 2, 10)),
            date(2027, 2, 10),
            (date(2027, 2, 10), None),
        ),
        # The host's records had other days: their end is no end by the anchor.
        (LatestTerm(date(2027, 2, 27), ANCHOR), date(2027, 2, 20), (date(2027, 2, 28), None)),
    ],
)
def test_a_chain_goes_on_or_begins_anew(
    latest: LatestTerm, paid_on: date, expected: tuple[date, date | None]
) -> None:
    first, anchor = expected
    term = next_term_days(latest, paid_on, 10, 1)
    assert (term.starts_on, term.anchored_on) == (first, anchor or first)
