"""Clients with subscriptions in front of the pages."""

from dataclasses import dataclass

from domain.access.roles import Role
from tests.starter.caller import Api
from tests.starter.renewal.ordered import Subscriber, subscriber
from tests.starter.web.browser import Browser, Page


@dataclass(frozen=True)
class Visitor:
    """A client of one subscription who is logged in."""

    browser: Browser
    of: Subscriber

    @property
    def page_path(self) -> str:
        return f"/subscriptions/{self.of.subscription_id}"

    async def page(self, ending: str = "") -> Page:
        """A page of the subscription."""
        return await self.browser.get(self.page_path + ending)

    async def order_form(self, offer: str = "same", tariff: str = "400", more: str = "") -> Page:
        """The form of an order."""
        return await self.page(f"/order?offer={offer}&tariff={tariff}{more}")

    async def send_order(self, fields: dict[str, str]) -> Page:
        """The form of an order, sent."""
        return await self.browser.send(f"{self.page_path}/orders", fields)


async def visitor(browser: Browser, api: Api, code: str | None = "400", **term: int) -> Visitor:
    """A new client with a term of a tariff that ends in a week unless said otherwise, or without
    any.
    """
    of = await subscriber(api, code, **term)
    await browser.log_in(Role.CLIENT, of.client_id)
    return Visitor(browser, of)
