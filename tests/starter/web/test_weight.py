"""No page is heavy: the files that every page names leave the rest of its weight to the page."""

import re

from bench.pages import weigh
from tests.starter.web.browser import MAX_PAGE_BYTES, MAX_TEXT_BYTES, Browser


async def test_the_files_of_a_page_leave_what_every_page_is_held_to(browser: Browser) -> None:
    """`Browser.get` holds each page of each test to its part."""
    page = await browser.get("/login")
    text = page.response.num_bytes_downloaded
    files = await weigh(browser.http, "/login") - text
    assert 10_000 < files <= MAX_PAGE_BYTES - MAX_TEXT_BYTES


async def test_a_page_and_its_files_travel_compressed(browser: Browser) -> None:
    page = await browser.get("/login")
    (script,) = re.findall(r'type="module" src="([^"]+)"', page.html)
    for answer in (page.response, (await browser.get(script)).response):
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.num_bytes_downloaded < len(answer.content)
