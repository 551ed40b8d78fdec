"""The daily check sees a payment by card whose money is not what it should be, and no other."""

from typing import Any
from uuid import uuid4

import pytest

from db.database import Database
from db.invariants import differences
from db.invariants.card import CARD_INVARIANTS
from tests.books import PAID_AT, Books


def paid_by_card(books: Books, **changes: Any) -> None:
    """A payment by card, with its money in the books."""
    number, acquirer_id = books.invoice(paid=()), uuid4().hex
    payment_id = books.payment(number, 4_000_000, acquirer_id=acquirer_id)
    columns = {
        "order_id": str(uuid4()),
        "invoice_number": number,
        "amount_kopecks": 4_000_000,
        "status": "paid",
        "asked": {},
        "acquirer_payment_id": acquirer_id,
        "payment_id": payment_id,
        "prepared_at": PAID_AT,
        "changed_at": PAID_AT,
    }
    books.put("card_payments", **{**columns, **changes})


async def found(database: Database) -> list[str]:
    names = {invariant.name for invariant in CARD_INVARIANTS}
    return [one.invariant async for one in differences(database) if one.invariant in names]


async def test_a_right_payment_breaks_no_truth(database: Database, books: Books) -> None:
    paid_by_card(books)
    assert await found(database) == []


@pytest.mark.parametrize(
    ("changes", "invariant"),
    [
        ({"acquirer_payment_id": "another"}, CARD_INVARIANTS[0].name),
        ({"amount_kopecks": 1}, CARD_INVARIANTS[1].name),
    ],
)
async def test_a_wrong_one_is_found(
    changes: dict[str, Any], invariant: str, database: Database, books: Books
) -> None:
    before = await found(database)
    paid_by_card(books, **changes)
    assert (await found(database)).count(invariant) == before.count(invariant) + 1


async def test_money_of_another_invoice_is_found(database: Database, books: Books) -> None:
    before = await found(database)
    paid_by_card(books, invoice_number=books.invoice(paid=()))
    assert (await found(database)).count(CARD_INVARIANTS[0].name) == (
        before.count(CARD_INVARIANTS[0].name) + 1
    )
