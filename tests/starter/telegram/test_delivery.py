"""What Telegram may do to what we send and to what it tells us."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from db.ticket.telegram_outbox import UNLINKED
from domain.access.roles import Role
from simulation.telegram import Account
from starter.commands.ticket import telegram as command
from tests.patience import PATIENCE_SECONDS
from tests.starter.caller import Api
from tests.starter.telegram.support import Support
from tests.starter.ticket.merged_meanwhile import close, merge, merge_while

AGAIN = "(Повторно: неизвестно, дошло ли первое сообщение.)"


async def test_too_many_requests_are_waited_for_and_the_message_comes_once(
    support: Support,
) -> None:
    _, account = await support.linked()
    busy = {"kind": "busy", "method": "sendMessage", "times": 2, "seconds": 1}
    await support.sandbox.misbehave(busy)
    assert "Активных запросов нет" in await account.say("/start")
    (row,) = support.outbox(account)[-1:]
    assert (row.tries, row.is_repeat) == (3, False)


async def test_after_silence_a_message_is_sent_once_more_and_says_so(support: Support) -> None:
    _, account = await support.linked()
    await support.sandbox.misbehave({"kind": "silence", "method": "sendMessage", "times": 1})
    first = await account.say("/start")
    assert await account.hear() == f"{AGAIN}\n{first}"
    assert "Выберите отдел" in await account.say("/createticket")
    assert [row.is_repeat for row in support.outbox(account)][-2:] == [True, False]


async def test_after_a_second_silence_its_fate_stays_unknown_and_it_is_not_sent_again(
    support: Support,
) -> None:
    _, account = await support.linked()
    await support.sandbox.misbehave({"kind": "lost", "method": "sendMessage", "times": 2})
    await account.do("say", text="/start")
    assert "Выберите отдел" in await account.say("/createticket")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while support.outbox(account)[-1].status == "sending":  # noqa: ASYNC110 - the bot settles it
            await asyncio.sleep(0.05)
    assert [row.status for row in support.outbox(account)][-2:] == ["unknown", "sent"]


async def test_an_account_that_blocks_the_bot_is_unlinked_and_its_client_has_a_letter(
    support: Support,
) -> None:
    for is_told in (True, False):
        caller, account = await support.linked()
        number = await support.wrote(account, "Вопрос")
        if is_told:
            await account.do("block")
        else:  # it hears so from the answer that it cannot send
            blocked = {"kind": "blocked", "method": "sendMessage", "times": 1}
            await support.sandbox.misbehave(blocked)
        await support.answer(number, "Ответ")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await support.links(account):  # noqa: ASYNC110 - the bot does it
                await asyncio.sleep(0.05)
        said = support.shop.books.rows(
            "SELECT template FROM notifications WHERE client_id = %(c)s"
            " AND template = 'telegram_blocked' AND channel = 'mail'",
            c=caller.client_id,
        )
        assert len(said) == 1
        waiting = [row.status for row in support.outbox(account)]
        assert "queued" not in waiting
        assert await account.messages()
        heard = [one["text"] for one in await account.messages()]
        assert not any(one.startswith("Ответ на запрос") for one in heard)


async def test_updates_that_come_twice_or_one_by_one_have_their_effect_once(
    support: Support,
) -> None:
    _, account = await support.linked()
    for kind in ("twice", "singly"):
        await support.sandbox.misbehave({"kind": kind, "method": "getUpdates"})
        number = await support.wrote(account, "Раз", "Два", topic=kind)
        assert support.thread(number) == [(False, "Раз\n\nДва")]
    tickets = support.shop.books.rows(
        "SELECT topic FROM ticket_openings WHERE opened_by = %(login)s ORDER BY number",
        login=(await support.links(account))[0].login,
    )
    assert [row.topic for row in tickets] == ["twice", "singly"]


async def test_messages_of_one_answer_that_come_in_the_wrong_order_are_put_in_order(
    support: Support,
) -> None:
    _, account = await support.linked()
    await account.say("/createticket")
    await account.press("Возвраты")
    await account.say("Порядок")
    await account.press("Пропустить")
    await support.sandbox.misbehave({"kind": "reversed", "method": "getUpdates"})
    await asyncio.gather(*(account.do("say", text=one) for one in "абв"))
    for _ in range(3):
        assert "Записано" in await account.hear()
    sent = await account.press("Завершить")
    number = int(sent.split("№ ")[1].split(" ")[0])
    written = [one["text"] for one in (await account.chat())["messages"] if not one["is_bots"]]
    assert support.thread(number) == [(False, "\n\n".join(written[-3:]))]


async def test_while_the_switch_is_off_nothing_is_heard_and_nothing_is_sent(
    support: Support,
) -> None:
    caller, account = await support.linked()
    number = await support.wrote(account, "Вопрос")
    await support.switch(caller, is_on=False)
    assert "выключена в кабинете" in await account.say("/createticket")
    await support.answer(number, "Ответ в кабинете")
    assert "выключена" in await account.say("/start")
    await support.switch(caller, is_on=True)
    assert "Активные запросы" in await account.say("/start")
    shown = await account.press(f"№ {number}")
    assert "Статус: Есть новые сообщения" in shown
    assert "Ответ в кабинете" in shown
    assert "в архиве" in await account.press("Поместить в архив")
    row = support.shop.books.row("SELECT archived_at FROM tickets WHERE number = %(n)s", n=number)
    assert row.archived_at is not None


async def test_an_account_of_two_organisations_chooses_for_which_it_writes(
    support: Support,
) -> None:
    first, account = await support.linked()
    second, _ = await support.linked(account=account)
    assert "организацию" in await account.say("/createticket")
    rows = (await account.messages())[-1]["buttons"]
    assert len(rows) == 2
    assert "отдел" in await account.press(rows[0][0][0])
    assert "Аккаунт отвязан" in await account.say("/unlink")
    assert await support.links(account) == []
    assert first.client_id != second.client_id


async def answered(support: Support, account: Account) -> int:
    """A ticket of two, whose answer the account replies to: what it says now is not sent yet."""
    number = await support.wrote(account, "Ещё раз", topic="То же")
    await support.answer(number, "Выплатили.")
    await account.hear()
    assert "Отправьте сообщение" in await account.press("Добавить ответ")
    assert "Записано" in await account.say("Спасибо!")
    return number


@pytest.mark.parametrize("order", ["merge first", "in one moment", "reply first"])
async def test_a_reply_to_a_ticket_that_is_merged_meanwhile_is_in_the_thread_that_goes_on(
    support: Support, database_url: str, order: str
) -> None:
    _, account = await support.linked()
    first = await support.wrote(account, "Вопрос")
    second = await answered(support, account)
    api, books = Api(support.shop.http), support.shop.books
    merged, into = f"ticket-{second}", f"ticket-{first}"
    if order == "merge first":
        await merge(api, merged, into)
        sent = await account.press("Завершить")
    elif order == "in one moment":
        finish = account.press("Завершить")
        await merge_while(finish, database_url, books, api, merged, into)
        sent = (await account.messages())[-1]["text"]
    else:
        sent = await account.press("Завершить")
        await merge(api, merged, into)
    taken_by = second if order == "reply first" else first
    assert sent.startswith(f"Отправлено. Запрос № {taken_by} ")
    assert support.thread(taken_by)[-1] == (False, "Спасибо!")
    thread = await api.call("GET", f"/v1/tickets/{into}/messages", role=Role.SUPPORT)
    said = [one["text"] for one in thread.json()["items"]]
    assert said.count("Спасибо!") == 1


async def test_a_reply_to_a_ticket_that_is_closed_meanwhile_opens_one_that_goes_on_from_it(
    support: Support,
) -> None:
    """What was written is not lost."""
    _, account = await support.linked()
    number = await support.wrote(account, "Вопрос")
    await support.answer(number, "Выплатили.", resolves=True)
    await account.hear()
    assert "Отправьте сообщение" in await account.press("Добавить ответ")
    await account.say("Денег нет")
    await account.do("file", name="a.txt", content=f"Выписка {uuid4()}")
    await account.hear()
    close(support.shop.books, f"ticket-{number}")
    sent = await account.press("Завершить")
    assert sent.startswith("Отправлено. Запрос № "), sent
    following = int(sent.split("№ ")[1].split(" ")[0])
    assert following != number
    row = support.shop.books.row("SELECT * FROM tickets WHERE number = %(n)s", n=following)
    assert row.follows == f"ticket-{number}"
    assert support.thread(following) == [(False, "Денег нет")]


async def test_an_answer_that_was_sent_before_its_account_was_unlinked_stays_sent(
    support: Support,
) -> None:
    caller, account = await support.linked()
    number = await support.wrote(account, "Вопрос")
    await support.answer(number, "Ответ")
    assert (await account.hear()).startswith("Ответ на запрос")
    (link,) = await support.links(account)
    await command.end_telegram_link(support.services, caller, uuid4(), link.id)
    assert "отвязан" in await account.hear()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while support.outbox(account)[-1].status == "sending":  # noqa: ASYNC110 - the bot settles it
            await asyncio.sleep(0.05)
    assert [row.status for row in support.outbox(account)][-2:] == ["sent", "sent"]


async def test_an_answer_whose_account_is_unlinked_while_it_is_under_way_is_not_sent_again(
    support: Support,
) -> None:
    caller, account = await support.linked()
    number = await support.wrote(account, "Вопрос")
    busy = {"kind": "busy", "method": "sendMessage", "times": 1, "seconds": 30}
    await support.sandbox.misbehave(busy)
    await support.answer(number, "Ответ")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while support.outbox(account)[-1].due_at < datetime.now(UTC):  # noqa: ASYNC110 - the bot does it
            await asyncio.sleep(0.05)
    row, (link,) = support.outbox(account)[-1], await support.links(account)
    put = "UPDATE telegram_outbox SET status = %s, due_at = now() WHERE id = %s"
    books = support.shop.books.connection
    books.execute(put, ("sending", row.id))  # as it was until Telegram said that it is busy
    await command.end_telegram_link(support.services, caller, uuid4(), link.id)
    books.execute(put, ("queued", row.id))
    assert "отвязан" in await account.hear()
    (given_up,) = [one for one in support.outbox(account) if one.id == row.id]
    assert (given_up.status, given_up.failure, given_up.tries) == ("failed", UNLINKED, 1)
    assert not any(one["text"].startswith("Ответ на") for one in await account.messages())
