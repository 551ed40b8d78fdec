"""Goods come back: asked for from an order's menu, inspected with a photo, exchanged; the act."""

from dataclasses import replace
from datetime import timedelta

from playwright.async_api import FilePayload

from domain.billing.invoice import ProductKind
from simulation.billing_data import Invoice, Line
from tests.browser.desk import SPECIALIST_LOGIN, at_desk
from tests.browser.site import Site, Visitors
from tests.scans import picture

ELENA = "elena.kuznetsova"
REASON = "Две коробки из трёх с проводными сканерами."
PHOTO = FilePayload(name="Наклейка.jpg", mimeType="image/jpeg", buffer=picture("JPEG", 900, 600))


async def _sold(site: Site) -> Invoice:
    """Three scanners that a person has paid for; they came three days ago."""
    like = next(one for one in site.data.others if one.client.id == "kuznetsova")
    delivered = site.data.today - timedelta(days=3)
    line = Line(
        "Сканер штрихкодов беспроводной",
        ProductKind.GOODS,
        26_970_00,
        delivered_on=delivered,
        quantity=3,
    )
    return await site.order(replace(like, lines=(line,)))


async def test_wrong_goods_are_exchanged_and_the_client_has_the_act(
    site: Site, visitors: Visitors
) -> None:
    invoice = await _sold(site)
    place = f"/returns/return-{invoice.number}-1"
    elena = await visitors.person(ELENA)
    await elena.page.get_by_label(f"Действия с заказом № {invoice.number}", exact=True).click()
    await elena.go("Вернуть товар")
    await elena.page.get_by_label("Сканер штрихкодов беспроводной").fill("4")
    await elena.page.get_by_label("Прислали не тот товар").check()
    await elena.type(comment=REASON)
    await elena.go("Отправить заявку")
    assert await elena.page.get_by_role("alert").is_visible()
    await elena.check("return-form")
    await elena.page.get_by_label("Сканер штрихкодов беспроводной").fill("2")
    await elena.go("Отправить заявку")
    assert elena.path == place

    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk{place}")
    await maria.go("Разрешить возврат")
    await elena.open(place)
    await elena.shows_after_looks("Как отправить")
    await elena.check("return-allowed")
    await elena.type(track="RA644000001RU")
    await elena.go("Товар отправлен")
    await maria.open(f"/desk{place}")
    await maria.shows_after_looks("RA644000001RU")
    await maria.go("Товар получен")
    await maria.shows_after_looks("Фотографии товара")
    await maria.page.get_by_label("Фотографии товара").set_input_files([PHOTO])
    for check in ("Упаковка цела", "Ярлыки на месте", "Следов использования нет"):
        await maria.page.get_by_label(check).check()
    await maria.page.get_by_label("Годных штук").fill("2")
    await maria.go("Записать осмотр")
    await maria.shows_after_looks("Принять товар")
    await maria.page.locator("img.preview").wait_for()
    await maria.page.get_by_label("Обмен на такой же товар").check()
    await maria.check("return-inspected")
    await maria.go("Принять товар")
    await maria.shows_after_looks("Решение исполнено")

    await elena.open(place)
    await elena.shows_after_looks("Акт приёмки")
    await elena.page.locator("img.preview").wait_for()
    await elena.check("return-decided")
    async with elena.page.expect_download() as begun:
        await elena.named("Акт приёмки (PDF)").click()
    assert (await begun.value).suggested_filename == f"return-{invoice.number}-1-act.pdf"
