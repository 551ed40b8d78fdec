"""«Проверить оплату» over the API: what was asked and found, and not too often."""

from typing import Any
from uuid import uuid4

from domain.access.roles import Role
from tests.books import Books, Line
from tests.starter.caller import Api
from tests.starter.card.checked import checked_ten_times


async def check(api: Api, number: str, client_id: str, **how: Any) -> Any:
    path = f"/v1/invoices/{number}/payment-checks"
    return await api.call("POST", path, client_id=client_id, **how)


async def test_a_check_says_what_was_asked_and_found_and_a_repeat_the_same(
    api: Api, books: Books
) -> None:
    client = books.client()
    number = books.invoice(Line(1_000_00), paid=(400_00,), client_id=client)
    key = uuid4().hex
    first, again = [(await check(api, number, client, key=key)).json() for _ in range(2)]
    assert first == again
    assert (first["acquirer"], first["paid"], first["new"]) == ("nothing_to_ask", "400.00", "0.00")
    assert first["waiting_entries"] == 0
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
