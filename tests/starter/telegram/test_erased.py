"""What came and what was said is kept for some days only; what comes again is known for ever."""

from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from db.ticket import purge, telegram_updates
from simulation.telegram import Account
from tests.gateways.sandbox_acquirer import eventually
from tests.starter.telegram.support import Support

KEPT = timedelta(days=180)
AGED: tuple[LiteralString, ...] = (
    "UPDATE telegram_updates SET done_at = done_at - interval '181 days' WHERE chat_id = %s",
    "UPDATE telegram_outbox SET settled_at = settled_at - interval '181 days' WHERE chat_id = %s",
    """UPDATE telegram_drafts SET started_at = started_at - interval '181 days',
        ended_at = ended_at - interval '181 days' WHERE chat_id = %s""",
)


def aged(support: Support, account: Account) -> None:
    for statement in AGED:
        support.shop.books.connection.execute(statement, (account.chat_id,))


async def erased(support: Support) -> None:
    now = datetime.now(UTC)
    await purge.purge(support.services.database, now - KEPT, now)


def updates(support: Support, account: Account) -> list[Any]:
    return support.shop.books.rows(
        "SELECT * FROM telegram_updates WHERE chat_id = %(c)s ORDER BY update_id",
        c=account.chat_id,
    )


def parts(support: Support, account: Account) -> list[Any]:
    return support.shop.books.rows(
        "SELECT p.text FROM telegram_draft_parts p JOIN telegram_drafts d ON d.id = draft_id"
        " WHERE chat_id = %(c)s",
        c=account.chat_id,
    )


async def settled(support: Support, account: Account) -> None:
    async def none_waits() -> bool:
        return all(one.settled_at for one in support.outbox(account)) and all(
            one.done_at for one in updates(support, account)
        )

    await eventually(none_waits)


async def test_an_update_that_comes_again_after_its_words_were_erased_changes_nothing(
    support: Support,
) -> None:
    _, account = await support.linked()
    number = await support.wrote(account, "Жду неделю.")
    await settled(support, account)
    came = updates(support, account)
    await erased(support)
    assert all(one.payload for one in updates(support, account))
    aged(support, account)
    await erased(support)
    assert [one.payload for one in updates(support, account)] == [{} for _ in came]
    assert {str(one.payload) for one in support.outbox(account)} == {"{}"}
    assert not parts(support, account)
    assert [one.topic for one in support.drafts(account)] == [None]
    again = [
        {"update_id": one.update_id, "chat_id": one.chat_id, "payload": one.payload} for one in came
    ]
    await telegram_updates.put(support.services.database, came[0].bot_id, again, datetime.now(UTC))
    assert all(one.done_at for one in updates(support, account))
    assert support.thread(number) == [(False, "Жду неделю.")]


async def test_a_draft_that_was_left_alone_ends_and_its_words_go(support: Support) -> None:
    _, account = await support.linked()
    await account.say("/createticket")
    await account.press("Возвраты")
    await account.say("Тайная тема")
    await account.press("Пропустить")
    await account.say("Тайные слова")
    await settled(support, account)
    await erased(support)
    assert [one.text for one in parts(support, account)] == ["Тайные слова"]
    aged(support, account)
    await erased(support)
    assert not parts(support, account)
    (draft,) = support.drafts(account)
    assert (draft.topic, draft.ended_at is None) == (None, False)
    assert await account.say("Ещё слова")
    assert not parts(support, account)
    assert not support.shop.books.rows(
        "SELECT FROM tickets JOIN telegram_links l USING (client_id) WHERE l.chat_id = %(c)s",
        c=account.chat_id,
    )
