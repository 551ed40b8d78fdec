"""Measures the desk among many rows: its queue, its search, its report."""

import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median, quantiles

import httpx2

from bench.desk_rows import fill
from db.database import Database
from domain.access.roles import Role
from simulation.api_client import ANSWER_LIMIT_SECONDS
from simulation.expectation import Unexpected
from stack.embedded import Stack
from starter.caller import caller_of
from starter.web.http.session import Sessions

WARM, LOOKS = 10, 100
"""Requests to each page: those that are not counted, and the others."""
MONTH = "first_day=2019-03-01&last_day=2019-03-31"
PATHS: Mapping[str, str] = {
    "start": "/desk",
    "queue": "/desk/refunds?turn=specialist",
    "search by number": "/desk/search?q=2019-9000117",
    "search by its beginning": "/desk/search?q=2019-90",
    "search by a sum that all have": "/desk/search?q=12+200,00",
    "search by a sum that few have": "/desk/search?q=500,17",
    "search by a rare name": "/desk/search?q=берёзка+117",
    "search by a name that all have": "/desk/search?q=ооо",
    "search by an INN": "/desk/search?q=7700000117",
    "search by the beginning of an INN": "/desk/search?q=77000042",
    "search by digits of an INN": "/desk/search?q=4242",
    "search by a rare word of a purpose": "/desk/search?q=счёт+9000117",
    "search by a word that all purposes have": "/desk/search?q=оплата",
    "entries by words that few have": "/desk/entries?status=any&payer=берёзка+117",
    "entries by words that all have": "/desk/entries?status=any&payer=берёзка",
    "entries by a payer's INN": "/desk/entries?status=any&payer=7700000117",
    "entries by a sum that all have": "/desk/entries?status=any&amount=12+200,00",
    "books of a day": "/desk/books?first_day=2019-03-29&last_day=2019-03-29",
    "books of a month": f"/desk/books?{MONTH}",
    "books by an invoice": f"/desk/books?{MONTH}&invoice=2019-9000424",
    "report": "/desk/reports?first_day=2019-06-01&last_day=2020-12-31",
}
MAX_P95_MS: Mapping[str, float] = {
    **{what: 100 for what in PATHS if what.startswith(("search", "entries"))},
    "queue": 50,
    "report": 1_000,
}
"""What is asked of those that have a bound."""


@dataclass(frozen=True)
class DeskTimes:
    """Milliseconds of a page of the desk."""

    median_ms: float
    p95_ms: float


async def measure_desk(stack: Stack) -> Mapping[str, DeskTimes]:
    """Fills the tables, then asks for each page as somebody who is logged in."""
    fill(stack.database_url)
    async with AsyncExitStack() as opened:
        database = await opened.enter_async_context(Database(stack.database_url))
        sessions = Sessions(database, is_https=False)
        token = await sessions.begin(caller_of("desk@bench", Role.ACCOUNTANT, None), (), "link")
        http = await opened.enter_async_context(browser(stack, sessions.cookie, token))
        return {what: await timed(http, path) for what, path in PATHS.items()}


def browser(stack: Stack, cookie: str, token: str) -> httpx2.AsyncClient:
    """Somebody who is logged in; `async with` closes it."""
    return httpx2.AsyncClient(
        base_url=stack.cabinet_url,
        cookies={cookie: token},
        timeout=ANSWER_LIMIT_SECONDS,
        trust_env=False,
    )


async def timed(http: httpx2.AsyncClient, path: str) -> DeskTimes:
    """A page, asked for again and again."""
    looks = [await _ms(http, path) for _ in range(WARM + LOOKS)][WARM:]
    return DeskTimes(median(looks), quantiles(looks, n=20)[-1])


async def _ms(http: httpx2.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await http.get(path)
    if answer.status_code != httpx2.codes.OK:
        raise Unexpected(f"page {path}", "200", str(answer.status_code))
    return (time.perf_counter() - began) * 1000
