"""Money that came in, through the API: taken by a bank statement, or by an accountant's word."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from domain.access.roles import Role
from starter.api.http.auth import Caller
from tests.books import LICENCE_KOPECKS, Line
from tests.starter.banking.statement_of import TODAY, Moved, statement
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.refund.shop import Person

CLIENT_INN, STRANGER_INN = "7707083893", "7736050003"
PRICE = "40000.00"


class Payer:
    """One client with invoices to pay, and the bank's side of it."""

    def __init__(self, bookkeeping: Bookkeeping) -> None:
        self.bookkeeping = bookkeeping
        self.books = bookkeeping.books
        self.accountant = bookkeeping.accountant
        self.client_id = self.books.client()
        self.books.rows(
            "UPDATE clients SET inn = %(inn)s WHERE id = %(id)s RETURNING 1",
            inn=CLIENT_INN,
            id=self.client_id,
        )
        self.client = Person(
            bookkeeping.http, Caller(f"buh@{self.client_id}", Role.CLIENT, self.client_id)
        )
        self.billing = Person(bookkeeping.http, Caller("billing", Role.BILLING))

    def invoice(self) -> str:
        """An invoice of our licence, not paid yet; numbers are far from each other."""
        number = f"{uuid4().int % 10**12:012d}"
        return self.books.invoice(Line(), paid=(), number=number, client_id=self.client_id)

    async def pays(
        self,
        purpose: str,
        kopecks: int = LICENCE_KOPECKS,
        inn: str = CLIENT_INN,
        day: date = TODAY,
        **more: Any,
    ) -> dict[str, Any]:
        """The entry of a transfer, once its bank statement is imported."""
        number = str(uuid4().int % 10**6)
        moved = Moved(number, kopecks, out=False, purpose=purpose, day=day, payer_inn=inn, **more)
        imported = await self.bookkeeping.imported(statement(moved))
        found = await self.accountant.get("/v1/bank-entries", statement_id=imported["id"])
        (entry,) = found.json()["items"]
        assert isinstance(entry, dict)
        return entry

    async def shown(self, number: str) -> dict[str, Any]:
        """The invoice as its client sees it."""
        answer = await self.client.get(f"/v1/invoices/{number}")
        found: dict[str, Any] = answer.json()
        return found

    async def allocated(
        self, entry: dict[str, Any], *numbers: str, key: str | None = None, **more: Any
    ) -> httpx2.Response:
        """The answer to an accountant who shares an entry out equally."""
        share = f"{LICENCE_KOPECKS / 100 / len(numbers):.2f}"
        shares = [{"invoice_number": number, "amount": share} for number in numbers]
        body = {"shares": shares, "reason": "по письму клиента", **more}
        return await self.accountant.post(
            f"/v1/bank-entries/{entry['id']}/allocation", body, key=key
        )

    async def undone(self, entry: dict[str, Any]) -> httpx2.Response:
        """The answer to an accountant who takes an allocation back."""
        path = f"/v1/bank-entries/{entry['id']}/undo"
        return await self.accountant.post(path, {"reason": "не тот счёт"})

    def letters(self, template: str) -> list[Any]:
        """What the client was told by mail."""
        return self.books.rows(
            "SELECT params FROM notifications WHERE client_id = %(client)s"
            " AND template = %(template)s AND channel = 'mail'",
            client=self.client_id,
            template=template,
        )


@pytest.fixture
def payer(bookkeeping: Bookkeeping) -> Payer:
    return Payer(bookkeeping)


async def test_a_bank_statement_pays_the_invoice_that_its_purpose_names(payer: Payer) -> None:
    number = payer.invoice()
    entry = await payer.pays(f"Оплата по счёту № {number} от 02.03.2026, без НДС")
    assert (entry["status"], entry["matched_as"], entry["hold"]) == ("matched", "payment", None)
    (share,) = entry["allocations"]
    assert (share["invoice_number"], share["amount"], share["score"]) == (number, PRICE, 100)
    assert "ИНН плательщика — клиента" in [one["title"] for one in share["evidence"]]
    invoice = await payer.shown(number)
    assert (invoice["paid"], invoice["surplus"]) == (PRICE, "0.00")


async def test_held_money_shows_why_and_what_it_may_be_for(payer: Payer) -> None:
    number = payer.invoice()
    entry = await payer.pays(f"За ООО Ромашка, счёт {number}", inn=STRANGER_INN)
    assert (entry["status"], entry["hold_code"]) == ("unmatched", "third_party")
    assert entry["hold"] == "Платит третье лицо"
    queue = await payer.accountant.get("/v1/bank-entries", status="unmatched", direction="in")
    assert entry["id"] in [one["id"] for one in queue.json()["items"]]
    found = (await payer.accountant.get(f"/v1/bank-entries/{entry['id']}/candidates")).json()
    assert (found["hold_code"], found["items"][0]["invoice_number"]) == ("third_party", number)
    assert found["items"][0]["balance"] == PRICE


async def test_an_accountant_s_allocation_pays_once_however_often_it_is_said(
    payer: Payer,
) -> None:
    number = payer.invoice()
    entry = await payer.pays("По договору", inn=STRANGER_INN)
    key = uuid4().hex
    answers = [await payer.allocated(entry, number, key=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["matched_as"] == "payment"
    assert (await payer.shown(number))["paid"] == PRICE
    another = await payer.allocated(entry, number)
    assert (another.status_code, another.json()["code"]) == (409, "bank_entry_matched")


async def test_a_payer_that_was_accepted_is_known_until_it_is_forgotten(payer: Payer) -> None:
    first, second, third = (payer.invoice() for _ in range(3))
    entry = await payer.pays(f"Счёт {first}", inn=STRANGER_INN)
    assert (await payer.allocated(entry, first, remember_payer=True)).is_success
    path = f"/v1/clients/{payer.client_id}/known-payers"
    (known,) = (await payer.accountant.get(path)).json()["items"]
    assert (known["inn"], known["entry_id"]) == (STRANGER_INN, entry["id"])
    assert (await payer.pays(f"Счёт {second}", inn=STRANGER_INN))["status"] == "matched"
    forgotten = await payer.accountant.send("DELETE", f"{path}/{STRANGER_INN}")
    assert forgotten.status_code == 204
    assert (await payer.pays(f"Счёт {third}", inn=STRANGER_INN))["status"] == "unmatched"


async def test_an_allocation_that_is_undone_leaves_the_invoice_unpaid(payer: Payer) -> None:
    number, right = payer.invoice(), payer.invoice()
    entry = await payer.pays(f"Счёт {number}")
    answer = await payer.undone(entry)
    assert (answer.status_code, answer.json()["hold_code"]) == (200, "undone")
    invoice = await payer.shown(number)
    assert (invoice["paid"], len(invoice["payments"])) == ("0.00", 1)
    assert invoice["payments"][0]["reversed_at"] is not None
    assert (await payer.undone(entry)).json()["code"] == "bank_entry_not_allocated"
    assert (await payer.allocated(entry, right)).is_success
    assert (await payer.shown(right))["paid"] == PRICE


async def test_money_that_was_taken_back_makes_an_old_invoice_no_younger(payer: Payer) -> None:
    number, day = payer.invoice(), TODAY - timedelta(days=1500)
    payer.books.put(
        "payments",
        id=uuid4().hex,
        invoice_number=number,
        method="bank_transfer",
        amount_kopecks=LICENCE_KOPECKS,
        received_at=datetime.combine(day, time(12), UTC),
    )
    entry = await payer.pays("По договору", kopecks=100, inn=STRANGER_INN)
    body = {"shares": [{"invoice_number": number, "amount": "1.00"}], "reason": "по письму"}
    allocated = await payer.accountant.post(f"/v1/bank-entries/{entry['id']}/allocation", body)
    assert allocated.status_code == 200, allocated.text
    assert (await payer.undone(entry)).status_code == 200
    refused = await payer.client.post("/v1/refunds", {"invoice_number": number})
    assert (refused.status_code, refused.json()["code"]) == (422, "invoice_too_old")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shares": [{"invoice_number": "{}", "amount": "1.00"}]}, "shares_differ"),
        ({"shares": [{"invoice_number": "nothing", "amount": PRICE}]}, "invoice_unknown"),
        (
            {"shares": [{"invoice_number": "{}", "amount": "20000.00"}] * 2},
            "share_twice",
        ),
    ],
)
async def test_shares_that_cannot_be_are_refused(
    payer: Payer, change: dict[str, Any], code: str
) -> None:
    number = payer.invoice()
    entry = await payer.pays("Без номера")
    shares = [
        {**share, "invoice_number": share["invoice_number"].format(number)}
        for share in change["shares"]
    ]
    body = {"shares": shares, "reason": "по письму"}
    answer = await payer.accountant.post(f"/v1/bank-entries/{entry['id']}/allocation", body)
    assert answer.status_code == 422
    assert code in [one["code"] for one in answer.json()["errors"]]


async def test_invoices_of_several_clients_are_paid_only_if_that_is_meant(
    payer: Payer, bookkeeping: Bookkeeping
) -> None:
    numbers = payer.invoice(), Payer(bookkeeping).invoice()
    entry = await payer.pays("За двоих", inn=STRANGER_INN)
    refused = await payer.allocated(entry, *numbers)
    assert [one["code"] for one in refused.json()["errors"]] == ["shares_of_several_clients"]
    assert (await payer.allocated(entry, *numbers, several_clients=True)).is_success


async def test_a_surplus_is_told_once_and_goes_back_by_a_refund_case(
    payer: Payer, bookkeeping: Bookkeeping
) -> None:
    number = payer.invoice()
    entry = await payer.pays(f"Счёт {number}", LICENCE_KOPECKS + 150_00)
    invoice = await payer.shown(number)
    assert (invoice["surplus"], invoice["surplus_left"]) == ("150.00", "150.00")
    (letter,) = payer.letters("money_surplus_held")
    assert letter.params["amount_kopecks"] == 150_00
    opened = await payer.client.post("/v1/refunds", {"invoice_number": number, "surplus": True})
    assert opened.status_code == 201, opened.text
    assert (opened.json()["status"], opened.json()["amount"]) == ("awaiting_statement", "150.00")
    refund_id = opened.json()["id"]
    again = await payer.client.post("/v1/refunds", {"invoice_number": number, "surplus": True})
    assert (again.status_code, again.json()["id"]) == (200, refund_id)
    other = await payer.client.post("/v1/refunds", {"invoice_number": number})
    assert (other.status_code, other.json()["code"]) == (409, "refund_already_open")
    undone = await payer.undone(entry)
    assert (undone.status_code, undone.json()["code"]) == (409, "money_promised")
    await bookkeeping.signed(refund_id)
    case = (await payer.client.get(f"/v1/refunds/{refund_id}")).json()
    assert (case["kind"], case["payouts"][0]["channel"]) == ("surplus", "bank")
    assert case["payouts"][0]["amount"] == "150.00"
    assert (await payer.shown(number))["surplus_left"] == "0.00"
    assert len(payer.letters("money_surplus_held")) == 1


async def test_a_surplus_takes_neither_lines_nor_a_date_and_is_not_there_without_one(
    payer: Payer,
) -> None:
    number = payer.invoice()
    await payer.pays(f"Счёт {number}")
    body = {"invoice_number": number, "surplus": True, "stopped_on": TODAY.isoformat()}
    dated = await payer.client.post("/v1/refunds", body)
    assert [one["code"] for one in dated.json()["errors"]] == ["surplus_not_by_lines"]
    nothing = await payer.client.post("/v1/refunds", {"invoice_number": number, "surplus": True})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing_to_refund")


async def test_the_lines_refund_leaves_the_surplus_alone(payer: Payer) -> None:
    number = payer.invoice()
    await payer.pays(f"Счёт {number}", LICENCE_KOPECKS + 150_00)
    opened = await payer.client.post("/v1/refunds", {"invoice_number": number})
    assert opened.json()["amount"] == PRICE
    assert (await payer.shown(number))["surplus_left"] == "150.00"


async def test_a_transfer_that_the_bank_brought_is_not_written_again_by_billing(
    payer: Payer,
) -> None:
    number = payer.invoice()
    await payer.pays(f"Счёт {number}")
    body = {
        "invoice_number": number,
        "method": "bank_transfer",
        "amount": PRICE,
        "received_at": f"{TODAY}T00:00:00+03:00",
    }
    answer = await payer.billing.put(f"/v1/payments/{uuid4().hex}", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_from_bank")
    assert answer.json()["payment_id"].startswith("entry-")
    reserved = await payer.billing.put(f"/v1/payments/{answer.json()['payment_id']}", body)
    assert [one["code"] for one in reserved.json()["errors"]] == ["payment_id_reserved"]


async def test_who_need_not_know_the_payer_does_not_allocate(payer: Payer) -> None:
    entry = await payer.pays("Без номера")
    path = f"/v1/bank-entries/{entry['id']}"
    operator = payer.bookkeeping.person(Role.OPERATOR)
    assert (await operator.get(f"{path}/candidates")).status_code == 403
    assert (await operator.post(f"{path}/undo", {"reason": "так"})).status_code == 403
    assert (await operator.get(path)).json()["hold_code"] == "number_missing"
