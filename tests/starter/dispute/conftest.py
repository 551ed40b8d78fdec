"""A shop whose accountant has written down where our money lies, and whom the acquirer reaches."""

import pytest_asyncio

from db.database import Database
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.refund.shop import Shop


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found
