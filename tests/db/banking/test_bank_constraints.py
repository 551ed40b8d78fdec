"""Every rule about runs, orders, bank statements and their entries is tried by breaking it."""

from collections.abc import Mapping
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio

from db.database import Database
from tests.activities.walk import paid, paying
from tests.books import LICENCE_KOPECKS, Books

APPEND_ONLY = "KP001"
OUR_ACCOUNT = "40702810700000000417"

ORDER = """INSERT INTO payment_orders (id, run_id, case_id, attempt, day, amount_kopecks, purpose)
    VALUES (gen_random_uuid(), %(run)s, %(case)s, 1, '2026-04-27', %(amount)s, 'возврат')"""
DECISION = (
    "INSERT INTO run_decisions (id, written_by, written_at, kind, own_account, run_id, reason)"
    " VALUES (gen_random_uuid(), 'k', now(),"
)
DISSOLVED = "UPDATE payment_runs SET dissolved_by = 'k', dissolution_reason = 'так'"
ENTRY = """INSERT INTO bank_entries (id, statement_id, account, direction, day, number,
    amount_kopecks, counterparty_name, purpose, line)
    VALUES (gen_random_uuid(), %(statement)s, %(account)s, 'out', '2026-04-28', '1', 100, '', '',
    9)"""


@pytest_asyncio.fixture(scope="module")
async def ids(database: Database, books: Books) -> Mapping[str, Any]:
    by_card = (await paying(database, books)).refund_id
    by_bank, other = await bank_payout(database, books), await bank_payout(database, books)
    gone = (await paid(database, books)).refund_id
    books.put(
        "own_accounts",
        account=OUR_ACCOUNT,
        bic="044525225",
        bank_name="Банк",
        name="ООО Копейка",
        inn="7707083893",
        written_by="kuznetsova",
        created_at="2026-04-27",
        updated_at="2026-04-27",
    )
    run, given, dissolved, debited = [run_of(books) for _ in range(4)]
    for of, case in ((dissolved, other), (debited, await bank_payout(database, books))):
        books.connection.execute(ORDER, {"run": of, "case": case, "amount": LICENCE_KOPECKS})
        if of == dissolved:
            books.connection.execute(f"{DISSOLVED}, dissolved_at = now() WHERE id = %s", [of])
    order = books.connection.execute(
        f"{ORDER} RETURNING id", {"run": run, "case": other, "amount": LICENCE_KOPECKS}
    ).fetchone()
    assert order is not None
    books.rows(
        "UPDATE payment_runs SET handed_over_by = 'k', handed_over_at = now()"
        " WHERE id = %(run)s RETURNING 1",
        run=given,
    )
    books.put(
        "run_decisions",
        id=str(uuid4()),
        kind="dissolve",
        run_id=str(run),
        reason="по ошибке",
        written_by="kuznetsova",
        written_at="2026-04-28",
    )
    found = statements_of(books, gone)
    debit_of(books, debited, found["statement"])
    return {
        "dissolved": dissolved,
        "debited": debited,
        "run": run,
        "given": given,
        "order": order[0],
        "account": OUR_ACCOUNT,
        "card": by_card,
        "bank": by_bank,
        "ordered": other,
        "gone": gone,
        "amount": LICENCE_KOPECKS,
        **found,
    }


async def bank_payout(database: Database, books: Books) -> str:
    return (await paying(database, books, books.invoice(method="bank_transfer"))).refund_id


def debit_of(books: Books, run: UUID, statement: UUID) -> None:
    """The bank has debited the run's only order."""
    books.connection.execute(
        "INSERT INTO bank_entries (id, statement_id, account, direction, day, number,"
        " amount_kopecks, counterparty_name, purpose, line, status, matched_case, matched_attempt,"
        " matched_as, decided_by, decided_at)"
        " SELECT gen_random_uuid(), %s, %s, 'out', '2026-04-28', '000' || number, 100, '', '', 8,"
        " 'matched', case_id, 1, 'payout', 'system', now() FROM payment_orders WHERE run_id = %s",
        [statement, OUR_ACCOUNT, run],
    )


def run_of(books: Books) -> UUID:
    run_id = uuid4()
    books.put(
        "payment_runs",
        id=str(run_id),
        own_account=OUR_ACCOUNT,
        payer={},
        created_by="kuznetsova",
        created_at="2026-04-27",
    )
    return run_id


def statements_of(books: Books, case_id: str) -> dict[str, Any]:
    """A received statement, an imported one, and its entries: open, matched, ignored."""
    received, imported = uuid4(), uuid4()
    for statement in (received, imported):
        books.put(
            "bank_statements",
            id=str(statement),
            sha256=f"{statement.hex}{statement.hex}",
            size_bytes=1,
            uploaded_by="kuznetsova",
            uploaded_at="2026-04-28",
            status="received",
        )
        books.put("bank_statement_chunks", statement_id=str(statement), number=0, content=b"1")
    found: dict[str, Any] = {"received": received, "statement": imported}
    for name in ("open", "matched", "ignored"):
        row = books.connection.execute(
            f"{ENTRY} RETURNING id", {"statement": imported, "account": OUR_ACCOUNT}
        ).fetchone()
        assert row is not None
        found[name] = row[0]
    match = """UPDATE bank_entries SET status = 'matched', matched_case = %(case)s,
        matched_attempt = 1, matched_as = 'payout', decided_by = 'system', decided_at = now()
        WHERE id = %(matched)s RETURNING 1"""
    books.rows(match, case=case_id, **found)
    ignore = """UPDATE bank_entries SET status = 'ignored', decided_by = 'kuznetsova',
        decided_at = now(), reason = 'не наше' WHERE id = %(ignored)s RETURNING 1"""
    books.rows(ignore, **found)
    books.rows(
        "UPDATE bank_statements SET status = 'imported', imported_at = now(), entries_total = 3,"
        " entries_new = 3, accounts = '[]', encoding = 'cp1251' WHERE id = %(statement)s"
        " RETURNING 1",
        **found,
    )
    return found


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        (ORDER.replace("%(case)s", "%(ordered)s"), "payout_ordered_once"),
        (ORDER.replace("%(case)s", "%(gone)s"), "ordered_payout_is_prepared"),
        (
            ORDER.replace("%(case)s", "%(bank)s").replace("%(amount)s", "1"),
            "payment_orders_case_id",
        ),
        (ORDER.replace("%(case)s", "%(card)s"), "payment_orders_case_id"),
        ("UPDATE payment_runs SET payer = '[]' WHERE id = %(run)s", "payment_run_changes_once"),
        (
            "UPDATE payment_runs SET handed_over_at = now() WHERE id = %(given)s",
            "payment_run_changes_once",
        ),
        (
            "UPDATE payment_runs SET handed_over_at = now() WHERE id = %(run)s",
            "handed_over_by_somebody",
        ),
        (f"{DISSOLVED}, dissolved_at = now() WHERE id = %(given)s", "payment_run_changes_once"),
        (f"{DISSOLVED} WHERE id = %(run)s", "dissolved_by_somebody"),
        (
            (
                f"{DISSOLVED}, dissolved_at = now(), handed_over_by = 'k', handed_over_at = now()"
                " WHERE id = %(run)s"
            ),
            "handed_over_or_dissolved",
        ),
        (f"{DISSOLVED}, dissolved_at = now() WHERE id = %(dissolved)s", "payment_run_changes_once"),
        (f"{DECISION} 'dissolve', NULL, NULL, 'так')", "decision_names_its_subject"),
        (f"{DECISION} 'gather', %(account)s, %(run)s, NULL)", "decision_names_its_subject"),
        (f"{DECISION} 'gather', %(account)s, NULL, 'так')", "decision_names_its_subject"),
        (f"{DECISION} 'reject', NULL, NULL, 'так')", "decision_names_its_subject"),
        (f"{DECISION} 'burn', NULL, NULL, 'так')", "run_decisions_kind_check"),
        (
            ORDER.replace("%(run)s", "%(dissolved)s").replace("%(case)s", "%(bank)s"),
            "ordered_in_an_open_run",
        ),
        (
            "UPDATE payment_orders SET dissolved_at = now() WHERE id = %(order)s",
            "payment_order_changes_once",
        ),
        (
            "UPDATE payment_orders SET dissolved_at = NULL WHERE run_id = %(dissolved)s",
            "payment_order_changes_once",
        ),
        (f"{DISSOLVED}, dissolved_at = now() WHERE id = %(debited)s", "dissolved_run_was_not_sent"),
        (
            "UPDATE payment_orders SET purpose = 'иное' WHERE id = %(order)s",
            "payment_order_changes_once",
        ),
        (
            (
                "UPDATE payment_orders SET rejected_by = 'k', rejected_at = now(),"
                " rejection = 'other' WHERE id = %(order)s"
            ),
            "payment_order_changes_once",
        ),
        (
            "UPDATE bank_statements SET entries_new = 1 WHERE id = %(statement)s",
            "bank_statement_imported_once",
        ),
        (
            (
                "UPDATE bank_statements SET matched_at = now(), read_on = '2020-01-01'"
                " WHERE id = %(statement)s"
            ),
            "bank_statement_imported_once",
        ),
        (
            "UPDATE bank_statements SET matched_at = now() WHERE id = %(received)s",
            "matched_once_imported",
        ),
        (
            "UPDATE bank_statements SET sha256 = repeat('0', 64) WHERE id = %(received)s",
            "bank_statement_imported_once",
        ),
        (
            "UPDATE bank_statements SET status = 'imported' WHERE id = %(received)s",
            "imported_says_what",
        ),
        (
            "UPDATE bank_statements SET status = 'refused' WHERE id = %(received)s",
            "refused_says_why",
        ),
        ("UPDATE bank_entries SET amount_kopecks = 1 WHERE id = %(open)s", "bank_entry_facts_stay"),
        (
            "UPDATE bank_entries SET postponed_at = now() WHERE id = %(open)s",
            "postponed_by_a_person",
        ),
        (
            "UPDATE bank_entries SET postponed_until = '2026-12-01' WHERE id = %(open)s",
            "postponed_by_a_person",
        ),
        (
            (
                "UPDATE bank_entries SET postponed_at = now(), postponed_by = 'system',"
                " postponed_why = 'x' WHERE id = %(open)s"
            ),
            "postponed_by_a_person",
        ),
        (
            (
                "UPDATE bank_entries SET postponed_at = now(), postponed_by = 'kuznetsova',"
                " postponed_why = 'x' WHERE id = %(ignored)s"
            ),
            "only_unmatched_is_postponed",
        ),
        (
            (
                "INSERT INTO entry_decisions (id, entry_id, decided_as, reason, written_by,"
                " written_at, until) VALUES (gen_random_uuid(), %(open)s, 'postponed', 'x', 'k',"
                " now(), current_date + 92)"
            ),
            "postponed_until_a_near_day",
        ),
        (
            (
                "INSERT INTO entry_decisions (id, entry_id, decided_as, reason, written_by,"
                " written_at, until) VALUES (gen_random_uuid(), %(open)s, 'ignored', 'x', 'k',"
                " now(), current_date + 5)"
            ),
            "postponed_until_a_near_day",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'unmatched', matched_case = NULL,"
                " matched_attempt = NULL, matched_as = NULL, decided_by = NULL, decided_at = NULL"
                " WHERE id = %(matched)s"
            ),
            "bank_entry_matched_once",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'matched', matched_case = %(bank)s,"
                " matched_attempt = 1, matched_as = 'payout', decided_by = 'system'"
                " WHERE id = %(ignored)s"
            ),
            "bank_entry_decided_by_a_person",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'unmatched', decided_by = NULL, decided_at = NULL"
                " WHERE id = %(ignored)s"
            ),
            "bank_entry_decided_by_a_person",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'matched', matched_case = %(gone)s,"
                " matched_attempt = 1, matched_as = 'payout', decided_by = 'system',"
                " decided_at = now() WHERE id = %(open)s"
            ),
            "payout_matched_once",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'matched', matched_case = %(bank)s,"
                " matched_attempt = 1, matched_as = 'return', decided_by = 'system',"
                " decided_at = now() WHERE id = %(open)s"
            ),
            "direction_fits",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'ignored', decided_by = 'system',"
                " decided_at = now(), reason = 'так' WHERE id = %(open)s"
            ),
            "ignored_by_a_person",
        ),
        (
            (
                "UPDATE bank_entries SET status = 'matched', decided_by = 'system',"
                " decided_at = now() WHERE id = %(open)s"
            ),
            "matched_to_something",
        ),
        (ENTRY.replace("%(account)s", "'40702810900000000009'"), "bank_entries_account_fkey"),
        (ENTRY.replace("%(statement)s", "gen_random_uuid()"), "bank_entries_statement_id_fkey"),
        (
            (
                "UPDATE own_accounts SET account = '40702810900000000009'"
                " WHERE account = %(account)s"
            ),
            "own_account_number_stays",
        ),
    ],
)
async def test_a_rule_that_is_broken_is_named(
    books: Books, ids: Mapping[str, Any], sql: LiteralString, constraint: str
) -> None:
    with pytest.raises(psycopg.IntegrityError) as refused:
        books.connection.execute(sql, ids)
    assert (refused.value.diag.constraint_name or "").startswith(constraint)


@pytest.mark.parametrize(
    "table",
    [
        "own_accounts",
        "payment_runs",
        "payment_orders",
        "bank_statements",
        "bank_statement_chunks",
        "bank_entries",
        "run_decisions",
    ],
)
async def test_nothing_of_the_bank_s_is_deleted(
    books: Books, ids: Mapping[str, Any], table: LiteralString
) -> None:
    assert ids
    with pytest.raises(psycopg.DatabaseError, match="append-only") as refused:
        books.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    assert refused.value.sqlstate == APPEND_ONLY
