"""Source 000, sentence by sentence: the client gives money back in the cabinet."""

import asyncio
from dataclasses import asdict

import psycopg
from playwright.async_api import FilePayload

from domain.refund.refund import Action
from simulation.billing_data import Invoice
from simulation.dataset import NEW_SHIPYARD_REQUISITES
from simulation.people import ACCOUNTANT, SPECIALIST
from tests.browser.refund import ask, begin, fill_in, open_menu, page_of, sign
from tests.browser.site import LOOK_SECONDS, PATIENCE_SECONDS, Site, Visitors, link_in
from tests.browser.window import Window
from tests.scans import pdf

ROMASHKA, SHIPYARD, SOLOVYOV = "olga.ivanova", "sergey.volkov", "petr.solovyov"
TWELVE_MEGABYTES = 12_000_000
CALCULATION = {
    "lines": [
        {"line_no": 1, "amount": "135616.44"},
        {"line_no": 2, "amount": "45000.00"},
        {"line_no": 3, "amount": "37500.00"},
    ],
    "deductions": [{"amount": "3200.00", "reason": "Выезд инженера: билеты по отчёту № 88"}],
    "reason": "Тариф — по неиспользованным дням, ключ лицензии не выдан, проведено 15 часов.",
}
REMARKS = "Счёт в Волго-Вятском банке закрыт. Укажите, пожалуйста, действующий расчётный счёт."


async def test_on_the_tab_of_orders_one_finds_the_invoice_and_the_three_dots_offer_the_refund(
    site: Site, visitors: Visitors
) -> None:
    olga = await visitors.person(ROMASHKA)
    invoice = site.data.subscription
    await olga.check("orders")
    await open_menu(olga, invoice)
    await olga.check("orders-menu")
    await olga.page.keyboard.press("Escape")
    assert await olga.page.locator(".menu[open]").count() == 0
    menu = olga.page.get_by_label(f"Действия с заказом № {invoice.number}", exact=True)
    assert await menu.evaluate("(summary) => summary === document.activeElement")
    for tab in ("Завершённые", "Отменённые", "Текущие"):
        await olga.go(tab, exact=False)
        await olga.check()
    await begin(olga, invoice)
    assert await olga.reads("Сумма рассчитана")


async def test_the_refund_is_made_in_the_cabinet_and_its_status_is_followed_there(
    site: Site, visitors: Visitors
) -> None:
    olga, invoice = await visitors.person(ROMASHKA), site.data.subscription
    await begin(olga, invoice)
    await olga.check("refund-computed")
    await olga.go("Оформить возврат")
    await olga.check("refund-awaiting-statement")
    await olga.go("Заполнить заявление")
    await olga.check("statement")
    await olga.type(account="40702810938000104513", inn="7709123461")
    await olga.go("Сохранить и перейти к подписи")
    assert await olga.reads("Исправьте, пожалуйста")
    await olga.check("statement-refused")
    await olga.type(account=invoice.client.requisites.account, inn=invoice.client.inn)
    await olga.type(bic=invoice.client.requisites.bic, bank_name="ПАО Сбербанк")
    await olga.type(correspondent_account="30101810400000000225")
    await olga.go("Сохранить и перейти к подписи")
    await olga.check("refund-to-sign")
    await olga.go("Получить код")
    await olga.check("refund-code-sent")
    await olga.type(code="12345")
    async with olga.looked():
        await olga.go("Подписать заявление")
    assert not await olga.reads("Есть изменения")  # nothing has changed but the error
    await olga.check()
    await olga.type(code=await site.code(invoice))
    await olga.go("Подписать заявление")
    assert await olga.reads("Проверяем заявление")
    await olga.check("refund-under-review")
    async with olga.told("Платёж проведён"):
        await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    assert await olga.reads("10 банковских дней с даты платежа")
    await olga.check("refund-completed")
    await site.days_pass(invoice)
    await olga.open(page_of(invoice))
    await olga.check()
    await olga.go("Отправить оценку")
    assert await olga.page.get_by_role("alert").is_visible()
    await olga.check()
    await olga.page.get_by_label("5", exact=True).check()
    await olga.type(text="Деньги пришли на шестой день.")
    await olga.go("Отправить оценку")
    assert await olga.reads("Ваша оценка: 5 из 5")
    await olga.check("refund-feedback")


async def test_if_the_sum_is_not_computed_one_sends_the_request_and_hears_that_the_statement_waits(
    site: Site, visitors: Visitors
) -> None:
    sergey, invoice = await visitors.person(SHIPYARD), site.data.mixed
    await begin(sergey, invoice)
    assert await sergey.reads("Сумму рассчитает специалист")
    await sergey.check("refund-not-computed")
    await sergey.go("Отправить заявку")
    assert await sergey.reads("Рассчитывает специалист")
    await sergey.check("refund-awaiting-specialist")
    await site.decide(SPECIALIST, invoice, Action.CALCULATE, CALCULATION)
    subject = f"Возврат по счёту № {invoice.number}: заполните заявление"
    await sergey.page.goto(link_in(await site.letter(invoice.client.email, subject)))
    assert sergey.path == page_of(invoice)
    await sergey.check()


async def test_a_statement_comes_back_with_remarks_and_is_signed_anew_and_approved(
    site: Site, visitors: Visitors
) -> None:
    sergey, invoice = await visitors.person(SHIPYARD), await site.order(site.data.mixed)
    await begin(sergey, invoice)
    await sergey.go("Отправить заявку")
    await site.decide(SPECIALIST, invoice, Action.CALCULATE, CALCULATION)
    await sergey.page.reload()
    await fill_in(sergey, invoice.client.requisites)
    await sign(sergey, site, invoice)
    await site.decide(SPECIALIST, invoice, Action.RETURN_STATEMENT, {"remarks": REMARKS})
    await sergey.open(page_of(invoice))
    assert await sergey.reads(REMARKS)
    await sergey.check("refund-remarks")
    await sergey.go("Исправить заявление")
    await sergey.type(**asdict(NEW_SHIPYARD_REQUISITES))
    await sergey.go("Сохранить и перейти к подписи")
    await sign(sergey, site, invoice, 2)
    await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    await sergey.page.reload()
    assert await sergey.reads("Сумму согласует бухгалтерия")
    await sergey.check()
    await site.decide(ACCOUNTANT, invoice, Action.APPROVE)
    await site.until(invoice, "completed")
    await sergey.page.reload()
    assert await sergey.reads("Завершено")


async def test_a_statement_may_be_signed_on_paper_and_sent_as_a_scan(
    site: Site, visitors: Visitors
) -> None:
    petr, invoice = await visitors.person(SOLOVYOV), await site.order(site.data.not_started)
    await ask(petr, invoice)
    await fill_in(petr, invoice.client.requisites)
    await petr.unfold("Подписать на бумаге и загрузить скан")
    await petr.check("refund-scan")
    await _choose(petr, b"%PDF-" + b"0" * TWELVE_MEGABYTES)
    assert await petr.page.locator("output.error").is_visible()
    await petr.check()
    await _choose(petr, b"MZ a program")
    await petr.go("Загрузить скан")
    assert await petr.page.locator("#scan-error").is_visible()
    await petr.check()
    await _choose(petr, pdf())
    await petr.go("Загрузить скан")
    assert await petr.reads("Проверяем заявление")


async def test_a_client_whose_letters_do_not_arrive_names_another_address(
    site: Site, visitors: Visitors
) -> None:
    petr, invoice = await visitors.person(SOLOVYOV), await site.order(site.data.not_started)
    await begin(petr, invoice)
    await petr.type(contact_email="petr@no-such-mailbox.example")
    await petr.go("Оформить возврат")
    async with petr.under_hand("Заполнить заявление"):
        await _bounced(site, invoice)
        await petr.page.get_by_text("не доходят").first.wait_for()
    await petr.check("refund-letters-fail")
    await petr.go("Писать на этот адрес")
    assert await petr.page.get_by_role("alert").is_visible()
    await petr.check()
    await petr.type(email="petr@another.example")
    await petr.go("Писать на этот адрес")
    assert await petr.reads("теперь приходят на petr@another.example")
    await petr.check("refund-letters-corrected")
    subject = f"Возврат по счёту № {invoice.number}: заполните заявление"
    await site.letter("petr@another.example", subject)


async def _bounced(site: Site, invoice: Invoice) -> None:
    """The first letter was sent, and a mail server on its way has refused it for good."""
    refuse = (
        "UPDATE notifications SET status = 'failed', last_error = '550 no such user'"
        " WHERE case_id = %s AND channel = 'mail' AND status = 'sent'"
    )
    with psycopg.connect(site.stack.database_url, autocommit=True) as database:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not database.execute(refuse, (f"refund-{invoice.number}-1",)).rowcount:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)


async def test_until_the_payout_begins_a_request_is_withdrawn_and_may_be_made_again(
    site: Site, visitors: Visitors
) -> None:
    petr, invoice = await visitors.person(SOLOVYOV), await site.order(site.data.not_started)
    await ask(petr, invoice)
    await petr.unfold("Отозвать заявку")
    await petr.check()
    await petr.go("Да, отозвать")
    assert await petr.reads("Отозвано")
    await petr.check()
    await begin(petr, invoice)
    await petr.go("Оформить возврат")
    assert petr.path == page_of(invoice, 2)


async def test_what_was_paid_too_long_ago_is_refused_with_the_reason(
    site: Site, visitors: Visitors
) -> None:
    petr, invoice = await visitors.person(SOLOVYOV), site.data.too_old
    await petr.open(f"/refunds/new?invoice={invoice.number}")
    await petr.check("refund-refused")
    assert await petr.page.get_by_role("button", name="Отправить заявку").count() == 0


async def _choose(window: Window, content: bytes) -> None:
    file = FilePayload(name="заявление.pdf", mimeType="application/pdf", buffer=content)
    await window.page.set_input_files("#scan", file)
