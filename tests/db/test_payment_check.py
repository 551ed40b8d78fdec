"""A payment is checked once a minute and ten times a day of one order, however many ask at once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest

from db.billing import payment_check
from db.database import Database
from domain.billing.payment_check import (
    MAX_CHECKS_A_DAY,
    PAUSE,
    AcquirerAnswer,
    BankAnswer,
    BankLook,
    PaymentCheck,
)
from starter.presentation.billing.payment_check import may_check_again
from tests.books import Books, Line

NOON = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATE = datetime(2026, 11, 30, 20, 59, 30, tzinfo=UTC)
"""Half a minute before midnight in Moscow."""
NOTHING = AcquirerAnswer.NOTHING_TO_ASK, BankLook(BankAnswer.FOUND, 1)


async def check(database: Database, number: str, at: datetime) -> PaymentCheck | None:
    return await payment_check.reserve(database, uuid4(), number, "buh@romashka", at)


@pytest.fixture
def number(books: Books) -> str:
    return books.invoice(Line(1_000_00), paid=(400_00,))


async def test_of_many_at_once_one_is_stored(database: Database, number: str) -> None:
    done = await asyncio.gather(*(check(database, number, NOON) for _ in range(8)))
    assert sum(one is not None for one in done) == 1


async def test_a_minute_lies_between_two_checks_of_an_order_and_none_of_two_orders(
    database: Database, number: str, books: Books
) -> None:
    other = books.invoice(Line(1_000_00), paid=())
    assert await check(database, number, NOON)
    assert await check(database, number, NOON + PAUSE - timedelta(seconds=1)) is None
    assert await check(database, other, NOON)
    assert await check(database, number, NOON + PAUSE)


async def test_there_are_ten_a_day_of_moscow(database: Database, number: str) -> None:
    begin = LATE - (MAX_CHECKS_A_DAY - 1) * PAUSE
    done = [await check(database, number, begin + at * PAUSE) for at in range(MAX_CHECKS_A_DAY)]
    assert [one.number for one in done if one] == list(range(1, MAX_CHECKS_A_DAY + 1))
    last = done[-1]
    assert last is not None
    assert last.free_at is None
    assert not may_check_again(last, LATE + timedelta(seconds=1))
    assert may_check_again(last, LATE + timedelta(minutes=1))
    assert await check(database, number, LATE + timedelta(seconds=29)) is None
    following = await check(database, number, LATE + PAUSE)
    assert following is not None
    assert following.number == 1


async def test_an_eleventh_check_is_none_long_after_the_tenth(
    database: Database, number: str
) -> None:
    for at in range(MAX_CHECKS_A_DAY):
        assert await check(database, number, NOON + at * PAUSE)
    assert await check(database, number, NOON + timedelta(hours=5)) is None


async def test_a_check_says_what_came_meanwhile_and_is_answered_once(
    database: Database, number: str, books: Books
) -> None:
    begun = await check(database, number, NOON)
    assert begun is not None
    assert (begun.found, begun.paid_before_kopecks) == (None, 400_00)
    books.payment(number, 600_00)
    done = await payment_check.answer(database, begun.id, *NOTHING, NOON + PAUSE)
    assert done is not None
    assert done.found is not None
    assert done.found.bank == BankLook(BankAnswer.FOUND, 1)
    assert (done.new_kopecks, done.found.paid_kopecks) == (600_00, 1_000_00)
    assert await payment_check.answer(database, begun.id, *NOTHING, NOON + PAUSE) is None
    assert await payment_check.find(database, begun.id) == done


BROKEN: list[tuple[LiteralString, str]] = [
    ("SET checked_by = 'somebody'", "payment_check_answered_once"),
    ("SET answered_at = checked_at", "payment_check_answered_whole"),
    ("SET banked_until = '2026-11-29'", "payment_check_answered_whole"),
    ("SET bank = 'nothing', found_entries = 0", "payment_check_bank_whole"),
    (
        """SET answered_at = checked_at, acquirer = 'silent', waiting_entries = 0,
            paid_kopecks = 0, bank = 'nothing', found_entries = 1""",
        "payment_check_bank_whole",
    ),
]


@pytest.mark.parametrize(("change", "expected"), BROKEN)
async def test_what_a_check_said_stays(
    database: Database, number: str, books: Books, change: LiteralString, expected: str
) -> None:
    begun = await check(database, number, NOON)
    assert begun is not None
    sql: LiteralString = "UPDATE payment_checks " + change + " WHERE id = %(id)s"
    with pytest.raises(psycopg.Error) as error:
        books.connection.execute(sql, {"id": begun.id})
    assert error.value.diag.constraint_name == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"number": 11}, "payment_checks_number_check"),
        ({"free_at": NOON}, "payment_check_pause"),
        ({"day": date(2026, 11, 29)}, "payment_check_of_its_day"),
    ],
)
def test_a_check_beyond_its_limits_is_refused_by_the_database(
    books: Books, number: str, columns: dict[str, object], expected: str
) -> None:
    whole = {
        "id": uuid4(),
        "invoice_number": number,
        "checked_by": "buh",
        "checked_at": NOON,
        "free_at": NOON + PAUSE,
        "day": date(2026, 11, 30),
        "number": 1,
        "paid_before_kopecks": 0,
    }
    with pytest.raises(psycopg.Error) as error:
        books.put("payment_checks", **{**whole, **columns})
    assert error.value.diag.constraint_name == expected
