"""What a client paid a carrier itself: the database lets it be owed and paid once, and books it."""

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from db.database import Database
from db.invariants import differences
from db.invariants.goods_returns import GOODS_RETURN_INVARIANTS
from db.invariants.ledger import LEDGER_INVARIANTS
from domain.calendar.bank_calendar import moscow_date
from domain.goods_return.goods_return import GoodsReturnRefusal
from tests.activities.goods_return.walk import CARRIAGE, ReturnWalk, asked, sold
from tests.books import AT, Books

R = GoodsReturnRefusal
DAY = moscow_date(AT)
LIMIT = 5_000_00
"""Of the policy that the migration stores."""
TRUE = {one.name for one in (*GOODS_RETURN_INVARIANTS, *LEDGER_INVARIANTS)}
TRANSFERS = (
    "SELECT kind, debit_account, credit_account, amount_kopecks FROM ledger_transfers"
    " WHERE 'carriage/' || %(id)s IN (debit_account, credit_account) ORDER BY id"
)


async def settled(database: Database, books: Books, settlement: str = "refund") -> ReturnWalk:
    """A return whose goods were taken back, with a claim of what the carrier was paid."""
    walk = await asked(database, books, sold(books))
    await walk.inspected()
    assert (await walk.claims()).refusal is None
    await walk.says("accept", settlement=settlement)
    await (walk.settled() if settlement == "refund" else walk.does("settle"))
    return walk


def transfers(books: Books, walk: ReturnWalk) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in books.rows(TRANSFERS, id=walk.id)]


def carriage(books: Books, walk: ReturnWalk) -> Any:
    return books.row("SELECT * FROM goods_return_carriages WHERE return_id = %(id)s", id=walk.id)


async def is_right(database: Database) -> bool:
    """Whether the books say of returns and of money what their rows say."""
    return [one async for one in differences(database) if one.invariant in TRUE] == []


async def test_what_was_confirmed_is_owed_and_paid_and_the_return_closes_after_it(
    database: Database, books: Books
) -> None:
    walk = await settled(database, books)
    assert not walk.result.closes
    assert await walk.steps.close(walk.change()) is None
    await walk.says("confirm_carriage")
    account, owed = f"carriage/{walk.id}", ("carriage_owed", "expense/carriage")
    assert transfers(books, walk) == [(*owed, account, CARRIAGE)]
    assert await is_right(database)
    paid = await walk.says("pay_carriage", paid_on=DAY)
    assert paid.closes
    assert (await walk.does("close")).status == "closed"
    assert transfers(books, walk)[1:] == [("carriage_paid", account, "cash/bank", CARRIAGE)]
    assert (carriage(books, walk).status, carriage(books, walk).paid_on) == ("paid", DAY)
    assert await is_right(database)


async def test_a_refusal_after_the_confirmation_frees_what_was_owed_and_a_new_claim_stands(
    database: Database, books: Books
) -> None:
    walk = await settled(database, books, "exchange")
    await walk.says("confirm_carriage")
    await walk.says("refuse_carriage", reason="чек другого заказа")
    account = f"carriage/{walk.id}"
    assert transfers(books, walk)[1] == ("carriage_freed", account, "expense/carriage", CARRIAGE)
    assert await is_right(database)
    assert (await walk.claims(300_00)).refusal is None
    assert (carriage(books, walk).amount_kopecks, carriage(books, walk).reason) == (300_00, None)
    await walk.says("confirm_carriage")
    await walk.says("pay_carriage", paid_on=DAY)
    assert [row[0] for row in transfers(books, walk)[2:]] == ["carriage_owed", "carriage_paid"]
    assert transfers(books, walk)[3][3] == 300_00
    assert await is_right(database)
    assert (await walk.says("send", track="RU 2")).status == "closed"


async def test_of_two_who_confirm_at_once_one_is_told_that_it_is_decided(
    database: Database, books: Books
) -> None:
    walk = await settled(database, books)
    await walk.says("confirm_carriage")
    assert (await walk.says("confirm_carriage")).refusal == R.CARRIAGE_DECIDED
    await walk.says("pay_carriage", paid_on=DAY)
    assert (await walk.says("pay_carriage", paid_on=DAY)).refusal == R.CARRIAGE_DECIDED
    assert [row[0] for row in transfers(books, walk)] == ["carriage_owed", "carriage_paid"]


async def test_two_steps_of_one_number_confirm_once(database: Database, books: Books) -> None:
    walk = await settled(database, books)
    decisions = [walk.decision("confirm_carriage") for _ in range(2)]
    results = await asyncio.gather(
        *(walk.steps.confirm_carriage(walk.change(one)) for one in decisions),
        return_exceptions=True,
    )
    assert sum(not isinstance(one, BaseException) for one in results) >= 1
    assert [row[0] for row in transfers(books, walk)] == ["carriage_owed"]


@pytest.mark.parametrize(
    ("kopecks", "refusal"), [(LIMIT, None), (LIMIT + 1, R.CARRIAGE_ABOVE_LIMIT)]
)
async def test_the_limit_is_the_policys_to_the_kopeck(
    database: Database, books: Books, kopecks: int, refusal: R | None
) -> None:
    walk = await asked(database, books, sold(books))
    await walk.inspected()
    assert (await walk.claims(kopecks)).refusal == refusal


async def test_a_change_of_mind_pays_its_own_carriage(database: Database, books: Books) -> None:
    walk = await asked(database, books, sold(books), ground="change_of_mind")
    await walk.inspected()
    assert (await walk.claims()).refusal == R.CARRIAGE_NOT_OURS


async def test_a_rejected_return_refuses_the_carriage_with_its_reason(
    database: Database, books: Books
) -> None:
    walk = await asked(database, books, sold(books))
    await walk.inspected()
    await walk.claims()
    await walk.says("reject", reason="следы использования")
    kept = carriage(books, walk)
    assert (kept.status, kept.reason) == ("refused", "следы использования")
    assert (await walk.says("send", track="RU 2")).status == "closed"
    assert await is_right(database)


STORED = "UPDATE goods_return_carriages SET {} WHERE return_id = %s"


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("ground = 'change_of_mind'", "carriage_of_our_fault"),
        ("way = 'deactivation'", "carriage_of_what_is_sent"),
        ("amount_kopecks = 0", "carriage_moves"),
        ("status = 'confirmed', amount_kopecks = 45051", "carriage_is_what_was_claimed"),
        ("status = 'confirmed', amount_kopecks = 0", "goods_return_carriages_amount_kopecks_check"),
        ("status = 'refused'", "refused_carriage_has_a_reason"),
        ("status = 'paid', paid_on = '2026-03-17'", "carriage_moves"),
        ("status = 'confirmed', paid_on = '2026-03-17'", "paid_carriage_has_a_day"),
        ("status = 'confirmed', claim_id = gen_random_uuid()", "carriage_moves"),
        ("status = 'confirmed', first_receipt = 2", "goods_return_carriages_first_receipt_check"),
    ],
    ids=[
        *("not our fault", "digital", "claimed again", "more than claimed", "nothing"),
        *("no reason", "not confirmed", "paid too early", "another claim", "no receipt"),
    ],
)
async def test_what_must_never_be_stored_of_a_carriage_is_not(
    database: Database, books: Books, sql: str, constraint: str
) -> None:
    walk = await settled(database, books)
    sql = sql if sql.startswith(("status", "amount")) else f"status = 'confirmed', {sql}"
    with pytest.raises(psycopg.errors.IntegrityError) as broken:
        books.connection.execute(STORED.format(sql).encode(), (walk.id,))
    assert broken.value.diag.constraint_name == constraint


async def test_a_carriage_is_not_owed_before_the_goods_are_settled(
    database: Database, books: Books
) -> None:
    walk = await asked(database, books, sold(books))
    await walk.inspected()
    await walk.claims()
    with pytest.raises(psycopg.errors.CheckViolation) as broken:
        books.connection.execute(STORED.format("status = 'confirmed'").encode(), (walk.id,))
    assert broken.value.diag.constraint_name == "carriage_of_settled_goods"


async def test_a_carriage_is_not_paid_on_a_day_that_has_not_come_nor_twice(
    database: Database, books: Books
) -> None:
    walk = await settled(database, books)
    await walk.says("confirm_carriage")
    ahead = STORED.format(f"status = 'paid', paid_on = '{DAY + timedelta(days=1)}'")
    with pytest.raises(psycopg.errors.CheckViolation) as broken:
        books.connection.execute(ahead.encode(), (walk.id,))
    assert broken.value.diag.constraint_name == "carriage_is_paid_by_now"
    await walk.says("pay_carriage", paid_on=DAY)
    again = STORED.format("status = 'paid'")
    with pytest.raises(psycopg.errors.CheckViolation) as twice:
        books.connection.execute(again.encode(), (walk.id,))
    assert twice.value.diag.constraint_name == "carriage_moves"


async def test_a_claim_without_a_receipt_is_not_stored(database: Database, books: Books) -> None:
    walk = await asked(database, books, sold(books))
    await walk.inspected()
    decision_id = walk.decision("claim_carriage", claimed_kopecks=CARRIAGE)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as broken:
        books.put(
            "goods_return_carriages",
            return_id=walk.id,
            ground="wrong_goods",
            way="shipping",
            claim_id=decision_id,
            amount_kopecks=CARRIAGE,
            policy_version=2,
            status="claimed",
            changed_at=AT,
        )
    assert broken.value.diag.constraint_name == "carriage_has_a_receipt"
