"""A client gives goods back: allowed, sent, inspected, settled by money, other goods, or not."""

import asyncio
from typing import Any

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.goods_return.returning import (
    asked,
    did,
    ended,
    goods,
    held,
    inspected,
    opened,
    read,
    refund_of,
    said,
    sold,
    to_inspected,
)

ONE = {"line_no": 1, "pieces": 1}


async def test_wrong_goods_come_back_at_our_cost_and_the_money_starts_with_the_decision(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await opened(whole_api, books)
    shown = await read(whole_api, return_id)
    assert (shown["status"], shown["carriage_is_ours"]) == ("requested", True)
    assert held(books, return_id) == 2
    await to_inspected(whole_api, client_id, return_id, carriage="500.00")
    accepted = await did(whole_api, return_id, "accept", settlement="refund")
    assert accepted.status_code == 200, accepted.text
    shown = await ended(whole_api, return_id)
    refund = refund_of(books, return_id)
    assert (refund.status, refund.sum_kopecks) == ("awaiting_statement", 2_000_00)
    assert (shown["refund_id"], shown["carriage"]) == (refund.id, "0.00")
    assert held(books, return_id) == 2
    statuses = [change["status"] for change in reversed(shown["history"])]
    assert statuses == [
        *("requested", "authorised", "shipped", "received", "inspected"),
        *("accepted", "settled", "closed"),
    ]


async def test_a_change_of_mind_bears_the_carriage(whole_api: Api, books: Books) -> None:
    client_id, return_id = await opened(whole_api, books, ground="change_of_mind")
    await to_inspected(whole_api, client_id, return_id, carriage="350.50")
    await did(whole_api, return_id, "accept", settlement="refund")
    await ended(whole_api, return_id)
    assert refund_of(books, return_id).sum_kopecks == 2_000_00 - 350_50


async def test_of_pieces_taken_back_in_part_the_rest_is_sent_back(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id, sound=1)
    assert (await did(whole_api, return_id, "accept", settlement="refund")).status_code == 200
    shown = await ended(whole_api, return_id, "settled")
    assert (shown["actions"], refund_of(books, return_id).sum_kopecks) == (["send"], 1_000_00)
    assert held(books, return_id) == 1
    assert (await did(whole_api, return_id, "send", track="RU 77")).json()["status"] == "closed"


async def test_an_exchange_moves_no_money_and_the_ledger_has_both_halves(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id)
    await did(whole_api, return_id, "accept", settlement="exchange")
    await ended(whole_api, return_id, "settled")
    transfers = books.rows(
        "SELECT kind, amount_kopecks FROM ledger_transfers WHERE reference = %(id)s ORDER BY id",
        id=return_id,
    )
    assert [tuple(one) for one in transfers] == [
        ("goods_returned", 2_000_00),
        ("goods_given", 2_000_00),
    ]
    (balance,) = books.row("SELECT balance_of(%(a)s)", a=f"exchange/{return_id}")
    assert (balance, held(books, return_id)) == (0, 0)
    assert (await did(whole_api, return_id, "send", track="RU 78")).json()["status"] == "closed"


async def test_a_price_cut_pays_its_sum_and_keeps_no_pieces(whole_api: Api, books: Books) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id)
    refused = await did(whole_api, return_id, "accept", settlement="price_cut", cut="2000.00")
    assert refused.json()["code"] == "goods_return_cut_too_large"
    assert (await did(whole_api, return_id, "accept", settlement="price_cut")).status_code == 422
    await did(whole_api, return_id, "accept", settlement="price_cut", cut="700.00")
    await ended(whole_api, return_id)
    assert (refund_of(books, return_id).sum_kopecks, held(books, return_id)) == (700_00, 0)


async def test_what_is_digital_is_deactivated_and_never_sent(whole_api: Api, books: Books) -> None:
    client_id, return_id = await opened(whole_api, books, goods(kind="licence"))
    await did(whole_api, return_id, "authorise")
    sent = await said(whole_api, client_id, return_id, "ship", track="RU 1")
    assert sent.json()["code"] == "goods_return_is_digital"
    assert (await said(whole_api, client_id, return_id, "deactivate")).json()[
        "status"
    ] == "received"
    await inspected(whole_api, return_id)
    await did(whole_api, return_id, "accept", settlement="refund")
    await ended(whole_api, return_id)
    assert refund_of(books, return_id).sum_kopecks == 2_000_00


async def test_goods_that_fail_the_inspection_are_sent_back(whole_api: Api, books: Books) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id, sound=0, unused=False)
    refused = await did(whole_api, return_id, "accept", settlement="refund")
    assert refused.json()["code"] == "goods_return_nothing_sound"
    rejected = await did(whole_api, return_id, "reject", reason="Следы использования")
    assert (rejected.json()["status"], rejected.json()["actions"]) == ("rejected", ["send"])
    closed = await did(whole_api, return_id, "send", track="RU 79")
    assert (closed.json()["status"], held(books, return_id)) == ("closed", 0)


@pytest.mark.parametrize(
    ("ground", "status"), [("wrong_goods", "closed"), ("change_of_mind", "closed")]
)
async def test_lost_goods_are_paid_back_only_where_the_carriage_was_ours(
    whole_api: Api, books: Books, ground: str, status: str
) -> None:
    client_id, return_id = await opened(whole_api, books, ground=ground)
    await did(whole_api, return_id, "authorise")
    await said(whole_api, client_id, return_id, "ship", track="RU 5")
    assert (await did(whole_api, return_id, "lose", reason="Нет на складе")).status_code == 200
    shown = await ended(whole_api, return_id, status)
    assert (shown["refund_id"] is not None) == (ground == "wrong_goods")


async def test_a_return_waits_for_another_refund_of_its_invoice(
    whole_api: Api, books: Books
) -> None:
    client_id, number = sold(books)
    return_id = (await asked(whole_api, client_id, number)).json()["id"]
    other = await whole_api.call(
        "POST", "/v1/refunds", client_id=client_id, json={"invoice_number": number}
    )
    assert other.status_code == 201, other.text
    await to_inspected(whole_api, client_id, return_id)
    await did(whole_api, return_id, "accept", settlement="refund")
    assert (await read(whole_api, return_id))["status"] == "accepted"
    waiting = await whole_api.call("GET", f"/v1/returns/{return_id}/waiting", role=Role.SPECIALIST)
    assert waiting.json()["code"] == "other_refund"


async def test_a_refused_request_lets_its_pieces_go(whole_api: Api, books: Books) -> None:
    client_id, number = sold(books)
    first = (await asked(whole_api, client_id, number, 3)).json()["id"]
    full = await asked(whole_api, client_id, number, 1)
    assert (full.status_code, full.json()["code"]) == (409, "goods_return_too_many_pieces")
    await did(whole_api, first, "refuse", reason="Срок службы вышел")
    assert (await asked(whole_api, client_id, number, 3)).status_code == 201
    again = await did(whole_api, first, "authorise")
    assert again.json()["code"] == "goods_return_closed"


async def test_of_returns_asked_for_at_once_no_more_pieces_come_back_than_were_bought(
    whole_api: Api, books: Books
) -> None:
    client_id, number = sold(books)
    answers = await asyncio.gather(*(asked(whole_api, client_id, number, 2) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409]
    kept = books.row("SELECT held FROM returned_pieces WHERE invoice_number = %(n)s", n=number)
    assert kept.held == 2


async def test_a_client_keeps_the_goods(whole_api: Api, books: Books) -> None:
    client_id, return_id = await opened(whole_api, books)
    assert (await said(whole_api, client_id, return_id, "withdraw")).json()["status"] == "withdrawn"
    assert held(books, return_id) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"lines": [{**ONE, "pieces": 4}]}, "goods_return_too_many_pieces"),
        ({"lines": [{**ONE, "line_no": 9}]}, "goods_return_line_unknown"),
        ({"lines": [{**ONE, "line_no": 2}]}, "goods_return_not_goods"),
        ({"lines": [ONE, {**ONE, "line_no": 3}]}, "goods_return_mixed"),
        ({"lines": [{**ONE, "line_no": 4}]}, "goods_return_not_delivered"),
        ({"lines": [ONE, ONE]}, "line_twice"),
        ({"ground": "change_of_mind", "lines": [{**ONE, "line_no": 5}]}, "goods_return_too_late"),
    ],
)
async def test_what_cannot_come_back_is_refused_with_its_reason(
    whole_api: Api, books: Books, body: dict[str, Any], code: str
) -> None:
    undelivered = goods(1_000_00, 1)
    undelivered.columns["delivered_on"] = None  # type: ignore[index]
    client_id, number = sold(
        books,
        goods(),
        goods(500_00, 1, kind="service"),
        goods(900_00, 1, kind="licence"),
        undelivered,
        goods(1_000_00, 1, days_ago=8),
    )
    answer = await asked(whole_api, client_id, number, **body)
    said_of = {answer.json()["code"], *(one["code"] for one in answer.json().get("errors", ()))}
    assert (answer.status_code in (409, 422), code in said_of) == (True, True), answer.text
    stored = books.rows("SELECT id FROM goods_returns WHERE invoice_number = %(n)s", n=number)
    assert stored == []


@pytest.mark.parametrize("pieces", [0, -1, 10_001])
async def test_quantities_out_of_range_are_refused(
    whole_api: Api, books: Books, pieces: int
) -> None:
    client_id, number = sold(books)
    assert (await asked(whole_api, client_id, number, pieces)).status_code == 422


async def test_a_repeated_request_is_one_return(whole_api: Api, books: Books) -> None:
    client_id, number = sold(books)
    body = {
        "invoice_number": number,
        "ground": "damaged",
        "lines": [{"line_no": 1, "pieces": 1}],
    }
    answers = [
        await whole_api.call(
            "POST", "/v1/returns", client_id=client_id, key=f"k-{number}", json=body
        )
        for _ in range(2)
    ]
    assert {one.json()["id"] for one in answers} == {f"return-{number}-1"}


async def test_another_client_sees_no_return(whole_api: Api, books: Books) -> None:
    _, return_id = await opened(whole_api, books)
    stranger, _ = sold(books)
    assert (
        await whole_api.call("GET", f"/v1/returns/{return_id}", client_id=stranger)
    ).status_code == 404
    assert (await said(whole_api, stranger, return_id, "withdraw")).status_code == 404
