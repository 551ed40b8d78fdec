"""Refunds whose days of crediting are over, closed as their process would have closed them."""

from datetime import timedelta

from db.database import Database
from domain.calendar.bank_calendar import moscow_date
from tests.activities.walk import paid
from tests.books import Books
from tests.starter.refund.shop import Case, Shop

CLOSED_AGO = timedelta(days=3)


async def credited(shop: Shop, database: Database, books: Books) -> Case:
    """A case whose money left by card three weeks ago; its process has ended."""
    number = await shop.invoice()
    walk = await paid(database, books, number)
    walk.took(await walk.steps.close(walk.next()))
    now = books.row("SELECT now() AS now").now
    books.connection.execute(
        "UPDATE refunds SET paid_on = %s, first_paid_on = %s, credit_by = %s, closed_at = %s"
        " WHERE id = %s",
        (
            moscow_date(now - timedelta(days=21)),
            moscow_date(now - timedelta(days=21)),
            moscow_date(now - CLOSED_AGO),
            now - CLOSED_AGO,
            walk.refund_id,
        ),
    )
    return Case(shop, shop.client_of(number), walk.refund_id)


async def inquired(shop: Shop, database: Database, books: Books) -> Case:
    """The same whose client has asked where the money is."""
    case = await credited(shop, database, books)
    today = moscow_date(books.row("SELECT now() AS now").now).isoformat()
    answer = await case.client.post(f"{case.path}/inquiry", {"checked_on": today})
    assert answer.status_code == 200, answer.text
    return case
