"""What a client paid a carrier for our fault: claimed with a receipt, confirmed, paid back."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bench.chaos.orders import wrong_carriages
from bench.chaos.our_books import OurBooks
from domain.access.roles import Role
from tests.books import Books
from tests.scans import pdf
from tests.starter.broken_invariants import behind_the_back
from tests.starter.caller import Api
from tests.starter.goods_return.returning import (
    claimed,
    did,
    ended,
    handed_in,
    opened,
    paid,
    photographed,
    read,
    refund_of,
    said,
    sold,
    to_inspected,
    today,
)

LIMIT = "5000.00"


async def sent(api: Api, books: Books, **changes: Any) -> tuple[str, str]:
    """A return whose goods are on their way; its client and its id."""
    client_id, return_id = await opened(api, books, **changes)
    await did(api, return_id, "authorise")
    shipped = await said(api, client_id, return_id, "ship", track="RU 1234")
    assert shipped.status_code == 200, shipped.text
    return client_id, return_id


async def settled(api: Api, books: Books) -> tuple[str, str]:
    """A return settled by a refund, which a claim keeps open."""
    client_id, return_id = await opened(api, books)
    await to_inspected(api, client_id, return_id)
    assert (await claimed(api, client_id, return_id)).is_success
    assert (await did(api, return_id, "accept", settlement="refund")).is_success
    await ended(api, return_id, "settled")
    return client_id, return_id


def wrong(answer: Any) -> dict[str, str]:
    return {one.get("pointer") or one.get("field"): one["code"] for one in answer.json()["errors"]}


def told(books: Books, return_id: str) -> set[str]:
    """What was told by mail."""
    rows = books.rows("SELECT template FROM notifications WHERE case_id = %(id)s", id=return_id)
    return {row.template for row in rows}


async def test_what_the_carrier_was_paid_comes_back_beside_the_refund(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await settled(whole_api, books)
    shown = await read(whole_api, return_id)
    kept = shown["paid_carriage"]
    assert (kept["amount"], kept["status"], kept["receipt"]["name"]) == (
        *("450.50", "claimed", "Чек.pdf"),
    )
    assert shown["photos"] == []
    assert shown["inspection"]["photos"] == []
    assert shown["actions"] == ["confirm_carriage", "refuse_carriage"]
    assert refund_of(books, return_id).sum_kopecks == 2_000_00
    confirmed = await did(whole_api, return_id, "carriage/confirm")
    assert (confirmed.status_code, confirmed.json()["waiting_for"]) == (200, "accountant")
    why = await whole_api.call("GET", f"/v1/returns/{return_id}/waiting", role=Role.ACCOUNTANT)
    assert (why.json()["code"], why.json()["waits_for"]) == ("carriage_confirmed", "accountant")
    assert (await paid(whole_api, return_id)).status_code == 200
    shown = await ended(whole_api, return_id)
    assert shown["paid_carriage"]["status"] == "paid"
    assert shown["paid_carriage"]["paid_on"] == today().isoformat()
    assert refund_of(books, return_id).sum_kopecks == 2_000_00
    assert {
        *("staff_goods_return_carriage_claimed", "staff_goods_return_carriage_confirmed"),
        "goods_return_carriage_paid",
    } <= told(books, return_id)
    own = await whole_api.call("GET", f"/v1/returns/{return_id}", client_id=client_id)
    titles = [one["title"] for one in own.json()["history"]]
    assert titles[1] == "Расходы на доставку выплачены"


async def test_a_refused_sum_is_claimed_anew_with_another_receipt(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await sent(whole_api, books)
    assert (await claimed(whole_api, client_id, return_id, amount="540.50")).is_success
    twice = await claimed(whole_api, client_id, return_id)
    assert (twice.status_code, twice.json()["code"]) == (409, "goods_return_carriage_decided")
    refused = await did(whole_api, return_id, "carriage/refuse", reason="На чеке 450,50 ₽.")
    assert refused.json()["paid_carriage"]["reason"] == "На чеке 450,50 ₽."
    assert "goods_return_carriage_refused" in told(books, return_id)
    before = refused.json()["paid_carriage"]["receipt"]["id"]
    again = (await claimed(whole_api, client_id, return_id)).json()["paid_carriage"]
    assert (again["amount"], again["status"], again["reason"]) == ("450.50", "claimed", None)
    assert again["receipt"]["id"] != before


async def test_a_receipt_is_read_by_its_client_and_by_staff_only(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await sent(whole_api, books)
    receipt = (await claimed(whole_api, client_id, return_id)).json()["paid_carriage"]["receipt"]
    path = f"/v1/returns/{return_id}/photos/{receipt['id']}"
    early = await whole_api.call("GET", path, client_id=client_id)
    assert early.json()["code"] == "file_received"
    assert (await whole_api.call("GET", path, role=Role.ACCOUNTANT)).status_code == 409
    stranger, _ = sold(books)
    assert (await whole_api.call("GET", path, client_id=stranger)).status_code == 404


@pytest.mark.parametrize(
    ("amount", "status", "where"),
    [
        (LIMIT, 200, {}),
        ("5000.01", 422, {"/amount": "goods_return_carriage_range"}),
        ("0", 422, {"/amount": "amount_not_positive"}),
        ("0.00", 422, {"/amount": "amount_not_positive"}),
        ("-1", 422, None),
        ("450.505", 422, None),
    ],
)
async def test_a_sum_is_above_nothing_and_within_the_limit(
    whole_api: Api, books: Books, amount: str, status: int, where: dict[str, str] | None
) -> None:
    client_id, return_id = await sent(whole_api, books)
    answer = await claimed(whole_api, client_id, return_id, amount=amount)
    assert answer.status_code == status, answer.text
    if where:
        assert wrong(answer) == where
    shown = (await read(whole_api, return_id))["paid_carriage"]
    assert (shown is not None) == (status == 200)


async def test_a_claim_needs_a_receipt_of_its_own_that_is_one(whole_api: Api, books: Books) -> None:
    client_id, return_id = await sent(whole_api, books)
    nothing = await claimed(whole_api, client_id, return_id, receipt=None)
    assert (nothing.status_code, "/receipt" in wrong(nothing)) == (422, True)
    text = await handed_in(whole_api, "Чек.txt", b"450,50", client_id=client_id)
    other = await claimed(whole_api, client_id, return_id, receipt=text.json()[0]["id"])
    assert wrong(other) == {"files": "goods_return_not_a_receipt"}
    foreign = await handed_in(whole_api, "Чек.pdf", pdf())
    taken = await claimed(whole_api, client_id, return_id, receipt=foreign.json()[0]["id"])
    assert wrong(taken) == {"files": "file_unknown"}
    picture = await photographed(whole_api, client_id=client_id)
    assert (await claimed(whole_api, client_id, return_id, receipt=picture)).is_success


@pytest.mark.parametrize(
    ("ground", "code"),
    [("change_of_mind", "goods_return_carriage_not_ours"), ("damaged", None)],
)
async def test_only_our_fault_is_paid_back(
    whole_api: Api, books: Books, ground: str, code: str | None
) -> None:
    client_id, return_id = await sent(whole_api, books, ground=ground)
    answer = await claimed(whole_api, client_id, return_id)
    assert answer.json().get("code") == code
    own = (await whole_api.call("GET", f"/v1/returns/{return_id}", client_id=client_id)).json()
    assert "claim_carriage" not in own["actions"]


async def test_nothing_is_claimed_before_the_goods_are_sent_nor_after_the_return_has_ended(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await opened(whole_api, books)
    early = await claimed(whole_api, client_id, return_id)
    assert early.json()["code"] == "goods_return_not_allowed"
    await to_inspected(whole_api, client_id, return_id)
    await did(whole_api, return_id, "accept", settlement="refund")
    await ended(whole_api, return_id)
    late = await claimed(whole_api, client_id, return_id)
    assert (late.status_code, late.json()["code"]) == (409, "goods_return_closed")


async def test_of_two_specialists_at_once_one_confirms(whole_api: Api, books: Books) -> None:
    _, return_id = await settled(whole_api, books)
    answers = await asyncio.gather(
        *(did(whole_api, return_id, "carriage/confirm") for _ in range(2))
    )
    assert sorted(one.status_code for one in answers) == [200, 409]
    owed = books.rows(
        "SELECT id FROM ledger_transfers WHERE kind = 'carriage_owed' AND reference LIKE %(id)s",
        id=f"{return_id}/%",
    )
    assert len(owed) == 1


async def test_only_an_accountant_pays_and_on_a_day_that_has_come(
    whole_api: Api, books: Books
) -> None:
    _, return_id = await settled(whole_api, books)
    early = await paid(whole_api, return_id)
    assert early.json()["code"] == "goods_return_carriage_decided"
    await did(whole_api, return_id, "carriage/confirm")
    ahead = await paid(whole_api, return_id, today() + timedelta(days=1))
    assert wrong(ahead) == {"/on": "goods_return_day_ahead"}
    mine = await did(whole_api, return_id, "carriage/pay", on=today().isoformat())
    assert mine.status_code == 403
    assert (await paid(whole_api, return_id)).status_code == 200


async def test_other_goods_and_the_carriage_may_leave_in_any_order(
    whole_api: Api, books: Books
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id)
    await did(whole_api, return_id, "accept", settlement="exchange")
    await ended(whole_api, return_id, "settled")
    assert (await claimed(whole_api, client_id, return_id)).is_success
    sent_out = await did(whole_api, return_id, "send", track="RU 77")
    assert (sent_out.json()["status"], sent_out.json()["sent_track"]) == ("settled", "RU 77")
    assert sent_out.json()["actions"] == ["confirm_carriage", "refuse_carriage"]
    await did(whole_api, return_id, "carriage/confirm")
    await paid(whole_api, return_id)
    assert (await ended(whole_api, return_id))["paid_carriage"]["status"] == "paid"


PAID_AGAIN = (
    "INSERT INTO ledger_transfers (kind, debit_account, credit_account, amount_kopecks, reference)"
    " VALUES ('carriage_paid', 'carriage/{}', 'cash/bank', 45050, 'carriage again')"
)
UNPAID = "DELETE FROM ledger_transfers WHERE reference = 'carriage again'"


async def test_a_storm_is_judged_by_how_often_a_carriage_was_paid(
    whole_api: Api, books: Books, database_url: str
) -> None:
    """A second payment is named, and one that no accountant was told of, as of a refused one."""
    ours = OurBooks(database_url)
    _, return_id = await settled(whole_api, books)
    assert await wrong_carriages(ours, {return_id: False}) == []
    assert (await did(whole_api, return_id, "carriage/confirm")).is_success
    assert (await paid(whole_api, return_id)).is_success
    assert await wrong_carriages(ours, {return_id: True}) == []
    wrong = f"the carriage of {return_id}: paid, times, kopecks"
    assert await wrong_carriages(ours, {return_id: False}) == [
        f"{wrong} (True, 1, 45050), must be (False, 0, 0)"
    ]
    behind_the_back(books, PAID_AGAIN.format(return_id))
    again = await wrong_carriages(ours, {return_id: True})
    behind_the_back(books, UNPAID)
    assert again == [f"{wrong} (True, 2, 90100), must be (True, 1, 45050)"]
