"""A client with an order and a browser."""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Any

from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Shop
from tests.starter.renewal.ordered import Subscriber
from tests.starter.web.browser import Browser, Page

PAUSE_SECONDS = 0.05


@dataclass
class Buyer:
    """A client with an order and a browser."""

    someone: Subscriber
    browser: Browser
    shop: Shop
    path: str = ""

    async def page(self) -> Page:
        return await self.browser.get(self.path)

    async def sends(self, ending: str, **more: Any) -> Page:
        """One of the forms of the case's page."""
        form = (await self.page()).form(ending)
        return await self.browser.send(f"{self.path}{ending}", form, **more)

    async def until(self, words: str) -> Page:
        """The page once it says so."""
        patient_until = monotonic() + PATIENCE_SECONDS
        while words not in (page := await self.page()).words:
            assert monotonic() < patient_until, page.words
            await asyncio.sleep(PAUSE_SECONDS)
        return page

    async def checks(self, number: str) -> None:
        """«Проверить оплату»."""
        form = (await self.page()).form("/check")
        assert (await self.browser.send(f"/orders/{number}/check", form)).status == 303

    def rows(self, sql: str) -> list[Any]:
        return self.shop.books.rows(sql, id=self.path.removeprefix("/renewals/"))


async def ordered(buyer: Buyer, method: str = "bank_transfer") -> str:
    """The buyer orders; the number of the invoice."""
    placed = await buyer.someone.ordered(method=method)
    buyer.path = f"/renewals/{placed['id']}"
    return str(placed["invoice_number"])
