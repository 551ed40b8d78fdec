"""«Проверить оплату» over the API: what was asked and found, and not too often."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.incoming_money import MoneyActivities
from db.database import Database
from domain.access.roles import Role
from tests.books import Books, Line
from tests.money import NO_STATEMENT, PRICE_KOPECKS, STRANGER_INN, IncomingMoney
from tests.starter.caller import Api
from tests.starter.card.checked import checked_ten_times


async def check(api: Api, number: str, client_id: str, **how: Any) -> Any:
    path = f"/v1/invoices/{number}/payment-checks"
    return await api.call("POST", path, client_id=client_id, **how)


@pytest.fixture(scope="module")
def incoming(books: Books) -> IncomingMoney:
    return IncomingMoney(books)


async def matched(database: Database) -> int:
    """How many entries an import of a statement has taken."""
    return (await ActivityEnvironment().run(MoneyActivities(database).match, NO_STATEMENT)).taken


async def test_a_check_says_what_was_asked_and_found_and_a_repeat_the_same(
    whole_api: Api, books: Books
) -> None:
    api = whole_api
    client = books.client()
    number = books.invoice(Line(1_000_00), paid=(400_00,), client_id=client)
    key = uuid4().hex
    first, again = [(await check(api, number, client, key=key)).json() for _ in range(2)]
    assert first == again
    assert (first["acquirer"], first["paid"], first["new"]) == ("nothing_to_ask", "400.00", "0.00")
    assert (first["bank"], first["found_entries"], first["waiting_entries"]) == ("nothing", 0, 0)
    assert "Новых оплат не нашли." in first["words"]
    soon = await check(api, number, client)
    assert (soon.status_code, soon.json()["code"]) == (429, "payment_checked_recently")
    assert soon.json()["again_at"] == first["again_at"].replace("Z", "+00:00")
    for how in ({"client_id": client}, {"role": Role.SUPPORT}):
        listed = await api.call("GET", f"/v1/invoices/{number}/payment-checks", **how)
        assert [one["id"] for one in listed.json()["items"]] == [first["id"]]


async def test_an_order_is_checked_by_its_client_only(api: Api, books: Books) -> None:
    number = books.invoice(Line(1_000_00), paid=())
    assert (await check(api, number, "somebody-else")).status_code == 404
    path = f"/v1/invoices/{number}/payment-checks"
    assert (await api.call("POST", path, role=Role.ACCOUNTANT)).status_code == 403
    assert (await api.call("GET", path, client_id="somebody-else")).status_code == 404
    checks = "SELECT id FROM payment_checks WHERE invoice_number = %(n)s"
    assert books.rows(checks, n=number) == []


async def test_the_tenth_check_of_a_day_is_the_last(api: Api, books: Books) -> None:
    client = books.client()
    number = books.invoice(Line(1_000_00), paid=(), client_id=client)
    checked_ten_times(books, number)
    often = await check(api, number, client)
    assert (often.status_code, often.json()["code"]) == (429, "payment_checked_too_often")
    assert often.json()["again_at"] is None


async def test_without_temporal_nothing_is_found_and_the_check_goes_on_later(
    api: Api, whole_api: Api, books: Books
) -> None:
    client, key = books.client(), uuid4().hex
    number = books.invoice(Line(1_000_00), paid=(), client_id=client)
    away = await check(api, number, client, key=key)
    assert (away.status_code, away.json()["code"]) == (503, "temporal_unavailable")
    soon = await check(whole_api, number, client)
    assert (soon.status_code, soon.json()["code"]) == (429, "payment_checked_recently")
    assert (await check(whole_api, number, client, key=key)).json()["bank"] == "nothing"


async def test_money_that_waits_for_a_person_is_judged_anew_and_found_once(
    whole_api: Api, incoming: IncomingMoney, database: Database
) -> None:
    """Of an order whose day of payment is yet to come too."""
    held, known = incoming.client(), incoming.client()
    numbers = [incoming.invoice(client_id=client) for client in (held, known)]
    entries = [incoming.entry(f"Счёт {one}", counterparty_inn=STRANGER_INN) for one in numbers]
    assert await matched(database) == 0
    incoming.payer_known(known, STRANGER_INN)
    waits = (await check(whole_api, numbers[0], held)).json()
    assert (waits["bank"], waits["found_entries"], waits["waiting_entries"]) == ("held", 0, 1)
    assert "1 поступление с номером заказа разбирает бухгалтер." in waits["words"]
    key = uuid4().hex
    found, again = [(await check(whole_api, numbers[1], known, key=key)).json() for _ in range(2)]
    assert found == again
    assert (found["bank"], found["found_entries"], found["waiting_entries"]) == ("found", 1, 0)
    assert (found["new"], found["paid"]) == ("12200.50", "12200.50")
    said = "Поступления банка, в которых назван заказ, сопоставили заново: 1 стало оплатой."
    assert said in found["words"]
    assert [incoming.allocations(one) for one in entries] == [
        [],
        [(numbers[1], PRICE_KOPECKS, False)],
    ]


@pytest.mark.parametrize("first", ["check", "import", "neither"])
async def test_the_check_and_an_import_find_money_once(
    whole_api: Api, incoming: IncomingMoney, database: Database, first: str
) -> None:
    """The money came before its invoice: both match it again."""
    number = f"2026-00{['check', 'import', 'neither'].index(first) + 7:04}"
    entry = incoming.entry(f"Счёт {number}")
    assert await matched(database) == 0
    client = incoming.client()
    incoming.invoice(client_id=client, number=number)
    if first == "import":
        assert await matched(database) == 1
        said = (await check(whole_api, number, client)).json()
        assert (said["bank"], said["new"]) == ("nothing", "0.00")
    elif first == "check":
        said = (await check(whole_api, number, client)).json()
        assert (said["bank"], said["new"]) == ("found", "12200.50")
        assert await matched(database) == 0
    else:
        answer, taken = await asyncio.gather(check(whole_api, number, client), matched(database))
        assert answer.json()["found_entries"] + taken == 1
    assert incoming.allocations(entry) == [(number, PRICE_KOPECKS, False)]
    assert (incoming.paid(number), incoming.surplus(number)) == (PRICE_KOPECKS, 0)
