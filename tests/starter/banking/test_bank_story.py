"""Money through a bank with books of its own: each paid attempt is debited once, come what may."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.starter.banking.sandbox_bank import SandboxBank
from tests.starter.banking.statement_of import TODAY
from tests.starter.bookkeeping import Bookkeeping

LATER = TODAY + timedelta(days=30)


@pytest_asyncio.fixture(scope="module")
async def bank_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxBank]:
    books: Path = tmp_path_factory.mktemp("bank") / "books.sqlite"
    bank = SandboxBank(books)
    yield bank
    await bank.stop()


@pytest_asyncio.fixture
async def bank(bank_process: SandboxBank) -> AsyncIterator[SandboxBank]:
    """The module's bank, honest until the test says otherwise."""
    yield bank_process
    await bank_process.misbehave()


async def file_of(bookkeeping: Bookkeeping, orders: list[dict[str, Any]]) -> bytes:
    """The run's file as the accountant downloads it."""
    answer = await bookkeeping.accountant.get(f"/v1/payment-runs/{orders[0]['run_id']}/file")
    return bytes(answer.content)


async def told(
    bookkeeping: Bookkeeping, bank: SandboxBank, last: date = LATER, encoding: str = "cp1251"
) -> dict[str, Any]:
    """The bank's statement up to a day, imported or refused."""
    return await bookkeeping.imported(await bank.statement(TODAY, last, encoding))


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
async def test_an_order_delivered_twice_is_debited_once_and_paid(
    bookkeeping: Bookkeeping, bank: SandboxBank, encoding: str
) -> None:
    case_id = await bookkeeping.paying()
    orders = await bookkeeping.handed_over()
    file = await file_of(bookkeeping, orders)
    assert await bank.deliver(file) == await bank.deliver(file) == ["executed"]
    assert (await told(bookkeeping, bank, encoding=encoding))["encoding"] == encoding
    await bookkeeping.status(case_id, "completed")
    order = await bank.order(orders[0]["number"])
    assert (order["deliveries"], order["debits"]) == (2, 1)


async def test_a_rejection_before_the_debit_leads_to_one_debit_of_the_second_attempt(
    bookkeeping: Bookkeeping, bank: SandboxBank
) -> None:
    case_id = await bookkeeping.paying()
    first = await bookkeeping.handed_over()
    await bank.misbehave({"kind": "reject", "times": 1})
    assert await bank.deliver(await file_of(bookkeeping, first)) == ["rejected"]
    path = f"/v1/payment-orders/{first[0]['id']}/rejection"
    assert (await bookkeeping.accountant.post(path, {"reason": "account_not_found"})).is_success
    await bookkeeping.status(case_id, "awaiting_statement")
    await bookkeeping.signed(case_id)
    second = await bookkeeping.handed_over()
    assert await bank.deliver(await file_of(bookkeeping, second)) == ["executed"]
    await told(bookkeeping, bank)
    await bookkeeping.payout(case_id, 2, "paid")
    assert (await bank.order(first[0]["number"]))["debits"] == 0
    assert (await bank.order(second[0]["number"]))["debits"] == 1


async def test_a_return_days_after_the_debit_leads_to_a_second_attempt(
    bookkeeping: Bookkeeping, bank: SandboxBank
) -> None:
    case_id = await bookkeeping.paying()
    first = await bookkeeping.handed_over()
    await bank.misbehave({"kind": "return", "after_days": 3, "times": 1})
    await bank.deliver(await file_of(bookkeeping, first))
    await told(bookkeeping, bank, TODAY + timedelta(days=2))
    await bookkeeping.status(case_id, "completed")
    await told(bookkeeping, bank)
    await bookkeeping.status(case_id, "awaiting_statement")
    await bookkeeping.signed(case_id)
    second = await bookkeeping.handed_over()
    await bank.deliver(await file_of(bookkeeping, second))
    await told(bookkeeping, bank)
    await bookkeeping.payout(case_id, 2, "paid")
    await bookkeeping.status(case_id, "completed")
    orders = [await bank.order(one[0]["number"]) for one in (first, second)]
    assert [(order["debits"], order["returns"]) for order in orders] == [(1, 1), (1, 0)]


async def test_a_bank_that_stops_halfway_is_given_the_file_again(
    bookkeeping: Bookkeeping, bank: SandboxBank
) -> None:
    cases = [await bookkeeping.paying() for _ in range(3)]
    orders = await bookkeeping.handed_over()
    file = await file_of(bookkeeping, orders)
    await bank.misbehave({"kind": "stop", "number": str(orders[1]["number"])})
    assert await bank.deliver(file) == ["executed", "waiting", "waiting"]
    await told(bookkeeping, bank)
    await bookkeeping.status(cases[0], "completed")
    await bookkeeping.payout(cases[1], 1, "sent")
    await bank.misbehave()
    assert await bank.deliver(file) == ["executed"] * 3
    await told(bookkeeping, bank)
    for case_id, order in zip(cases, orders, strict=True):
        await bookkeeping.status(case_id, "completed")
        assert (await bank.order(order["number"]))["debits"] == 1


async def test_a_late_execution_counts_from_the_day_of_the_debit(
    bookkeeping: Bookkeeping, bank: SandboxBank
) -> None:
    case_id = await bookkeeping.paying()
    orders = await bookkeeping.handed_over()
    await bank.misbehave({"kind": "late", "days": 5, "times": 1})
    await bank.deliver(await file_of(bookkeeping, orders))
    await told(bookkeeping, bank, TODAY + timedelta(days=4))
    await bookkeeping.payout(case_id, 1, "sent")
    await told(bookkeeping, bank)
    await bookkeeping.status(case_id, "completed")
    row = bookkeeping.books.row("SELECT paid_on FROM refunds WHERE id = %(c)s", c=case_id)
    assert row.paid_on == TODAY + timedelta(days=5)


@pytest.mark.parametrize("how", ["cut", "unbalanced", "signature"])
async def test_a_damaged_statement_is_refused_and_the_next_one_settles(
    bookkeeping: Bookkeeping, bank: SandboxBank, how: str
) -> None:
    case_id = await bookkeeping.paying()
    await bank.deliver(await file_of(bookkeeping, await bookkeeping.handed_over()))
    await bank.misbehave({"kind": "damage", "how": how, "times": 1})
    refused = await told(bookkeeping, bank)
    assert refused["status"] == "refused"
    assert refused["refusal"]["detail"]
    await bookkeeping.payout(case_id, 1, "sent")
    await told(bookkeeping, bank)
    await bookkeeping.status(case_id, "completed")


@pytest.mark.parametrize("how", ["bom", "mixed_line_ends"])
async def test_harmless_damage_is_read(
    bookkeeping: Bookkeeping, bank: SandboxBank, how: str
) -> None:
    case_id = await bookkeeping.paying()
    await bank.deliver(await file_of(bookkeeping, await bookkeeping.handed_over()))
    await bank.misbehave({"kind": "damage", "how": how})
    assert (await told(bookkeeping, bank))["status"] == "imported"
    await bookkeeping.status(case_id, "completed")


async def test_money_that_comes_back_after_the_case_was_closed_reopens_it(
    bookkeeping: Bookkeeping, bank: SandboxBank, temporal_env: WorkflowEnvironment
) -> None:
    case_id = await bookkeeping.paying()
    await bank.misbehave({"kind": "return", "after_days": 25, "times": 1})
    await bank.deliver(await file_of(bookkeeping, await bookkeeping.handed_over()))
    await told(bookkeeping, bank, TODAY + timedelta(days=20))
    await bookkeeping.status(case_id, "completed")
    handle = bookkeeping.temporal.get_workflow_handle(case_id)
    await temporal_env.fast_forward(handle, timedelta(days=45))
    closed = "SELECT closed_at IS NOT NULL FROM refunds WHERE id = %(c)s"
    await bookkeeping.until(closed, True, c=case_id)
    await handle.result()
    await told(bookkeeping, bank)
    await bookkeeping.status(case_id, "awaiting_statement")
    await told(bookkeeping, bank, LATER + timedelta(days=1))
    await bookkeeping.signed(case_id)
    second = await bookkeeping.handed_over()
    await bank.deliver(await file_of(bookkeeping, second))
    await told(bookkeeping, bank, LATER + timedelta(days=2))
    await bookkeeping.payout(case_id, 2, "paid")
    await bookkeeping.status(case_id, "completed")


async def test_an_inquiry_about_a_transfer_shows_its_order_and_ends_by_the_entry_that_returns_it(
    bookkeeping: Bookkeeping, bank: SandboxBank
) -> None:
    case_id = await bookkeeping.paying()
    (order,) = await bookkeeping.handed_over()
    await bank.misbehave({"kind": "return", "after_days": 3, "times": 1})
    await bank.deliver(await file_of(bookkeeping, [order]))
    await told(bookkeeping, bank, TODAY + timedelta(days=2))
    await bookkeeping.status(case_id, "completed")
    path, client = f"/v1/refunds/{case_id}", bookkeeping.client_of(case_id)
    bookkeeping.books.connection.execute(
        "UPDATE refunds SET paid_on = %s, credit_by = %s WHERE id = %s",
        (TODAY - timedelta(days=20), TODAY - timedelta(days=1), case_id),
    )
    asked = await client.post(f"{path}/inquiry", {"checked_on": TODAY.isoformat()})
    assert asked.json()["status"] == "inquiry", asked.text

    (shown,) = (await bookkeeping.accountant.get(path)).json()["inquiries"]
    trace = shown["trace"]
    assert (trace["order_number"], trace["order_day"]) == (order["number"], order["day"])
    assert trace["debited_on"] is not None
    assert (trace["rrn"], trace["acquirer_refund"]) == (None, None)
    assert f"№ {order['number']} от" in trace["text"]

    by_word = {"reason": "вижу в интернет-банке"}
    refused = await bookkeeping.accountant.post(f"{path}/inquiry/returned", by_word)
    assert refused.json()["code"] == "inquiry_return_by_statement"
    await told(bookkeeping, bank)
    await bookkeeping.status(case_id, "awaiting_statement")
    (ended,) = (await bookkeeping.accountant.get(path)).json()["inquiries"]
    assert (ended["ended_as"], ended["ended_by"]) == ("money_returned", None)
    assert ended["trace"]["returned_on"] is not None


async def test_a_credit_that_looks_like_a_return_lets_the_client_ask_at_once(
    bookkeeping: Bookkeeping, bank: SandboxBank
) -> None:
    case_id = await bookkeeping.paying()
    (order,) = await bookkeeping.handed_over()
    await bank.deliver(await file_of(bookkeeping, [order]))
    await told(bookkeeping, bank)
    await bookkeeping.status(case_id, "completed")
    path, client = f"/v1/refunds/{case_id}", bookkeeping.client_of(case_id)
    bookkeeping.books.connection.execute(
        "UPDATE refunds SET paid_on = %s WHERE id = %s", (TODAY - timedelta(days=1), case_id)
    )
    body = {"checked_on": TODAY.isoformat()}
    early = await client.post(f"{path}/inquiry", body)
    assert early.json()["code"] == "inquiry_too_early"
    bookkeeping.books.connection.execute(
        "INSERT INTO bank_entries (id, statement_id, account, direction, day, number,"
        " amount_kopecks, counterparty_name, counterparty_account, counterparty_bic, purpose, line)"
        " SELECT gen_random_uuid(), statement_id, account, 'in', day, '77', amount_kopecks,"
        " counterparty_name, counterparty_account, counterparty_bic,"
        " 'Возврат денежных средств, счёт закрыт', 9999"
        " FROM bank_entries WHERE matched_case = %s",
        (case_id,),
    )
    asked = await client.post(f"{path}/inquiry", body)
    assert asked.json()["status"] == "inquiry", asked.text
    (shown,) = (await bookkeeping.accountant.get(path)).json()["inquiries"]
    assert shown["trace"]["contradiction"] == "return_suspected"
    assert (await client.get(path)).json()["inquiries"][0]["trace"] is None
