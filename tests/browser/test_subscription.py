"""Source 003, sentence by sentence: the client renews the subscription without a manager."""

from datetime import timedelta

from playwright.async_api import FilePayload

from simulation.dataset import SHIPYARD as CLIENT
from simulation.people import SPECIALIST, caller_of
from tests.browser.desk import SPECIALIST_LOGIN, at_desk
from tests.browser.site import Site, Visitors
from tests.browser.window import Window
from tests.scans import pdf

ROMASHKA, SHIPYARD, BELOV = "olga.ivanova", "sergey.volkov", "anton.belov"
KUZNETSOVA = "elena.kuznetsova"


async def _menu(window: Window) -> None:
    """The menu with the organisation and the gauge, at the top of every page; under it on this one
    stands nothing to press.
    """
    await window.open("/help")
    await window.page.locator(".account summary").click()


async def test_from_the_menu_with_the_organisation_and_the_gauge_the_subscription_is_renewed(
    site: Site, visitors: Visitors
) -> None:
    olga = await visitors.person(ROMASHKA)
    await _menu(olga)
    assert await olga.reads("Продлите её заранее: платёж через банк идёт несколько дней")
    await olga.check("subscription-menu")
    await olga.go("Улучшить подписку")
    assert await olga.reads("Текущая подписка не меняется и действует до")
    await olga.check("subscription-upgrade")
    await _menu(olga)
    await olga.go("Продлить подписку")
    assert await olga.reads("Текущая подписка не меняется и действует до")
    await olga.check("subscription-renew")
    await olga.go("Продолжить оформление")
    await olga.check("order-form")
    await olga.page.get_by_role("radio", name="По счёту").check()
    await olga.go("Подтвердить и оформить заказ")
    assert await olga.page.locator(".qr").is_visible()
    await olga.check("order-invoice")
    order = FilePayload(name="платёжка.pdf", mimeType="application/pdf", buffer=pdf())
    await olga.page.set_input_files("#payment_order", order)
    await olga.go("Я оплатил")
    assert await olga.reads("Вы сообщили, что платёж в пути")
    await olga.check("order-payment-in-transit")


async def test_a_subscription_that_has_expired_is_offered_to_be_resumed_and_paid_by_card(
    site: Site, visitors: Visitors
) -> None:
    anton = await visitors.person(BELOV)
    await anton.open("/subscription")
    await anton.check("subscription-lapsed")
    await anton.go("Возобновить подписку")
    await anton.go("Продолжить оформление")
    await anton.page.get_by_role("radio", name="Банковской картой").check()
    await anton.go("Подтвердить и оформить заказ")
    await anton.settles("Оплатить картой")
    await anton.check("order-card")
    await anton.go("Оплатить картой", exact=False)
    await anton.go("Оплатить")
    await anton.go("Вернуться в магазин")
    await anton.settles("Новый срок подписки начался")
    await anton.check("order-paid")


async def test_a_client_of_the_biggest_tariff_asks_for_a_higher_limit(
    site: Site, visitors: Visitors
) -> None:
    sergey = await visitors.person(SHIPYARD)
    await sergey.open("/subscription")
    await sergey.check("subscription-biggest")
    await sergey.go("Запросить увеличение лимита")
    await sergey.type(units_wanted="много")
    await sergey.go("Отправить заявку")
    assert await sergey.page.get_by_role("alert").is_visible()
    await sergey.check()
    await sergey.type(units_wanted="2500", text="Выгружаем около двухсот записей в день.")
    await sergey.go("Отправить заявку")
    assert await sergey.reads("Заявку рассматривает специалист")
    await sergey.check("limit-asked")


async def test_an_individual_offer_answers_the_request_and_is_ordered(
    site: Site, visitors: Visitors
) -> None:
    sergey = await visitors.person(SHIPYARD)
    asked = {"units_wanted": 5000, "text": "Открываем второй филиал."}
    path = "/v1/subscriptions/kompas-verfi/limit-requests"
    found = await site.api.read(SPECIALIST, "/v1/limit-requests")
    if not found["items"]:
        await site.api.command(caller_of(CLIENT), "POST", path, asked)
        found = await site.api.read(SPECIALIST, "/v1/limit-requests")
    request_id = found["items"][0]["id"]
    maria = await at_desk(visitors, SPECIALIST_LOGIN, "/desk/limit-requests")
    await maria.check("desk-limits")
    await maria.open(f"/desk/limit-requests/{request_id}")
    await maria.check("desk-limit-request")
    await maria.go("Отправить ответ")
    assert await maria.page.get_by_role("alert").is_visible()
    await maria.check()
    await maria.page.get_by_label("Тариф").select_option("1000")
    valid_until = site.data.today + timedelta(days=14)
    await maria.type(text="Вот что мы можем.", units="5000", price="150000,00")
    await maria.type(valid_until=valid_until.isoformat())
    await maria.go("Отправить ответ")
    await sergey.open(f"/limit-requests/{request_id}")
    assert await sergey.reads("5 000 записей за 150 000,00")
    await sergey.check("limit-answered")
    await sergey.open("/subscriptions/kompas-verfi/tariffs")
    await sergey.check("tariffs-individual")
    assert await sergey.reads("150 000,00")
    await sergey.open(f"/limit-requests/{request_id}")
    await sergey.page.locator("a.button-main").click()
    await sergey.page.get_by_role("radio", name="По счёту").check()
    await sergey.go("Подтвердить и оформить заказ")
    assert await sergey.page.locator(".qr").is_visible()


async def test_a_client_of_the_free_tariff_finds_tariff_400_by_default_in_the_settings_only(
    site: Site, visitors: Visitors
) -> None:
    elena = await visitors.person(KUZNETSOVA)
    await _menu(elena)
    assert await elena.page.get_by_role("link", name="Подключить платный тариф").count() == 0
    await elena.open("/settings")
    await elena.check("settings")
    await elena.go("Тарифы")
    first = elena.page.locator("section.card-main")
    assert "Тариф 400" in await first.inner_text()
    await elena.check("tariffs")


async def test_behind_the_question_mark_are_help_and_contacts(
    site: Site, visitors: Visitors
) -> None:
    olga = await visitors.person(ROMASHKA)
    await olga.open("/payments")
    await olga.check("payments")
    await olga.go("Помощь")
    assert await olga.page.get_by_role("heading", name="Помощь", level=1).is_visible()
    assert await olga.page.locator("a[href^='tel:']").count() > 0
