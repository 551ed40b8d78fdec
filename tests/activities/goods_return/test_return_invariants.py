"""The books' rules of goods that come back, each broken behind the product's back and found."""

import psycopg
import pytest
import pytest_asyncio

from db.database import Database
from db.invariants import differences
from db.invariants.goods_returns import GOODS_RETURN_INVARIANTS
from tests.activities.goods_return.walk import asked, sold
from tests.books import AT, Books
from tests.starter.broken_invariants import Break, behind_the_back, changed, replaced

PIECES, ENDED, MONEY, EXCHANGE, CARRIAGE, PAID, HISTORY = (
    one.name for one in GOODS_RETURN_INVARIANTS
)
ACCEPTED = (
    "UPDATE goods_return_lines SET accepted = {} WHERE return_id IN"
    " (SELECT id FROM goods_returns WHERE settlement = 'refund')"
)
OF_ANOTHER = (
    "UPDATE refunds SET goods_return_id = (SELECT max(id) FROM goods_returns"
    " WHERE ground = 'change_of_mind') WHERE goods_return_id = (SELECT max(goods_return_id)"
    " FROM refunds)"
)
GIVEN = "UPDATE ledger_transfers SET amount_kopecks = amount_kopecks "
BREAKS = (
    changed(PIECES, "returned_pieces", "held", "+1"),
    Break(
        ENDED,
        ACCEPTED.format(1),
        ACCEPTED.format(2),
    ),
    changed(MONEY, "goods_return_lines", "price_kopecks", "-1"),
    Break(
        MONEY,
        "UPDATE refunds SET goods_return_id = 'other-' || goods_return_id"
        " WHERE goods_return_id IS NOT NULL",
        "UPDATE refunds SET goods_return_id = substr(goods_return_id, 7)"
        " WHERE goods_return_id IS NOT NULL",
    ),
    changed(EXCHANGE, "goods_exchanges", "amount_kopecks", "+1"),
    replaced(EXCHANGE, "goods_exchanges", "DELETE FROM goods_exchanges"),
    Break(
        EXCHANGE,
        GIVEN + "- 1 WHERE kind = 'goods_given'",
        GIVEN + "+ 1 WHERE kind = 'goods_given'",
    ),
    Break(
        CARRIAGE,
        "UPDATE goods_returns SET carriage_kopecks = 0 WHERE ground = 'change_of_mind'",
        "UPDATE goods_returns SET carriage_kopecks = 35000 WHERE ground = 'change_of_mind'",
    ),
    Break(
        PAID,
        "UPDATE ledger_transfers SET kind = 'carriage_freed' WHERE kind = 'carriage_paid'",
        "UPDATE ledger_transfers SET kind = 'carriage_paid' WHERE kind = 'carriage_freed'",
    ),
    Break(
        PAID,
        "UPDATE goods_return_carriages SET status = 'confirmed', paid_on = NULL",
        "UPDATE goods_return_carriages SET status = 'paid', paid_on = '2026-03-17'",
    ),
    Break(
        PAID,
        "UPDATE ledger_transfers SET amount_kopecks = 45051 WHERE kind = 'carriage_owed'",
        "UPDATE ledger_transfers SET amount_kopecks = 45050 WHERE kind = 'carriage_owed'",
    ),
    changed(HISTORY, "goods_returns", "version", "+1"),
)


@pytest_asyncio.fixture
async def returned(database: Database, books: Books) -> None:
    """One return settled by money, with the carriage that the client paid, one by an exchange, one
    that somebody changed its mind about.
    """
    for ground, decided in (
        ("wrong_goods", {"settlement": "refund"}),
        ("wrong_goods", {"settlement": "exchange"}),
        ("change_of_mind", None),
    ):
        walk = await asked(database, books, sold(books), ground=ground)
        await walk.inspected(carriage_kopecks=350_00)
        if decided is None:
            await walk.says("reject", reason="следы использования")
            continue
        await walk.says("accept", **decided)
        if decided["settlement"] == "refund":
            await walk.claims()
            await walk.settled()
            await walk.says("confirm_carriage")
            await walk.says("pay_carriage", paid_on=AT.date())
            await walk.does("close")
        else:
            await walk.does("settle")


async def test_what_is_broken_is_found(database: Database, books: Books, returned: None) -> None:
    names = {one.name for one in GOODS_RETURN_INVARIANTS}
    assert {found async for found in differences(database) if found.invariant in names} == set()
    for broken in BREAKS:
        behind_the_back(books, broken.spoil)
        found = {one.invariant async for one in differences(database)}
        behind_the_back(books, broken.mend)
        assert found & names == {broken.invariant}, broken
    assert {one.invariant for one in BREAKS} == names


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        (
            "UPDATE goods_returns SET money_started_at = now() WHERE settlement = 'exchange'",
            "goods_or_money",
        ),
        (
            "UPDATE goods_returns SET carriage_kopecks = 1 WHERE ground = 'wrong_goods'",
            "our_fault_is_our_carriage",
        ),
        (
            "UPDATE goods_return_lines SET held = held + 9, asked = asked + 9 WHERE held = 2",
            "pieces_at_most_bought",
        ),
        (OF_ANOTHER, "refund_is_of_its_return"),
    ],
)
async def test_what_must_never_be_stored_is_not(
    books: Books, returned: None, sql: str, constraint: str
) -> None:
    with pytest.raises(psycopg.errors.IntegrityError) as broken:
        books.connection.execute(sql.encode())
    assert broken.value.diag.constraint_name == constraint
