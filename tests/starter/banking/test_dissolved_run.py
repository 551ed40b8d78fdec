"""A run that was gathered by mistake is dissolved as long as the bank has not its file."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from db.invariants import differences
from domain.access.roles import Role
from tests.starter.banking.statement_of import Moved, statement
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.refund.shop import code_of

KOPECKS = 4_000_000
WORD = {"file_was_not_sent": True, "reason": "собрали не с того счёта"}


async def dissolved(bookkeeping: Bookkeeping, run: dict[str, Any]) -> httpx2.Response:
    """An accountant says that the bank does not get the file."""
    return await bookkeeping.accountant.post(f"/v1/payment-runs/{run['id']}/dissolution", WORD)


async def order_of(bookkeeping: Bookkeeping, run: dict[str, Any]) -> dict[str, Any]:
    """The only order of a run."""
    path = f"/v1/payment-runs/{run['id']}/orders"
    (order,) = (await bookkeeping.accountant.get(path)).json()["items"]
    found: dict[str, Any] = order
    return found


async def test_a_run_gathered_by_mistake_is_dissolved_and_its_payouts_go_with_the_next(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    mistake = await bookkeeping.run()
    answer = await dissolved(bookkeeping, mistake)
    assert answer.status_code == 200, answer.text
    assert answer.json()["dissolved_by"] == "accountant-1"
    assert answer.json()["dissolution_reason"] == WORD["reason"]
    old = await order_of(bookkeeping, mistake)
    assert old["dissolved_at"] is not None
    run = await bookkeeping.run()
    order = await order_of(bookkeeping, run)
    assert (order["refund_id"], order["attempt"]) == (case_id, 1)
    assert order["number"] != old["number"]
    await bookkeeping.accountant.post(f"/v1/payment-runs/{run['id']}/handing-over")
    await bookkeeping.payout(case_id, 1, "sent")
    await bookkeeping.imported(statement(Moved(str(order["number"]), KOPECKS)))
    await bookkeeping.payout(case_id, 1, "paid")
    await bookkeeping.status(case_id, "completed")
    assert [found async for found in differences(bookkeeping.database)] == []
    (listed,) = [
        one
        for one in (await bookkeeping.accountant.get("/v1/payouts")).json()["items"]
        if one["refund_id"] == case_id
    ]
    assert listed["order_number"] == order["number"]


async def test_nobody_gets_the_file_of_a_dissolved_run_or_hands_it_over(
    bookkeeping: Bookkeeping,
) -> None:
    await bookkeeping.paying()
    run = await bookkeeping.run()
    for _ in range(2):
        assert (await dissolved(bookkeeping, run)).status_code == 200
    refused = [
        await bookkeeping.accountant.get(run["file"]),
        await bookkeeping.accountant.post(f"/v1/payment-runs/{run['id']}/handing-over"),
    ]
    for answer in refused:
        assert (answer.status_code, code_of(answer)) == (409, "payment_run_dissolved")
    assert (await dissolved(bookkeeping, await bookkeeping.run())).status_code == 200


async def test_what_the_bank_was_given_is_not_dissolved(bookkeeping: Bookkeeping) -> None:
    await bookkeeping.paying()
    run = await bookkeeping.run()
    await bookkeeping.accountant.post(f"/v1/payment-runs/{run['id']}/handing-over")
    answer = await dissolved(bookkeeping, run)
    assert (answer.status_code, code_of(answer)) == (409, "payment_run_handed_over")


async def test_a_run_that_the_bank_debited_was_sent_whoever_says_otherwise(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    run = await bookkeeping.run()
    order = await order_of(bookkeeping, run)
    await bookkeeping.imported(statement(Moved(f"000{order['number']}", KOPECKS)))
    await bookkeeping.payout(case_id, 1, "paid")
    answer = await dissolved(bookkeeping, run)
    assert (answer.status_code, code_of(answer)) == (409, "payment_run_debited")
    assert (await bookkeeping.accountant.get(run["file"])).status_code == 200
    given = await bookkeeping.accountant.post(f"/v1/payment-runs/{run['id']}/handing-over")
    assert given.status_code == 200


async def test_a_file_that_was_sent_after_all_pays_once_and_the_next_one_is_not_given_out(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    sent = await bookkeeping.run()
    old = await order_of(bookkeeping, sent)
    await dissolved(bookkeeping, sent)
    again = await bookkeeping.run()
    await bookkeeping.imported(statement(Moved(str(old["number"]), KOPECKS)))
    await bookkeeping.payout(case_id, 1, "paid")
    refused = await bookkeeping.accountant.get(again["file"])
    assert (refused.status_code, code_of(refused)) == (409, "payment_run_paid_otherwise")
    number = (await order_of(bookkeeping, again))["number"]
    assert str(number) in refused.json()["detail"]
    assert (await dissolved(bookkeeping, again)).status_code == 200
    assert [found async for found in differences(bookkeeping.database)] == []


async def test_a_payout_of_a_dissolved_run_may_go_back_to_its_client(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    await dissolved(bookkeeping, await bookkeeping.run())
    path = f"/v1/refunds/{case_id}/payouts/1/return"
    body = {"reason": "requisites_unfit", "note": "Клиент попросил"}
    assert (await bookkeeping.accountant.post(path, body)).status_code == 200
    await bookkeeping.status(case_id, "awaiting_statement")
    assert [found async for found in differences(bookkeeping.database)] == []


async def test_a_dissolution_and_a_handing_over_at_once_leave_one_of_them(
    bookkeeping: Bookkeeping,
) -> None:
    for _ in range(4):
        case_id = await bookkeeping.paying()
        run = await bookkeeping.run()
        path = f"/v1/payment-runs/{run['id']}/handing-over"
        undone, given = await asyncio.gather(
            dissolved(bookkeeping, run), bookkeeping.accountant.post(path)
        )
        assert sorted((undone.status_code, given.status_code)) == [200, 409]
        if given.status_code == 200:
            await bookkeeping.payout(case_id, 1, "sent")
        else:
            await bookkeeping.payout(case_id, 1, "prepared")
            assert (await dissolved(bookkeeping, await bookkeeping.run())).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "так"},
        {"file_was_not_sent": False, "reason": "так"},
        {"file_was_not_sent": "yes", "reason": "так"},
        {"file_was_not_sent": True},
        {"file_was_not_sent": True, "reason": " "},
    ],
)
async def test_an_accountant_says_in_so_many_words_that_the_bank_has_no_file(
    bookkeeping: Bookkeeping, body: dict[str, Any]
) -> None:
    path = f"/v1/payment-runs/{uuid4()}/dissolution"
    assert (await bookkeeping.accountant.post(path, body)).status_code == 422
    assert (await bookkeeping.accountant.post(path, WORD)).status_code == 404
    assert (await bookkeeping.person(Role.OPERATOR).post(path, WORD)).status_code == 403
