"""The health check of whoever reads support's letters, asked of a real database."""

from db.database import Database
from docker.mail_in_health import is_read
from starter.mail_in.process import LOCK


async def test_letters_are_read_while_somebody_holds_the_lock(database_url: str) -> None:
    assert not await is_read(database_url)
    async with Database(database_url, pool_size=2) as database:
        async with database.alone(LOCK + 1):
            assert not await is_read(database_url)
        async with database.alone(LOCK):
            assert await is_read(database_url)
    assert not await is_read(database_url)
