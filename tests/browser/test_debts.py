"""An unpaid order: checked, answered by the letter's link, promised, proposed to be written off."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

from playwright.async_api import ViewportSize

from demo.time_skipping import let_pass
from domain.collection.collection import collection_workflow_id
from simulation.billing_data import Invoice
from simulation.people import ACCOUNTANT
from stack.mailbox import plain_text
from tests.browser.desk import ACCOUNTANT_LOGIN, SPECIALIST_LOGIN, at_desk
from tests.browser.refund import open_menu
from tests.browser.site import LOOK_SECONDS, PATIENCE_SECONDS, Site, Visitors, link_in

BELOV, SECOND_ACCOUNTANT = "anton.belov", "i.sokolova"
LATE = timedelta(days=10)
PAYS_AFTER = timedelta(days=20)
"""From today: by the time of the case no more than the thirty days that a promise may take."""
DESK = ViewportSize(width=1280, height=900)
TOPS = "sections => sections.map(one => one.offsetTop)"
"""Of an accountant, who has the most sections: all of them stand on one line."""
SAID = "Счёт на согласовании у директора, оплатят после его отпуска."
WHY = "Договорились расторгнуть: услугу не оказывали."


async def _overdue(site: Site) -> Invoice:
    """An order whose day of payment is gone; its case is open."""
    due_on = site.data.today - LATE
    invoice = await site.order(replace(site.data.unpaid, issued_on=due_on, due_on=due_on))
    path = f"/v1/invoices/{invoice.number}/collection"
    await site.api.command(ACCOUNTANT, "POST", path)
    return invoice


async def _first_letter(site: Site, invoice: Invoice) -> EmailMessage:
    """The waits of the case pass until the client is written to: by day, on a bank day."""
    case = collection_workflow_id(invoice.number)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await site.api.read(ACCOUNTANT, f"/v1/collections/{case}/letters"):
            view = await site.api.read(ACCOUNTANT, f"/v1/collections/{case}")
            until = datetime.fromisoformat(view["wait_until"])
            await asyncio.to_thread(let_pass, site.stack.temporal_address, case, until)
            await asyncio.sleep(LOOK_SECONDS)
        while True:
            for letter in await asyncio.to_thread(site.stack.mailbox.letters, invoice.client.email):
                if invoice.number in plain_text(letter):
                    return letter
            await asyncio.sleep(LOOK_SECONDS)


async def test_a_debtor_checks_answers_and_promises_and_two_accountants_write_it_off(
    site: Site, visitors: Visitors
) -> None:
    invoice = await _overdue(site)
    debt, at_the_desk = f"/debts/{invoice.number}", f"/desk/collections/{invoice.number}"
    anton = await visitors.person(BELOV)
    await open_menu(anton, invoice)
    menu = anton.page.locator("details.menu[open]")
    async with anton.page.expect_navigation():
        await menu.get_by_role("link", name="Срок оплаты прошёл").click()
    assert anton.path == debt
    await anton.go("Проверить оплату")
    await anton.shows_after_looks("Новых оплат не нашли")
    await anton.open(anton.path)
    await anton.check("debt-checked")

    letter = await _first_letter(site, invoice)
    reader = await visitors.stranger()
    await reader.page.goto(link_in(letter))
    await reader.check("debt-answer")
    await reader.go("Ждём согласования")
    assert await reader.reads("Спасибо, мы записали")
    await reader.check("debt-answered")

    await anton.open(debt)
    assert await anton.page.locator("dd", has_text="Ждём согласования").is_visible()
    await anton.type(pay_on=(site.data.today + PAYS_AFTER).isoformat())
    await anton.go("Обещать оплату")
    await anton.shows_after_looks("Вы обещали оплатить")
    await anton.check("debt-promised")

    maria = await at_desk(visitors, SPECIALIST_LOGIN, at_the_desk)
    await maria.unfold("Записать разговор")
    await maria.page.locator("[name=channel]").select_option("call")
    await maria.page.locator("[name=contact-note]").fill(SAID)
    await maria.go("Записать разговор")
    assert await maria.reads(SAID)
    await maria.check("desk-debt")

    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, at_the_desk)
    await pavel.page.set_viewport_size(DESK)
    assert len(set(await pavel.page.locator(".sections li").evaluate_all(TOPS))) == 1
    async with pavel.page.expect_download() as draft:
        await pavel.named("Посмотреть претензию (проект)").click()
    assert (await draft.value).suggested_filename.endswith(".pdf")
    await pavel.unfold("Предложить списание")
    await pavel.page.locator("[name=write-off-reason]").fill(WHY)
    await pavel.go("Предложить списание")
    await pavel.shows_after_looks("Списание предложил")
    await pavel.go("Подтвердить списание")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check("desk-debt-write-off")
    irina = await at_desk(visitors, SECOND_ACCOUNTANT, at_the_desk)
    await irina.go("Подтвердить списание")
    await irina.shows_after_looks("Долг списан")
    await irina.open("/desk/collections")
    await irina.check("desk-debts")
    await anton.open(debt)
    await anton.shows_after_looks("Долг списан")
