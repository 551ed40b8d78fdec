"""What the database itself refuses of a payment by card."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.card.card_payment import CARD_MOVES, CardStatus
from tests.books import Books

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def put(books: Books, status: str = "prepared", **changes: Any) -> str:
    order_id = str(uuid4())
    columns = {
        "order_id": order_id,
        "invoice_number": changes.pop("invoice_number", None) or books.invoice(paid=()),
        "amount_kopecks": 100,
        "status": status,
        "asked": {"description": "Оплата"},
        "prepared_at": AT,
        "changed_at": AT,
    }
    books.put("card_payments", **{**columns, **changes})
    return order_id


def change(books: Books, order_id: str, **columns: Any) -> None:
    places = ", ".join(f"{name} = %({name})s" for name in columns)
    books.connection.execute(
        f"UPDATE card_payments SET {places} WHERE order_id = %(id)s".encode(),  # noqa: S608
        {**columns, "id": order_id},
    )


def in_status(books: Books, status: CardStatus) -> tuple[str, dict[str, Any]]:
    """A payment in a status, and what a row that is paid has beside it."""
    number = books.invoice(paid=())
    paid = {"payment_id": books.payment(number, 100)}
    reason = {"reason": "general_decline"} if status is CardStatus.CANCELLED else {}
    own = paid if status is CardStatus.PAID else reason
    return put(books, status, invoice_number=number, **own), paid


ALLOWED = [(start, end) for start, ends in CARD_MOVES.items() for end in ends]
FORBIDDEN = [
    (start, end)
    for start in CardStatus
    for end in CardStatus
    if (start, end) not in [*ALLOWED, (CardStatus.PENDING, CardStatus.PENDING)]
]


def _entering(end: CardStatus, paid: dict[str, Any]) -> dict[str, Any]:
    beside = {CardStatus.PAID: paid, CardStatus.CANCELLED: {"reason": "stopped"}}.get(end, {})
    return {"status": end.value, **beside}


@pytest.mark.parametrize(("start", "end"), ALLOWED)
def test_an_allowed_move_is_made(start: CardStatus, end: CardStatus, books: Books) -> None:
    order_id, paid = in_status(books, start)
    change(books, order_id, **_entering(end, paid))
    row = books.row("SELECT status FROM card_payments WHERE order_id = %(id)s", id=order_id)
    assert row.status == end


@pytest.mark.parametrize(("start", "end"), FORBIDDEN)
def test_any_other_move_is_refused(start: CardStatus, end: CardStatus, books: Books) -> None:
    order_id, paid = in_status(books, start)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        change(books, order_id, **_entering(end, paid))
    assert refused.value.diag.constraint_name == "card_payment_moves"


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("paid", {}, "paid_is_a_payment"),
        ("cancelled", {}, "cancelled_says_why"),
        ("pending", {"confirmation_url": "https://pay.example/1"}, "page_is_of_a_payment"),
        ("prepared", {"amount_kopecks": 0}, "card_payments_amount_kopecks_check"),
    ],
)
def test_a_row_that_would_contradict_itself_is_refused(
    status: str, columns: dict[str, Any], constraint: str, books: Books
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        put(books, status, **columns)
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize(
    "columns",
    [
        {"amount_kopecks": 99},
        {"asked": "{}"},
        {"prepared_at": datetime(2026, 11, 23, tzinfo=UTC)},
        {"acquirer_payment_id": "another"},
        {"acquirer_payment_id": None},
    ],
    ids=lambda columns: "-".join(columns),
)
def test_what_was_asked_of_the_acquirer_is_never_changed(
    columns: dict[str, Any], books: Books
) -> None:
    order_id = put(books, "pending", acquirer_payment_id=uuid4().hex)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        change(books, order_id, **columns)
    assert refused.value.diag.constraint_name == "card_payment_facts_stay"


def test_a_payment_by_card_is_never_deleted(books: Books) -> None:
    order_id = put(books)
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        books.connection.execute("DELETE FROM card_payments WHERE order_id = %s", [order_id])


def test_one_payment_of_the_acquirers_belongs_to_one_order(books: Books) -> None:
    put(books, "pending", acquirer_payment_id="only-one")
    with pytest.raises(psycopg.errors.UniqueViolation):
        put(books, "pending", acquirer_payment_id="only-one")
