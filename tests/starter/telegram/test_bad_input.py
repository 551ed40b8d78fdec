"""What accounts send that support does not take: each is answered in words, and nothing is lost."""

from typing import Any

import pytest

from domain.file.file import MAX_FILES
from domain.ticket.telegram import FILE_BYTES, MESSAGES_AT_MOST, Step
from simulation.telegram import Account
from tests.starter.telegram.support import Support
from tests.workflows.case_under_test import eventually

HOSTILE = "<b>&\u202e«кавычки»\u0000</b>"


async def at_messages(support: Support) -> Account:
    """An account whose draft waits for messages."""
    _, account = await support.linked()
    await account.say("/createticket")
    await account.press("Возвраты")
    await account.say("Тема")
    await account.press("Пропустить")
    return account


async def finished(support: Support, account: Account) -> str:
    """The text of the ticket that the draft becomes."""
    sent = await account.press("Завершить")
    number = int(sent.split("№ ")[1].split(" ")[0])
    ((_, text),) = support.thread(number)
    return text


async def test_a_text_of_255_characters_is_taken_and_one_more_is_refused_with_its_length(
    support: Support,
) -> None:
    account = await at_messages(support)
    assert "в нём 256 знаков" in await account.say("я" * 256)
    assert "сообщений: 1" in await account.say("😀" * 255)
    assert await finished(support, account) == "😀" * 255


async def test_the_sixth_file_is_refused_and_an_album_is_one_question(support: Support) -> None:
    account = await at_messages(support)
    for number in range(1, MAX_FILES + 2):
        caption = "Три страницы" if number == 1 else ""
        await account.do("file", name=f"{number}.txt", album="a", caption=caption)
    answers = [await account.hear() for _ in range(MAX_FILES + 1)]
    assert ["файлов: " in one for one in answers] == [True] * MAX_FILES + [False]
    assert answers[-1] == "Файл «6.txt» не принят: можно не больше 5."
    assert await finished(support, account) == "Три страницы"
    names = support.shop.books.rows(
        "SELECT name FROM files JOIN ticket_files ON ticket_files.file_id = files.id"
        " JOIN ticket_messages ON ticket_messages.id = ticket_files.message_id"
        " WHERE written_by = %(login)s ORDER BY ticket_files.number",
        login=(await support.links(account))[0].login,
    )
    assert [row.name for row in names] == [f"{number}.txt" for number in range(1, 6)]


async def test_a_file_is_taken_for_what_it_is_and_not_for_its_name(support: Support) -> None:
    account = await at_messages(support)
    await account.do("file", name="акт.pdf", content="PK\x03\x04 zip")
    assert "акт.pdf" in await account.hear()
    assert "написанное сохранено" in await account.hear()
    await account.do("odd", message={"document": {"file_id": "gone", "file_name": "gone.txt"}})
    assert "не удалось получить" in await account.hear()
    await account.do("file", name="one.txt", content="Один файл")
    assert "файлов: 1" in await account.hear()
    assert await finished(support, account) == "Файл: one.txt"


async def test_a_file_above_twenty_megabytes_is_refused(support: Support) -> None:
    account = await at_messages(support)
    document = {"file_id": "big", "file_name": "big.zip", "file_size": FILE_BYTES + 1}
    await account.do("odd", message={"document": document})
    assert await account.hear() == "Файл «big.zip» не принят: он больше 20 МиБ."


async def test_a_file_that_turns_out_larger_than_twenty_megabytes_holds_up_nothing(
    support: Support,
) -> None:
    """Telegram does not have to say how large a file is."""
    account = await at_messages(support)
    await account.do("file", name="big.txt", size=FILE_BYTES + 1)
    assert "не принят: он больше" in await account.hear()
    big = (await account.chat())["messages"][-2]["file_id"]
    await account.do("odd", message={"document": {"file_id": big, "file_name": "big.txt"}})
    assert "не удалось получить" in await account.hear()
    assert "Записано" in await account.say("Дальше")


async def test_a_file_that_telegram_does_not_give_for_an_hour_holds_up_nothing_more(
    support: Support,
) -> None:
    account = await at_messages(support)
    await support.sandbox.misbehave({"kind": "error", "method": "getFile"})
    await account.do("file", name="one.txt", content="Один файл")

    async def is_stored() -> bool:
        return bool(support.to_do(account))

    await eventually(is_stored)
    support.shop.books.connection.execute(
        "UPDATE telegram_updates SET received_at = received_at - interval '1 hour'"
        " WHERE chat_id = %s AND done_at IS NULL",
        [account.chat_id],
    )
    assert "не удалось получить" in await account.hear()
    assert "Записано" in await account.say("Дальше")


@pytest.mark.parametrize(
    "message",
    [{"sticker": {"file_id": "s"}}, {"voice": {"file_id": "v"}}, {"location": {}}, {"poll": {}}],
    ids=lambda one: next(iter(one)),
)
async def test_what_is_neither_text_nor_file_is_refused_in_words(
    support: Support, message: dict[str, Any]
) -> None:
    account = await at_messages(support)
    await account.do("odd", message=message)
    assert "не стикеры, голосовые" in await account.hear()


async def test_an_edit_changes_a_draft_and_no_ticket(support: Support) -> None:
    account = await at_messages(support)
    message_id = await account.do("say", text="Ждём неделю")
    await account.hear()
    await account.do("edit", message_id=message_id, text="Ждём две недели")
    assert await account.hear() == "Правка записана."
    assert await finished(support, account) == "Ждём две недели"
    await account.do("edit", message_id=message_id, text="Ждём год")
    assert "Правка не учтена" in await account.hear()


async def test_a_draft_has_twenty_messages_at_most(support: Support) -> None:
    account = await at_messages(support)
    for number in range(MESSAGES_AT_MOST):
        await account.do("say", text=str(number))
    for _ in range(MESSAGES_AT_MOST):
        await account.hear()
    assert "не больше 20 сообщений" in await account.say("ещё")
    said = await finished(support, account)
    assert said == "\n\n".join(str(number) for number in range(MESSAGES_AT_MOST))


async def test_a_button_of_an_earlier_step_or_of_somebody_elses_words_is_stale(
    support: Support,
) -> None:
    _, owner = await support.linked()
    number = await support.wrote(owner, "Вопрос")
    _, account = await support.linked()
    await account.say("/createticket")
    stale = (await account.messages())[-1]
    await account.press("Возвраты")
    old = {"message_id": stale["message_id"], "data": stale["buttons"][0][0][1]}
    foreign = [f"t:{number}::", f"r:{number}::", f"a:{number}::", "f:1:messages:", "x", "c:::", ""]
    for data in (old["data"], *foreign):
        await account.do("press", message_id=old["message_id"], data=data)
        assert "неактуальна" in await account.notice()
    (draft,) = support.drafts(account)
    assert draft.step == Step.TOPIC
    assert support.thread(number) == [(False, "Вопрос")]


async def test_in_a_group_a_command_hears_that_the_bot_writes_to_people_alone(
    support: Support,
) -> None:
    account = support.sandbox.account()
    await account.do("group", text="/createticket")
    await account.do("group", text="просто разговор")
    group = Account(support.sandbox.http, -1000 - account.chat_id)
    assert "только в личной переписке" in await group.hear()
    assert "свяжите" in await account.say("/start")
    assert len(await group.messages()) == 1


async def test_hostile_texts_are_only_texts(support: Support) -> None:
    _, account = await support.linked()
    number = await support.wrote(account, HOSTILE, topic=HOSTILE)
    assert support.thread(number) == [(False, "<b>&«кавычки»</b>")]
    await support.answer(number, "<script>1</script> 😀" * 200)
    first, *others = [await account.hear() for _ in range(3)]
    assert first.startswith(f"Ответ на запрос № {number} «<b>&«кавычки»</b>» (часть 1 из 3)")
    said = "".join(one.split("\n\n", 1)[1] for one in (first, *others))
    assert said == "<script>1</script> 😀" * 200


async def test_a_subject_is_an_own_order_and_nothing_elses(support: Support) -> None:
    caller, account = await support.linked()
    strange = support.shop.books.invoice()
    await account.say("/createticket")
    await account.press("Техническая")
    await account.say("Заказ")
    assert "такого номера нет" in await account.say(strange)
    own = support.shop.books.invoice(client_id=caller.client_id)
    assert "Отправьте сообщение" in await account.say(own)
    await account.say("Вот он")
    await account.press("Завершить")
    row = support.shop.books.row(
        "SELECT invoice_number FROM tickets WHERE client_id = %(c)s", c=caller.client_id
    )
    assert row.invoice_number == own


async def test_what_is_typed_at_a_step_of_buttons_asks_again(support: Support) -> None:
    _, account = await support.linked()
    await account.say("/createticket")
    assert await account.say("что угодно") == "Выберите отдел."
    assert "200" in await account.press("Возвраты")
    assert "в нём 201 знаков" in await account.say("т" * 201)
    assert [draft.step for draft in support.drafts(account)] == [Step.TOPIC]
