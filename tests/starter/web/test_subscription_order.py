"""An order of a term, from the window that says what it is to the renewal that waits for money."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.registered import register_client
from tests.starter.renewal.ordered import Subscriber, subscriber, write_own_account
from tests.starter.subscription.registered import (
    TODAY,
    in_days,
    write_catalogue,
    write_subscription,
)
from tests.starter.subscription.test_offers import make_individual
from tests.starter.subscription.test_usage import report
from tests.starter.web.browser import Browser, Page
from tests.starter.web.subscribed import Visitor, visitor

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "{company}",
    "' OR 1=1 --",
    "\u202egnp.exe",
    "Я" * 5000,
)
PAYER = {
    "requisites.name": "ООО «Вектор»",
    "requisites.inn": "7805432172",
    "requisites.kpp": "780501001",
    "requisites.address": "г. Санкт-Петербург, Невский пр., д. 1",
}


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


def day(days: int) -> str:
    """A day from today, as people read it."""
    return f"{TODAY + timedelta(days=days):%d.%m.%Y}"


def words(page: Page) -> str:
    """The words of a page with plain spaces."""
    return page.words.replace("\u00a0", " ")


def next_step(page: Page) -> str:
    """Where «Продолжить оформление» leads."""
    found = re.search(r'href="([^"]+/order\?[^"]+)"', page.html)
    assert found is not None
    return found[1].replace("&amp;", "&")


def orders_of(books: Books, visitor: Visitor) -> list[Any]:
    return books.rows(
        "SELECT * FROM orders WHERE subscription_id = %(id)s", id=visitor.of.subscription_id
    )


async def test_the_window_says_what_for_how_much_and_from_which_day(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, ends=20)
    page = await someone.page("/renew")
    assert "<h1>Продлить подписку</h1>" in page.html
    assert "Тариф 400 400 записей, расширенный набор данных, на 12 месяцев" in words(page)
    assert "24 400,00 ₽ в том числе НДС 4 400,00 ₽" in words(page)
    assert f"Новый срок: с {day(21)} по" in words(page)
    assert f"Текущая подписка не меняется и действует до {day(20)}" in words(page)
    assert "Продолжить оформление" in page.words


async def test_the_window_of_an_upgrade_has_the_tariff_that_was_chosen_by_usage(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, "100", ends=20)
    by_size = await someone.page("/upgrade")
    assert "<h1>Улучшить подписку</h1>" in by_size.html
    assert "Тариф 400" in by_size.words
    assert "offer=another&tariff=400" in next_step(by_size)
    await report(whole_api, someone.of.subscription_id, 700)
    by_usage = await someone.page("/upgrade")
    assert "Лимит тарифа (100) использован" in by_usage.words
    assert "offer=bigger&tariff=1000" in next_step(by_usage)
    assert f"Текущая подписка не меняется и действует до {day(20)}" in by_usage.words


async def test_an_order_goes_from_the_window_over_the_requisites_to_its_renewal(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    form_page = await customer.get(next_step(await someone.page("/renew")))
    assert "Реквизиты плательщика" in form_page.words
    for known in ("ООО «Ромашка»", "7707083893", "770701001"):
        assert known in form_page.words
    fields = form_page.form("/orders")
    assert fields["price"] == "2440000"
    answer = await someone.send_order({**fields, "method": "bank_transfer"})
    renewal_id = f"renewal-{someone.of.subscription_id}-{in_days(7)}"
    assert (answer.status, answer.leads_to) == (303, f"/renewals/{renewal_id}")
    (order,) = orders_of(books, someone)
    assert (order.offer, order.tariff_code, order.method) == ("same", "400", "bank_transfer")
    assert (order.payer_name, order.payer_kpp) == ("ООО «Ромашка»", "770701001")
    assert order.placed_by == f"client@{someone.of.client_id}"


async def test_an_order_may_be_paid_by_card(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    fields = (await someone.order_form()).form("/orders")
    answer = await someone.send_order({**fields, "method": "bank_card"})
    assert answer.status == 303
    assert [order.method for order in orders_of(books, someone)] == ["bank_card"]


async def test_the_way_that_is_usual_for_its_client_is_chosen_before_it_chooses(
    customer: Browser, whole_api: Api
) -> None:
    company = await visitor(customer, whole_api)
    chosen = r'value="(\w+)" checked'
    assert re.findall(chosen, (await company.order_form()).html) == ["bank_transfer"]
    client_id = await register_client(
        whole_api, kind="individual", name="Соловьёв Пётр", inn=None, kpp=None
    )
    subscription_id = (await write_subscription(whole_api, client_id)).json()["id"]
    await customer.log_in(Role.CLIENT, client_id)
    person = Visitor(customer, Subscriber(whole_api, client_id, subscription_id))
    page = await person.order_form("first")
    assert re.findall(chosen, page.html) == ["bank_card"]
    answer = await person.send_order({**page.form("/orders"), "method": "bank_card"})
    assert answer.leads_to == f"/renewals/renewal-{subscription_id}-first"


async def test_two_clicks_at_once_are_one_order(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    fields = {**(await someone.order_form()).form("/orders"), "method": "bank_transfer"}
    answers = await asyncio.gather(*(someone.send_order(fields) for _ in range(3)))
    assert {answer.status for answer in answers} == {303}
    assert len({answer.leads_to for answer in answers}) == 1
    assert len(orders_of(books, someone)) == 1
    assert (await someone.send_order(fields)).leads_to == answers[0].leads_to


async def test_the_second_of_two_tabs_is_led_to_the_order_of_the_first(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    tabs = [(await someone.order_form()).form("/orders") for _ in range(2)]
    first, second = [await someone.send_order({**one, "method": "bank_transfer"}) for one in tabs]
    assert (first.status, second.status) == (303, 409)
    assert "Заказ уже оформлен и ждёт оплаты" in second.words
    assert f'href="{first.leads_to}"' in second.html
    assert len(orders_of(books, someone)) == 1


async def test_a_price_that_changed_meanwhile_is_said_with_both_and_agreed_to_anew(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    fields = {**(await someone.order_form()).form("/orders"), **PAYER, "method": "bank_card"}
    refused = await someone.send_order({**fields, "price": "2300000"})
    assert refused.status == 409
    assert "Цена изменилась: теперь 24 400,00 ₽" in words(refused)
    assert "Цена изменилась: была 23 000,00 ₽, теперь 24 400,00 ₽" in words(refused)
    assert orders_of(books, someone) == []
    again = refused.form("/orders")
    assert again["price"] == "2440000"
    assert {name: again[name] for name in PAYER} == PAYER
    assert 'value="bank_card" checked' in refused.html
    assert (await someone.send_order({**again, "method": "bank_card"})).status == 303


async def test_a_price_that_changed_after_the_window_is_said_on_the_form(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api)
    page = await someone.order_form(more="&price=2300000")
    assert "Цена изменилась: была 23 000,00 ₽, теперь 24 400,00 ₽" in words(page)
    same = await someone.order_form(more="&price=2440000")
    assert "Цена изменилась" not in same.words


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"requisites.inn": "7707083894"}, "requisites.inn", "не сошлись контрольные цифры"),
        ({"requisites.inn": ""}, "requisites.inn", "Укажите ИНН"),
        ({"requisites.kpp": "77"}, "requisites.kpp", "нужны 9 знаков"),
        ({"requisites.name": ""}, "requisites.name", "Укажите плательщика"),
        ({"requisites.name": "ООО «Не мы»"}, "requisites.name", "записано другое наименование"),
        ({"requisites.address": "12345"}, "requisites.address", "одна строка с буквами"),
        ({"method": "cash"}, "method", "Выберите способ оплаты"),
    ],
)
async def test_a_wrong_requisite_is_said_beside_its_field_and_what_was_typed_is_kept(
    customer: Browser,
    whole_api: Api,
    books: Books,
    changes: dict[str, str],
    field: str,
    text: str,
) -> None:
    someone = await visitor(customer, whole_api)
    fields = {**(await someone.order_form()).form("/orders"), "method": "bank_transfer"}
    refused = await someone.send_order({**fields, **changes})
    assert refused.status == 422
    assert re.search(rf'id="{field}-error">[^<]*{text}', refused.html)
    assert f'<a href="#{field}">' in refused.html
    assert '<details class="more" open>' in refused.html
    kept = refused.form("/orders")
    for name in ("requisites.name", "requisites.inn", "requisites.kpp", "requisites.address"):
        assert kept[name] == {**fields, **changes}[name]
    assert orders_of(books, someone) == []


async def test_somebody_else_may_pay_whose_requisites_are_known_once_named(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    inn = PAYER["requisites.inn"]
    unknown = await someone.order_form(more=f"&payer={inn}")
    assert f"Реквизитов с ИНН {inn} у нас нет" in unknown.words
    fields = {**unknown.form("/orders"), **PAYER, "method": "bank_transfer"}
    assert (await someone.send_order(fields)).status == 303
    assert [order.payer_name for order in orders_of(books, someone)] == ["ООО «Вектор»"]
    other = (await write_subscription(whole_api, someone.of.client_id)).json()["id"]
    page = await customer.get(f"/subscriptions/{other}/order?offer=first&tariff=400&payer={inn}")
    known = page.form("/orders")
    assert {name: known[name] for name in PAYER} == PAYER


async def test_requisites_that_another_client_named_stay_its_own(
    customer: Browser, whole_api: Api
) -> None:
    one = await visitor(customer, whole_api)
    fields = {**(await one.order_form()).form("/orders"), "method": "bank_transfer"}
    payer = {**PAYER, "requisites.inn": "5208765417", "requisites.kpp": "520801001"}
    assert (await one.send_order({**fields, **payer})).status == 303
    other = await visitor(customer, whole_api)
    page = await other.order_form(more="&payer=5208765417")
    assert "Вектор" not in page.html


@pytest.mark.parametrize(
    "query",
    ["offer=bigger&tariff=100", "offer=same&tariff=never-sold", "offer=resume&tariff=400"],
)
async def test_an_offer_that_is_gone_leads_to_those_there_are(
    customer: Browser, whole_api: Api, query: str
) -> None:
    someone = await visitor(customer, whole_api)
    page = await someone.page(f"/order?{query}")
    assert "Такого предложения больше нет" in page.words
    assert f'href="{someone.page_path}/tariffs"' in page.html
    fields = {**(await someone.order_form()).form("/orders"), "method": "bank_transfer"}
    gone = dict(pair.split("=") for pair in query.split("&"))
    refused = await someone.send_order({**fields, **gone})
    assert (refused.status, "Такого предложения больше нет" in refused.words) == (409, True)


@pytest.mark.parametrize("changes", [{"offer": "gratis"}, {"individual": "7"}, {"offer": ""}])
async def test_a_form_that_no_page_of_ours_had_is_not_there(
    customer: Browser, whole_api: Api, changes: dict[str, str]
) -> None:
    someone = await visitor(customer, whole_api)
    fields = (await someone.order_form()).form("/orders")
    assert (await someone.send_order({**fields, "method": "bank_card", **changes})).status == 404
    query = "&".join(f"{name}={value}" for name, value in {"offer": "same", **changes}.items())
    assert (await someone.page(f"/order?tariff=400&{query}")).status == 404


async def test_an_order_of_another_clients_subscription_is_not_there(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    theirs = await subscriber(whole_api)
    someone = await visitor(customer, whole_api)
    fields = {**(await someone.order_form()).form("/orders"), "method": "bank_transfer"}
    answer = await customer.send(f"/subscriptions/{theirs.subscription_id}/orders", fields)
    assert answer.status == 404
    assert orders_of(books, Visitor(customer, theirs)) == []


@pytest.mark.parametrize(
    ("code", "ends", "used", "window", "ordered"),
    [
        ("100", 20, 700, "/upgrade", ("bigger", "1000")),
        ("100", 20, 1, "/upgrade", ("another", "400")),
        ("400", -3, None, "/renew", ("resume", "400")),
        (None, 0, None, "/renew", ("first", "400")),
    ],
    ids=("improved by usage", "improved by size", "resumed", "bought first"),
)
async def test_what_a_window_shows_is_what_is_ordered(
    customer: Browser,
    whole_api: Api,
    books: Books,
    code: str | None,
    ends: int,
    used: int | None,
    window: str,
    ordered: tuple[str, str],
) -> None:
    someone = await visitor(customer, whole_api, code, ends=ends)
    if used is not None:
        await report(whole_api, someone.of.subscription_id, used)
    fields = (await customer.get(next_step(await someone.page(window)))).form("/orders")
    assert (await someone.send_order({**fields, "method": "bank_transfer"})).status == 303
    found = [(order.offer, order.tariff_code) for order in orders_of(books, someone)]
    assert found == [ordered]


async def test_an_individual_offer_is_ordered_with_its_own_price_and_size(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    made = (await make_individual(whole_api, someone.of.subscription_id)).json()
    page = await someone.page("/tariffs")
    assert "Индивидуальное предложение" in page.words
    assert "Объём по вашей просьбе." in page.words
    link = next(one for one in re.findall(r'href="([^"]+)"', page.html) if "individual=" in one)
    fields = (await customer.get(link.replace("&amp;", "&"))).form("/orders")
    assert (fields["individual"], fields["price"]) == (made["id"], "9000000")
    assert (await someone.send_order({**fields, "method": "bank_transfer"})).status == 303
    (order,) = orders_of(books, someone)
    assert (order.units, order.price_kopecks) == (3000, 90_000_00)


async def test_another_tariff_is_chosen_from_the_catalogue(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api)
    page = await someone.page("/tariffs")
    assert "Тариф меньше вашего." in page.words
    fields = (await someone.order_form("another", "100")).form("/orders")
    assert (await someone.send_order({**fields, "method": "bank_transfer"})).status == 303
    assert [order.tariff_code for order in orders_of(books, someone)] == ["100"]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_requisites_are_only_ever_text(
    customer: Browser, whole_api: Api, hostile: str
) -> None:
    someone = await visitor(customer, whole_api)
    fields = {**(await someone.order_form()).form("/orders"), "method": "bank_transfer"}
    for name in PAYER:
        answer = await someone.send_order(
            {**fields, **PAYER, name: hostile, "idempotency_key": name}
        )
        assert answer.status in {303, 409, 422}
        assert "<script>alert" not in answer.html
        assert "<img src=x" not in answer.html
        assert "Traceback" not in answer.html
    for name in ("offer", "tariff", "individual", "price", "method"):
        sent = {**fields, name: hostile, "idempotency_key": f"hidden-{name}"}
        assert (await someone.send_order(sent)).status in {404, 409, 422}


async def test_an_order_while_the_process_is_away_can_be_sent_again(
    browser: Browser, whole_api: Api, database: Database, books: Books
) -> None:
    someone = await visitor(browser, whole_api)
    fields = {**(await someone.order_form()).form("/orders"), "method": "bank_transfer"}
    for _ in range(2):
        answer = await someone.send_order(fields)
        assert answer.status == 503
        assert "повтор безопасен" in answer.words
    assert len(orders_of(books, someone)) == 1
