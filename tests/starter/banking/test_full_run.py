"""A payment run of as many orders as one may have is one step, and so is its dissolution."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx2

from domain.banking.payment_run import MAX_ORDERS_IN_RUN
from domain.banking.run_decision import run_decision_workflow_id
from tests.books import Books
from tests.patience import PATIENCE_SECONDS
from tests.starter.bookkeeping import OUR_ACCOUNT, Bookkeeping
from tests.starter.broken_invariants import behind_the_back
from tests.starter.refund.shop import code_of

RUNS = "/v1/payment-runs"
GATHER = {"own_account": OUR_ACCOUNT}
NOT_SENT = {"file_was_not_sent": True, "reason": "собрали не с того счёта"}
HISTORY_BYTES = 10_000
"""A history that says anything of each order would have a hundred times as many."""

COPIES = """
INSERT INTO invoices
       (number, client_id, client_kind, issued_by, issued_on, total_kopecks, paid_kopecks)
SELECT 'full-' || n, client_id, client_kind, issued_by, issued_on, total_kopecks, paid_kopecks
  FROM invoices, generate_series(1, {more}) AS n WHERE number = '{invoice}';
INSERT INTO refunds SELECT (jsonb_populate_record(refunds, jsonb_build_object(
    'id', 'refund-full-' || n || '-1', 'invoice_number', 'full-' || n,
    'calculation_id', md5('calculation' || n), 'statement_id', md5('statement' || n)))).*
  FROM refunds, generate_series(1, {more}) AS n WHERE id = '{case}';
INSERT INTO statements SELECT (jsonb_populate_record(statements, jsonb_build_object(
    'id', md5('statement' || n), 'refund_id', 'refund-full-' || n || '-1',
    'calculation_id', md5('calculation' || n)))).*
  FROM statements, generate_series(1, {more}) AS n WHERE refund_id = '{case}';
INSERT INTO payouts SELECT (jsonb_populate_record(payouts, jsonb_build_object(
    'case_id', 'refund-full-' || n || '-1', 'statement_id', md5('statement' || n)))).*
  FROM payouts, generate_series(1, {more}) AS n WHERE case_id = '{case}';
"""
"""The rows of a waiting payout that gathering reads, many times."""
NO_BANK_TAKES = "UPDATE statements SET recipient_name = 'ООО «Ӓ»'"
"""A name with a letter that the bank's file lacks."""


def copied(books: Books, case_id: str) -> None:
    """As many payouts wait as a run may have orders, counting the given one."""
    invoice = case_id.removeprefix("refund-").removesuffix("-1")
    behind_the_back(books, COPIES.format(more=MAX_ORDERS_IN_RUN - 1, invoice=invoice, case=case_id))


async def answered(bookkeeping: Bookkeeping, path: str, body: Any) -> httpx2.Response:
    """The command's answer, asked for again while the step takes longer than a caller waits."""
    key, asking = uuid4().hex, replace(bookkeeping.accountant, once=True)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (answer := await asking.post(path, body, key=key)).status_code == 202:
            assert answer.headers["location"].startswith(RUNS)
            await asyncio.sleep(0.1)
    return answer


async def histories(bookkeeping: Bookkeeping) -> list[int]:
    """The bytes of each decision's history."""
    rows = bookkeeping.books.rows("SELECT id FROM run_decisions")
    handles = [
        bookkeeping.temporal.get_workflow_handle(run_decision_workflow_id(str(row.id)))
        for row in rows
    ]
    kept = [await handle.fetch_history() for handle in handles]
    return [sum(event.ByteSize() for event in one.events) for one in kept]


async def test_a_run_of_as_many_orders_as_it_may_have_is_gathered_dissolved_and_left_out(
    bookkeeping: Bookkeeping,
) -> None:
    copied(bookkeeping.books, await bookkeeping.paying())
    gathered = await answered(bookkeeping, RUNS, GATHER)
    assert (gathered.status_code, gathered.json()["orders"]) == (201, MAX_ORDERS_IN_RUN)
    dissolution = f"{RUNS}/{gathered.json()['id']}/dissolution"
    dissolved = await answered(bookkeeping, dissolution, NOT_SENT)
    assert dissolved.status_code == 200
    (open_orders,) = bookkeeping.books.row(
        "SELECT count(*) FROM payment_orders WHERE dissolved_at IS NULL"
    )
    assert open_orders == 0
    behind_the_back(bookkeeping.books, NO_BANK_TAKES)
    refused = await answered(bookkeeping, RUNS, GATHER)
    assert (refused.status_code, code_of(refused)) == (409, "payouts_left_out")
    assert len(refused.json()["left_out"]) == MAX_ORDERS_IN_RUN
    notified = bookkeeping.books.row(
        "SELECT count(*) AS messages, count(DISTINCT case_id) AS cases FROM notifications"
        " WHERE occasion = 'left-out-1' AND role = 'accountant'"
    )
    assert tuple(notified) == (2 * MAX_ORDERS_IN_RUN, MAX_ORDERS_IN_RUN)
    assert max(await histories(bookkeeping)) < HISTORY_BYTES
