"""What the pages weigh and what open ones hold, on a stack as it runs; times are the bench's."""

from bench.fixture import Fixture
from bench.pages import measure_pages
from bench.pages_report import MAX_PAGE_BYTES, MAX_STREAMS_MEBIBYTES, MEBIBYTE


async def test_pages_are_light_and_open_ones_hold_little(here: Fixture) -> None:
    said: list[str] = []
    pages = await measure_pages(here.stack, said.append)
    assert max(pages.weights.values()) <= MAX_PAGE_BYTES
    assert pages.stream_bytes <= MAX_STREAMS_MEBIBYTES * MEBIBYTE
    assert set(pages.times) == {"orders", "refund"}
    assert min(one.api_ms for one in pages.times.values()) > 0
