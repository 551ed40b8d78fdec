"""Returns, refunds and price cuts of one line: whichever comes first, its money goes back once."""

import asyncio

import pytest

from db.database import Database
from domain.goods_return.goods_return import GoodsReturnRefusal, GoodsReturnStatus
from tests.activities.goods_return.walk import PRICE, asked, goods, leaves, refunded, sold
from tests.activities.walk import opened
from tests.books import AT, Books, Line

R = GoodsReturnRefusal
OTHER = Line(5_000_00, "service")
"""Money of the same invoice that a return of goods must not take."""


def given_back(books: Books, number: str) -> int:
    """What refund cases give back of the first line."""
    (kopecks,) = books.row(
        "SELECT coalesce(sum(c.sum_kopecks), 0) FROM refunds r JOIN calculation_lines c"
        " ON c.calculation_id = r.calculation_id AND c.line_no = 1 WHERE r.invoice_number = %(n)s"
        " AND r.status NOT IN ('declined', 'cancelled', 'expired')",
        n=number,
    )
    return int(kopecks)


async def test_a_refund_of_a_part_before_a_return_lowers_the_price_of_its_pieces(
    database: Database, books: Books
) -> None:
    number = sold(books, goods(), OTHER)
    await refunded(database, books, number, 600_00)
    walk = await asked(database, books, number)
    await walk.accepted()
    assert await walk.settled() == 1_600_00
    await walk.paid()
    rest = await asked(database, books, number, pieces=1)
    await rest.accepted(1)
    assert await rest.settled() == 800_00
    assert given_back(books, number) == PRICE


async def test_a_refund_of_all_between_the_inspection_and_the_decision_leaves_nothing_to_pay(
    database: Database, books: Books
) -> None:
    number = sold(books, goods(), OTHER)
    walk = await asked(database, books, number)
    await walk.inspected()
    await refunded(database, books, number, PRICE)
    for other in ("exchange", "repair"):
        assert (await walk.says("accept", settlement=other)).refusal == R.PAID_BACK
    cut = await walk.says("accept", settlement="price_cut", cut_kopecks=1_00)
    assert cut.refusal == R.PAID_BACK
    assert (await walk.says("accept", settlement="refund")).status == GoodsReturnStatus.ACCEPTED
    assert await walk.settled() == 0
    assert given_back(books, number) == PRICE
    again = await asked(database, books, number, pieces=1)
    assert again.result.refusal == R.PAID_BACK


async def test_a_refund_after_the_decision_is_counted_when_the_refund_case_opens(
    database: Database, books: Books
) -> None:
    """The return waits for the other case, and then asks for what is left of the line."""
    number = sold(books, goods(), OTHER)
    other = await opened(database, books, number)
    walk = await asked(database, books, number)
    await walk.accepted()
    assert (await walk.steps.refund_due(walk.id)).request is None
    await other.calculated(2_500_00)
    await leaves(other)
    assert await walk.settled() == 500_00


async def test_pieces_whose_price_was_cut_come_back_for_the_rest_of_it(
    database: Database, books: Books
) -> None:
    number = sold(books, goods(quantity=2))
    cut = await asked(database, books, number)
    await cut.accepted(settlement="price_cut", cut_kopecks=700_00)
    assert await cut.settled() == 700_00
    await cut.paid()
    back = await asked(database, books, number)
    await back.accepted()
    assert await back.settled() == 2_300_00
    assert given_back(books, number) == PRICE


async def test_after_the_day_of_the_law_another_return_of_the_line_pays_for_its_own_pieces(
    database: Database, books: Books
) -> None:
    number = sold(books)
    by_law = await asked(database, books, number)
    by_law.at = by_law.result.money_at or AT
    await by_law.opens_refund()
    assert (await by_law.does("pay_by_law")).status == GoodsReturnStatus.REQUESTED
    await by_law.paid()
    rest = await asked(database, books, number, pieces=1)
    await rest.accepted(1)
    assert await rest.settled() == 1_000_00
    assert given_back(books, number) == PRICE


async def test_goods_that_are_not_paid_for_are_not_exchanged(
    database: Database, books: Books
) -> None:
    """Its settlement would wait for money that may never come."""
    client_id = books.client(kind="individual", name="Анна Ким")
    number = books.invoice(goods(), client_id=client_id, paid=(PRICE // 2,))
    walk = await asked(database, books, number, pieces=2)
    await walk.inspected(2)
    refused = await walk.says("accept", settlement="exchange")
    assert (refused.status, refused.refusal) == (GoodsReturnStatus.INSPECTED, R.EXCHANGE_UNPAID)
    books.payment(number, PRICE - PRICE // 2)
    assert (await walk.says("accept", settlement="exchange")).status == GoodsReturnStatus.ACCEPTED
    assert (await walk.does("settle")).status == GoodsReturnStatus.SETTLED


async def test_of_two_returns_of_the_last_piece_at_once_one_opens(
    database: Database, books: Books
) -> None:
    number = sold(books, goods(quantity=1))
    first, second = await asyncio.gather(
        *(asked(database, books, number, pieces=1) for _ in range(2))
    )
    refusals = {first.result.refusal, second.result.refusal}
    assert refusals == {None, R.TOO_MANY_PIECES}


@pytest.mark.parametrize("first", [True, False], ids=["return first", "refund first"])
async def test_a_refund_of_the_line_and_an_exchange(
    database: Database, books: Books, first: bool
) -> None:
    """Either order: no more money than the line cost, and none of another line's for goods."""
    number = sold(books, goods(), OTHER)
    walk = await asked(database, books, number, pieces=3)
    await walk.inspected(3)
    if first:
        await walk.says("accept", settlement="exchange")
        await walk.does("settle")
        await refunded(database, books, number, PRICE)
    else:
        await refunded(database, books, number, PRICE)
        assert (await walk.says("accept", settlement="exchange")).refusal == R.PAID_BACK
    exchanged = books.rows("SELECT FROM goods_exchanges WHERE invoice_number = %(n)s", n=number)
    assert (len(exchanged), given_back(books, number)) == (1 if first else 0, PRICE)
