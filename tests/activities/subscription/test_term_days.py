"""The days of terms through the real steps: the anchor of a chain is kept, and held."""

from datetime import date, datetime, timedelta

import pytest

from activities.renewal import RenewalActivities
from db.database import Database
from domain.renewal.renewal import RenewalOpening
from tests.activities.renewal_walk import RenewalWalk, opened
from tests.renewal_books import RenewalBooks

DAY = timedelta(days=1)


async def bought(walk: RenewalWalk, day: date, months: int, tariff: str = "400") -> RenewalWalk:
    """Orders on a day, pays the day after; the case of the term that begins."""
    await walk.on(day - DAY).ordered(months=months, tariff_code=walk.books.tariff(tariff))
    walk.on(day).paid()
    await walk.looked()
    return await walk.followed()


def ends(walk: RenewalWalk) -> list[str]:
    return [last.isoformat() for _, last in walk.books.terms_of(walk.request.subscription_id)]


def anchors(walk: RenewalWalk) -> list[date]:
    rows = walk.books.rows(
        "SELECT anchored_on FROM terms WHERE subscription_id = %(id)s ORDER BY starts_on",
        id=walk.request.subscription_id,
    )
    return [row.anchored_on for row in rows]


async def test_a_chain_of_months_keeps_its_anchor_whatever_tariff_goes_on(
    database: Database, books: RenewalBooks
) -> None:
    walk = await bought(await opened(database, books, ends_on=None), date(2027, 1, 31), 1)
    walk = await bought(walk, date(2027, 2, 20), 1, "1000")
    walk = await bought(walk, date(2027, 4, 3), 1)  # in the grace
    assert ends(walk) == ["2027-02-28", "2027-03-30", "2027-04-30"]
    walk = await bought(walk, date(2027, 4, 30), 12, "1000")
    assert ends(walk)[-1] == "2028-04-30"
    assert set(anchors(walk)) == {date(2027, 1, 31)}


async def test_a_chain_that_was_broken_has_a_new_anchor(
    database: Database, books: RenewalBooks
) -> None:
    walk = await bought(await opened(database, books, ends_on=None), date(2026, 8, 31), 6)
    walk = await bought(walk, date(2027, 3, 29), 1)
    walk = await bought(walk, date(2027, 4, 20), 1)
    assert ends(walk) == ["2027-02-28", "2027-04-28", "2027-05-28"]
    assert anchors(walk) == [date(2026, 8, 31), date(2027, 3, 29), date(2027, 3, 29)]


@pytest.mark.parametrize(
    ("first", "last", "following"),
    [
        (date(2027, 1, 31), date(2027, 2, 28), "2027-03-30"),
        (date(2027, 1, 31), date(2027, 2, 27), "2027-03-27"),
        (date(2027, 1, 15), date(2027, 3, 3), "2027-04-03"),
    ],
)
async def test_a_term_of_the_hosts_records_is_an_anchor_if_its_end_is_by_it(
    first: date, last: date, following: str, database: Database, books: RenewalBooks
) -> None:
    subscription_id = books.subscription()
    request = books.renewal_request(subscription_id, books.term(subscription_id, first, last))
    result = await RenewalActivities(database).open(RenewalOpening(request, _noon(first)))
    walk = RenewalWalk(database, books, request, result, _noon(first))
    assert ends(await bought(walk, last, 1))[-1] == following


async def test_an_invoice_says_the_days_that_its_term_has(
    database: Database, books: RenewalBooks
) -> None:
    walk = await bought(await opened(database, books, ends_on=None), date(2027, 1, 30), 1)
    await walk.on(date(2027, 2, 10)).ordered(months=1)
    line = books.row("SELECT * FROM invoice_lines WHERE invoice_number = %(n)s", n=walk.number)
    assert (line.period_start, line.period_end) == (date(2027, 3, 1), date(2027, 3, 29))


def _noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00+00:00")
