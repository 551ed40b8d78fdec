"""Each step of a renewal in a real database: what it stores, repeats and refuses."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from db.database import Database
from domain.renewal import RenewalStatus
from tests.activities.renewal_walk import ENDS_ON, opened
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks, year_from

S = RenewalStatus
NEXT_YEAR = year_from(ENDS_ON + timedelta(days=1))


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[RenewalBooks]:
    books = RenewalBooks(database_url)
    yield books
    books.close()


async def test_a_renewal_goes_the_straight_way(database: Database, books: RenewalBooks) -> None:
    walk = await opened(database, books)
    assert walk.entered.status is S.WATCHING
    entered = await walk.on(date(2026, 4, 10)).ordered()
    assert entered.status is S.AWAITING_PAYMENT
    walk.on(date(2026, 4, 16)).paid(day=date(2026, 4, 14))
    entered = await walk.looked()
    assert entered.status is S.PAID
    assert entered.next_term is not None
    assert (entered.next_term.starts_on, entered.next_term.ends_on) == NEXT_YEAR
    walk.at = entered.next_term.starts_at
    assert (await walk.begun()).status is S.RENEWED
    assert books.terms_of(walk.request.subscription_id)[1:] == [NEXT_YEAR]
    assert books.told(walk.request.renewal_id) == [
        "renewal_ordered",
        "renewal_paid",
        "renewal_renewed",
    ]
    invoice = books.row("SELECT * FROM invoices WHERE number = %(n)s", n=walk.number)
    assert (invoice.total_kopecks, invoice.issued_on) == (PRICE_KOPECKS, date(2026, 4, 10))
