"""Ordering: an offer as it was seen, requisites that are right, one open order, one invoice."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.registered import register_client
from tests.starter.renewal.ordered import REQUISITES, subscriber, write_own_account
from tests.starter.subscription.registered import in_days, write_catalogue
from tests.starter.subscription.test_offers import make_individual


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


def orders_of(books: Books, subscription_id: str) -> list[Any]:
    return books.rows("SELECT * FROM orders WHERE subscription_id = %(id)s", id=subscription_id)


async def test_an_order_is_answered_by_its_invoice_and_where_everything_is(
    whole_api: Api,
) -> None:
    someone = await subscriber(whole_api)
    answer = await someone.place(await someone.order_body())
    placed = answer.json()
    renewal_id = f"renewal-{someone.subscription_id}-{in_days(7)}"
    assert (answer.status_code, placed["id"]) == (201, renewal_id)
    assert answer.headers["Location"] == placed["href"] == f"/v1/renewals/{renewal_id}"
    assert (placed["status"], placed["title"]) == ("awaiting_payment", "Ждём оплату")
    assert (placed["waiting_for"], placed["amount"]) == ("client", "24400.00")
    assert placed["invoice_pdf"] == f"/v1/invoices/{placed['invoice_number']}/pdf"
    assert placed["payment_page"] is None
    assert (await someone.get(placed["invoice_pdf"])).status_code == 200


async def test_a_first_order_opens_the_first_case(whole_api: Api) -> None:
    newcomer = await subscriber(whole_api, None)
    placed = await newcomer.ordered()
    assert placed["id"] == f"renewal-{newcomer.subscription_id}-first"
    found = await newcomer.read(placed["id"])
    assert (found["order"]["offer"], found["order"]["tariff_code"]) == ("first", "400")
    assert found["term_ends_on"] is None


async def test_the_same_command_is_one_order_with_the_same_answer(
    whole_api: Api, books: Books
) -> None:
    someone = await subscriber(whole_api)
    body, key = await someone.order_body(), uuid4().hex
    answers = await asyncio.gather(*(someone.place(body, key=key) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(orders_of(books, someone.subscription_id)) == 1


async def test_a_repeat_that_no_answer_was_kept_for_is_answered_by_the_case(
    whole_api: Api, books: Books
) -> None:
    someone = await subscriber(whole_api)
    body, key = await someone.order_body(), uuid4().hex
    first = await someone.place(body, key=key)
    books.connection.execute(
        "UPDATE idempotency_keys SET status_code = NULL, headers = NULL, body = NULL"
        " WHERE key = %s",
        (key,),
    )
    again = await someone.place(body, key=key)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_orders_that_come_at_once_make_one_invoice(whole_api: Api, books: Books) -> None:
    someone = await subscriber(whole_api)
    body = await someone.order_body()
    answers = await asyncio.gather(*(someone.place(body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    refused = [answer for answer in answers if answer.status_code == 409]
    (placed,) = (answer.json() for answer in answers if answer.status_code == 201)
    assert {answer.json()["code"] for answer in refused} == {"order_open"}
    assert {answer.json()["renewal_id"] for answer in refused} == {placed["id"]}
    issued = books.rows(
        "SELECT invoice_number FROM issued_invoices WHERE renewal_id = %(id)s", id=placed["id"]
    )
    assert [row.invoice_number for row in issued] == [placed["invoice_number"]]


async def test_while_one_order_is_open_another_is_refused_and_leaves_no_paper(
    whole_api: Api, books: Books
) -> None:
    someone = await subscriber(whole_api)
    body = await someone.order_body()
    placed = (await someone.place(body)).json()
    refused = await someone.place(body)
    assert (refused.status_code, refused.json()["code"]) == (409, "order_open")
    assert refused.headers["Location"] == placed["href"]
    assert len(orders_of(books, someone.subscription_id)) == 1


async def test_a_price_that_was_not_the_offers_is_refused_with_the_price_of_now(
    whole_api: Api, books: Books
) -> None:
    someone = await subscriber(whole_api)
    refused = await someone.place(await someone.order_body(price="24399.99"))
    assert (refused.status_code, refused.json()["code"]) == (409, "price_changed")
    assert "24 400,00" in refused.json()["detail"].replace("\u00a0", " ").replace("\u202f", " ")
    assert orders_of(books, someone.subscription_id) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"offer": "first"},
        {"tariff_code": "nobody-knows-it"},
        {"offer": "another"},
        {"individual_offer_id": str(uuid4())},
    ],
)
async def test_what_is_not_offered_cannot_be_ordered(
    whole_api: Api, changes: dict[str, Any]
) -> None:
    someone = await subscriber(whole_api)
    refused = await someone.place(await someone.order_body(**changes))
    assert (refused.status_code, refused.json()["code"]) == (409, "offer_gone")


async def test_an_individual_offer_is_ordered_at_its_own_price_and_size(whole_api: Api) -> None:
    someone = await subscriber(whole_api)
    await make_individual(whole_api, someone.subscription_id)
    kinds = [offer["offer"] for offer in await someone.offers()]
    placed = await someone.ordered(place=kinds.index("individual"))
    order = (await someone.read(placed["id"]))["order"]
    assert (order["offer"], order["price"], order["units"]) == ("individual", "90000.00", 3000)


@pytest.mark.parametrize(
    ("requisites", "wrong"),
    [
        ({"inn": "7707083894"}, [("/requisites/inn", "inn_check_digit")]),
        (
            {"inn": None},
            [("/requisites/inn", "inn_missing"), ("/requisites/kpp", "kpp_not_applicable")],
        ),
        ({"kpp": "77"}, [("/requisites/kpp", "kpp_format")]),
        ({"inn": "500100732259"}, [("/requisites/kpp", "kpp_not_applicable")]),
        ({"name": " "}, [("/requisites/name", "payer_name_missing")]),
        ({"name": "Я" * 161}, [("/requisites/name", "payer_name_too_long")]),
        ({"name": "ООО\u200b\x07"}, [("/requisites/name", "payer_name_characters")]),
        ({"name": "\u200b"}, [("/requisites/name", "payer_name_missing")]),
    ],
)
async def test_requisites_that_are_wrong_are_told_all_at_once(
    whole_api: Api, requisites: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    someone = await subscriber(whole_api)
    body = await someone.order_body(requisites={**REQUISITES, **requisites})
    refused = await someone.place(body)
    found = [(error["pointer"], error["code"]) for error in refused.json()["errors"]]
    assert (refused.status_code, found) == (422, wrong)


async def test_another_organisation_may_pay_and_is_known_by_its_inn_from_then_on(
    whole_api: Api,
) -> None:
    someone, stranger = await subscriber(whole_api), await subscriber(whole_api)
    mother = {
        "name": "АО «Оранжерея»",
        "inn": "7830002293",
        "kpp": "783001001",
        "address": "г. Санкт-Петербург, Невский пр., д. 1",
    }
    placed = await someone.ordered(requisites=mother)
    assert (await someone.read(placed["id"]))["order"]["payer"] == mother
    path = "/v1/organisations/7830002293"
    assert (await someone.get(path)).json() == mother
    assert (await someone.get(path, role=Role.SPECIALIST)).json() == mother
    assert (await stranger.get(path)).status_code == 404


async def test_no_order_puts_another_name_on_one_s_own_inn(whole_api: Api) -> None:
    someone = await subscriber(whole_api)
    alien = {**REQUISITES, "name": "ПАО «Газпром»"}
    refused = await someone.place(await someone.order_body(requisites=alien))
    found = [(error["pointer"], error["code"]) for error in refused.json()["errors"]]
    assert (refused.status_code, found) == (422, [("/requisites/name", "payer_name_differs")])
    spelled = {**REQUISITES, "name": "РОМАШКА, общество с ограниченной ответственностью"}
    placed = await someone.ordered(requisites=spelled)
    seen = (await someone.read(placed["id"]))["order"]["payer"]
    assert seen == {**REQUISITES, "address": None}


async def test_a_name_that_a_client_typed_never_replaces_a_registered_one(whole_api: Api) -> None:
    registered = await subscriber(whole_api)
    other = await register_client(whole_api, inn="7736207543", name="ООО «Яндекс»")
    typed = {"name": "ООО «Не Яндекс»", "inn": "7736207543", "kpp": None}
    await registered.ordered(requisites=typed)
    path = "/v1/organisations/7736207543"
    assert (await registered.get(path)).json()["name"] == "ООО «Не Яндекс»"
    for who in ({"client_id": other}, {"role": Role.SPECIALIST}):
        seen = (await whole_api.call("GET", path, **who)).json()
        assert (seen["name"], seen["kpp"]) == ("ООО «Яндекс»", "770701001")


async def test_a_client_finds_itself_and_what_it_confirmed_last(whole_api: Api) -> None:
    someone = await subscriber(whole_api)
    path = f"/v1/organisations/{REQUISITES['inn']}"
    assert (await someone.get(path)).json() == {**REQUISITES, "address": None}
    await someone.ordered(requisites={**REQUISITES, "kpp": "770743001"})
    assert (await someone.get(path)).json()["kpp"] == "770743001"


async def test_a_cancelled_order_leaves_a_void_invoice_and_may_be_followed_by_another(
    whole_api: Api,
) -> None:
    someone = await subscriber(whole_api)
    placed, key = await someone.ordered(), uuid4().hex
    path = f"{placed['href']}/cancel-order"
    cancelled = await someone.post(path, key=key)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "watching")
    assert (await someone.post(path, key=key)).json() == cancelled.json()
    assert (await someone.read(placed["id"]))["invoice"] is None
    again = await someone.ordered()
    assert again["invoice_number"] != placed["invoice_number"]
    timeline = (await someone.read(placed["id"]))["timeline"]
    assert [row["to_status"] for row in timeline] == [
        "watching",
        "awaiting_payment",
        "watching",
        "awaiting_payment",
    ]
    assert (timeline[2]["by_title"], timeline[2]["login"]) == ("клиент", None)


async def test_what_was_not_ordered_cannot_be_cancelled(whole_api: Api) -> None:
    someone = await subscriber(whole_api)
    path = f"/v1/renewals/renewal-{someone.subscription_id}-{in_days(7)}/cancel-order"
    refused = await someone.post(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_in_status")
    assert "Подписка действует" in refused.json()["detail"]


async def test_a_case_that_was_called_off_to_its_end_is_opened_again_by_an_order(
    whole_api: Api,
) -> None:
    newcomer = await subscriber(whole_api, None)
    placed = await newcomer.ordered()
    closed = await newcomer.post(f"{placed['href']}/cancel-order")
    assert closed.json()["status"] == "closed"
    again = await newcomer.ordered()
    assert (again["id"], again["status"]) == (placed["id"], "awaiting_payment")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CLIENT, Role.BANK)])
async def test_only_the_client_orders(whole_api: Api, role: Role) -> None:
    someone = await subscriber(whole_api)
    path = f"/v1/subscriptions/{someone.subscription_id}/orders"
    answer = await whole_api.call("POST", path, role=role, json=await someone.order_body())
    assert answer.status_code == 403


async def test_another_clients_subscription_and_case_are_not_there(whole_api: Api) -> None:
    someone, stranger = await subscriber(whole_api), await subscriber(whole_api)
    body = await someone.order_body()
    path = f"/v1/subscriptions/{someone.subscription_id}/orders"
    assert (await stranger.post(path, body)).status_code == 404
    placed = await someone.ordered()
    for path in ("cancel-order", "claim"):
        assert (await stranger.post(f"{placed['href']}/{path}")).status_code == 404
    for path in ("", "/receipt", "/payment-page", "/claim"):
        assert (await stranger.get(placed["href"] + path)).status_code == 404
    assert (await stranger.get(placed["invoice_pdf"])).status_code == 404
