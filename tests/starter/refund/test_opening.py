"""Asking for a refund: who may, for what, and that equal requests meet in one case."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.access.roles import Role
from starter.api.http.auth import Caller
from tests.books import Line
from tests.starter.refund.shop import (
    SERVICE,
    SUBSCRIPTION,
    Person,
    Shop,
    code_of,
    wrong_fields,
)

EQUAL_REQUESTS = 50
LICENCE = Line()
USED_UP = Line(
    100_000,
    "subscription",
    {"period_start": date(2026, 1, 1), "period_end": date(2026, 1, 31)},
)


def cases_of(shop: Shop, number: str) -> int:
    """The cases of an invoice."""
    return int(
        shop.books.row("SELECT count(*) AS n FROM refunds WHERE invoice_number = %(n)s", n=number).n
    )


async def test_fifty_equal_requests_at_once_make_one_case(shop: Shop) -> None:
    number = await shop.invoice(SUBSCRIPTION)
    client = shop.client_of(number)
    answers = await asyncio.gather(
        *(client.post("/v1/refunds", {"invoice_number": number}) for _ in range(EQUAL_REQUESTS))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: EQUAL_REQUESTS - 1}
    assert {answer.json()["id"] for answer in answers} == {f"refund-{number}-1"}
    assert {answer.headers["location"] for answer in answers} == {f"/v1/refunds/refund-{number}-1"}
    assert cases_of(shop, number) == 1


async def test_one_person_of_two_clients_gets_no_answer_of_the_other_one(shop: Shop) -> None:
    """A person's `sub` and the keys their program draws are the same for both of their clients."""
    number, key = await shop.invoice(SUBSCRIPTION), "one-key"
    body = {"invoice_number": number}
    client_id = shop.client_of(number).caller.client_id
    own, other = (
        Person(shop.http, Caller("anna", Role.CLIENT, of)) for of in (client_id, "of-nobody")
    )
    answers = [await one.post("/v1/refunds", body, key=key) for one in (own, other, own)]
    assert [answer.status_code for answer in answers] == [201, 404, 201]
    assert answers[2].content == answers[0].content


async def test_fifty_different_requests_at_once_make_one_case_too(shop: Shop) -> None:
    number = await shop.invoice(LICENCE)
    client = shop.client_of(number)
    answers = await asyncio.gather(
        *(
            client.post(
                "/v1/refunds",
                {"invoice_number": number, "lines": [{"line_no": 1, "amount": f"{100 + n}.00"}]},
            )
            for n in range(EQUAL_REQUESTS)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: EQUAL_REQUESTS - 1}
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert code_of(refused) == "refund_already_open"
    assert refused.json()["refund_id"] == f"refund-{number}-1"
    assert cases_of(shop, number) == 1


async def test_a_repeat_under_the_same_key_gets_the_same_answer(shop: Shop) -> None:
    number = await shop.invoice(LICENCE)
    client, body = shop.client_of(number), {"invoice_number": number}
    first = await client.post("/v1/refunds", body, key="once")
    again = await client.post("/v1/refunds", body, key="once")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    other = await client.post("/v1/refunds", {"invoice_number": "another"}, key="once")
    assert (other.status_code, code_of(other)) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("ends", [True, False])
async def test_a_repeat_whose_first_answer_was_never_stored_opens_no_second_case(
    shop: Shop, ends: bool
) -> None:
    """The process died after the case was opened; meanwhile the client has withdrawn it."""
    number = await shop.invoice(LICENCE)
    client, body, key = shop.client_of(number), {"invoice_number": number}, f"died-{number}"
    first = await client.post("/v1/refunds", body, key=key)
    if ends:
        ended = await client.post(f"/v1/refunds/refund-{number}-1/withdrawal")
        assert ended.status_code == 200, ended.text
    shop.books.connection.execute(
        "UPDATE idempotency_keys SET status_code = NULL, headers = NULL, body = NULL"
        " WHERE key = %s",
        (key,),
    )
    again = await client.post("/v1/refunds", body, key=key)
    assert (again.status_code, again.json()["id"]) == (201, f"refund-{number}-1")
    assert (again.content, cases_of(shop, number)) == (first.content, 1)


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
async def test_an_invoice_that_is_not_the_clients_is_unknown(shop: Shop, whose: str) -> None:
    number = await shop.invoice(LICENCE)
    stranger = shop.client(shop.books.client())
    asked = number if whose == "another's" else "no-such-invoice"
    refused = await stranger.post("/v1/refunds", {"invoice_number": asked})
    assert (refused.status_code, code_of(refused)) == (404, "invoice_unknown")
    assert (await stranger.get(f"/v1/invoices/{asked}/refundable")).status_code == 404
    assert cases_of(shop, number) == 0


def _long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=365 * 4)


@pytest.mark.parametrize(
    ("lines", "columns", "paid", "body", "code", "says"),
    [
        (
            (LICENCE,),
            {"issued_by": "service_centre", "service_centre": "Сервис-Юг"},
            True,
            {},
            "invoice_issued_by_service_centre",
            "Сервис-Юг",
        ),
        ((LICENCE,), {}, False, {}, "invoice_not_paid", "не оплачен"),
        ((USED_UP,), {}, True, {}, "nothing_to_refund", "нечего"),
        ((LICENCE,), {}, True, {"lines": [{"line_no": 7}]}, "lines_unknown", "7"),
        (
            (LICENCE,),
            {},
            True,
            {"lines": [{"line_no": 1, "amount": "40000.01"}]},
            "amount_above_refundable",
            "40\u00a0000,00",
        ),
    ],
)
async def test_a_condition_that_is_not_met_refuses_and_starts_nothing(
    shop: Shop,
    lines: tuple[Line, ...],
    columns: dict[str, Any],
    paid: bool,
    body: dict[str, Any],
    code: str,
    says: str,
) -> None:
    number = (
        await shop.invoice(*lines, **columns)
        if paid
        else shop.books.invoice(*lines, paid=(), **columns)
    )
    refused = await shop.client_of(number).post("/v1/refunds", {"invoice_number": number, **body})
    assert (refused.status_code, code_of(refused)) == (422, code)
    assert says in refused.json()["detail"]
    assert cases_of(shop, number) == 0
    assert [
        w async for w in shop.temporal.list_workflows(f"WorkflowId = 'refund-{number}-1'")
    ] == []


async def test_an_invoice_paid_too_long_ago_is_refused(shop: Shop) -> None:
    number = shop.books.invoice(LICENCE, paid=())
    shop.books.put(
        "payments",
        id=f"old-{number}",
        invoice_number=number,
        method="bank_transfer",
        amount_kopecks=LICENCE.sum_kopecks,
        received_at=_long_ago(),
    )
    refused = await shop.client_of(number).post("/v1/refunds", {"invoice_number": number})
    assert (refused.status_code, code_of(refused)) == (422, "invoice_too_old")


async def test_an_invoice_refunded_whole_has_nothing_left(shop: Shop) -> None:
    case = await (await shop.opened(LICENCE)).signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    number = (await case.read())["invoice_number"]
    refused = await case.client.post("/v1/refunds", {"invoice_number": number})
    assert (refused.status_code, code_of(refused)) == (422, "nothing_to_refund")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"lines": [{"line_no": 1, "amount": 100}]}, "/lines/0/amount", "amount_not_text"),
        ({"lines": [{"line_no": 1, "amount": 1.5}]}, "/lines/0/amount", "amount_not_text"),
        ({"lines": [{"line_no": 1, "amount": "1.005"}]}, "/lines/0/amount", "amount_too_precise"),
        ({"lines": [{"line_no": 1, "amount": "0.00"}]}, "/lines/0/amount", "amount_not_positive"),
        ({"lines": [{"line_no": 1, "amount": "-5"}]}, "/lines/0/amount", "amount_not_positive"),
        ({"lines": [{"line_no": 1, "amount": "1e3"}]}, "/lines/0/amount", "amount_malformed"),
        ({"lines": [{"line_no": 1, "amount": "9" * 13}]}, "/lines/0/amount", "amount_too_large"),
        ({"lines": []}, "/lines", "field_too_short"),
        ({"lines": [{"line_no": 1}, {"line_no": 1}]}, "/lines", "line_twice"),
        ({"lines": [{"line_no": 0}]}, "/lines/0/line_no", "field_malformed"),
        ({"lines": [{"line_no": 201}]}, "/lines/0/line_no", "field_malformed"),
        ({"lines": [{"line_no": "1"}]}, "/lines/0/line_no", "field_malformed"),
        ({"lines": [{"line_no": True}]}, "/lines/0/line_no", "field_malformed"),
        ({"stopped_on": "17.03.2026"}, "/stopped_on", "day_not_iso"),
        ({"stopped_on": "2026-02-30"}, "/stopped_on", "day_not_iso"),
        ({"stopped_on": "2199-12-31"}, "/stopped_on", "stopped_on_in_future"),
        ({"stopped_on": "2020-01-01"}, "/stopped_on", "stopped_on_before_invoice"),
        ({"invoice_number": "№ 17"}, "/invoice_number", "field_malformed"),
        ({"client_id": "another"}, "/client_id", "field_unknown"),
    ],
)
async def test_a_malformed_request_says_where_and_starts_nothing(
    shop: Shop, changes: dict[str, Any], pointer: str, code: str
) -> None:
    number = await shop.invoice(LICENCE)
    body = {"invoice_number": number, **changes}
    assert wrong_fields(await shop.client_of(number).post("/v1/refunds", body)) == {pointer: code}
    assert cases_of(shop, number) == 0


async def test_a_second_partial_refund_is_possible_once_the_first_is_paid(shop: Shop) -> None:
    part = {"lines": [{"line_no": 1, "amount": "1000.00"}]}
    case = await (await shop.opened(LICENCE, **part)).signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    number = (await case.read())["invoice_number"]
    again = await case.client.post("/v1/refunds", {"invoice_number": number, **part})
    assert (again.status_code, again.json()["id"]) == (201, f"refund-{number}-2")
    above = {"lines": [{"line_no": 1, "amount": "39000.01"}]}
    await case.client.post(f"/v1/refunds/refund-{number}-2/withdrawal")
    refused = await case.client.post("/v1/refunds", {"invoice_number": number, **above})
    assert (refused.status_code, code_of(refused)) == (422, "amount_above_refundable")


async def test_a_request_above_a_line_s_limit_is_told_that_limit(shop: Shop) -> None:
    number = await shop.invoice(Line(90_000), Line(50_001))
    asked = {"invoice_number": number, "lines": [{"line_no": 1, "amount": "900.01"}]}
    refused = await shop.client_of(number).post("/v1/refunds", asked)
    assert (refused.status_code, code_of(refused)) == (422, "amount_above_refundable")
    assert "900,00" in refused.json()["detail"]


async def test_the_preview_says_what_a_request_would_come_to_and_starts_nothing(
    shop: Shop,
) -> None:
    number = await shop.invoice(SUBSCRIPTION)
    client = shop.client_of(number)
    seen = (await client.get(f"/v1/invoices/{number}/refundable", stopped_on="2026-03-17")).json()
    assert (seen["refundable"], seen["amount"], seen["code"]) == (True, "9693.55", None)
    assert cases_of(shop, number) == 0
    await client.post("/v1/refunds", {"invoice_number": number})
    seen = (await client.get(f"/v1/invoices/{number}/refundable")).json()
    assert (seen["refundable"], seen["code"], seen["open_refund_id"]) == (
        False,
        "refund_already_open",
        f"refund-{number}-1",
    )


async def test_the_preview_of_a_specialists_line_is_a_proposal(shop: Shop) -> None:
    number = await shop.invoice(SERVICE)
    seen = (await shop.client_of(number).get(f"/v1/invoices/{number}/refundable")).json()
    assert (seen["refundable"], seen["specialist_reason"]) == (True, "rule")
