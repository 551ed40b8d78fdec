"""A bank that debits what we hold as ended: an accountant hears of it, and nothing more is paid."""

from typing import Any

import pytest

from domain.access.roles import Role
from tests.books import LICENCE_KOPECKS
from tests.starter.banking.statement_of import Moved, statement
from tests.starter.bookkeeping import OUR_ACCOUNT, Bookkeeping
from tests.starter.refund.shop import code_of

ENTRIES = "/v1/bank-entries"
GATHER = {"own_account": OUR_ACCOUNT}
TEMPLATE = "staff_debit_contradicts"


async def rejected(bookkeeping: Bookkeeping) -> tuple[str, Moved]:
    """A case whose order the accountant has called rejected, and the debit that says otherwise."""
    case_id = await bookkeeping.paying()
    orders = await bookkeeping.handed_over()
    (order,) = [one for one in orders if one["refund_id"] == case_id]
    path = f"/v1/payment-orders/{order['id']}/rejection"
    assert (await bookkeeping.accountant.post(path, {"reason": "account_closed"})).is_success
    await bookkeeping.status(case_id, "awaiting_statement")
    return case_id, Moved(str(order["number"]), LICENCE_KOPECKS)


async def entry_of(bookkeeping: Bookkeeping, statement_id: str) -> dict[str, Any]:
    """The only entry that a statement brought."""
    answer = await bookkeeping.accountant.get(ENTRIES, statement_id=statement_id)
    (entry,) = answer.json()["items"]
    assert isinstance(entry, dict)
    return entry


def told(bookkeeping: Bookkeeping, case_id: str) -> list[tuple[str, str, str]]:
    """Who was told on which channel of which entry."""
    rows = bookkeeping.books.rows(
        "SELECT role, channel, params->>'entry_id' AS entry FROM notifications"
        " WHERE case_id = %(c)s AND template = %(t)s ORDER BY channel",
        c=case_id,
        t=TEMPLATE,
    )
    return [(row.role, row.channel, row.entry) for row in rows]


def to_accountants(entry: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(Role.ACCOUNTANT, channel, entry["id"]) for channel in ("inbox", "mail")]


async def test_a_debit_of_a_rejected_attempt_reaches_an_accountant_once(
    bookkeeping: Bookkeeping,
) -> None:
    case_id, debit = await rejected(bookkeeping)
    found = await bookkeeping.imported(statement(debit))
    entry = await entry_of(bookkeeping, found["id"])
    assert entry["status"] == "unmatched"
    await bookkeeping.imported(statement(debit, debit.changed(number="999999")))
    assert told(bookkeeping, case_id) == to_accountants(entry)
    inbox = (await bookkeeping.accountant.get("/v1/inbox", limit=100)).json()["items"]
    assert [one for one in inbox if entry["id"] in one["text"]]
    await bookkeeping.payout(case_id, 1, "rejected")
    await bookkeeping.status(case_id, "awaiting_statement")


async def test_the_next_attempt_waits_until_somebody_has_decided_about_the_debit(
    bookkeeping: Bookkeeping,
) -> None:
    case_id, debit = await rejected(bookkeeping)
    entry = await entry_of(bookkeeping, (await bookkeeping.imported(statement(debit)))["id"])
    await bookkeeping.signed(case_id)
    other = await bookkeeping.paying()
    run = await bookkeeping.run()
    assert run["orders"] == 1
    (left_out,) = run["left_out"]
    assert (left_out["refund_id"], left_out["attempt"]) == (case_id, 2)
    assert left_out["code"] == "payout_debited_before"
    alone = await bookkeeping.accountant.post("/v1/payment-runs", GATHER)
    assert (alone.status_code, code_of(alone)) == (409, "payouts_left_out")
    assert alone.json()["left_out"] == [left_out]
    await bookkeeping.payout(other, 1, "prepared")
    body = {"as": "ignored", "reason": "банк вернул деньги"}
    decision = await bookkeeping.accountant.post(f"{ENTRIES}/{entry['id']}/decision", body)
    assert decision.json()["status"] == "ignored"
    again = await bookkeeping.run()
    assert (again["orders"], again["left_out"]) == (1, [])


async def test_a_second_debit_of_one_order_reaches_an_accountant_too(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    (order,) = await bookkeeping.handed_over()
    debit = Moved(str(order["number"]), LICENCE_KOPECKS)
    await bookkeeping.imported(statement(debit))
    await bookkeeping.status(case_id, "completed")
    assert told(bookkeeping, case_id) == []
    found = await bookkeeping.imported(statement(debit, debit))
    second = await entry_of(bookkeeping, found["id"])
    assert told(bookkeeping, case_id) == to_accountants(second)


async def test_a_debit_that_was_matched_while_its_order_was_rejected_is_told_of(
    bookkeeping: Bookkeeping,
) -> None:
    case_id, debit = await rejected(bookkeeping)
    found = await bookkeeping.imported(statement(debit.changed(number="78-Б")))
    entry = await entry_of(bookkeeping, found["id"])
    assert told(bookkeeping, case_id) == []
    bookkeeping.books.connection.execute(
        "UPDATE bank_entries SET status = 'matched', matched_case = %s, matched_attempt = 1,"
        " matched_as = 'payout', decided_by = 'system', decided_at = now() WHERE id = %s",
        [case_id, entry["id"]],
    )
    await bookkeeping.imported(statement(debit.changed(number="999998")))
    assert told(bookkeeping, case_id) == to_accountants(entry)


@pytest.mark.parametrize(
    "changes", [{"kopecks": LICENCE_KOPECKS - 1}, {"number": "999997"}, {"out": False}]
)
async def test_money_that_is_not_the_order_s_holds_nobody_up(
    bookkeeping: Bookkeeping, changes: dict[str, Any]
) -> None:
    case_id, debit = await rejected(bookkeeping)
    await bookkeeping.imported(statement(debit.changed(**changes)))
    await bookkeeping.signed(case_id)
    assert told(bookkeeping, case_id) == []
    run = await bookkeeping.run()
    assert (run["orders"], run["left_out"]) == (1, [])
