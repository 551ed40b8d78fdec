"""Measures the cabinet's pages: their weight, their time beside the API, what open ones hold."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import median
from uuid import uuid4

import httpx2
import psutil

from bench.desk_pages import DeskTimes, measure_desk
from bench.desk_rows import INVOICES, OPEN_CASES
from db.database import Database
from domain.access.roles import Role
from domain.billing.invoice import PaymentMethod
from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import ANSWER_LIMIT_SECONDS, ApiClient
from simulation.billing_data import Client, Invoice
from simulation.dataset import data_set
from simulation.expectation import Unexpected
from simulation.loading import load_invoices
from simulation.people import caller_of as token_of
from simulation.sandboxes import Acquirer
from stack.embedded import Stack
from starter.caller import caller_of
from starter.web.cabinet.orders import SHOWN
from starter.web.http.changes import MAX_STREAMS_OF_SESSION
from starter.web.http.session import Sessions

ORDERS = SHOWN + 10
"""Of the client who looks: the list of orders is full."""
LOOKS = 100
"""Times that each page and each answer of the API is asked for, in turn."""
STREAMS = 50
COMPRESSED = {"Accept-Encoding": "gzip"}
FONT = ".woff2"
_FILE = re.compile(r'(?:href|src)="(/static/[^"#]+)')


@dataclass(frozen=True)
class Timed:
    """Milliseconds of a page, and of the same data by the API; medians."""

    page_ms: float
    api_ms: float

    @property
    def ratio(self) -> float:
        """The page's over the API's."""
        return self.page_ms / self.api_ms


@dataclass(frozen=True)
class Pages:
    """All that is measured. Weights are bytes as they travel, with all files but fonts."""

    weights: Mapping[str, int]
    times: Mapping[str, Timed]
    stream_bytes: int
    desk: Mapping[str, DeskTimes] = field(default_factory=dict)


async def measure_pages(stack: Stack, said: Callable[[str], None]) -> Pages:
    """Loads a client with many orders and a refund, and looks at its pages."""
    story = data_set(moscow_date(datetime.now(UTC))).subscription
    client = replace(story.client, id="pages")
    orders = [_order(story, client, number) for number in range(ORDERS)]
    async with AsyncExitStack() as opened:
        acquirer = await opened.enter_async_context(Acquirer(stack.acquirer_url))
        key = stack.environment["KOPEYKA_DEVELOPMENT_KEY"]
        api = await opened.enter_async_context(ApiClient.to(stack.api_url, key))
        await load_invoices(api, acquirer, [client], orders)
        database = await opened.enter_async_context(Database(stack.database_url))
        sessions = Sessions(database, is_https=False)
        stream_bytes = await _streams(stack, sessions, client)
        said(f"{STREAMS} pages were open and added {stream_bytes:,} bytes")
        look = Look(stack, api, client, await _browser(opened, stack, sessions, client))
        refund_id = await look.refund(orders[0].number)
        weights = {path: await weigh(look.pages, path) for path in look.paths(refund_id)}
        said(f"{LOOKS} looks at each page and at the same data by the API")
        times = {what: await look.timed(*pair) for what, pair in look.pairs(refund_id).items()}
        return Pages(weights, times, stream_bytes)


async def measure_pages_and_desk(stack: Stack, said: Callable[[str], None]) -> Pages:
    """The same, then the desk among many rows, which stay: nothing else is measured after it."""
    pages = await measure_pages(stack, said)
    said(f"the desk among {INVOICES:,} invoices and {OPEN_CASES:,} open cases")
    return replace(pages, desk=await measure_desk(stack))


@dataclass(frozen=True)
class Look:
    """A client at its pages, and at the API."""

    stack: Stack
    api: ApiClient
    client: Client
    pages: httpx2.AsyncClient

    async def refund(self, invoice_number: str) -> str:
        """A refund that waits for its statement's signature; its id."""
        caller = token_of(self.client)
        opened = await self.api.command(
            caller, "POST", "/v1/refunds", {"invoice_number": invoice_number}
        )
        refund_id = str(opened["id"])
        requisites = vars(self.client.requisites)
        await self.api.command(caller, "PUT", f"/v1/refunds/{refund_id}/statement", requisites)
        return refund_id

    def paths(self, refund_id: str) -> Sequence[str]:
        """The cabinet's pages."""
        case = f"/refunds/{refund_id}"
        return ("/", case, f"{case}/statement", "/payments", "/subscription")

    def pairs(self, refund_id: str) -> Mapping[str, tuple[str, Sequence[str]]]:
        """A page, and what the API answers with the same data."""
        orders = (f"/v1/invoices?limit={SHOWN}", f"/v1/refunds?limit={SHOWN}")
        return {
            "orders": ("/", orders),
            "refund": (f"/refunds/{refund_id}", (f"/v1/refunds/{refund_id}",)),
        }

    async def timed(self, page: str, answers: Sequence[str]) -> Timed:
        """Both in turn; the first look warms."""
        looks = [
            (await _ms(self._page, page), await _ms(self._ask, *answers)) for _ in range(LOOKS)
        ]
        pages_ms, api_ms = zip(*looks[1:], strict=True)
        return Timed(median(pages_ms), median(api_ms))

    async def _ask(self, *paths: str) -> None:
        for path in paths:
            await self.api.read(token_of(self.client), path)

    async def _page(self, path: str) -> None:
        answer = await self.pages.get(path)
        if answer.status_code != httpx2.codes.OK:
            raise Unexpected(f"page {path}", "200", str(answer.status_code))


async def weigh(http: httpx2.AsyncClient, path: str) -> int:
    """Bytes of a page and of every file that it names but fonts, each once, as they travel."""
    page = await http.get(path, headers=COMPRESSED)
    if page.status_code != httpx2.codes.OK:
        raise Unexpected(f"page {path}", "200", str(page.status_code))
    named = {file for file in _FILE.findall(page.text) if not file.endswith(FONT)}
    files = [await http.get(file, headers=COMPRESSED) for file in named]
    return sum(one.num_bytes_downloaded for one in (page, *files))


async def _browser(
    opened: AsyncExitStack, stack: Stack, sessions: Sessions, client: Client
) -> httpx2.AsyncClient:
    """Somebody new who is logged in for this client."""
    caller = caller_of(f"{uuid4()}@romashka.example", Role.CLIENT, client.id)
    token = await sessions.begin(caller, (client.id,), "link")
    return await opened.enter_async_context(
        httpx2.AsyncClient(
            base_url=stack.cabinet_url,
            cookies={sessions.cookie: token},
            timeout=ANSWER_LIMIT_SECONDS,
            trust_env=False,
        )
    )


async def _streams(stack: Stack, sessions: Sessions, client: Client) -> int:
    """Bytes by which the process of the pages grows while so many streams are open: before it shows
    pages, since what those leave free would hold all streams. The first stream warms.
    """
    pid, before = stack.processes["web"].pid, 0
    async with AsyncExitStack() as opened:
        for number in range(STREAMS + 1):
            if number % MAX_STREAMS_OF_SESSION == 0:
                http = await _browser(opened, stack, sessions, client)
            stream = await opened.enter_async_context(http.stream("GET", "/events"))
            if stream.status_code != httpx2.codes.OK:
                raise Unexpected("a stream", "200", str(stream.status_code))
            await anext(stream.aiter_lines())
            before = before or _resident_bytes(pid)
        return _resident_bytes(pid) - before


def _resident_bytes(pid: int) -> int:
    process = psutil.Process(pid)
    tree = (process, *process.children(recursive=True))
    return sum(one.memory_info().rss for one in tree)


def _order(story: Invoice, client: Client, number: int) -> Invoice:
    """An order like that of the story, paid by a transfer."""
    if story.payment is None:
        raise ValueError("the subscription of the story must be paid")
    paid = replace(
        story.payment,
        id=f"payment-pages-{number}",
        method=PaymentMethod.BANK_TRANSFER,
        acquirer_id=None,
    )
    numbered = f"{story.issued_on.year}-8{number:05}"
    return replace(story, number=numbered, client=client, payment=paid)


async def _ms(ask: Callable[..., Awaitable[None]], *paths: str) -> float:
    began = time.perf_counter()
    await ask(*paths)
    return (time.perf_counter() - began) * 1000
