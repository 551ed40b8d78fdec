"""Every rule about renewals, orders and our own invoices is tried by breaking it."""

from collections.abc import Mapping
from datetime import date
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio

from db.database import Database
from tests.activities.renewal_walk import opened
from tests.renewal_books import RenewalBooks

APPEND_ONLY = "KP001"
NEXT = """INSERT INTO renewal_history (renewal_id, number, from_status, to_status, at, by, answer)
    VALUES (%(watching)s, {}, {}, {}, now(), 'test', '{{}}')"""
CASE = """INSERT INTO renewals (id, subscription_id, client_id, status, version, policy_version,
    opened_at, changed_at)
    SELECT {}, subscription_id, {}, 'watching', 1, 1, now(), now()
    FROM renewals WHERE id = %(watching)s"""
ISSUED = """INSERT INTO issued_invoices (invoice_number, year, sequence, order_id, renewal_id,
    recipient, valid_until)
    SELECT {}, year, {}, {}, renewal_id, recipient, valid_until
    FROM issued_invoices WHERE invoice_number = %(invoice)s"""


@pytest_asyncio.fixture(scope="module")
async def ids(database: Database, books: RenewalBooks) -> Mapping[str, str]:
    """Cases in several statuses, and their papers."""
    watching, awaiting = await opened(database, books), await opened(database, books)
    await awaiting.on(date(2026, 4, 10)).ordered()
    paid = await opened(database, books)
    await paid.on(date(2026, 4, 10)).ordered()
    paid.paid()
    await paid.looked()
    ended = await opened(database, books)
    await ended.ordered()
    void = ended.number
    await ended.cancelled()
    return {
        "watching": watching.request.renewal_id,
        "other_client": paid.request.client_id,
        "awaiting": awaiting.request.renewal_id,
        "invoice": awaiting.number,
        "order": str(awaiting.row.order_id),
        "paid": paid.request.renewal_id,
        "void": void,
        "other_invoice": books.invoice(number=f"KP-2026-{999_999}"),
        "new_order": books.order(awaiting.request),
        "claim": books.claim(awaiting.request.renewal_id),
        "id": str(uuid4()),
    }


BROKEN: dict[str, tuple[LiteralString, str]] = {
    # The case.
    "a case by another name than its term's": (
        CASE.format("'renewal-x'", "client_id"),
        "id_says_subscription_and_term",
    ),
    "another client's subscription": (
        CASE.format("'renewal-' || subscription_id || '-first'", "%(other_client)s"),
        "renewals_subscription_id_client_id_fkey",
    ),
    "a term's end without the term": (
        "UPDATE renewals SET term_id = NULL WHERE id = %(watching)s",
        "term_has_an_end",
    ),
    "waiting for money without an invoice": (
        """UPDATE renewals SET order_id = NULL, invoice_number = NULL
            WHERE id = %(awaiting)s""",
        "waited_for_by_invoice",
    ),
    "an invoice without its order": (
        "UPDATE renewals SET order_id = NULL WHERE id = %(paid)s",
        "invoice_by_order",
    ),
    "another order's invoice": (
        "UPDATE renewals SET order_id = %(new_order)s WHERE id = %(awaiting)s",
        "renewals_invoice_number_order_id_fkey",
    ),
    "paid for nothing": (
        "UPDATE renewals SET next_term_id = NULL WHERE id = %(paid)s",
        "paid_has_a_term",
    ),
    "a term before it is paid for": (
        """UPDATE renewals SET next_term_id = (
            SELECT next_term_id FROM renewals WHERE id = %(paid)s) WHERE id = %(awaiting)s""",
        "paid_has_a_term",
    ),
    "open and closed at once": (
        "UPDATE renewals SET closed_at = now() WHERE id = %(watching)s",
        "ended_is_closed",
    ),
    "two cases of one invoice": (
        """UPDATE renewals SET order_id = %(order)s, invoice_number = %(invoice)s
            WHERE id = %(paid)s""",
        "renewals_by_invoice",
    ),
    "less than nothing seen": (
        "UPDATE renewals SET seen_kopecks = -1 WHERE id = %(watching)s",
        "renewals_seen_kopecks_check",
    ),
    "a case deleted": ("DELETE FROM renewals WHERE id = %(watching)s", APPEND_ONLY),
    # Its history.
    "a status that is not the last of the history": (
        "UPDATE renewals SET version = 9 WHERE id = %(watching)s",
        "status_is_the_last_of_history",
    ),
    "a move that is not allowed": (
        NEXT.format("2", "'watching'", "'renewed'"),
        "renewal_history_from_status_to_status_fkey",
    ),
    "a history with a gap": (
        NEXT.format("3", "'watching'", "'lapsed'"),
        "renewal_history_renewal_id_previous_from_status_fkey",
    ),
    "a history that begins elsewhere": (
        NEXT.replace("%(watching)s", "%(id)s").format("1", "NULL", "'paid'"),
        "begins_by_watching",
    ),
    "a history changed": (
        "UPDATE renewal_history SET reason = '' WHERE renewal_id = %(watching)s",
        APPEND_ONLY,
    ),
    # Papers.
    "an order changed": ("UPDATE orders SET months = 1 WHERE id = %(order)s", APPEND_ONLY),
    "an individual offer that is not named": (
        """INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object(
            'id', %(id)s::text, 'offer', 'individual'))).* FROM orders o WHERE id = %(order)s""",
        "individual_offer_is_named",
    ),
    "an order for nothing": (
        """INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object(
            'id', %(id)s::text, 'price_kopecks', 0))).* FROM orders o WHERE id = %(order)s""",
        "orders_price_kopecks_check",
    ),
    "an order that nobody agreed to": (
        """INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object(
            'id', %(id)s::text, 'agreed_sha256', ''))).* FROM orders o WHERE id = %(order)s""",
        "orders_agreed_sha256_check",
    ),
    "half a file": (
        """INSERT INTO payment_claims (id, renewal_id, claimed_by, media_type, claimed_at)
            VALUES (%(id)s, %(awaiting)s, 'client', 'application/pdf', now())""",
        "file_is_whole",
    ),
    "a payment order that is no file of the store": (
        """INSERT INTO payment_claims (id, renewal_id, claimed_by, media_type, sha256, claimed_at)
            VALUES (%(id)s, %(awaiting)s, 'client', 'application/pdf', repeat('0', 64), now())""",
        "claim_is_its_file",
    ),
    "a claim changed": (
        "UPDATE payment_claims SET claimed_by = '' WHERE id = %(claim)s",
        APPEND_ONLY,
    ),
    # Our own invoices.
    "a number that is not its sequence": (
        ISSUED.format("%(other_invoice)s", "999998", "%(new_order)s"),
        "number_says_year_and_sequence",
    ),
    "two invoices of one order": (
        ISSUED.format("%(other_invoice)s", "999999", "%(order)s"),
        "issued_invoices_order_id_key",
    ),
    "an invoice issued otherwise": (
        "UPDATE issued_invoices SET valid_until = now() WHERE invoice_number = %(invoice)s",
        APPEND_ONLY,
    ),
    "a sequence without end": (
        "UPDATE invoice_counters SET last = 1000000",
        "invoice_counters_last_check",
    ),
    "an invoice void by nobody": (
        "UPDATE invoices SET voided_at = now() WHERE number = %(invoice)s",
        "voided_by_somebody",
    ),
    "a void invoice made good": (
        """UPDATE invoices SET voided_at = NULL, voided_by = NULL, void_reason = NULL
            WHERE number = %(void)s""",
        "invoice_stays_void",
    ),
    "a surplus that is none": (
        "UPDATE invoices SET surplus_kopecks = 1 WHERE number = %(invoice)s",
        "surplus_is_above_due",
    ),
}


@pytest.mark.parametrize("rule", list(BROKEN))
def test_the_database_refuses(rule: str, books: RenewalBooks, ids: Mapping[str, str]) -> None:
    sql, expected = BROKEN[rule]
    books.connection.execute("BEGIN")
    try:
        with pytest.raises(psycopg.Error) as error:
            _break(books, sql, ids)
    finally:
        books.connection.execute("ROLLBACK")
    assert expected in (error.value.diag.constraint_name, error.value.sqlstate)


def _break(books: RenewalBooks, sql: LiteralString, ids: Mapping[str, str]) -> None:
    books.connection.execute(sql, ids)
    books.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_news_of_money_is_noted_for_the_case_that_waits_for_it(
    books: RenewalBooks, ids: Mapping[str, str]
) -> None:
    books.connection.execute("DELETE FROM recheck_outbox")
    payment = books.paid_by_bank(ids["invoice"], 100, date(2026, 4, 14))
    first = books.row("SELECT * FROM recheck_outbox")
    assert first.renewal_id == ids["awaiting"]
    books.undone(payment)
    again = books.row("SELECT * FROM recheck_outbox")
    assert (again.renewal_id, again.at > first.at) == (ids["awaiting"], True)
