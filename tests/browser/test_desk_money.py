"""An accountant's day with the bank: payment runs, statements, money that nobody knows."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

import psycopg

from simulation.dataset import NEW_SHIPYARD_REQUISITES
from stack.product import OWN_ACCOUNT
from tests.browser.desk import (
    ACCOUNTANT_LOGIN,
    at_desk,
    desk_page_of,
    gather,
    handed_over,
    of_shipyard,
    order_of,
    paid,
    upload,
    upload_file,
    waits_for_run,
)
from tests.browser.refund import page_of, sign
from tests.browser.site import Site, Visitors
from tests.browser.window import Window
from tests.starter.banking.statement_of import Moved, statement

SHIPYARD = "sergey.volkov"
UNWRITABLE = "ООО «Вектор» 🌼"
"""What a statement of an earlier version may say: the field refuses it now."""
PAYER = "40702810500000001234"


async def test_a_run_leaves_one_order_out_and_pays_the_others_by_the_banks_statement(
    site: Site, visitors: Visitors
) -> None:
    good, broken = await waits_for_run(site), await waits_for_run(site)
    _as_written_before(site, f"refund-{broken.number}-1")
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    await gather(pavel)
    await pavel.check("desk-run")
    order = await order_of(pavel, site, good)
    async with pavel.page.expect_download() as file:
        await pavel.named("Скачать файл для банка").click()
    assert (await file.value).suggested_filename.endswith(".txt")
    await pavel.go("Файл передан в банк")
    assert await pavel.reads("Передан в банк")
    await pavel.open("/desk/runs")
    assert await pavel.reads(f"refund-{broken.number}-1")
    await pavel.check("desk-runs")
    await pavel.unfold("Вернуть клиенту за другими реквизитами")
    await pavel.go("Вернуть клиенту")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check()
    await upload(pavel, paid(order, good, day=site.data.today))
    await pavel.check("desk-statement")
    await site.until(good, "completed")
    await pavel.open("/desk/books")
    await pavel.named(f"refund-{good.number}-1").wait_for()
    assert await pavel.reads("Сходится")
    await pavel.check("desk-books")
    await pavel.open(f"/desk/entries?status=any&amount={good.total_kopecks / 100:.2f}")
    await pavel.check("desk-entries-found")
    await _return(pavel, f"refund-{broken.number}-1")
    await site.until(broken, "awaiting_statement")


async def _return(accountant: Window, refund_id: str) -> None:
    """The form that returns an order which is left out, filled in and sent."""
    await accountant.open("/desk/runs")
    await accountant.unfold("Вернуть клиенту за другими реквизитами")
    form = accountant.page.locator(f"form[action*='{refund_id}']")
    await form.get_by_role("radio").first.check()
    await form.get_by_role("textbox").fill("В имени получателя знак, которого нет у банка.")
    await accountant.go("Вернуть клиенту")


def _as_written_before(site: Site, refund_id: str) -> None:
    """A statement as an earlier version has let it in."""
    with psycopg.connect(site.stack.database_url) as database:
        database.execute("SET session_replication_role = replica")
        sql = "UPDATE statements SET recipient_name = %s WHERE refund_id = %s"
        database.execute(sql, (UNWRITABLE, refund_id))


async def test_money_that_comes_back_asks_the_client_for_other_requisites(
    site: Site, visitors: Visitors
) -> None:
    invoice = await waits_for_run(site, of_shipyard(site))
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    order = await handed_over(pavel, site, invoice)
    await upload(pavel, paid(order, invoice))
    await site.until(invoice, "completed")
    today = site.data.today
    why = f"Возврат п/п № {order.number} от {today:%d.%m.%Y}: счёт получателя закрыт"
    await upload(pavel, paid(order, invoice, out=False, number="7001", purpose=why))
    await site.until(invoice, "awaiting_statement")
    sergey = await visitors.person(SHIPYARD)
    await sergey.open(page_of(invoice))
    assert await sergey.reads("счёт получателя закрыт") or await sergey.reads("Счёт закрыт")
    await sergey.check("refund-money-returned")
    await sergey.go("Указать другие реквизиты")
    await sergey.type(**asdict(NEW_SHIPYARD_REQUISITES))
    await sergey.go("Сохранить и перейти к подписи")
    await sign(sergey, site, invoice, 2)
    assert await sergey.reads("Проверяем заявление")


async def test_the_client_does_not_find_the_money_and_an_accountant_answers_with_its_trace(
    site: Site, visitors: Visitors
) -> None:
    invoice = await waits_for_run(site, of_shipyard(site))
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    order = await handed_over(pavel, site, invoice)
    long_ago = site.data.today - timedelta(days=30)  # its ten bank days are over
    await upload(pavel, paid(order, invoice, day=long_ago))
    await pavel.open("/desk/entries")  # so old a debit is recognised by a person only
    await pavel.go(f"{long_ago:%d.%m.%Y}, № {order.number}")
    await pavel.page.get_by_role("radio", name="Выплата возврата").check()
    await pavel.type(case_id=f"refund-{invoice.number}-1", attempt="1")
    await pavel.page.locator("[name=decision-reason]").fill("Банк провёл поручение этим днём.")
    await pavel.go("Сохранить решение")
    await site.until(invoice, "completed")
    sergey = await visitors.person(SHIPYARD)
    await sergey.open(page_of(invoice))
    await sergey.check("refund-credited")
    await sergey.unfold("Деньги не пришли")
    await sergey.type(looked_at="Выписка банка за месяц", comment="Такой суммы нет.")
    await sergey.go("Отправить запрос")
    await sergey.check("refund-inquiry")
    await pavel.open(desk_page_of(invoice))
    await pavel.check("desk-inquiry")
    await pavel.unfold("Ответить, что деньги выплачены")
    answer = "Банк подтвердил зачисление, номер поручения ниже."
    await pavel.page.locator("[name=answer_inquiry-reason]").fill(answer)
    await pavel.go("Ответить, что деньги выплачены")
    await sergey.open(page_of(invoice))
    assert await sergey.reads(answer)
    await sergey.check("refund-inquiry-answered")


async def test_a_messy_statement_leaves_what_nobody_knows_to_a_person(
    site: Site, visitors: Visitors
) -> None:
    invoice = await site.order(site.data.unpaid)
    unknown = Moved("501", 9_900_00, out=False, other_account=PAYER, day=site.data.today)
    interest = unknown.changed(number="502", kopecks=77_31, purpose="Проценты на остаток")
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    await upload(pavel, unknown.changed(purpose="Оплата услуг"), interest)
    await pavel.open("/desk/entries")
    await pavel.check("desk-entries")
    await pavel.go("№ 501", exact=False)
    await pavel.check("desk-entry")
    await pavel.type(reason="По звонку клиента")
    await pavel.go("Зачесть")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check()
    await pavel.page.locator("[name='shares.0.invoice_number']").fill(invoice.number)
    await pavel.page.locator("[name='shares.0.amount']").fill("9900,00")
    await pavel.go("Зачесть")
    await pavel.open("/desk/entries?status=matched")
    await pavel.go("№ 501", exact=False)
    await pavel.check("desk-entry-taken")
    await pavel.page.locator("[name=undo-reason]").fill("Не тот счёт")
    await pavel.go("Отменить зачёт")
    await pavel.open("/desk/entries")
    assert await pavel.reads("№ 501")
    await pavel.go("№ 501", exact=False)
    await pavel.page.locator("[name=postponement-reason]").fill("Клиент ищет счёт")
    await pavel.go("Отложить")
    assert await pavel.reads("Решение отложил")
    await pavel.check("desk-entry-postponed")
    await pavel.page.locator("[name=resumption-reason]").fill("Счёт найден")
    await pavel.go("Вернуть к разбору")
    await pavel.open("/desk/entries")
    await pavel.go("№ 502", exact=False)
    await pavel.page.get_by_role("radio", name="Не наше дело").check()
    await pavel.page.locator("[name=decision-reason]").fill("Проценты банка")
    await pavel.go("Сохранить и к следующей")
    assert await pavel.reads("№ 501")
    assert not await pavel.reads("№ 502")


async def test_a_file_that_does_not_add_up_is_refused_with_the_reason(
    visitors: Visitors, site: Site
) -> None:
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    await pavel.open("/desk/statements")
    await pavel.go("Загрузить")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check("desk-statements")
    line = Moved("601", 100_00, out=False, other_account=PAYER, day=site.data.today)
    await upload_file(pavel, statement(line, account=OWN_ACCOUNT, closing=1))
    await pavel.shows_after_looks("Файл не принят целиком")
    await pavel.check("desk-statement-refused")


async def test_a_statement_that_is_being_read_says_so_and_goes_on_by_itself(
    visitors: Visitors, site: Site
) -> None:
    line = Moved("611", 100_00, out=False, other_account=PAYER, day=site.data.today)
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    with _worker_stopped(site):
        await upload_file(pavel, statement(line, account=OWN_ACCOUNT))
        assert await pavel.reads("Читается")
        await pavel.check("desk-statement-reading")
    await pavel.settles("Обработана")
    assert "₽" in await pavel.page.locator("dd.sum").first.inner_text()
    await pavel.check()


@contextmanager
def _worker_stopped(site: Site) -> Iterator[None]:
    """Nobody does a step of a process while the block runs."""
    pid = site.stack.processes["worker"].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_run_that_never_left_is_dissolved_and_its_orders_wait_again(
    site: Site, visitors: Visitors
) -> None:
    invoice = await waits_for_run(site)
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    await gather(pavel)
    await pavel.unfold("Расформировать реестр")
    await pavel.go("Расформировать реестр")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check()
    await pavel.page.get_by_role("checkbox", name="Файл в банк не передан").check()
    await pavel.type(reason="Не тот счёт")
    await pavel.go("Расформировать реестр")
    assert await pavel.reads("Расформирован")
    await pavel.check()
    await gather(pavel)
    order = await order_of(pavel, site, invoice)
    await pavel.go("Файл передан в банк")
    await pavel.shows_after_looks("Банк отклонил")
    await pavel.unfold("Банк отклонил")
    await pavel.page.get_by_role("radio").first.check()
    await pavel.go("Банк отклонил")
    await site.until(invoice, "awaiting_statement")
    assert order.kopecks > 0
