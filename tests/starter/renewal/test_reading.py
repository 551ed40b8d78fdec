"""A renewal as people see it: status, papers, actions, the page to pay on, what was agreed."""

import asyncio
import io
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from pypdf import PdfReader

from activities.renewal.signal_renewals import signal_renewals
from db.database import Database
from domain.access.roles import Role
from domain.refund.statement import digest
from tests.books import Books
from tests.patience import PATIENCE_SECONDS
from tests.starter.caller import Api
from tests.starter.refund.shop import Shop
from tests.starter.registered import client_body
from tests.starter.renewal.ordered import (
    OWN_ACCOUNT,
    OWN_REQUISITES,
    REQUISITES,
    Subscriber,
    subscriber,
    write_own_account,
)
from tests.starter.subscription.registered import in_days, write_catalogue


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


def actions_in(found: dict[str, Any]) -> list[str]:
    return [action["action"] for action in found["actions"]]


async def pay(shop: Shop, database: Database, number: str, kopecks: int) -> None:
    """Money comes in for an invoice, and whoever waits for it is told."""
    shop.books.put(
        "payments",
        id=uuid4().hex,
        invoice_number=number,
        method="bank_transfer",
        amount_kopecks=kopecks,
        received_at=datetime.now(UTC),
    )
    await signal_renewals(shop.temporal, database, shop.settings.task_queue)


async def text_of(someone: Subscriber, path: str) -> str:
    answer = await someone.get(path)
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


async def test_a_watched_term_may_be_ordered_and_an_open_order_cancelled_or_claimed(
    whole_api: Api,
) -> None:
    someone = await subscriber(whole_api)
    renewal_id = f"renewal-{someone.subscription_id}-{in_days(7)}"
    watched = await someone.read(renewal_id)
    assert (watched["status"], watched["title"]) == ("watching", "Подписка действует")
    assert actions_in(watched) == ["order"]
    assert watched["actions"][0]["href"] == f"/v1/subscriptions/{someone.subscription_id}/orders"
    await someone.ordered()
    ordered = await someone.read(renewal_id)
    assert actions_in(ordered) == ["cancel_order", "claim_payment"]
    assert (ordered["invoice"]["total"], ordered["invoice"]["left"]) == ("24400.00", "24400.00")
    assert actions_in(await someone.read(renewal_id, Role.ACCOUNTANT)) == []


async def test_a_part_is_shown_as_paid_and_the_whole_makes_the_next_term(
    whole_api: Api, shop: Shop, database: Database
) -> None:
    someone = await subscriber(whole_api)
    body = await someone.order_body()
    placed = (await someone.place(body)).json()
    await pay(shop, database, placed["invoice_number"], 10_000_00)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (await someone.read(placed["id"]))["timeline"][2:]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    partly = await someone.read(placed["id"])
    assert (partly["status"], partly["invoice"]["left"]) == ("awaiting_payment", "14400.00")
    await pay(shop, database, placed["invoice_number"], 14_400_00)
    paid = await someone.until(placed["id"], "paid")
    assert (paid["waiting_for"], paid["invoice"]["left"]) == (None, "0.00")
    assert paid["next_term"]["starts_on"] == in_days(8)
    assert actions_in(paid) == []
    refused = await someone.post(f"{placed['href']}/cancel-order")
    assert refused.json()["code"] == "not_allowed_in_status"
    again = await someone.place(body)
    assert (again.status_code, again.json()["code"]) == (409, "order_paid")
    assert again.headers["Location"] == placed["href"]


async def test_lists_show_a_client_its_own_and_staff_what_they_ask_for(whole_api: Api) -> None:
    someone, other = await subscriber(whole_api), await subscriber(whole_api)
    placed = await someone.ordered()
    own = (await someone.get("/v1/renewals")).json()["items"]
    assert [item["id"] for item in own] == [placed["id"]]
    assert (own[0]["amount"], own[0]["subscription_title"]) == ("24400.00", "Компас")
    foreign = await other.get("/v1/renewals", client_id=someone.client_id)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    asked = {
        "status": "awaiting_payment",
        "client_id": someone.client_id,
        "subscription_id": someone.subscription_id,
        "invoice_number": placed["invoice_number"],
    }
    for name, value in asked.items():
        answer = await someone.get("/v1/renewals", role=Role.ACCOUNTANT, **{name: value})
        found = [item["id"] for item in answer.json()["items"]]
        assert placed["id"] in found
        assert not [one for one in found if other.subscription_id in one]


async def test_pages_of_the_list_hold_every_case_once(whole_api: Api) -> None:
    someone = await subscriber(whole_api)
    placed = {(await someone.ordered())["id"]}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await someone.get("/v1/renewals", role=Role.OPERATOR, limit="1", **cursor)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert placed <= set(seen)
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)


async def test_the_invoice_names_its_payer_and_when_called_off_asks_for_nothing(
    whole_api: Api,
) -> None:
    someone = await subscriber(whole_api)
    placed = await someone.ordered()
    text = await text_of(someone, placed["invoice_pdf"])
    assert f"Счёт на оплату № {placed['invoice_number']}" in text
    assert "Покупатель: ООО «Ромашка», ИНН 7707083893, КПП 770701001" in text
    assert "АННУЛИРОВАН" not in text
    await someone.post(f"{placed['href']}/cancel-order")
    assert "АННУЛИРОВАН" in await text_of(someone, placed["invoice_pdf"])


async def test_an_invoice_of_the_billing_system_has_no_paper_of_ours(
    whole_api: Api, shop: Shop
) -> None:
    number = await shop.invoice()
    answer = await whole_api.call("GET", f"/v1/invoices/{number}/pdf", role=Role.ACCOUNTANT)
    assert answer.status_code == 404


async def test_the_receipt_holds_what_was_agreed_and_its_digest(whole_api: Api) -> None:
    someone = await subscriber(whole_api)
    offer = (await someone.offers())[0]
    placed = await someone.ordered()
    receipt = (await someone.get(placed["receipt"])).json()
    agreed = receipt["agreed"]
    assert digest(agreed) == receipt["sha256"]
    assert (receipt["order_id"], receipt["invoice_number"]) == (
        placed["order_id"],
        placed["invoice_number"],
    )
    assert (agreed["price"], agreed["vat"]) == ("24400.00", "4400.00")
    assert not [name for name in agreed if name.endswith("_kopecks")]
    assert {name: agreed[name] for name in ("offer", "tariff_code", "starts_on", "ends_on")} == {
        name: offer[name] for name in ("offer", "tariff_code", "starts_on", "ends_on")
    }
    assert agreed["payer"]["inn"] == "7707083893"
    assert (await someone.read(placed["id"]))["order"]["sha256"] == receipt["sha256"]


async def test_the_receipt_stays_when_the_order_is_called_off(whole_api: Api) -> None:
    someone = await subscriber(whole_api)
    renewal = f"/v1/renewals/renewal-{someone.subscription_id}-{in_days(7)}"
    missing = await someone.get(f"{renewal}/receipt")
    assert (missing.status_code, missing.json()["code"]) == (409, "receipt_missing")
    placed = await someone.ordered()
    await someone.post(f"{renewal}/cancel-order")
    assert (await someone.get(f"{renewal}/receipt")).json()["order_id"] == placed["order_id"]


async def test_a_card_order_gets_a_page_to_pay_on_and_an_order_by_invoice_none(
    whole_api: Api,
) -> None:
    someone, other = await subscriber(whole_api), await subscriber(whole_api)
    placed = await someone.ordered(method="bank_card")
    assert placed["payment_page"] == f"{placed['href']}/payment-page"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (answer := await someone.get(placed["payment_page"])).status_code == 202:
            assert answer.json()["href"] is None
            assert answer.headers["Retry-After"]
            await asyncio.sleep(0.02)
    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
    assert answer.json()["href"].startswith("http")
    by_invoice = await other.ordered()
    refused = await other.get(f"{by_invoice['href']}/payment-page")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ordered_by_card")


@pytest.mark.parametrize("ending", ["", "/receipt", "/payment-page", "/claim"])
async def test_a_case_that_nobody_knows_is_not_there(whole_api: Api, ending: str) -> None:
    someone = await subscriber(whole_api)
    path = f"/v1/renewals/renewal-nobody-first{ending}"
    assert (await someone.get(path)).status_code == 404


async def test_staff_see_who_did_what_and_the_client_a_role(whole_api: Api, books: Books) -> None:
    someone = await subscriber(whole_api)
    placed = await someone.ordered()
    assert books.rows("SELECT 1 FROM orders WHERE id = %(id)s", id=placed["order_id"])
    shown = (await someone.read(placed["id"], Role.OPERATOR))["timeline"][-1]
    assert (shown["by"], shown["login"]) == ("client", someone.client_id)
    hidden = (await someone.read(placed["id"]))["timeline"][-1]
    assert (hidden["by"], hidden["login"]) == ("client", None)


async def test_renewals_are_found_by_client_counted_and_sorted_by_deadline(
    whole_api: Api, shop: Shop
) -> None:
    someone, another = await subscriber(whole_api), await subscriber(whole_api)
    await someone.ordered()
    name = f"ООО «Ёж {uuid4().hex}»"
    for one in (someone, another):
        shop.books.connection.execute(
            "UPDATE clients SET name = %s WHERE id = %s", (name, one.client_id)
        )
    staff = Role.ACCOUNTANT
    sought = name.upper().replace("Ё", "Е")
    rows = (await someone.get("/v1/renewals", role=staff, client=sought)).json()["items"]
    assert {row["client_id"] for row in rows} == {someone.client_id, another.client_id}
    assert {row["client_name"] for row in rows} == {name}
    sorted_rows = (
        await someone.get("/v1/renewals", role=staff, client=sought, sort="deadline")
    ).json()["items"]
    deadlines = [row["wait_until"] for row in sorted_rows]
    assert deadlines == sorted(deadlines)
    (ordered,) = (
        await someone.get("/v1/renewals", role=staff, client=sought, status="awaiting_payment")
    ).json()["items"]
    late = {"client": sought, "waiting_for": ordered["waiting_for"]}
    assert (await someone.get("/v1/renewals", role=staff, overdue="true", **late)).json()[
        "items"
    ] == []
    counts = (await someone.get("/v1/renewals/counts")).json()
    assert [(row["status"], row["count"]) for row in counts["items"]] == [("awaiting_payment", 1)]
    letters = (await someone.get(f"/v1/renewals/{ordered['id']}/letters")).json()["items"]
    assert {row["role"] for row in letters} == {"client"}
    answer = await another.get(f"/v1/renewals/{ordered['id']}/letters")
    assert answer.status_code == 404


async def test_an_invoice_names_both_addresses_and_keeps_them(whole_api: Api) -> None:
    ours, theirs = (
        "115035, г. Москва, ул. Садовническая, д. 7",
        "170100, г. Тверь, ул. Советская, д. 1",
    )
    await write_own_account(whole_api, address=ours)
    someone = await subscriber(whole_api)
    path = f"/v1/clients/{someone.client_id}"
    registered = client_body(address=f"  {theirs}\u200b ")
    assert (await whole_api.call("PUT", path, json=registered)).json()["address"] == theirs
    known = (await someone.get("/v1/organisations/7707083893")).json()
    assert known["address"] == theirs
    placed = await someone.ordered()
    await whole_api.call("PUT", path, json=client_body(address="г. Пермь"))
    await write_own_account(whole_api, address="г. Казань")
    text = await text_of(someone, placed["invoice_pdf"])
    assert f"КПП 770701001 {ours} Покупатель:" in text
    assert f"КПП 770701001 {theirs} № Товары" in text
    await someone.post(f"{placed['href']}/cancel-order")
    requisites = {**REQUISITES, "address": "г. Омск, пр. Мира, д. 2"}
    again = await someone.ordered(requisites=requisites)
    assert "г. Омск, пр. Мира, д. 2" in await text_of(someone, again["invoice_pdf"])
    agreed = (await someone.get(again["receipt"])).json()["agreed"]
    assert agreed["payer"]["address"] == "г. Омск, пр. Мира, д. 2"


async def test_an_order_for_another_organisation_has_no_address_of_the_client(
    whole_api: Api,
) -> None:
    someone = await subscriber(whole_api)
    path = f"/v1/clients/{someone.client_id}"
    await whole_api.call("PUT", path, json=client_body(address="г. Пермь, ул. Ленина, д. 3"))
    payer = {"name": "ООО «Лютик»", "inn": "7736050003", "kpp": "773601001"}
    placed = await someone.ordered(requisites=payer)
    assert "Пермь" not in await text_of(someone, placed["invoice_pdf"])


@pytest.mark.parametrize("address", ["", "  ", "12345, 7", "г. Москва\u0007", "я" * 301, 7])
async def test_what_is_no_address_is_refused_at_its_field(whole_api: Api, address: Any) -> None:
    someone = await subscriber(whole_api)
    order = await someone.order_body(requisites={**REQUISITES, "address": address})
    account = {**OWN_REQUISITES, "address": address}
    answers = {
        "/address": await whole_api.call(
            "PUT", f"/v1/clients/{uuid4()}", json=client_body(address=address)
        ),
        "/requisites/address": await someone.place(order),
    }
    own = await whole_api.call(
        "PUT", f"/v1/own-accounts/{OWN_ACCOUNT}", role=Role.ACCOUNTANT, json=account
    )
    for pointer, answer in [*answers.items(), ("/address", own)]:
        assert answer.status_code == 422, answer.text
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
