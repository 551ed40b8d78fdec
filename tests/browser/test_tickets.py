"""Source 004: a client asks a department, staff answer, the client answers, puts away and rates."""

from playwright.async_api import FilePayload

from simulation.telegram import Account, telegram_at
from tests.browser.desk import ACCOUNTANT_LOGIN, SPECIALIST_LOGIN, at_desk, under_review
from tests.browser.site import Site, Visitors
from tests.browser.window import Window
from tests.gateways.sandbox_scanner import EICAR

OLGA = "olga.ivanova"
QUESTION = "Заявление подписано неделю назад. Когда придут деньги?"
TOPIC = "Где мой возврат?"
ANSWER = "Добрый день! Проверили."
ACCOUNT = 4_117
"""Of Telegram, which no other journey plays."""


async def _asks(visitors: Visitors, about: str = "", topic: str = TOPIC) -> Window:
    """«Главная → Задать вопрос», to the thread."""
    olga = await visitors.person(OLGA)
    await olga.go("Задать вопрос")
    await olga.page.get_by_label("Отдел").select_option(label="Возвраты")
    if about:
        await olga.page.get_by_label("О чём вопрос").select_option(about)
    await olga.type(topic=topic, text=QUESTION)
    await olga.go("Отправить")
    return olga


async def test_a_client_asks_where_the_refund_is_and_is_answered_from_the_case(
    site: Site, visitors: Visitors
) -> None:
    invoice = await under_review(site, site.data.subscription)
    olga = await visitors.person(OLGA)
    await olga.open("/tickets/new")
    await olga.go("Отправить")
    assert await olga.page.get_by_role("alert").is_visible()
    await olga.check("ticket-form")
    olga = await _asks(visitors, f"refund_id:refund-{invoice.number}-1")
    thread = olga.path
    assert await olga.reads("Находится на рассмотрении")
    await olga.check("ticket-asked")

    maria = await at_desk(visitors, SPECIALIST_LOGIN, "/desk/tickets?department=refunds")
    await maria.check("ticket-queue")
    await maria.open(f"/desk{thread}")
    await maria.go("Взять себе")
    await maria.type(note="Заявление ждёт проверки, срок не прошёл.")
    await maria.go("Сохранить заметку")
    await maria.type(text=ANSWER)
    await maria.page.get_by_label("Готовые ответы").select_option(f"refund-{invoice.number}-1")
    await maria.go("Добавить в ответ")
    await maria.check("ticket-on-desk")
    async with olga.told("Отдел «Возвраты»"):
        await maria.go("Отправить ответ")
    assert await maria.reads("Ждёт ответа клиента")

    await olga.open("/tickets")
    assert await olga.page.locator(".tag", has_text="Ожидает вашего ответа").first.is_visible()
    await olga.check("tickets")
    await olga.go(TOPIC)
    assert await olga.page.get_by_text("срок не прошёл").count() == 0
    await olga.check("ticket-answered")
    await olga.go("Поместить в архив")
    await olga.page.get_by_role("radio", name="5").check()
    await olga.go("Отправить оценку")
    await olga.check("ticket-rated")


async def test_of_two_who_answer_at_once_the_second_is_asked_once_more(
    site: Site, visitors: Visitors
) -> None:
    olga = await _asks(visitors, topic="Два ответа")
    await olga.without_stream()
    await olga.open(olga.path)
    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk{olga.path}")
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    await pavel.without_stream()
    await pavel.open(f"/desk{olga.path}")
    await maria.type(text="Ответ Марии.")
    await pavel.type(text="Ответ Павла.")
    await maria.go("Отправить ответ")
    await pavel.go("Отправить ответ")
    assert await pavel.reads("Ответ Марии.")
    assert await pavel.reads("Ответ уже отправлен")
    await pavel.check("ticket-answered-meanwhile")
    await pavel.go("Всё равно отправить мой ответ")
    await olga.open(olga.path)
    assert await olga.reads("Ответ Павла.")


async def test_files_of_a_reply_are_scanned_and_the_clean_one_is_downloaded(
    site: Site, visitors: Visitors
) -> None:
    olga = await _asks(visitors, topic="Скан документа")
    clean = b"Paid, number 57"
    await olga.page.get_by_label("Файлы").set_input_files(
        [
            FilePayload(name="Платёж № 57.txt", mimeType="text/plain", buffer=clean),
            FilePayload(name="вирус.txt", mimeType="text/plain", buffer=EICAR),
        ]
    )
    await olga.type(text="Прикладываю.")
    await olga.go("Отправить")
    await olga.shows_after_looks("Найден вирус")
    link = olga.page.get_by_role("link", name="Платёж № 57.txt")
    await link.wait_for()
    await olga.check("ticket-files")
    async with olga.page.expect_download() as begun:
        await link.click()
    saved = await begun.value
    assert saved.suggested_filename == "Платёж № 57.txt"
    assert (await saved.path()).read_bytes() == clean
    assert await olga.page.get_by_role("link", name="вирус.txt").count() == 0


async def test_an_account_of_telegram_is_linked_confirmed_in_the_cabinet_and_unlinked(
    site: Site, visitors: Visitors
) -> None:
    olga = await visitors.person(OLGA)
    await olga.open("/settings/telegram")
    await olga.go("Включить работу с поддержкой")
    await olga.shows_after_looks("Бот поддержки:")
    await olga.go("Получить ссылку")
    await olga.check("telegram-link")
    said = await olga.page.get_by_text("Или отправьте боту сообщение:").inner_text()
    async with telegram_at(site.stack.telegram_url) as http:
        account = Account(http, ACCOUNT)
        async with olga.told("Подтвердите до"):
            assert "Подтвердите" in await account.say(said.partition(": ")[2])
        await olga.check("telegram-confirm")
        await olga.go("Это мой аккаунт")
        assert "связан" in await account.hear()
        await olga.check("telegram-linked")
        await olga.go("Отвязать", exact=False)
        assert "отвязан" in await account.hear()
    assert await olga.reads("Пока ни одного.")
    await olga.go("Выключить")
    assert await olga.reads("Выключена")
