"""A module's database, its books, and the product's own way to it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from db.database import Database
from tests.books import Books


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[Books]:
    books = Books(database_url)
    yield books
    books.close()


@pytest_asyncio.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as database:
        yield database
