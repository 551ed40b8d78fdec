"""Every step of support in Telegram, over a real sandbox: linking, asking, answering, archive."""

from uuid import uuid4

from starter.commands.ticket import telegram as command
from tests.starter.telegram.support import Support


async def test_a_question_from_telegram_is_a_ticket_and_its_answer_comes_back(
    support: Support,
) -> None:
    _, account = await support.linked()
    number = await support.wrote(account, "Жду неделю.", "Номер не помню.")
    assert support.thread(number) == [(False, "Жду неделю.\n\nНомер не помню.")]
    await support.answer(number, "Выплатили <вчера> & сегодня.")
    heard = await account.hear()
    assert heard == f"Ответ на запрос № {number} «Где возврат?»\n\nВыплатили <вчера> & сегодня."
    assert "Отправьте сообщение" in await account.press("Добавить ответ")
    await account.say("Спасибо!")
    assert await account.press("Завершить") == (
        f"Отправлено. Запрос № {number} «Где возврат?». Ответ придёт сюда и в кабинет."
    )
    assert support.thread(number)[-1] == (False, "Спасибо!")


async def test_an_account_that_writes_for_nobody_hears_only_how_to_link(support: Support) -> None:
    account = support.sandbox.account()
    for said in ("/start", "/createticket", "привет", "/start чужое"):
        assert "Настройки → Telegram" in await account.say(said)
    assert await support.links(account) == []


async def test_an_account_counts_once_the_cabinet_has_confirmed_it(support: Support) -> None:
    caller, account = support.caller(), support.sandbox.account()
    link_id, token = await support.asked(caller)
    assert "Подтвердите" in await account.say(f"/start {token}")
    assert await support.links(account) == []
    assert "свяжите" in await account.say("/createticket")
    await command.confirm_telegram_link(support.services, caller, uuid4(), link_id)
    assert "связан" in await account.hear()
    assert "не действует" in await account.say(f"/start {token}")
