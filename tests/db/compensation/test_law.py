"""The law's rows are those that the domain is tested with; each day has one key rate."""

from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from db.compensation.key_rate import RateImportRow, known_key_rate, store_import
from db.compensation.legal_rule import all_rules
from db.database import Database
from db.facts import load
from tests.books import AT, Books
from tests.domain.compensation.law import COVERED_UNTIL, KEY_RATE, RULES

DIGEST = "0" * 64
APPEND_ONLY = "KP001"
Rates = list[tuple[str, str, str | None]]
"""First and last day of each rate, and the day that it follows."""
WHOLE: Rates = [
    ("2026-01-01", "2026-01-10", None),
    ("2026-01-11", "2026-01-31", "2026-01-10"),
]


async def test_the_stored_rules_are_those_of_the_domains_tests(database: Database) -> None:
    stored = await load(database, all_rules())
    assert sorted(stored.rules, key=lambda one: one.id) == sorted(
        RULES.rules, key=lambda one: one.id
    )


def put_import(books: Books, rates: Rates, covered_until: str = "2026-01-31") -> None:
    import_id = uuid4()
    books.put(
        "key_rate_imports",
        id=import_id,
        replaces=None,
        covered_until=covered_until,
        digest=DIGEST,
        imported_by="gromov",
        imported_at=AT,
    )
    for first, last, follows in rates:
        books.put(
            "key_rates",
            import_id=import_id,
            first_day=first,
            last_day=last,
            rate_bp=1_600,
            follows=follows,
            covered_until=covered_until,
        )
    books.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([WHOLE[0], ("2026-01-12", "2026-01-31", "2026-01-11")], "key_rates_without_hole"),
        ([WHOLE[0], ("2026-01-12", "2026-01-31", "2026-01-10")], "key_rate_follows_the_day_before"),
        ([WHOLE[0], ("2026-01-12", "2026-01-31", None)], "key_rates_one_beginning"),
        ([WHOLE[0], ("2026-01-10", "2026-01-31", "2026-01-09")], "key_rates_never_overlap"),
        ([WHOLE[0], WHOLE[1], WHOLE[1]], "key_rates_one_end"),
        ([WHOLE[0]], "key_rate_import_covered"),
        ([*WHOLE, ("2026-02-01", "2026-02-02", "2026-01-31")], "key_rate_within_cover"),
        ([], "key_rate_import_covered"),
        ([("2026-01-31", "2026-01-01", None)], "key_rates_check"),
    ],
)
def test_rates_with_a_hole_or_an_overlap_are_refused_by_the_database(
    books: Books, rates: Rates, expected: str
) -> None:
    books.connection.execute("BEGIN")
    try:
        with pytest.raises(psycopg.Error) as error:
            put_import(books, rates)
    finally:
        books.connection.execute("ROLLBACK")
    assert error.value.diag.constraint_name == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE legal_rules SET numbers = '{}' WHERE id = 'apk-4-5'", "legal_rule_is_kept"),
        (
            "UPDATE legal_rules SET last_day = '2026-02-01' WHERE id = 'zozpp-23'",
            "legal_rule_is_kept",
        ),
        (
            "UPDATE legal_rules SET checked_on = '2026-11-30' WHERE id = 'apk-4-5'",
            "legal_rule_checked_whole",
        ),
        (
            """INSERT INTO legal_rules (id, kind, first_day, numbers, source)
                VALUES ('gk-395-2027', 'interest', '2027-01-01', '{}', 'ст. 395')""",
            "legal_rules_never_overlap",
        ),
        ("DELETE FROM legal_rules WHERE id = 'apk-4-5'", APPEND_ONLY),
    ],
)
def test_a_rule_stays_as_it_was_stored(books: Books, sql: LiteralString, expected: str) -> None:
    with pytest.raises(psycopg.Error) as error:
        books.connection.execute(sql)
    assert expected in (error.value.diag.constraint_name, error.value.sqlstate)


def test_a_rule_is_checked_by_a_lawyer_once(books: Books) -> None:
    check: Any = """UPDATE legal_rules SET checked_on = '2026-11-30', checked_by = %(by)s
        WHERE id = 'gk-196'"""
    books.connection.execute("BEGIN")
    try:
        books.connection.execute(check, {"by": "Иванова"})
        with pytest.raises(psycopg.Error) as error:
            books.connection.execute(check, {"by": "Петрова"})
    finally:
        books.connection.execute("ROLLBACK")
    assert error.value.diag.constraint_name == "legal_rule_is_kept"


async def test_of_two_imports_at_once_one_is_stored(database: Database) -> None:
    assert (await load(database, known_key_rate())).imported is None
    first, late = imported(None), imported(None)
    assert await store_import(database, first, KEY_RATE.periods)
    assert not await store_import(database, late, KEY_RATE.periods)
    following, too_late = imported(first.id), imported(first.id)
    assert await store_import(database, following, KEY_RATE.periods)
    assert not await store_import(database, too_late, KEY_RATE.periods)
    found = await load(database, known_key_rate())
    assert found.imported == following
    assert [(one.first, one.last, one.rate_bp) for one in found.key_rate.periods] == [
        (one.first, one.last, one.rate_bp) for one in KEY_RATE.periods
    ]
    assert all(one.id for one in found.key_rate.periods)


def imported(replaces: UUID | None) -> RateImportRow:
    return RateImportRow(uuid4(), replaces, COVERED_UNTIL, DIGEST, "gromov", AT)
