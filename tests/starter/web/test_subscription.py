"""The page of a subscription, and what the header of every page shows of it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from starter.presentation.subscription.overview import Gauge
from starter.web.cabinet.subscription import SHOWN
from tests.activities.renewal_walk import opened
from tests.renewal_books import RenewalBooks
from tests.starter.caller import Api
from tests.starter.refund.shop import Shop
from tests.starter.registered import register_client
from tests.starter.renewal.ordered import write_own_account
from tests.starter.renewal.test_reading import pay
from tests.starter.subscription.registered import (
    TODAY,
    in_days,
    subscribe,
    term_body,
    write_catalogue,
    write_subscription,
    write_tariff,
)
from tests.starter.subscription.test_limit_request import answered, ask
from tests.starter.subscription.test_usage import report
from tests.starter.web.browser import Browser, Page
from tests.starter.web.subscribed import visitor

HOSTILE = "<script>alert(1)</script>\"'{{ 7 * 7 }}{company}"


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


@pytest.fixture(scope="module")
def renewal_books(database_url: str) -> Iterator[RenewalBooks]:
    books = RenewalBooks(database_url)
    yield books
    books.close()


def owner_of(books: RenewalBooks, subscription_id: str) -> str:
    """The client of a subscription."""
    sql = "SELECT client_id FROM subscriptions WHERE id = %(id)s"
    return str(books.row(sql, id=subscription_id).client_id)


def day(days: int) -> str:
    """A day from today, as people read it."""
    return f"{TODAY + timedelta(days=days):%d.%m.%Y}"


def menu_of(page: Page) -> str:
    """The words of the menu with the organisation."""
    found = re.search(r'<details class="menu account">.*?</details>', page.html, re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


async def test_whoever_has_no_subscription_is_told_so(browser: Browser, whole_api: Api) -> None:
    await browser.log_in(Role.CLIENT, await register_client(whole_api))
    for path in ("/subscription", "/subscription/tariffs"):
        page = await browser.get(path)
        assert (page.status, "Подписок пока нет" in page.words) == (200, True)


async def test_the_only_subscription_is_led_to_and_several_are_listed(
    browser: Browser, whole_api: Api
) -> None:
    client_id, first = await subscribe(whole_api, "400")
    await browser.log_in(Role.CLIENT, client_id)
    assert (await browser.get("/subscription")).leads_to == f"/subscriptions/{first}"
    tariffs = await browser.get("/subscription/tariffs")
    assert tariffs.leads_to == f"/subscriptions/{first}/tariffs"
    second = (await write_subscription(whole_api, client_id, title="Фокус")).json()["id"]
    _, foreign = await subscribe(whole_api, "400")
    page = await browser.get("/subscription")
    assert page.status == 200
    assert {first, second} == set(re.findall(r'href="/subscriptions/(sub-\w+)"', page.html)) - {
        foreign
    }
    assert f"/subscriptions/{second}/tariffs" in (await browser.get("/subscription/tariffs")).html


async def test_many_subscriptions_are_read_to_their_end(browser: Browser, whole_api: Api) -> None:
    client_id = await register_client(whole_api)
    ids = set()
    for _ in range(SHOWN + 2):
        ids.add((await write_subscription(whole_api, client_id)).json()["id"])
    await browser.log_in(Role.CLIENT, client_id)
    page, seen = await browser.get("/subscription"), set()
    while True:
        seen |= set(re.findall(r'<h2><a href="/subscriptions/(sub-\w+)"', page.html))
        more = re.search(r'class="button" href="(/subscription\?after=[^"]+)"', page.html)
        if more is None:
            break
        page = await browser.get(more[1])
    assert seen == ids


@pytest.mark.parametrize(
    ("ends", "level", "sentence"),
    [
        (60, None, f"до {day(60)}"),
        (30, "warn", f"Подписка действует до {day(30)}. Продлите её заранее"),
        (8, "warn", f"Подписка действует до {day(8)}. Продлите её заранее"),
        (7, "bad", f"Подписка действует до {day(7)}. Продлите её заранее"),
        (-3, "bad", f"Подписка закончилась {day(-3)}. Оплатите продление"),
        (-20, None, f"Подписка закончилась {day(-20)}. Её можно возобновить."),
    ],
)
async def test_the_indicator_is_yellow_then_red_with_its_sentence(
    browser: Browser, renewal_books: RenewalBooks, ends: int, level: str | None, sentence: str
) -> None:
    subscription_id = renewal_books.subscription()
    first, last = TODAY + timedelta(days=ends - 364), TODAY + timedelta(days=ends)
    renewal_books.term(subscription_id, first, last)
    await browser.log_in(Role.CLIENT, owner_of(renewal_books, subscription_id))
    page = await browser.get(f"/subscriptions/{subscription_id}")
    assert sentence in page.words
    assert re.findall(r"notice-(\w+)", page.html) == ([] if level is None else [level])
    signals = {"warn": "yellow", "bad": "red"}
    orders = await browser.get("/")
    assert re.findall(r'class="signal signal-(\w+)"', orders.html) == (
        [] if level is None else [signals[level]]
    )
    assert level is None or sentence in menu_of(orders)


async def test_the_speedometer_shows_what_is_used_here_and_in_the_header(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, ends=60)
    assert "данных об использовании пока нет" in (await someone.page()).words
    await report(whole_api, someone.of.subscription_id, 300)
    page = await someone.page()
    assert "использовано 300 из 400" in page.words
    assert 'stroke-dasharray="75 100"' in page.html
    assert "rotate(45 60 60)" in page.html
    menu = menu_of(await customer.get("/"))
    assert f"Тариф 400 , использовано 300 из 400, до {day(60)}" in menu
    assert "Продлить подписку" in menu
    assert "Улучшить подписку" in menu


async def test_what_is_used_up_says_how_much_is_needed_and_is_full(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, "100", ends=60)
    await report(whole_api, someone.of.subscription_id, 1500)
    page = await someone.page()
    assert "использовано 1 500 из 100" in page.words.replace("\u00a0", " ")
    assert "Лимит использован. На весь срок нужно:" in page.words
    assert 'stroke-dasharray="100 100"' in page.html
    assert "gauge-bad" in page.html


async def test_a_report_of_an_earlier_term_says_nothing_of_this_one(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, starts=-2, ends=60)
    await report(whole_api, someone.of.subscription_id, 300, hours_ago=24 * 5)
    assert "данных об использовании пока нет" in (await someone.page()).words


async def test_a_running_term_is_renewed_or_improved_from_its_page(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, ends=60)
    page = await someone.page()
    for ending in ("/renew", "/upgrade", "/tariffs"):
        assert f'href="{someone.page_path}{ending}"' in page.html
    assert f"{day(-300)} – {day(60)}" in page.words
    renewal_id = f"renewal-{someone.of.subscription_id}-{in_days(60)}"
    assert f'href="/renewals/{renewal_id}"' in page.html


async def test_on_the_free_tariff_a_paid_one_is_bought_in_the_settings_only(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, None)
    page = await someone.page()
    assert "Бесплатный тариф" in page.words
    assert "Платный тариф подключается в настройках организации" in page.words
    assert 'href="/settings#subscription"' in page.html
    assert "/renew" not in page.html
    settings = await customer.get("/settings")
    assert 'id="subscription"' in settings.html
    assert "Платная подписка не подключена" in settings.words
    assert 'href="/subscription/tariffs"' in settings.html
    menu = menu_of(page)
    assert "Бесплатный тариф" in menu
    assert "Продлить" not in menu


async def test_who_never_paid_is_offered_tariff_400_first(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, None)
    page = await someone.page("/tariffs")
    headings = re.findall(r"<h2[^>]*>([^<]+?)\s*<", page.html)
    assert headings == ["Тариф 10", "Подключить платный тариф", "Другие тарифы"]
    first = page.html.split("Подключить платный тариф")[1]
    assert "<b>Тариф 400</b>" in first.split("</section>")[0]
    assert "расширенный набор данных" in first.split("</section>")[0]


async def test_a_lapsed_subscription_is_resumed(customer: Browser, whole_api: Api) -> None:
    someone = await visitor(customer, whole_api, ends=-3)
    page = await someone.page()
    assert "Возобновить подписку" in page.words
    assert "Улучшить" not in page.words
    assert f"обслуживание продолжается до {day(11)}" in page.words
    assert "Бесплатный тариф" not in page.words
    assert "Возобновить подписку" in menu_of(page)
    window = await someone.page("/renew")
    assert "<h1>Возобновить подписку</h1>" in window.html
    assert f"с {day(-2)} по" in window.words


async def test_a_term_that_is_paid_ahead_leaves_nothing_to_renew(
    browser: Browser, renewal_books: RenewalBooks
) -> None:
    subscription_id = renewal_books.subscription()
    renewal_books.term(subscription_id, TODAY - timedelta(days=300), TODAY + timedelta(days=5))
    renewal_books.term(subscription_id, TODAY + timedelta(days=6), TODAY + timedelta(days=370))
    await browser.log_in(Role.CLIENT, owner_of(renewal_books, subscription_id))
    paid = f"Следующий срок уже оплачен: с {day(6)} по {day(370)}"
    for ending in ("", "/renew", "/upgrade", "/tariffs", "/order?offer=same&tariff=400"):
        page = await browser.get(f"/subscriptions/{subscription_id}{ending}")
        assert paid in page.words, ending
        assert "Продолжить оформление" not in page.words
    page = await browser.get(f"/subscriptions/{subscription_id}")
    assert "notice-" not in page.html
    assert "Продлить" not in menu_of(page)


async def test_an_open_order_is_led_to_instead_of_another(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api)
    placed = await someone.of.ordered()
    for ending in ("", "/renew", "/upgrade", "/tariffs", "/order?offer=same&tariff=400"):
        page = await someone.page(ending)
        assert "По этой подписке уже есть заказ" in page.words, ending
        assert f'href="/renewals/{placed["id"]}"' in page.html
        assert "Продолжить оформление" not in page.words
    page = await someone.page()
    assert "Ждём оплату" in page.words
    assert "24 400,00" in page.words.replace("\u00a0", " ")
    assert f'href="/renewals/{placed["id"]}"' in (await customer.get("/")).html
    assert "Продлить подписку" not in menu_of(page)


async def test_another_order_says_that_it_cancels_the_unpaid_invoice_of_the_lapsed_one(
    browser: Browser, database: Database, renewal_books: RenewalBooks
) -> None:
    walk = await opened(database, renewal_books)
    await walk.on(date(2026, 4, 10)).ordered()
    await walk.when_it_is_over().checked()
    await walk.when_it_is_over().lapsed()
    number, of = walk.result.invoice_number, walk.request
    await browser.log_in(Role.CLIENT, of.client_id)
    for ending in ("", "/renew", "/tariffs", "/order?offer=resume&tariff=400"):
        page = await browser.get(f"/subscriptions/{of.subscription_id}{ending}")
        assert f"Счёт № {number} ещё не оплачен" in page.words, ending
        assert f'href="/renewals/{of.renewal_id}"' in page.html
    assert "Возобновить подписку" in page.words


async def test_an_order_that_is_paid_says_which_term_is_next(
    customer: Browser, whole_api: Api, shop: Shop, database: Database
) -> None:
    someone = await visitor(customer, whole_api)
    placed = await someone.of.ordered()
    await pay(shop, database, placed["invoice_number"], 24_400_00)
    await someone.of.until(placed["id"], "paid")
    page = await someone.page()
    assert f"Следующий срок уже оплачен: с {day(8)} по" in page.words
    assert f'href="/renewals/{placed["id"]}"' in page.html
    assert "Оплачен, впереди" in page.words
    assert "notice-" not in page.html
    assert "Продлить" not in menu_of(page)


@pytest.mark.parametrize(
    ("used", "limit", "percent"),
    [(None, 400, 0), (0, 400, 0), (1, 400, 0), (399, 400, 99), (400, 400, 100), (900, 400, 100)],
)
def test_the_speedometer_is_full_at_the_limit_and_not_before(
    used: int | None, limit: int, percent: int
) -> None:
    assert Gauge(used, limit, None).percent == percent


def test_a_term_without_any_limit_is_always_full() -> None:
    assert Gauge(1, 0, None).percent == 100


async def test_a_tariff_that_is_no_longer_sold_sends_to_the_others(
    customer: Browser, whole_api: Api
) -> None:
    await write_tariff(whole_api, "40")
    someone = await visitor(customer, whole_api, "40", ends=60)
    await write_tariff(whole_api, "40", is_offered=False)
    page = await someone.page()
    assert "Прежний тариф больше не продаётся" in page.words
    assert f'href="{someone.page_path}/renew"' not in page.html.split("<main")[1]
    window = await someone.page("/renew")
    assert "Готового предложения сейчас нет" in window.words


async def test_the_header_shows_the_most_urgent_of_several(
    browser: Browser, whole_api: Api
) -> None:
    client_id, _ = await subscribe(whole_api, "400", ends=90)
    for title, ends in (("Фокус", 5), ("Эльба", 20)):
        term = term_body("400", ends=ends)
        await write_subscription(whole_api, client_id, title=title, term=term)
    await browser.log_in(Role.CLIENT, client_id)
    menu = menu_of(await browser.get("/"))
    assert "Фокус" in menu
    assert "Эльба" not in menu
    assert f"Подписка действует до {day(5)}. Продлите" in menu


async def test_staff_have_no_subscription_in_their_header(browser: Browser) -> None:
    await browser.log_in(Role.SPECIALIST)
    page = await browser.get("/nowhere")
    assert page.status == 404
    assert "speedometer" not in page.html


@pytest.mark.parametrize(
    "ending",
    ["", "/renew", "/upgrade", "/tariffs", "/order?offer=same&tariff=400", "/limit-request"],
)
async def test_another_clients_subscription_is_not_there(
    browser: Browser, whole_api: Api, ending: str
) -> None:
    client_id, _ = await subscribe(whole_api, "400")
    _, foreign = await subscribe(whole_api, "400")
    await browser.log_in(Role.CLIENT, client_id)
    theirs = await browser.get(f"/subscriptions/{foreign}{ending}")
    nobodys = await browser.get(f"/subscriptions/sub-never-written{ending}")
    assert (theirs.status, nobodys.status) == (404, 404)
    assert foreign not in theirs.html


async def test_a_hostile_title_is_only_ever_text(browser: Browser, whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400")
    await write_subscription(whole_api, client_id, subscription_id, title=HOSTILE)
    await browser.log_in(Role.CLIENT, client_id)
    for ending in ("", "/renew", "/upgrade", "/tariffs", "/order?offer=same&tariff=400"):
        page = await browser.get(f"/subscriptions/{subscription_id}{ending}")
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;{{ 7 * 7 }}{company}" in page.html


async def test_a_long_history_is_read_to_its_end(
    browser: Browser, renewal_books: RenewalBooks
) -> None:
    subscription_id = renewal_books.subscription()
    ids = [
        _closed_case(renewal_books, subscription_id, TODAY - timedelta(days=40 * (n + 1)))
        for n in range(SHOWN + 3)
    ]
    await browser.log_in(Role.CLIENT, owner_of(renewal_books, subscription_id))
    page, seen = await browser.get(f"/subscriptions/{subscription_id}"), []
    while True:
        seen += re.findall(r'<li><a href="/renewals/([^"]+)"', page.html)
        more = re.search(r'class="button" href="(/subscriptions/[^"]+\?after=[^"]+)"', page.html)
        if more is None:
            break
        page = await browser.get(more[1])
    assert seen == ids


def _closed_case(books: RenewalBooks, subscription_id: str, first: date) -> str:
    """A case that watched a term and was closed; its id."""
    term_id = books.term(subscription_id, first, first + timedelta(days=30))
    request = books.renewal_request(subscription_id, term_id)
    at = datetime(first.year, first.month, first.day, tzinfo=UTC)
    case = {"term_id": term_id, "term_ends_on": request.term_ends_on, "opened_at": at}
    owner = {"subscription_id": subscription_id, "client_id": request.client_id}
    state = {"status": "closed", "version": 2, "policy_version": 1}
    moves = ((1, None, "watching"), (2, "watching", "closed"))
    with books.connection.transaction():
        books.put(
            "renewals", id=request.renewal_id, **owner, **case, **state, changed_at=at, closed_at=at
        )
        for number, before, after in moves:
            change = {"number": number, "from_status": before, "to_status": after, "at": at}
            books.put(
                "renewal_history", renewal_id=request.renewal_id, **change, by="system", answer={}
            )
    return request.renewal_id


async def test_the_last_request_for_a_higher_limit_stands_on_the_page(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, "1000", ends=60)
    page = await someone.page()
    assert "У вас самый большой тариф" in page.words
    assert "Улучшить" not in page.html.split("<main")[1]
    upgrade = await someone.page("/upgrade")
    assert upgrade.leads_to == f"{someone.page_path}/limit-request"
    asked = await ask(whole_api, someone.of.client_id, someone.of.subscription_id)
    request_id = asked.json()["id"]
    waiting = await someone.page()
    assert f'href="/limit-requests/{request_id}"' in waiting.html
    assert "Ждёт ответа специалиста" in waiting.words
    assert "Запросить увеличение" not in waiting.words
    await answered(whole_api, request_id)
    assert "Отвечено" in (await someone.page()).words


async def test_terms_are_shown_page_by_page(customer: Browser, renewal_books: RenewalBooks) -> None:
    subscription, first = renewal_books.subscription(), date(2015, 3, 17)
    begun = [first + timedelta(days=30 * number) for number in range(SHOWN + 5)]
    for starts_on in begun:
        renewal_books.term(subscription, starts_on, starts_on + timedelta(days=29))
    await customer.log_in(Role.CLIENT, owner_of(renewal_books, subscription))
    page = await customer.get(f"/subscriptions/{subscription}")
    assert [f"{one:%d.%m.%Y} –" in page.words for one in begun] == [False] * 5 + [True] * SHOWN
    more = page.html.split("?before=")[1].split("#")[0]
    earlier = await customer.get(f"/subscriptions/{subscription}?before={more}")
    assert [f"{one:%d.%m.%Y} –" in earlier.words for one in begun] == [True] * 5 + [False] * SHOWN
    assert "Показать более ранние" not in earlier.words
    assert (await customer.get(f"/subscriptions/{subscription}?before=ago")).status == 404
