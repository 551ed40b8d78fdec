"""Invoices and payments: written once by the billing system, read by their owners."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.registered import (
    invoice_body,
    line_body,
    payment_body,
    register_client,
    write_invoice,
)


async def test_a_paid_invoice_is_read_back_to_the_kopeck(api: Api) -> None:
    client_id = await register_client(api)
    number = await write_invoice(api, client_id)
    paid = await api.call("PUT", f"/v1/payments/{uuid4().hex}", json=payment_body(number))
    assert paid.status_code == 201
    read = (await api.call("GET", f"/v1/invoices/{number}", client_id=client_id)).json()
    assert (read["total"], read["paid"], read["promised"], read["left"]) == (
        "12200.50",
        "12200.50",
        "0.00",
        "12200.50",
    )
    assert read["lines"][0]["sum"] == "12200.50"
    assert read["payments"][0]["received_at"] == "2025-12-21T09:30:00Z"


async def test_the_same_invoice_again_changes_nothing(api: Api, books: Books) -> None:
    client_id = await register_client(api)
    number = await write_invoice(api, client_id)
    again = await api.call("PUT", f"/v1/invoices/{number}", json=invoice_body(client_id))
    assert again.status_code == 200
    lines = books.rows("SELECT 1 FROM invoice_lines WHERE invoice_number = %(n)s", n=number)
    assert len(lines) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"issued_on": "2025-12-19"},
        {"total": "1.00", "lines": [line_body(sum="1.00")]},
        {"lines": [line_body(title="Другое")]},
        {"lines": [line_body(line_no=2)]},
        {"lines": [line_body(sum="12200.49"), line_body(line_no=2, sum="0.01")]},
        {"issued_by": "service_centre", "service_centre": "СЦ Тула"},
    ],
)
async def test_another_invoice_under_the_same_number_is_refused(
    api: Api, changes: dict[str, Any]
) -> None:
    client_id = await register_client(api)
    number = await write_invoice(api, client_id)
    before = (await api.call("GET", f"/v1/invoices/{number}")).json()
    body = invoice_body(client_id, **changes)
    other = await api.call("PUT", f"/v1/invoices/{number}", json=body)
    assert (other.status_code, other.json()["code"]) == (409, "invoice_differs")
    assert (await api.call("GET", f"/v1/invoices/{number}")).json() == before


async def test_equal_invoices_at_once_make_one(api: Api, books: Books) -> None:
    client_id, number = await register_client(api), uuid4().hex[:12]
    body = invoice_body(client_id)
    answers = await asyncio.gather(
        *(api.call("PUT", f"/v1/invoices/{number}", json=body) for _ in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert (
        books.row(
            "SELECT count(*) AS n FROM invoice_lines WHERE invoice_number = %(n)s", n=number
        ).n
        == 1
    )


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"total": 12200.5}, "amount_not_text", "/total"),
        ({"total": 12200}, "amount_not_text", "/total"),
        ({"total": "12200.505"}, "amount_too_precise", "/total"),
        ({"total": "0.00"}, "amount_not_positive", "/total"),
        ({"total": "-12200.50"}, "amount_not_positive", "/total"),
        ({"total": "12 200,50"}, "amount_malformed", "/total"),
        ({"total": "1" * 13}, "amount_too_large", "/total"),
        ({"total": "12200.51"}, "total_differs", "/total"),
        ({"lines": []}, "field_too_short", "/lines"),
        ({"lines": [line_body()] * 201}, "field_too_long", "/lines"),
        ({"lines": [line_body(), line_body()]}, "line_twice", "/lines/0/line_no"),
        ({"lines": [line_body(line_no=0)]}, "field_malformed", "/lines/0/line_no"),
        ({"lines": [line_body(line_no="1")]}, "field_malformed", "/lines/0/line_no"),
        ({"lines": [line_body(vat_rate="vat18")]}, "field_malformed", "/lines/0/vat_rate"),
        ({"lines": [line_body(kind="gift")]}, "field_malformed", "/lines/0/kind"),
        ({"lines": [line_body(title=" ")]}, "field_too_short", "/lines/0/title"),
        ({"lines": [line_body(title="Я" * 301)]}, "field_too_long", "/lines/0/title"),
        ({"lines": [line_body(period_end=None)]}, "period_malformed", "/lines/0/period_end"),
        (
            {"lines": [line_body(period_end="2025-01-01")]},
            "period_malformed",
            "/lines/0/period_end",
        ),
        ({"issued_on": "20.12.2025"}, "day_not_iso", "/issued_on"),
        ({"issued_on": "2025-02-29"}, "day_not_iso", "/issued_on"),
        ({"issued_on": "0001-01-01"}, "day_out_of_range", "/issued_on"),
        ({"issued_on": 1766188800}, "day_not_iso", "/issued_on"),
        ({"issued_by": "service_centre"}, "service_centre_mismatch", "/service_centre"),
        ({"service_centre": "СЦ Тула"}, "service_centre_mismatch", "/service_centre"),
        ({"client_id": "nobody"}, "client_unknown", "/client_id"),
        ({"paid": "1.00"}, "field_unknown", "/paid"),
    ],
)
async def test_a_wrong_invoice_is_refused_at_its_field(
    api: Api, changes: dict[str, Any], code: str, pointer: str
) -> None:
    client_id, number = await register_client(api), uuid4().hex[:12]
    body = invoice_body(client_id) | changes
    answer = await api.call("PUT", f"/v1/invoices/{number}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation")
    assert (code, pointer) in {(one["code"], one["pointer"]) for one in answer.json()["errors"]}
    assert (await api.call("GET", f"/v1/invoices/{number}")).status_code == 404


async def test_a_foreign_invoice_is_not_there(api: Api) -> None:
    owner, stranger = await register_client(api), await register_client(api)
    number = await write_invoice(api, owner)
    foreign = await api.call("GET", f"/v1/invoices/{number}", client_id=stranger)
    missing = await api.call("GET", "/v1/invoices/nothing", client_id=stranger)
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"] == missing.json()["detail"]
    listed = await api.call("GET", f"/v1/invoices?client_id={owner}", client_id=stranger)
    assert listed.status_code == 404


async def test_a_client_lists_its_own_invoices_page_by_page(api: Api) -> None:
    client_id, stranger = await register_client(api), await register_client(api)
    await write_invoice(api, stranger)
    numbers = sorted([await write_invoice(api, client_id) for _ in range(5)])
    seen, cursor = [], ""
    while True:
        page = (await api.call("GET", f"/v1/invoices?limit=2{cursor}", client_id=client_id)).json()
        seen += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == numbers


async def test_invoices_are_narrowed_by_the_day_of_issue(api: Api) -> None:
    client_id = await register_client(api)
    early = await write_invoice(api, client_id, issued_on="2025-01-31")
    late = await write_invoice(api, client_id, issued_on="2025-02-01")
    for query, expected in (
        ("issued_from=2025-02-01", [late]),
        ("issued_to=2025-01-31", [early]),
        ("issued_from=2025-01-31&issued_to=2025-02-01", sorted([early, late])),
    ):
        path = f"/v1/invoices?client_id={client_id}&{query}"
        page = (await api.call("GET", path, role=Role.ACCOUNTANT)).json()
        assert [item["number"] for item in page["items"]] == expected


async def test_the_same_payment_again_is_counted_once(api: Api) -> None:
    number = await write_invoice(api, await register_client(api))
    path, body = f"/v1/payments/{uuid4().hex}", payment_body(number)
    statuses = [(await api.call("PUT", path, json=body)).status_code for _ in range(3)]
    assert statuses == [201, 200, 200]
    assert (await api.call("GET", f"/v1/invoices/{number}")).json()["paid"] == "12200.50"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "12200.49"},
        {"vat_rate": None},
        {"received_at": "2025-12-21T12:30:01+03:00"},
        {"method": "sbp"},
    ],
)
async def test_another_payment_under_the_same_id_is_refused(
    api: Api, changes: dict[str, Any]
) -> None:
    number = await write_invoice(api, await register_client(api))
    path, body = f"/v1/payments/{uuid4().hex}", payment_body(number)
    await api.call("PUT", path, json=body)
    other = await api.call("PUT", path, json=body | changes)
    assert (other.status_code, other.json()["code"]) == (409, "payment_differs")
    assert (await api.call("GET", f"/v1/invoices/{number}")).json()["paid"] == "12200.50"


async def test_one_payment_of_the_acquirer_is_not_written_under_two_ids(api: Api) -> None:
    number = await write_invoice(api, await register_client(api))
    body = payment_body(number)
    await api.call("PUT", f"/v1/payments/{uuid4().hex}", json=body)
    other = await api.call("PUT", f"/v1/payments/{uuid4().hex}", json=body)
    assert (other.status_code, other.json()["code"]) == (409, "acquirer_payment_taken")
    assert (await api.call("GET", f"/v1/invoices/{number}")).json()["paid"] == "12200.50"


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"invoice_number": "nothing"}, "invoice_unknown", "/invoice_number"),
        ({"amount": "0"}, "amount_not_positive", "/amount"),
        ({"amount": "1.001"}, "amount_too_precise", "/amount"),
        ({"acquirer_payment_id": None}, "acquirer_payment_mismatch", "/acquirer_payment_id"),
        ({"method": "bank_transfer"}, "acquirer_payment_mismatch", "/acquirer_payment_id"),
        ({"method": "cash"}, "field_malformed", "/method"),
        ({"received_at": "2025-12-21T12:30:00"}, "instant_not_iso", "/received_at"),
        ({"received_at": "2150-12-21T12:30:00Z"}, "received_in_future", "/received_at"),
        ({"received_at": "1999-12-21T12:30:00Z"}, "day_out_of_range", "/received_at"),
    ],
)
async def test_a_wrong_payment_is_refused_at_its_field(
    api: Api, changes: dict[str, Any], code: str, pointer: str
) -> None:
    number = await write_invoice(api, await register_client(api))
    body = payment_body(number) | changes
    answer = await api.call("PUT", f"/v1/payments/{uuid4().hex}", json=body)
    assert answer.status_code == 422
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]] == [(code, pointer)]
    assert (await api.call("GET", f"/v1/invoices/{number}")).json()["paid"] == "0.00"
