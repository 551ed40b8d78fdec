"""Where the bot goes on asking Telegram: updates that are new are never taken for old ones."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from db.access import telegram
from db.database import Database
from db.ticket import telegram_updates
from starter.telegram.process import poll

_BOTS = count(888_000_001)
OLD, LOWER = 900_000_000, 5


class Asked(Exception):  # noqa: N818  the questions are all asked
    """There is nothing more to be answered."""


class Numbering:
    """Telegram, as far as it numbers updates: what it answers, and from where on it was asked."""

    def __init__(self, *answers: Sequence[Mapping[str, Any]]) -> None:
        self._answers = list(answers)
        self.offsets: list[int | None] = []

    async def updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """The next answer."""
        self.offsets.append(offset)
        if not self._answers:
            raise Asked
        return self._answers.pop(0)


@pytest.mark.parametrize(
    ("days", "number", "offsets"),
    [
        (8, LOWER, [None, LOWER + 1, None, None]),
        (1, OLD + 1, [OLD + 1, OLD + 2, OLD + 2, OLD + 2]),
    ],
    ids=["after a week", "the next day"],
)
async def test_after_a_week_of_silence_updates_are_numbered_anew(
    database: Database, days: int, number: int, offsets: list[int | None]
) -> None:
    """Asked by the old number, Telegram would forget those below it: a client's message is lost."""
    bot_id, now = next(_BOTS), datetime.now(UTC)
    await telegram.put_bot(database, bot_id, f"bot_{bot_id}", now - timedelta(days=30))
    known = [{"update_id": OLD, "chat_id": 1, "payload": {}}]
    await telegram_updates.put(database, bot_id, known, now - timedelta(days=days))
    said = {"chat": {"id": 1, "type": "private"}, "text": "Где возврат?"}
    numbering = Numbering([{"update_id": number, "message": said}], [], [])
    with pytest.raises(Asked):
        await poll(database, numbering.updates, bot_id, asyncio.Event())
    assert numbering.offsets == offsets
    stored = await database.rows(telegram_updates.still_to_do(bot_id, number))
    assert [one.update_id for one in stored] == [number]


async def test_a_number_that_no_database_takes_does_not_hold_what_comes_after_it(
    database: Database,
) -> None:
    bot_id = next(_BOTS)
    await telegram.put_bot(database, bot_id, f"bot_{bot_id}", datetime.now(UTC))
    said = {"chat": {"id": 1, "type": "private"}, "text": "Где возврат?"}
    numbering = Numbering([{"update_id": 2**63, "message": said}], [])
    with pytest.raises(Asked):
        await poll(database, numbering.updates, bot_id, asyncio.Event())
    assert numbering.offsets[:2] == [None, 2**63 + 1]
