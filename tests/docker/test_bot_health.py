"""The bot's health check, asked of a real database."""

from datetime import UTC, datetime

from db.access import telegram
from db.database import Database
from docker.bot_health import works_lately
from domain.ticket.telegram import GONE_AFTER


async def test_a_bot_is_healthy_while_one_says_that_it_works(database_url: str) -> None:
    assert not await works_lately(database_url)
    async with Database(database_url, pool_size=1) as database:
        await telegram.put_bot(database, 777, "kopeyka_bot", datetime.now(UTC) - GONE_AFTER)
        assert not await works_lately(database_url)
        await telegram.put_bot(database, 777, "kopeyka_bot", datetime.now(UTC))
    assert await works_lately(database_url)
