"""The measurements of the pages as tables."""

from collections.abc import Sequence

from bench.desk_pages import MAX_P95_MS
from bench.desk_rows import ENTRIES, INVOICES, OPEN_CASES, REPORTED
from bench.pages import LOOKS, ORDERS, STREAMS, Pages
from bench.tables import TARGET_HEADS, Cells, Target, at_most, markdown, target_rows
from simulation.terminal import Terminal
from starter.web.cabinet.orders import SHOWN

MEBIBYTE = 1024 * 1024
MAX_PAGE_BYTES = 60_000
MAX_OF_API = 2.0
MAX_STREAMS_MEBIBYTES = 50
WEIGHT_HEADS = ("Page", " bytes")
DESK_HEADS = ("Page of the desk", " median, ms", " p95, ms")
TIME_HEADS = ("Page", " ms", " ms, the same data by the API", " ratio")
HOW_PAGES = f"""\
- **Pages**: of a client with {ORDERS} orders, {SHOWN} of them on the page, and a refund whose
  statement waits for its signature. Weight is what travels: the page and every file that it names,
  compressed as the server sends them, without fonts; after the first page a browser has all files.
  Time is a whole request over the loopback, {LOOKS} times in turn with the API's answers of the
  same data (of the list of orders: the list of invoices and the list of refunds); medians. Streams:
  how much the process of the pages grows while {STREAMS} of them are open. The desk: the queue of
  a role with {OPEN_CASES:,} open cases, the search over {INVOICES:,} invoices and {ENTRIES:,}
  bank entries, the books of these beside {INVOICES:,} payments, half of them by the acquirer, the
  report of {REPORTED:,} ended cases.
"""


def show_pages(pages: Pages, terminal: Terminal) -> None:
    """On the terminal."""
    terminal.chapter("The cabinet's pages")
    terminal.table(WEIGHT_HEADS, weight_rows(pages))
    terminal.table(TIME_HEADS, time_rows(pages))
    terminal.table(DESK_HEADS, desk_rows(pages))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(page_targets(pages)))


def pages_section(pages: Pages) -> Sequence[str]:
    """Lines of the page."""
    return [
        "## The cabinet's pages",
        "",
        *markdown(WEIGHT_HEADS, weight_rows(pages)),
        "",
        *markdown(TIME_HEADS, time_rows(pages)),
        "",
        *markdown(DESK_HEADS, desk_rows(pages)),
        "",
        *markdown(TARGET_HEADS, target_rows(page_targets(pages))),
        "",
    ]


def weight_rows(pages: Pages) -> Sequence[Cells]:
    """A page a row."""
    return [[what, f"{weight:,}"] for what, weight in pages.weights.items()]


def time_rows(pages: Pages) -> Sequence[Cells]:
    """A page a row."""
    return [
        [what, f"{one.page_ms:.1f}", f"{one.api_ms:.1f}", f"{one.ratio:.2f}"]
        for what, one in pages.times.items()
    ]


def desk_rows(pages: Pages) -> Sequence[Cells]:
    """A page a row."""
    return [[what, f"{one.median_ms:.1f}", f"{one.p95_ms:.1f}"] for what, one in pages.desk.items()]


def page_targets(pages: Pages) -> Sequence[Target]:
    """What is asked of the pages, and whether it is so."""
    grown = round(pages.stream_bytes / MEBIBYTE, 1)
    return (
        at_most("bytes of the heaviest page", max(pages.weights.values()), MAX_PAGE_BYTES),
        *(
            at_most(f"time of the page ÷ the API's, {what}", round(one.ratio, 2), MAX_OF_API)
            for what, one in pages.times.items()
        ),
        *(
            at_most(f"ms of the desk at p95, {what}", round(pages.desk[what].p95_ms, 1), limit)
            for what, limit in MAX_P95_MS.items()
            if what in pages.desk
        ),
        at_most(f"MiB of {STREAMS} open streams", grown, MAX_STREAMS_MEBIBYTES),
    )
