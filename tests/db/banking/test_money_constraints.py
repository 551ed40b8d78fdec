"""Every rule about money that came in is tried by breaking it; the ledger follows every move."""

from collections.abc import Mapping
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.banking.matching import key_of
from tests.books import AT, Books
from tests.money import PRICE_KOPECKS, IncomingMoney

SURPLUS_KOPECKS = 150_00

ALLOCATION = """INSERT INTO allocations (id, entry_id, invoice_number, amount_kopecks, payment_id,
    is_link, score, evidence, allocated_by, allocated_at)
    VALUES (gen_random_uuid(), %(open)s, %(invoice)s, %(price)s, %(payment)s, true, 100, '[]',
    'system', now())"""
UNDO = "UPDATE allocations SET undone_at = now(), undoing_id = %(undoing)s WHERE id = {}"
REVERSAL = """INSERT INTO payment_reversals (payment_id, reversed_by, reason, reversed_at)
    VALUES ({}, 'kuznetsova', 'не тот счёт', now())"""
BESIDE = """INSERT INTO payments (id, invoice_number, method, amount_kopecks, received_at, besides)
    SELECT 'phantom', a.invoice_number, 'bank_transfer', 1, (e.day + 7)::timestamp, '[]'
    FROM allocations a JOIN bank_entries e ON e.id = a.entry_id WHERE a.id = %(allocation)s"""
MATCH = """UPDATE bank_entries SET status = 'matched', matched_as = 'payment',
    decided_by = 'system', decided_at = now() WHERE id = %(open)s"""


@pytest.fixture(scope="module")
def money(books: Books) -> IncomingMoney:
    return IncomingMoney(books)


@pytest.fixture(scope="module")
def ids(money: IncomingMoney, books: Books) -> Mapping[str, Any]:
    """An entry that pays an invoice and more, one whose allocation was undone, and an open one."""
    paid, wrong, other = (money.invoice() for _ in range(3))
    entry = money.entry("Счёт", PRICE_KOPECKS + SURPLUS_KOPECKS)
    undone, opened = money.entry("Счёт"), money.entry("Счёт")
    allocation = allocate(books, entry, paid, PRICE_KOPECKS + SURPLUS_KOPECKS)
    taken_back = allocate(books, undone, wrong, PRICE_KOPECKS)
    undoing = instruction(books, undone)
    take_back(books, undone, taken_back, undoing)
    return {
        "paid": paid,
        "invoice": other,
        "entry": entry,
        "open": opened,
        "allocation": allocation,
        "taken_back": taken_back,
        "undoing": undoing,
        "undone": undone,
        "payment": books.payment(other, PRICE_KOPECKS, "bank_transfer"),
        "price": PRICE_KOPECKS,
    }


def allocate(books: Books, entry_id: UUID, number: str, kopecks: int) -> UUID:
    """Money that the system took; the allocation's id."""
    allocation_id, payment_id = uuid4(), f"entry-{entry_id.hex}-0"
    with books.connection.transaction():
        books.put(
            "payments",
            id=payment_id,
            invoice_number=number,
            method="bank_transfer",
            amount_kopecks=kopecks,
            received_at=AT,
        )
        books.put(
            "allocations",
            id=allocation_id,
            entry_id=entry_id,
            invoice_number=number,
            amount_kopecks=kopecks,
            payment_id=payment_id,
            is_link=False,
            score=100,
            evidence=[],
            allocated_by="system",
            allocated_at=AT,
        )
        books.connection.execute(MATCH, {"open": entry_id})
    return allocation_id


def instruction(books: Books, entry_id: UUID) -> UUID:
    """A person's word on an entry."""
    instruction_id = uuid4()
    books.put(
        "entry_instructions",
        id=instruction_id,
        entry_id=entry_id,
        kind="undo",
        shares=[],
        remembers_payer=False,
        reason="не тот счёт",
        written_by="kuznetsova",
        written_at=AT,
    )
    return instruction_id


def take_back(books: Books, entry_id: UUID, allocation_id: UUID, undoing: UUID) -> None:
    with books.connection.transaction():
        named = {"undoing": undoing, "allocation": allocation_id, "payment": entry_id.hex}
        books.connection.execute(UNDO.format("%(allocation)s").encode(), named)
        books.connection.execute(REVERSAL.format(f"'entry-{entry_id.hex}-0'").encode())
        books.connection.execute(
            b"UPDATE bank_entries SET status = 'unmatched', matched_as = NULL, needs_person = true,"
            b" decided_by = NULL, decided_at = NULL WHERE id = %(entry)s",
            {"entry": entry_id},
        )


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        (MATCH, "entry_allocated_whole"),
        (ALLOCATION, "entry_allocated_whole"),
        (ALLOCATION.replace("%(price)s", "1"), "allocation_is_a_payment"),
        (ALLOCATION.replace("%(invoice)s", "%(paid)s"), "allocation_is_a_payment"),
        (ALLOCATION.replace("'system'", "'kuznetsova'"), "person_says_why"),
        (
            f"{ALLOCATION}; {ALLOCATION}",
            "payment_allocated_once",
        ),
        (
            "UPDATE allocations SET amount_kopecks = 1 WHERE id = %(allocation)s",
            "allocation_stays",
        ),
        (
            "UPDATE allocations SET undone_at = NULL, undoing_id = NULL WHERE id = %(taken_back)s",
            "allocation_stays",
        ),
        (UNDO.format("%(allocation)s"), "allocations_undoing_id_entry_id_fkey"),
        (
            "UPDATE allocations SET undone_at = now() WHERE id = %(allocation)s",
            "undone_by_a_person",
        ),
        (
            REVERSAL.format("(SELECT payment_id FROM allocations WHERE id = %(allocation)s)"),
            "undone_is_reversed",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'unmatched', matched_as = NULL,"
                " decided_by = NULL, decided_at = NULL WHERE id = %(entry)s"
            ),
            "bank_entry_matched_once",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'matched', matched_as = 'payment',"
                " decided_by = 'system', decided_at = now() WHERE id = %(undone)s"
            ),
            "bank_entry_decided_by_a_person",
        ),
        (
            "UPDATE bank_entries SET needs_person = false WHERE id = %(undone)s",
            "bank_entry_decided_by_a_person",
        ),
        (
            "UPDATE bank_entries SET hold_reason = 'repeat_suspected' WHERE id = %(undone)s",
            "suspected_of_something",
        ),
        (BESIDE, "payment_beside_the_bank"),
        (BESIDE.replace("'[]'", "'[\"another\"]'"), "payment_beside_the_bank"),
        (
            (
                "UPDATE bank_statements SET read_on = '2020-01-01' WHERE status = 'received';"
                " INSERT INTO bank_entries (id, statement_id, account, direction, day, number,"
                " amount_kopecks, counterparty_name, purpose, line) SELECT gen_random_uuid(),"
                " statement_id, account, 'in', '2020-01-02', '1', 1, '', '', 9 FROM bank_entries"
            ),
            "bank_entry_not_ahead",
        ),
        (
            "UPDATE invoices SET surplus_kopecks = 0 WHERE number = %(paid)s",
            "surplus_is_above_due",
        ),
        (
            "UPDATE invoices SET surplus_promised_kopecks = 1000000000 WHERE number = %(paid)s",
            "surplus_",
        ),
        (
            "UPDATE invoices SET voided_at = now() WHERE number = %(paid)s",
            "voided_by_somebody",
        ),
    ],
)
def test_a_rule_that_is_broken_is_named(
    books: Books, ids: Mapping[str, Any], sql: LiteralString, constraint: str
) -> None:
    with pytest.raises(psycopg.IntegrityError) as refused:
        run_together(books, sql, ids)
    assert (refused.value.diag.constraint_name or "").startswith(constraint)


def run_together(books: Books, sql: LiteralString, ids: Mapping[str, Any]) -> None:
    """Statements in one transaction: some rules are judged when it ends."""
    with books.connection.transaction():
        for statement in sql.split("; "):
            books.connection.execute(statement.encode(), ids)


@pytest.mark.parametrize("table", ["allocations", "entry_instructions", "payment_reversals"])
def test_nothing_about_money_is_deleted(
    books: Books, ids: Mapping[str, Any], table: LiteralString
) -> None:
    assert ids
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        books.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def test_an_invoice_that_is_void_stays_so(books: Books, money: IncomingMoney) -> None:
    number = money.invoice()
    void = (
        "UPDATE invoices SET voided_at = {}, voided_by = 'buh', void_reason = 'cancelled'"
        " WHERE number = %(number)s"
    )
    books.connection.execute(void.format("now()").encode(), {"number": number})
    with pytest.raises(psycopg.IntegrityError) as refused:
        books.connection.execute(void.format("NULL").encode(), {"number": number})
    assert refused.value.diag.constraint_name == "invoice_stays_void"


def test_the_ledger_follows_what_comes_above_and_what_is_undone(
    books: Books, money: IncomingMoney
) -> None:
    number = money.invoice()
    entry = money.entry("Счёт", PRICE_KOPECKS + SURPLUS_KOPECKS)
    cash = balance(books, "cash/bank")
    allocation = allocate(books, entry, number, PRICE_KOPECKS + SURPLUS_KOPECKS)
    assert balances(books, number) == (PRICE_KOPECKS, SURPLUS_KOPECKS)
    assert balance(books, "cash/bank") == cash - PRICE_KOPECKS - SURPLUS_KOPECKS
    take_back(books, entry, allocation, instruction(books, entry))
    assert balances(books, number) == (0, 0)
    assert balance(books, "cash/bank") == cash


def test_an_invoice_was_last_paid_by_the_newest_payment_that_stands(
    books: Books, money: IncomingMoney
) -> None:
    number = money.invoice()
    books.payment(number, PRICE_KOPECKS, "bank_transfer")
    before = last_paid_at(books, number)
    entry = money.entry("Счёт", 100)
    allocation = allocate(books, entry, number, 100)
    assert before != last_paid_at(books, number) == AT
    take_back(books, entry, allocation, instruction(books, entry))
    assert last_paid_at(books, number) == before


def test_an_invoice_whose_only_payment_was_taken_back_was_never_paid(
    books: Books, money: IncomingMoney
) -> None:
    number, entry = money.invoice(), money.entry("Счёт")
    allocation = allocate(books, entry, number, PRICE_KOPECKS)
    take_back(books, entry, allocation, instruction(books, entry))
    assert last_paid_at(books, number) is None


def last_paid_at(books: Books, number: str) -> Any:
    row = books.row("SELECT last_paid_at FROM invoices WHERE number = %(n)s", n=number)
    return row.last_paid_at


def balances(books: Books, number: str) -> tuple[int, int]:
    return balance(books, f"invoice/{number}"), balance(books, f"surplus/{number}")


def balance(books: Books, account: str) -> int:
    return int(books.row("SELECT balance_of(%(account)s) AS kopecks", account=account).kopecks)


@pytest.mark.parametrize(
    "number", ["KP-2026-000123", "2026-000117", "kp2026000123", "A-7", "000", "2026", "20260", "AB"]
)
def test_the_database_finds_an_invoice_by_the_same_key_as_the_code(
    books: Books, money: IncomingMoney, number: str
) -> None:
    money.invoice(number=number)
    row = books.row("SELECT matching_key FROM invoices WHERE number = %(n)s", n=number)
    assert row.matching_key == key_of(number)


@pytest.mark.parametrize(
    ("changes", "is_taken"),
    [
        ("besides = jsonb_build_array(a.payment_id)", True),
        ("received_at = received_at + interval '1 day'", True),
        ("method = 'bank_card', acquirer_payment_id = 'a card'", True),
        ("amount_kopecks = 2", False),
    ],
)
def test_a_transfer_beside_the_bank_s_says_that_it_is_another_or_is_of_another_week(
    books: Books, ids: Mapping[str, Any], changes: LiteralString, *, is_taken: bool
) -> None:
    columns = dict(one.split(" = ", 1) for one in changes.split(", "))
    told = {
        "id": "'beside'",
        "invoice_number": "a.invoice_number",
        "method": "'bank_transfer'",
        "acquirer_payment_id": "NULL",
        "amount_kopecks": "1",
        "received_at": "(e.day + 7)::timestamp",
        "besides": "'[]'::jsonb",
    }
    columns = {name: value.replace("received_at", told[name]) for name, value in columns.items()}
    row = told | columns
    sql = (
        f"INSERT INTO payments ({', '.join(row)}) SELECT {', '.join(row.values())}"  # noqa: S608
        " FROM allocations a JOIN bank_entries e ON e.id = a.entry_id WHERE a.id = %(allocation)s"
    )
    with books.connection.transaction(force_rollback=True):
        if is_taken:
            assert books.connection.execute(sql.encode(), ids).rowcount == 1
            return
        with pytest.raises(psycopg.IntegrityError) as refused:
            books.connection.execute(sql.encode(), ids)
        assert refused.value.diag.constraint_name == "payment_beside_the_bank"
