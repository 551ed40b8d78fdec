"""One transfer is one payment, whoever writes it first: the bank's statement or billing."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.books import LICENCE_KOPECKS
from tests.starter.banking.statement_of import TODAY
from tests.starter.banking.test_incoming_money import PRICE, STRANGER_INN, Payer
from tests.starter.bookkeeping import Bookkeeping, account_of

OTHER_KOPECKS = LICENCE_KOPECKS - 200_00
OTHER = f"{OTHER_KOPECKS / 100:.2f}"


@pytest.fixture
def payer(bookkeeping: Bookkeeping) -> Payer:
    return Payer(bookkeeping)


async def writes(
    payer: Payer, number: str, amount: str, day: date = TODAY, **more: Any
) -> httpx2.Response:
    """Billing's word that a transfer came for the invoice."""
    body = {
        "invoice_number": number,
        "method": "bank_transfer",
        "amount": amount,
        "received_at": f"{day}T00:00:00+03:00",
        **more,
    }
    return await payer.billing.put(f"/v1/payments/{uuid4().hex}", body)


async def sums(payer: Payer, number: str) -> tuple[str, str]:
    """What the invoice has got, and how much of it is surplus."""
    invoice = await payer.shown(number)
    return invoice["paid"], invoice["surplus"]


@pytest.mark.parametrize("amount", [OTHER, "7.00", f"{LICENCE_KOPECKS / 100 + 1:.2f}"])
@pytest.mark.parametrize("days", [0, -6, -7])
async def test_another_sum_than_the_bank_s_is_refused_whatever_it_is(
    payer: Payer, amount: str, days: int
) -> None:
    number = payer.invoice()
    entry = await payer.pays(f"Счёт {number}")
    answer = await writes(payer, number, amount, TODAY + timedelta(days=days))
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_differs_from_bank")
    (known,) = entry["allocations"]
    assert answer.json()["payment_ids"] == [known["payment_id"]]
    assert known["payment_id"] in answer.json()["detail"]
    assert await sums(payer, number) == (PRICE, "0.00")
    assert payer.letters("money_surplus_held") == []


async def test_the_other_order_is_held_for_a_person(payer: Payer) -> None:
    number = payer.invoice()
    assert (await writes(payer, number, OTHER)).status_code == 201
    entry = await payer.pays(f"Счёт {number}")
    assert (entry["status"], entry["hold_code"]) == ("unmatched", "recorded_by_billing")
    refused = await payer.allocated(entry, number)
    assert [one["code"] for one in refused.json()["errors"]] == ["shares_beside_billing"]
    assert await sums(payer, number) == (OTHER, "0.00")
    assert (await payer.allocated(entry, number, beside_billing=True)).is_success
    assert await sums(payer, number) == (f"{(LICENCE_KOPECKS + OTHER_KOPECKS) / 100:.2f}", OTHER)


async def test_a_transfer_of_another_week_is_another_one(payer: Payer) -> None:
    number = payer.invoice()
    await payer.pays(f"Счёт {number}")
    assert (await writes(payer, number, OTHER, TODAY - timedelta(days=8))).status_code == 201


async def test_billing_says_that_a_second_transfer_is_another_one(payer: Payer) -> None:
    number = payer.invoice()
    entry = await payer.pays(f"Счёт {number}")
    (known,) = entry["allocations"]
    answer = await writes(payer, number, OTHER, besides=[known["payment_id"]])
    assert answer.status_code == 201
    assert (await sums(payer, number))[1] == OTHER
    second = await payer.pays(f"Счёт {number}", OTHER_KOPECKS)
    assert second["allocations"][0]["is_link"]
    assert (await sums(payer, number))[1] == OTHER


async def test_two_parts_of_the_bank_are_not_written_again_as_one(payer: Payer) -> None:
    number = payer.invoice()
    parts = [
        await payer.pays(f"Счёт {number}", kopecks)
        for kopecks in (OTHER_KOPECKS, LICENCE_KOPECKS - OTHER_KOPECKS)
    ]
    ids = [entry["allocations"][0]["payment_id"] for entry in parts]
    whole = await writes(payer, number, PRICE)
    assert (whole.status_code, whole.json()["code"]) == (409, "payment_from_bank")
    assert sorted(whole.json()["payment_ids"]) == sorted(ids)
    half_known = await writes(payer, number, PRICE, besides=ids[:1])
    assert half_known.json()["code"] == "payment_differs_from_bank"
    assert await sums(payer, number) == (PRICE, "0.00")


async def test_one_transfer_of_the_bank_is_not_written_again_in_parts(payer: Payer) -> None:
    number = payer.invoice()
    await payer.pays(f"Счёт {number}")
    for part in (OTHER, "200.00"):
        assert (await writes(payer, number, part)).json()["code"] == "payment_differs_from_bank"
    assert await sums(payer, number) == (PRICE, "0.00")


async def test_a_transfer_behind_which_the_bank_stands_already_is_not_written_again(
    payer: Payer,
) -> None:
    number = payer.invoice()
    written = await writes(payer, number, PRICE)
    assert written.status_code == 201
    entry = await payer.pays(f"Счёт {number}")
    assert entry["allocations"][0]["is_link"]
    again = await writes(payer, number, PRICE)
    assert (again.status_code, again.json()["code"]) == (409, "payment_from_bank")
    assert again.json()["payment_ids"] == [written.json()["id"]]
    assert await sums(payer, number) == (PRICE, "0.00")


async def test_money_that_was_undone_contradicts_nobody(payer: Payer) -> None:
    number = payer.invoice()
    entry = await payer.pays(f"Счёт {number}")
    assert (await payer.undone(entry)).is_success
    assert (await writes(payer, number, OTHER)).status_code == 201
    assert await sums(payer, number) == (OTHER, "0.00")


async def test_besides_is_for_transfers_alone(payer: Payer) -> None:
    number = payer.invoice()
    answer = await writes(
        payer,
        number,
        PRICE,
        method="bank_card",
        acquirer_payment_id=uuid4().hex,
        besides=["entry-1"],
    )
    assert [one["code"] for one in answer.json()["errors"]] == ["besides_transfers_only"]


async def test_money_from_an_account_of_ours_is_for_no_invoice(payer: Payer) -> None:
    number = payer.invoice()
    other = account_of("40702", 418)
    assert (await payer.bookkeeping.write_own_account(other)).status_code in (200, 201)
    entry = await payer.pays(f"Счёт {number}", other_account=other)
    assert (entry["status"], entry["hold_code"]) == ("unmatched", "own_transfer")
    assert await sums(payer, number) == ("0.00", "0.00")


async def test_money_that_came_before_its_invoice_is_a_person_s(payer: Payer) -> None:
    number = payer.invoice()
    issued = date.fromisoformat((await payer.shown(number))["issued_on"])
    early = await payer.pays(f"Счёт {number}", day=issued - timedelta(days=1))
    assert (early["status"], early["hold_code"]) == ("unmatched", "before_invoice")
    assert early["hold"] == "Деньги пришли раньше, чем выставлен счёт"
    same_day = await payer.pays(f"Счёт {number}", day=issued)
    assert same_day["status"] == "matched"
    assert await sums(payer, number) == (PRICE, "0.00")


async def test_a_stranger_s_transfer_of_these_days_is_not_billing_s(payer: Payer) -> None:
    number = payer.invoice()
    assert (await writes(payer, number, PRICE)).status_code == 201
    entry = await payer.pays("Без номера", inn=STRANGER_INN)
    assert (await payer.allocated(entry, number)).is_success
    assert await sums(payer, number) == (PRICE, "0.00")
