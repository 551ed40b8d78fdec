"""One browser and one running product for all journeys."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import ApiClient
from simulation.dataset import data_set
from simulation.loading import load
from simulation.sandboxes import Acquirer
from simulation.subscriptions import load_subscriptions
from stack.embedded import Stack
from tests.browser.album import Album
from tests.browser.chromium import MISSING, program, started
from tests.browser.site import Site, Visitors

JOURNEY_LIMIT_SECONDS = 600
"""Far beyond what one takes: a loaded machine is no failure."""
WEB_LOG, PAGE_FAILED = "web.log", '"web.failed"'
"""Where the process of the pages says what it could not answer, and with which word."""
PICTURES_VARIABLE = "KOPEYKA_PICTURES"
"""The folder that `make pictures` keeps pages in."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey may take its time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(JOURNEY_LIMIT_SECONDS))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the machine's Chromium."""
    found = program()
    if found is None:
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="package")
def whole_stack(chromium: str) -> Iterator[Stack]:
    """Every process of the product, for a browser that there is."""
    with Stack.fresh() as stack:
        yield stack


@pytest_asyncio.fixture(scope="package")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A running one; each person has a context of it."""
    async with async_playwright() as playwright:
        browser = await started(playwright, chromium)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="package")
async def site(browser: Browser, whole_stack: Stack) -> AsyncIterator[Site]:
    """The product with the data of the simulation."""
    folder = os.environ.get(PICTURES_VARIABLE)
    data = data_set(moscow_date(datetime.now(UTC)))
    key = whole_stack.environment["KOPEYKA_DEVELOPMENT_KEY"]
    async with (
        ApiClient.to(whole_stack.api_url, key) as api,
        Acquirer(whole_stack.acquirer_url) as acquirer,
    ):
        await load(api, acquirer, data)
        await load_subscriptions(api, data.today)
        album = Album(Path(folder) if folder else None)
        yield Site(whole_stack, api, acquirer, browser, data, album)


@pytest_asyncio.fixture
async def visitors(site: Site) -> AsyncIterator[Visitors]:
    """The people of a journey; nothing went wrong in any of their windows."""
    async with Visitors(site) as visitors:
        yield visitors
    assert visitors.troubles == [], "\n".join(_said_by_pages(site.stack.log_folder))


def _said_by_pages(logs: Path) -> list[str]:
    """Why pages have answered 500: their process's own lines."""
    lines = (logs / WEB_LOG).read_text().splitlines()
    return [line for line in lines if PAGE_FAILED in line]
