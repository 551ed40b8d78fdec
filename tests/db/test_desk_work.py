"""What waits for staff beside cases: what each number of the first page counts, and what not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from db.case.desk_work import waiting_work
from db.query import compile_once
from tests.books import Books

Put = Callable[[Books, str, str | None], None]

NOW = "2026-06-01T09:00:00Z"


def counts(books: Books) -> dict[str, int]:
    query = waiting_work()
    sql, values = compile_once(query.statement, tuple(query.params)).with_values(query.params)
    return dict(books.connection.execute(sql.encode(), values).fetchall())


@contextmanager
def behind(books: Books) -> Iterator[None]:
    """Rows alone, without what belongs to them, and only for a while."""
    with books.connection.transaction(force_rollback=True):
        books.connection.execute("SET LOCAL session_replication_role = replica")
        yield


def dispute(books: Books, status: str, waits_for: str | None) -> None:
    number = uuid4().hex[:12]
    books.put(
        "disputes",
        id=f"dispute-{number}-1",
        invoice_number=number,
        ordinal=1,
        client_id="client-1",
        opening_id=str(uuid4()),
        kind="paid_twice",
        status=status,
        version=1,
        policy_version=1,
        due_at=NOW,
        waiting_for=waits_for,
        wait_until=NOW if waits_for else None,
        opened_at=NOW,
        changed_at=NOW,
        stage_at=NOW,
        closed_at=NOW if status == "closed" else None,
    )


def collection(books: Books, status: str, waits_for: str | None) -> None:
    number = uuid4().hex[:12]
    books.put(
        "collections",
        id=f"collection-{number}",
        invoice_number=number,
        client_id="client-1",
        policy_version=1,
        status=status,
        version=1,
        due_on="2026-05-01",
        limitation_on="2029-05-01",
        waiting_for=waits_for,
        wait_until=NOW if waits_for else None,
        opened_at=NOW,
        changed_at=NOW,
        closed_at=NOW if status == "settled" else None,
    )


def bank_statement(books: Books, status: str, **columns: str | None) -> None:
    books.put(
        "bank_statements",
        id=str(uuid4()),
        sha256=uuid4().hex * 2,
        size_bytes=1,
        uploaded_by="kuznetsova",
        uploaded_at=NOW,
        status=status,
        **columns,
    )


@pytest.mark.parametrize("role", ["specialist", "accountant", "operator"])
@pytest.mark.parametrize(
    ("kind", "put", "status"),
    [("disputes", dispute, "under_review"), ("collections", collection, "due")],
)
def test_a_dispute_and_an_unpaid_order_are_counted_while_they_wait_for_us(
    books: Books, kind: str, put: Put, status: str, role: str
) -> None:
    with behind(books):
        before = counts(books)
        put(books, status, role)
        assert counts(books) == {**before, kind: before[kind] + 1}


@pytest.mark.parametrize(
    ("put", "status", "waits_for"),
    [
        (dispute, "under_review", "client"),
        (dispute, "closed", None),
        (collection, "due", "client"),
        (collection, "settled", None),
    ],
)
def test_what_waits_for_its_client_or_has_ended_is_not_counted(
    books: Books, put: Put, status: str, waits_for: str | None
) -> None:
    with behind(books):
        before = counts(books)
        put(books, status, waits_for)
        assert counts(books) == before


def test_a_refused_statement_is_counted_until_it_is_dealt_with(books: Books) -> None:
    with behind(books):
        before = counts(books)
        bank_statement(books, "refused", refusal="bank_file_cut")
        assert counts(books) == {**before, "refused": before["refused"] + 1}
        books.connection.execute(
            "UPDATE bank_statements SET status = 'settled', settled_at = now(),"
            " settled_by = 'kuznetsova', settled_because = 'Загружен новый файл'"
            " WHERE status = 'refused'"
        )
        assert counts(books) == {**before, "refused": 0}


def test_only_a_refused_statement_is_dealt_with_and_by_somebody(books: Books) -> None:
    settled: dict[str, str | None] = {
        "settled_at": NOW,
        "settled_by": "kuznetsova",
        "settled_because": "Новый файл",
    }
    refused = {"refusal": "bank_file_cut", **settled}
    wrong = [("received", settled), ("refused", refused), ("settled", settled)]
    for status, columns in wrong + [("settled", {**refused, name: None}) for name in settled]:
        with pytest.raises(psycopg.errors.CheckViolation), behind(books):
            bank_statement(books, status, **columns)
