"""Goods come back: asked for from an order's menu, inspected with a photo, exchanged; the act."""

from dataclasses import replace
from datetime import timedelta

from playwright.async_api import FilePayload

from domain.billing.invoice import ProductKind
from simulation.billing_data import Invoice, Line
from tests.browser.desk import ACCOUNTANT_LOGIN, SPECIALIST_LOGIN, at_desk
from tests.browser.refund import open_menu
from tests.browser.site import Site, Visitors
from tests.browser.window import Window
from tests.scans import pdf, picture

ELENA = "elena.kuznetsova"
GOODS = "Сканер штрихкодов беспроводной"
REASON = "Две коробки из трёх с проводными сканерами."
LABEL = FilePayload(name="Наклейка.jpg", mimeType="image/jpeg", buffer=picture("JPEG", 300, 200))
BOXES = FilePayload(name="Коробки.jpg", mimeType="image/jpeg", buffer=picture("JPEG", 200, 300))
RECEIPT = FilePayload(name="Чек.pdf", mimeType="application/pdf", buffer=pdf())


async def _sold(site: Site) -> Invoice:
    """Three scanners that a person has paid for; they came three days ago."""
    like = next(one for one in site.data.others if one.client.id == "kuznetsova")
    delivered = site.data.today - timedelta(days=3)
    line = Line(GOODS, ProductKind.GOODS, 26_970_00, delivered_on=delivered, quantity=3)
    return await site.order(replace(like, lines=(line,)))


async def _comes_to(window: Window, place: str, text: str, photos: int) -> None:
    """The page as it is once it says so and shows so many photos: no more is under way."""
    await window.open(place)
    await window.shows_after_looks(text)
    await window.page.locator("img.preview").nth(photos - 1).wait_for()
    await window.open(place)


async def test_wrong_goods_are_exchanged_and_the_client_has_the_act(
    site: Site, visitors: Visitors
) -> None:
    invoice = await _sold(site)
    place = f"/returns/return-{invoice.number}-1"
    elena = await visitors.person(ELENA)
    await elena.open("/?tab=finished")
    await open_menu(elena, invoice)
    await elena.go("Вернуть товар")
    await elena.page.get_by_label(GOODS).fill("4")
    await elena.page.get_by_label("Прислали не тот товар").check()
    await elena.page.get_by_label("Фотографии товара").set_input_files([LABEL])
    await elena.type(comment=REASON)
    await elena.go("Отправить заявку")
    assert await elena.page.get_by_role("alert").is_visible()
    await elena.check("return-form")
    await elena.page.get_by_label(GOODS).fill("2")
    await elena.go("Отправить заявку")
    assert elena.path == place

    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk{place}")
    await maria.go("Разрешить возврат")
    await _comes_to(elena, place, "Как отправить", 1)
    await elena.check("return-allowed")
    await elena.type(track="RA644000001RU")
    await elena.go("Товар отправлен")
    await maria.open(f"/desk{place}")
    await maria.shows_after_looks("RA644000001RU")
    await maria.go("Товар получен")
    await maria.shows_after_looks("Фотографии товара")
    await maria.page.get_by_label("Фотографии товара").set_input_files([BOXES])
    for seen in ("Упаковка цела", "Ярлыки на месте", "Следов использования нет"):
        await maria.page.get_by_label(seen).check()
    await maria.page.get_by_label("Годных штук").fill("2")
    await maria.go("Записать осмотр")
    await _comes_to(maria, f"/desk{place}", "Принять товар", 2)
    await maria.page.get_by_label("Обмен на такой же товар").check()
    await maria.check("desk-return")
    await maria.go("Принять товар")
    await maria.shows_after_looks("Решение исполнено")

    await _comes_to(elena, place, "Акт приёмки", 2)
    await elena.check("return-decided")
    async with elena.page.expect_download() as begun:
        await elena.named("Акт приёмки (PDF)").click()
    assert (await begun.value).suggested_filename == f"return-{invoice.number}-1-act.pdf"


async def test_what_the_client_paid_the_carrier_comes_back(site: Site, visitors: Visitors) -> None:
    invoice = await _sold(site)
    place = f"/returns/return-{invoice.number}-1"
    elena = await visitors.person(ELENA)
    await elena.open(f"/returns/new?invoice={invoice.number}")
    await elena.page.get_by_label(GOODS).fill("2")
    await elena.page.get_by_label("Прислали не тот товар").check()
    await elena.go("Отправить заявку")
    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk{place}")
    await maria.go("Разрешить возврат")
    await elena.open(place)
    await elena.shows_after_looks("Как отправить")
    await elena.open(place)
    await elena.type(track="RA644000002RU")
    await elena.go("Товар отправлен")
    await elena.open(place)
    await elena.shows_after_looks("Доставка, которую вы оплатили")
    await elena.open(place)
    await elena.type(amount="5000,01")
    await elena.go("Вернуть расходы на доставку")
    for wrong in ("amount-error", "files-error"):
        assert await elena.page.locator(f"#{wrong}").is_visible()
    await elena.page.get_by_label("Чек перевозчика").set_input_files([RECEIPT])
    await elena.check("return-carriage")
    await elena.type(amount="450,50")
    await elena.go("Вернуть расходы на доставку")
    await elena.open(place)
    await elena.shows_after_looks("Проверяем чек")

    await maria.open(f"/desk{place}")
    await maria.go("Товар получен")
    await maria.open(f"/desk{place}")
    await maria.shows_after_looks("Фотографии товара")
    await maria.open(f"/desk{place}")
    for seen in ("Упаковка", "Ярлыки", "Следов использования", "Серийный номер"):
        await maria.page.get_by_label(seen).check()
    await maria.page.get_by_label("Годных штук").fill("2")
    await maria.go("Записать осмотр")
    await maria.open(f"/desk{place}")
    await maria.shows_after_looks("Принять товар")
    await maria.open(f"/desk{place}")
    await maria.page.get_by_label("Возврат денег").check()
    await maria.go("Принять товар")
    await maria.open(f"/desk{place}")
    await maria.shows_after_looks("Подтвердить расходы на доставку")
    await maria.open(f"/desk{place}")
    await maria.check("desk-return-carriage")
    await maria.go("Подтвердить расходы на доставку")

    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, f"/desk{place}")
    await pavel.shows_after_looks("Записать выплату")
    await pavel.open(f"/desk{place}")
    await pavel.check("desk-return-carriage-confirmed")
    await pavel.page.get_by_label("День выплаты").fill(site.data.today.isoformat())
    await pavel.go("Записать выплату")
    await elena.open(place)
    await elena.shows_after_looks("Выплачено")
    await elena.open(place)
    await elena.check("return-carriage-paid")
