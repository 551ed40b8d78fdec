"""What goes wrong with people and browsers: nothing is lost, nothing is done twice."""

import asyncio
from dataclasses import asdict
from http import HTTPStatus

from simulation.billing_data import Invoice
from tests.browser.refund import ask, begin, fill_in, page_of, sign
from tests.browser.site import Site, Visitors, log_in
from tests.browser.window import Window

KUZNETSOVA = "elena.kuznetsova"
HOSTILE = "<img src=x onerror=alert(1)> {{ 7 * 7 }}"


def _personal(site: Site) -> Invoice:
    """A subscription of somebody who paid for himself."""
    return next(one for one in site.data.others if one.number.endswith("000130"))


async def _changes(site: Site, invoice: Invoice) -> int:
    return len((await site.case(invoice))["timeline"])


async def test_a_session_that_ends_in_the_middle_of_a_form_keeps_what_was_typed(
    site: Site, visitors: Visitors
) -> None:
    elena, invoice = await visitors.stranger(), await site.order(_personal(site))
    await log_in(elena, KUZNETSOVA)
    await ask(elena, invoice)
    await elena.go("Заполнить заявление")
    await elena.type(**asdict(invoice.client.requisites))
    elena.expected.add(HTTPStatus.UNAUTHORIZED)  # what checks fields while one types
    await elena.page.context.clear_cookies()
    await elena.go("Сохранить и перейти к подписи")
    assert await elena.reads("Сеанс закончился")
    await elena.check("session-ended")
    async with elena.page.expect_popup() as opened:
        await elena.named("Войти в новой вкладке").click()
    await (await opened.value).close()
    await log_in(await visitors.another_tab(elena), KUZNETSOVA)
    await elena.go("Я вошёл, отправить ещё раз")
    assert elena.path == page_of(invoice)
    assert await elena.reads(invoice.client.requisites.account)


async def test_a_double_click_and_back_after_it_are_one_request(
    site: Site, visitors: Visitors
) -> None:
    elena, invoice = await visitors.person(KUZNETSOVA), await site.order(_personal(site))
    await begin(elena, invoice)
    await elena.page.get_by_role("button", name="Оформить возврат").dblclick()
    await elena.page.wait_for_url(f"**{page_of(invoice)}")
    changes = await _changes(site, invoice)
    await elena.page.go_back()
    await elena.check()
    await elena.go("Открыть возврат")
    assert elena.path == page_of(invoice)
    assert await _changes(site, invoice) == changes


async def test_two_tabs_ask_for_one_refund_and_the_later_hears_what_the_earlier_did(
    site: Site, visitors: Visitors
) -> None:
    elena, invoice = await visitors.person(KUZNETSOVA), await site.order(_personal(site))
    other = await visitors.another_tab(elena)
    await other.without_stream()
    await begin(elena, invoice)
    await begin(other, invoice)
    await asyncio.gather(*(tab.go("Оформить возврат") for tab in (elena, other)))
    assert {elena.path, other.path} == {page_of(invoice)}
    await elena.unfold("Отозвать заявку")
    await other.unfold("Отозвать заявку")
    await elena.go("Да, отозвать")
    await other.go("Да, отозвать")
    assert await other.page.get_by_role("alert").is_visible()
    await other.check()


async def test_what_a_person_types_is_text_and_never_more(site: Site, visitors: Visitors) -> None:
    elena, invoice = await visitors.person(KUZNETSOVA), await site.order(_personal(site))
    await ask(elena, invoice)
    await elena.go("Заполнить заявление")
    fields = asdict(invoice.client.requisites)
    await elena.type(**dict.fromkeys(fields, HOSTILE))
    await elena.go("Сохранить и перейти к подписи")
    await elena.check()
    assert await elena.page.locator("[name=bank_name]").input_value() == HOSTILE
    assert await elena.page.locator("img[src=x]").count() == 0


async def test_without_a_script_the_whole_refund_goes_its_way(
    site: Site, visitors: Visitors
) -> None:
    elena = await visitors.person(KUZNETSOVA, scripts=False)
    await _whole(elena, site, await site.order(_personal(site)))


async def _whole(window: Window, site: Site, invoice: Invoice) -> None:
    await ask(window, invoice)
    await fill_in(window, invoice.client.requisites)
    await sign(window, site, invoice)
    assert await window.reads("Проверяем заявление")


async def test_by_the_keyboard_alone_the_refund_is_asked_for_and_its_statement_filled_in(
    site: Site, visitors: Visitors
) -> None:
    elena, invoice = await visitors.person(KUZNETSOVA), await site.order(_personal(site))
    await elena.open("/")
    await elena.tab_to("Перейти к содержанию")
    await elena.tab_to(f"Действия с заказом № {invoice.number}")
    await elena.page.keyboard.press("Enter")
    await elena.enter("Оформить возврат")
    await elena.enter("Оформить возврат")
    await elena.enter("Заполнить заявление")
    for label, text in _labelled(invoice).items():
        await elena.tab_to(label)
        await elena.page.keyboard.press("ControlOrMeta+a")
        await elena.page.keyboard.type(text)
    async with elena.page.expect_navigation():
        await elena.page.keyboard.press("Enter")
    await elena.enter("Получить код")
    assert await elena.reads("Код отправлен на")


def _labelled(invoice: Invoice) -> dict[str, str]:
    requisites = invoice.client.requisites
    return {
        "Получатель": requisites.recipient_name,
        "ИНН": requisites.inn or "",
        "БИК": requisites.bic,
        "Банк": requisites.bank_name,
        "Расчётный счёт": requisites.account,
    }
