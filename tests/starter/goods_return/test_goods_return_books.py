"""The books' rules of returns of goods, each broken behind the product's back and found."""

from db.database import Database
from db.invariants import differences
from tests.books import Books
from tests.starter.broken_invariants import behind_the_back, changed, replaced
from tests.starter.caller import Api
from tests.starter.goods_return.returning import did, opened, refund_of, to_inspected
from tests.starter.goods_return.test_goods_returns import ended

MONEY = "the money of a return goes back once, and never more than its goods cost"
BREAKS = (
    changed(
        "a return's history is whole and ends in its status", "goods_returns", "version", "+ 1"
    ),
    changed("no more pieces come back than were bought", "returned_pieces", "held", "+ 1"),
    replaced(
        "pieces are kept by open returns and by those that were paid back",
        "goods_returns",
        "UPDATE goods_returns SET settlement = 'repair' WHERE settlement = 'refund'",
    ),
    replaced(
        MONEY,
        "refunds",
        "UPDATE refunds SET sum_kopecks = sum_kopecks + 100000000"
        " WHERE goods_return_id IS NOT NULL",
    ),
    replaced(
        MONEY,
        "goods_exchanges",
        "INSERT INTO goods_exchanges SELECT id, invoice_number, 1, now() FROM goods_returns"
        " WHERE settlement = 'refund'",
    ),
    replaced(MONEY, "refunds", "UPDATE refunds SET goods_return_id = NULL"),
    changed(
        "an exchange gives goods for the sum of those that came back",
        "goods_exchanges",
        "amount_kopecks",
        "+ 1",
    ),
)


async def test_what_is_broken_is_found(whole_api: Api, books: Books, database: Database) -> None:
    client_id, refunded = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, refunded)
    await did(whole_api, refunded, "accept", settlement="refund")
    await ended(whole_api, refunded)
    assert refund_of(books, refunded) is not None
    client_id, exchanged = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, exchanged)
    await did(whole_api, exchanged, "accept", settlement="exchange")
    await ended(whole_api, exchanged, "settled")
    names = {one.invariant for one in BREAKS}
    assert {found.invariant async for found in differences(database)} & names == set()
    for broken in BREAKS:
        behind_the_back(books, broken.spoil)
        found = {one.invariant async for one in differences(database)}
        behind_the_back(books, broken.mend)
        assert broken.invariant in found, broken.spoil
    assert {found.invariant async for found in differences(database)} & names == set()
