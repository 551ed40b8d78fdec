"""What the acquirer took back is booked once, covers itself from what is free, and of a chargeback
and a payment order that come at once the second sees the first.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from db.database import Database
from db.invariants import differences
from tests.activities.walk import paying
from tests.books import Books, Line

TAKEN_BACK = """
INSERT INTO acquirer_differences
    (id, invariant, subject, acquirer_payment_id, amount_kopecks, happened_on, found, found_at)
VALUES (gen_random_uuid(), %(invariant)s, %(subject)s, %(payment)s, %(kopecks)s, CURRENT_DATE,
        'найдено', now())
"""
CLEAR = "UPDATE payouts SET cleared_at = now() WHERE case_id = %(case)s"
ORDERED = """
INSERT INTO payment_orders (id, run_id, case_id, attempt, day, amount_kopecks, purpose)
VALUES (gen_random_uuid(), gen_random_uuid(), %(case)s, 1, CURRENT_DATE, 100000, 'возврат')
"""
PAID, BY_CARD = 100_000, 60_000


class Order:
    """An order paid by card, and what the database has of it."""

    def __init__(self, books: Books, by_card: int = PAID) -> None:
        self.books = books
        self.number = books.invoice(Line(PAID), paid=())
        self.payment = f"acq-{self.number}"
        books.payment(self.number, by_card, acquirer_id=self.payment)
        if by_card < PAID:
            books.payment(self.number, PAID - by_card, method="bank_transfer")

    def taken(
        self, kopecks: int, subject: str = "", invariant: str = "charged_back"
    ) -> dict[str, Any]:
        """The parameters of `TAKEN_BACK`."""
        return {
            "invariant": invariant,
            "subject": subject or f"cb-{self.number}",
            "payment": self.payment,
            "kopecks": kopecks,
        }

    @property
    def case(self) -> str:
        """Its refund."""
        return f"refund-{self.number}-1"

    def balance(self, kind: str) -> int:
        row = self.books.row("SELECT balance_of(%(a)s) AS k", a=f"{kind}/{self.number}")
        return int(row.k)


@pytest.fixture
def order(books: Books) -> Order:
    return Order(books)


@pytest.fixture
def other(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else's connection, in a transaction of its own."""
    with psycopg.connect(database_url) as connection:
        yield connection


async def broken(database: Database, number: str) -> list[str]:
    return [one.invariant async for one in differences(database) if number in str(one)]


@pytest.mark.parametrize("invariant", ["charged_back", "ours"])
async def test_what_was_taken_back_is_no_longer_free_and_found_again_is_booked_once(
    order: Order, database: Database, invariant: str
) -> None:
    order.books.connection.execute(TAKEN_BACK, order.taken(30_000, invariant=invariant))
    order.books.connection.execute(
        TAKEN_BACK.replace("now())", "now()) ON CONFLICT DO NOTHING"),
        order.taken(30_000, invariant=invariant),
    )
    assert (order.balance("invoice"), order.balance("taken")) == (PAID - 30_000, 0)
    row = order.books.row(
        "SELECT promised_kopecks, taken_back_kopecks FROM invoices WHERE number = %(n)s",
        n=order.number,
    )
    assert (row.promised_kopecks, row.taken_back_kopecks) == (30_000, 30_000)
    assert await broken(database, order.number) == []


async def test_a_surplus_covers_it_first_and_money_that_comes_back_is_free_again(
    order: Order, database: Database
) -> None:
    books = order.books
    books.payment(order.number, 20_000, acquirer_id=f"again-{order.number}")
    books.connection.execute(TAKEN_BACK, order.taken(50_000))
    assert (order.balance("surplus"), order.balance("invoice")) == (0, PAID - 30_000)
    assert await broken(database, order.number) == []
    books.connection.execute(
        "INSERT INTO taken_back_returns VALUES (%s, CURRENT_DATE, 'petrova', now())",
        (f"cb-{order.number}",),
    )
    assert (order.balance("surplus"), order.balance("invoice")) == (20_000, PAID)
    assert await broken(database, order.number) == []


@pytest_asyncio.fixture
async def promised(order: Order, database: Database) -> Order:
    """Paid by a transfer too, with a refund of all of it whose payout by the bank is prepared."""
    mixed = Order(order.books, by_card=BY_CARD)
    await paying(database, mixed.books, mixed.number)
    return mixed


async def test_an_order_that_comes_after_a_chargeback_is_refused(
    promised: Order, other: psycopg.Connection[Any]
) -> None:
    other.execute(TAKEN_BACK, promised.taken(BY_CARD))
    clearing = asyncio.to_thread(promised.books.connection.execute, CLEAR, {"case": promised.case})
    waiting = asyncio.ensure_future(clearing)
    await until_somebody_waits(other)
    other.commit()
    with pytest.raises(psycopg.errors.CheckViolation, match="took this money back") as refused:
        await waiting
    assert refused.value.diag.constraint_name == "never_paid_twice"
    assert promised.balance("taken") == -BY_CARD


async def test_a_chargeback_that_comes_after_an_order_is_booked_and_holds_the_next_one(
    promised: Order, other: psycopg.Connection[Any]
) -> None:
    other.execute(CLEAR, {"case": promised.case})
    booking = asyncio.to_thread(
        promised.books.connection.execute, TAKEN_BACK, promised.taken(BY_CARD)
    )
    waiting = asyncio.ensure_future(booking)
    await until_somebody_waits(other)
    other.commit()
    await waiting
    assert promised.balance("taken") == -BY_CARD
    with pytest.raises(psycopg.errors.CheckViolation):
        promised.books.connection.execute(ORDERED, {"case": promised.case})


async def until_somebody_waits(connection: psycopg.Connection[Any]) -> None:
    """Until another connection waits for a lock of this one's."""
    mine = connection.info.backend_pid
    waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid)))"
    async with asyncio.timeout(20):
        while connection.execute(waits, (mine,)).fetchone() != (True,):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
