"""What the queries believe of the tables is what the migrations have made; and they run once."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from db.migrations import upgrade
from db.tables import metadata
from domain.card.card_payment import CARD_MOVES
from domain.collection.collection import COLLECTION_MOVES
from domain.dispute.dispute import DISPUTE_MOVES, ENDED_DISPUTES, DisputeStatus
from domain.goods_return.goods_return import ENDED, GOODS_RETURN_MOVES, GoodsReturnStatus
from domain.payout.payout import PAYOUT_MOVES
from domain.refund.refund import MOVES, RefundStatus
from domain.renewal.renewal import RENEWAL_MOVES, RenewalStatus
from domain.ticket.ticket import TICKET_MOVES, TicketStatus
from stack.postgres import Postgres
from tests.books import Books

APPEND_ONLY = "KP001"
TYPES = {
    "ARRAY": "TEXT[]",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "bytea": "BYTEA",
    "date": "DATE",
    "integer": "INTEGER",
    "jsonb": "JSONB",
    "text": "TEXT",
    "time without time zone": "TIME WITHOUT TIME ZONE",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
    "tsvector": "TSVECTOR",
    "uuid": "UUID",
}
DISPUTE_STAYS = {(one, one) for one in DisputeStatus if one not in ENDED_DISPUTES}
GOODS_RETURN_STAYS = {(one, one) for one in GoodsReturnStatus if one not in ENDED}
TICKET_STAYS = {(one, one) for one in TicketStatus if one is not TicketStatus.CLOSED}
STAYS = {
    (status, status)
    for status in (
        RefundStatus.AWAITING_SPECIALIST,
        RefundStatus.AWAITING_STATEMENT,
        RefundStatus.UNDER_REVIEW,
        RefundStatus.AWAITING_APPROVAL,
        RefundStatus.PAYING,
        RefundStatus.PAYOUT_HELD,
        RefundStatus.COMPLETED,
        RefundStatus.INQUIRY,
    )
}
"""A deadline that moves, a payout that takes another way, another address for letters: changes
without a move.
"""
RENEWAL_STAYS = {(status, status) for status in RenewalStatus} - {("renewed", "renewed")}


def _believed(column: Column[object], table: Table) -> tuple[str, bool]:
    kind = column.type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]
    return kind, bool(column.nullable)


@pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
def test_the_queries_know_every_column_as_it_is(table: Table, books: Books) -> None:
    rows = books.rows(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %(name)s",
        name=table.name,
    )
    found = {row.column_name: (TYPES[row.data_type], row.is_nullable == "YES") for row in rows}
    assert {column.name: _believed(column, table) for column in table.columns} == found


def test_the_queries_know_every_table_but_those_of_rules(books: Books) -> None:
    rows = books.rows(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    statuses = {
        f"{kind}_statuses"
        for kind in (
            "refund",
            "payout",
            "renewal",
            "card_payment",
            "ticket",
            "dispute",
            "goods_return",
            "collection",
        )
    }
    of_rules = {"alembic_version", "ledger_transfers", *statuses}
    assert {row.table_name for row in rows} - of_rules == set(metadata.tables) - of_rules


@pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
def test_the_queries_know_every_primary_key(table: Table, books: Books) -> None:
    rows = books.rows(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
        " AND a.attnum = ANY (i.indkey) WHERE i.indrelid = %(name)s::regclass AND i.indisprimary",
        name=table.name,
    )
    assert {row.attname for row in rows} == {column.name for column in table.primary_key}


def test_every_table_that_keeps_its_rows_refuses_to_be_emptied(books: Books) -> None:
    rows = books.rows(
        "SELECT tgrelid::regclass::text AS name,"
        " bool_or(tgname = 'never_emptied' AND tgtype & 32 = 32) AS is_guarded"
        " FROM pg_trigger WHERE tgfoid = 'forbid_change'::regproc GROUP BY tgrelid"
    )
    assert {"ledger_transfers", "payments", "bank_entries"} <= {row.name for row in rows}
    assert [row.name for row in rows if not row.is_guarded] == []


@pytest.mark.parametrize("table", ["ledger_transfers", "payout_history", "refunds", "payouts"])
def test_no_statement_empties_what_is_kept(table: str, books: Books) -> None:
    with pytest.raises(psycopg.DatabaseError, match="append-only") as refused:
        books.connection.execute(f"TRUNCATE {table} CASCADE")
    assert refused.value.sqlstate == APPEND_ONLY


def _moves(table: Mapping[Any, frozenset[Any]]) -> set[tuple[str, str]]:
    return {(str(start), str(end)) for start, ends in table.items() for end in ends}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("refund_moves", _moves(MOVES) | STAYS),
        ("payout_moves", _moves(PAYOUT_MOVES)),
        ("card_payment_moves", _moves(CARD_MOVES) | {("pending", "pending")}),
        ("renewal_moves", _moves(RENEWAL_MOVES) | RENEWAL_STAYS),
        ("ticket_moves", _moves(TICKET_MOVES) | TICKET_STAYS),
        ("dispute_moves", _moves(DISPUTE_MOVES) | DISPUTE_STAYS),
        ("goods_return_moves", _moves(GOODS_RETURN_MOVES) | GOODS_RETURN_STAYS),
        ("collection_moves", _moves(COLLECTION_MOVES)),
    ],
)
def test_the_database_allows_the_same_moves_as_the_code(
    table: str, expected: set[tuple[str, str]], books: Books
) -> None:
    rows = books.rows(f"SELECT from_status, to_status FROM {table}")  # noqa: S608 - our own name
    assert {(row.from_status, row.to_status) for row in rows} == expected


async def _migration_job(url: str) -> int:
    code = f"from db.migrations import upgrade; upgrade({url!r})"
    return await (await asyncio.create_subprocess_exec(sys.executable, "-c", code)).wait()


async def test_two_migration_jobs_at_once_migrate_once(postgres: Postgres) -> None:
    name = "migrated_twice"
    url = postgres.create_database(name)
    ended = await asyncio.gather(*(_migration_job(url) for _ in range(2)))
    assert list(ended) == [0, 0]
    upgrade(url)
    books = Books(url)
    try:
        policies = books.rows("SELECT kind, author FROM policies")
        assert len(policies) == len({(row.kind, row.author) for row in policies}) >= 2
        assert len(books.rows("SELECT * FROM alembic_version")) == 1
    finally:
        books.close()
        postgres.drop_database(name)
