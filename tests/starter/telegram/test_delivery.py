"""What Telegram may do to what we send and to what it tells us."""

import asyncio

from tests.starter.telegram.support import Support

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
    async with asyncio.timeout(15):
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
        async with asyncio.timeout(15):
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
