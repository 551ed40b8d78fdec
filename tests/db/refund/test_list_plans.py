"""Lists and counts read by indexes: none of them reads a whole table of cases."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from db.banking import entry_list
from db.billing import client, client_money
from db.case import search
from db.case.case_list import AfterDeadline, Turn
from db.case.desk_work import waiting_work
from db.notification import inbox
from db.payout import payout_list
from db.query import Query, compile_once
from db.refund import orders
from db.refund import reads as case
from db.renewal import reads as renewal_case
from db.ticket.last_message import last_messages
from domain.case.sought import sought_in
from domain.refund.refund import RefundStatus
from tests.books import Books

CASES = 20_000
CLIENTS = 20_000
OPEN_OF = 25
"""One case of so many is open."""
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LIMIT = 51
WHOLE_TABLE = "Seq Scan"
BIG = {"refunds", "renewals", "payouts", "clients", "notifications", "invoices", "subscriptions"}
BIG |= {"bank_entries", "bank_entry_words", "receipts", "tickets", "ticket_words"}
BIG |= {"ticket_history", "ticket_messages"}
SEED = f"""
SET session_replication_role = replica;
INSERT INTO clients (id, kind, name, inn, email)
SELECT 'c-' || n, 'company', 'ООО «Компания ' || md5(n::text) || '»',
       lpad((7700000000 + n)::text, 10, '0'), 'a@b.example'
FROM generate_series(1, {CLIENTS}) AS n;
INSERT INTO invoices (number, client_id, client_kind, issued_by, issued_on, total_kopecks)
SELECT 'i-' || n, 'c-' || n % {CLIENTS} + 1, 'company', 'online', DATE '2026-01-01', 100
FROM generate_series(1, {CASES}) AS n;
INSERT INTO refunds (id, kind, invoice_number, ordinal, client_id, status, version, asked,
                     stopped_on, policy_version, waiting_for, wait_until, closed_at, opened_at,
                     changed_at)
SELECT 'refund-i-' || n || '-1', 'invoice', 'i-' || n, 1, 'c-' || n % {CLIENTS} + 1,
       CASE WHEN n % {OPEN_OF} = 0 THEN 'awaiting_specialist' ELSE 'declined' END, 1, '[]',
       DATE '2026-01-01', 1, CASE WHEN n % {OPEN_OF} = 0 THEN 'specialist' END,
       CASE WHEN n % {OPEN_OF} = 0 THEN TIMESTAMPTZ '2026-05-01Z' + n * INTERVAL '1 minute' END,
       CASE WHEN n % {OPEN_OF} <> 0 THEN TIMESTAMPTZ '2026-04-02Z' END,
       TIMESTAMPTZ '2026-04-01Z' + n * INTERVAL '1 minute', TIMESTAMPTZ '2026-04-01Z'
FROM generate_series(1, {CASES}) AS n;
INSERT INTO subscriptions (id, client_id, title, created_at)
SELECT 's-' || n, 'c-' || n % {CLIENTS} + 1, 'Компас', TIMESTAMPTZ '2026-04-01Z'
FROM generate_series(1, {CASES}) AS n;
INSERT INTO renewals (id, subscription_id, client_id, status, version, policy_version, waiting_for,
                      wait_until, closed_at, opened_at, changed_at)
SELECT 'renewal-s-' || n || '-first', 's-' || n, 'c-' || n % {CLIENTS} + 1,
       CASE WHEN n % {OPEN_OF} = 0 THEN 'watching' ELSE 'closed' END, 1, 1,
       CASE WHEN n % {OPEN_OF} = 0 THEN 'client' END,
       CASE WHEN n % {OPEN_OF} = 0 THEN TIMESTAMPTZ '2026-05-01Z' + n * INTERVAL '1 minute' END,
       CASE WHEN n % {OPEN_OF} <> 0 THEN TIMESTAMPTZ '2026-04-02Z' END,
       TIMESTAMPTZ '2026-04-01Z', TIMESTAMPTZ '2026-04-01Z'
FROM generate_series(1, {CASES}) AS n;
INSERT INTO payouts (case_id, attempt, channel, status, version, amount_kopecks, channel_reason,
                     statement_id, settled_on, prepared_at, changed_at)
SELECT 'refund-i-' || n || '-1', 1, 'bank',
       CASE WHEN n % {OPEN_OF} = 0 THEN 'prepared' ELSE 'paid' END, 1, 100, 'transferred',
       gen_random_uuid(), DATE '2026-04-01', TIMESTAMPTZ '2026-04-01Z' + n * INTERVAL '1 minute',
       TIMESTAMPTZ '2026-04-01Z'
FROM generate_series(1, {CASES}) AS n;
INSERT INTO notifications (id, case_id, occasion, role, client_id, channel, template, params,
                           status, created_at)
SELECT gen_random_uuid(), 'refund-i-' || n || '-1', 'change-1', 'client',
       'c-' || n % {CLIENTS} + 1, 'mail', 'refund_paying', '{{}}', 'sent', TIMESTAMPTZ '2026-04-01Z'
FROM generate_series(1, {CASES}) AS n;
INSERT INTO bank_entries (id, statement_id, account, direction, day, number, amount_kopecks,
                          counterparty_name, purpose, line, status, decided_by, decided_at, reason)
SELECT gen_random_uuid(), gen_random_uuid(), '40702810900000000001', 'in', DATE '2026-04-01', '1',
       100, 'ООО', 'Оплата', n, 'ignored', 'ivanova', TIMESTAMPTZ '2026-04-01Z', 'Не наше'
FROM generate_series(1, {CASES}) AS n;
INSERT INTO bank_entry_words
SELECT id, day, folded(purpose || ' ' || counterparty_name) FROM bank_entries;
INSERT INTO receipts (id, kind, payment_id, amount_kopecks, content, status, prepared_at,
                      changed_at)
SELECT gen_random_uuid(), 'closing', 'p-' || n, 100, '{{"items": [{{"amount_kopecks": 100}}]}}',
       'succeeded', TIMESTAMPTZ '2026-04-01Z', TIMESTAMPTZ '2026-04-01Z'
FROM generate_series(1, {CASES}) AS n;
INSERT INTO tickets (id, number, opening_id, client_id, department, rules_version, topic, status,
                     version, answers, left_seconds, first_due_at, opened_at, changed_at, closed_at)
SELECT 'ticket-' || n, n, gen_random_uuid(), 'c-' || n % {CLIENTS} + 1, 'support', 1, 'Вопрос',
       'closed', 1, 0, 3600, at, at, at, at
FROM generate_series(1, {CASES}) AS n, (VALUES (TIMESTAMPTZ '2026-04-01Z')) AS t (at);
INSERT INTO ticket_history (ticket_id, number, to_status, at, by, submission_id, answer)
SELECT id, 1, 'new', opened_at, 'client', opening_id, '{{}}' FROM tickets;
INSERT INTO ticket_messages (id, ticket_id, is_ours, channel, text, written_by, written_at)
SELECT opening_id, id, false, 'web', 'Вопрос', 'client', opened_at FROM tickets;
INSERT INTO ticket_words
SELECT id, 1, number, client_id, to_tsvector('russian', 'Компания ' || md5(number::text))
FROM tickets;
SET session_replication_role = origin;
ANALYZE;
"""  # noqa: S608 - our own numbers

RARE, COMMON = sought_in("c4ca4238"), sought_in("компания")
FEW_BUFFERS = 1_500
"""Pages of 8 KiB that a search by words may read: none grows with the tables."""
SEARCHES = {
    f"{what} by a {how} word": find(sought, 11)
    for how, sought in (("rare", RARE), ("common", COMMON))
    for what, find in (
        ("clients", search.found_clients),
        ("refunds", search.found_refunds),
        ("renewals", search.found_renewals),
        ("tickets", search.found_tickets),
        ("entries", search.found_entries),
    )
} | {
    f"listed entries by a {how} word": entry_list.listed(
        entry_list.EntryFilter(payer_words=(word,)), 11
    )
    for how, word in (("rare", "c4ca4238"), ("common", "оплата"))
}

ANYBODY = Turn(NOW)
LATE = Turn(NOW, "specialist", overdue=True)
WORD = Turn(NOW, sought=f"КОМПАНИЯ {'c4ca4238a0b923820dcc509a6f75849b'[:8]}")
INN = Turn(NOW, sought="7700000017")
EVERYBODYS_WORD = Turn(NOW, sought="ооо")
SEEN = (NOW, "refund-i-7-1")
SEEN_LATE = AfterDeadline(NOW, "refund-i-7-1")

REFUNDS = {
    "refunds": case.listed(case.CaseFilter(ANYBODY), LIMIT),
    "refunds, a later page": case.listed(case.CaseFilter(ANYBODY), LIMIT, SEEN),
    "refunds in a status": case.listed(
        case.CaseFilter(ANYBODY, RefundStatus.AWAITING_SPECIALIST), LIMIT
    ),
    "refunds of a turn": case.listed(case.CaseFilter(Turn(NOW, "specialist")), LIMIT),
    "refunds by a word": case.listed(case.CaseFilter(WORD), LIMIT),
    "refunds by everybody's word": case.listed(case.CaseFilter(EVERYBODYS_WORD), LIMIT),
    "refunds by INN": case.listed(case.CaseFilter(INN), LIMIT),
    "refunds of a client": case.listed(case.CaseFilter(ANYBODY, client_id="c-7"), LIMIT),
    "deadlines": case.by_deadline(case.CaseFilter(ANYBODY), LIMIT),
    "deadlines, a later page": case.by_deadline(case.CaseFilter(ANYBODY), LIMIT, SEEN_LATE),
    "deadlines, the last page": case.by_deadline(
        case.CaseFilter(ANYBODY), LIMIT, AfterDeadline(None, "refund-i-7-1")
    ),
    "deadlines in a status": case.by_deadline(
        case.CaseFilter(ANYBODY, RefundStatus.AWAITING_SPECIALIST), LIMIT
    ),
    "deadlines that are over": case.by_deadline(case.CaseFilter(LATE), LIMIT),
    "deadlines by INN": case.by_deadline(case.CaseFilter(INN), LIMIT),
    "counts of refunds": case.open_counts(NOW, None),
    "counts of a client's refunds": case.open_counts(NOW, "c-7"),
}
RENEWALS = {
    "renewals": renewal_case.listed(renewal_case.RenewalFilter(ANYBODY), LIMIT),
    "renewals of a turn": renewal_case.by_deadline(
        renewal_case.RenewalFilter(Turn(NOW, "client", overdue=True)), LIMIT
    ),
    "renewals by a word": renewal_case.by_deadline(renewal_case.RenewalFilter(WORD), LIMIT),
    "renewals in a status": renewal_case.by_deadline(
        renewal_case.RenewalFilter(ANYBODY, "watching"), LIMIT
    ),
    "renewals by deadline": renewal_case.by_deadline(
        renewal_case.RenewalFilter(ANYBODY), LIMIT, AfterDeadline(NOW, "renewal-s-7-first")
    ),
    "counts of renewals": renewal_case.open_counts(NOW, None),
    "counts of a client's renewals": renewal_case.open_counts(NOW, "c-7"),
}
OTHERS = {
    "clients": client.listed(None, LIMIT),
    "clients, a later page": client.listed(None, LIMIT, "c-7"),
    "clients by a word": client.listed("c4ca4238", LIMIT),
    "clients by INN": client.listed("7700000017", LIMIT),
    "clients by the beginning of an INN": client.listed("770000001", LIMIT),
    "a client's money": client_money.of_client("c-7", LIMIT),
    "a client's money, a later page": client_money.of_client("c-7", LIMIT, (NOW, "p-7")),
    "the money of an order": client_money.of_client("c-7", LIMIT, invoice_number="i-7"),
    "the invoices of a renewal": client_money.of_renewal("renewal-s-7-first", LIMIT),
    "a client's orders": orders.listed("c-7", orders.Tab.CURRENT, NOW, LIMIT),
    "payouts": payout_list.listed(payout_list.PayoutFilter(), LIMIT),
    "payouts, a later page": payout_list.listed(
        payout_list.PayoutFilter(), LIMIT, (NOW, "refund-i-7-1", 1)
    ),
    "payouts in a status": payout_list.listed(payout_list.PayoutFilter("prepared"), LIMIT),
    "payouts by INN": payout_list.listed(payout_list.PayoutFilter(sought="7700000017"), LIMIT),
    "what waits beside cases": waiting_work(),
    "the last messages of tickets": last_messages([f"ticket-{n}" for n in range(1, LIMIT)]),
    "letters of a case": inbox.letters_of("refund-i-7-1", None, LIMIT),
    "letters of a case to its client": inbox.letters_of(
        "refund-i-7-1", "c-8", LIMIT, (NOW, UUID(int=0))
    ),
}
LISTS = REFUNDS | RENEWALS | OTHERS


@pytest.fixture(scope="module")
def seeded(database_url: str) -> Iterator[Books]:
    with closing(Books(database_url)) as books:
        books.connection.execute(SEED.encode())
        yield books


def plan_of(books: Books, query: Query[object], how: str = "") -> dict[str, Any]:
    """How the database would read, or reads, a query as the product sends it."""
    sql, values = compile_once(query.statement, tuple(query.params)).with_values(query.params)
    (row,) = books.connection.execute(
        f"EXPLAIN ({how}FORMAT JSON) {sql}".encode(), values
    ).fetchall()
    (shown,) = json.loads(row[0]) if isinstance(row[0], str) else row[0]
    plan: dict[str, Any] = shown["Plan"]
    return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_a_whole_table(seeded: Books, name: str) -> None:
    plan = plan_of(seeded, LISTS[name])
    whole = [
        node["Relation Name"]
        for node in nodes(plan)
        if node["Node Type"] == WHOLE_TABLE and node["Relation Name"] in BIG
    ]
    assert whole == [], json.dumps(plan, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("name", SEARCHES)
def test_no_search_by_words_walks_a_table_in_the_order_of_the_page(
    seeded: Books, name: str
) -> None:
    plan = plan_of(seeded, SEARCHES[name], "ANALYZE, BUFFERS, ")
    read = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    assert read <= FEW_BUFFERS, json.dumps(plan, indent=1, ensure_ascii=False)
    walked = [node for node in nodes(plan) if node.get("Rows Removed by Filter", 0) > 1_000]
    assert walked == [], json.dumps(plan, indent=1, ensure_ascii=False)
