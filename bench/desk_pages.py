"""Measures the desk among many rows: its queue over open cases, its search over invoices."""

import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median, quantiles
from typing import LiteralString

import httpx2
import psycopg

from db.database import Database
from domain.access.roles import Role
from simulation.api_client import ANSWER_LIMIT_SECONDS
from simulation.expectation import Unexpected
from stack.embedded import Stack
from starter.caller import caller_of
from starter.web.http.session import Sessions

CLIENTS, INVOICES, OPEN_CASES = 20_000, 200_000, 20_000
WARM, LOOKS = 10, 100
"""Requests to each page: those that are not counted, and the others."""
PATHS: Mapping[str, str] = {
    "queue": "/desk?turn=specialist",
    "search by number": "/desk/search?q=2019-9000117",
    "search by its beginning": "/desk/search?q=2019-90",
    "search by a sum that all have": "/desk/search?q=12+200,00",
    "search by a sum that few have": "/desk/search?q=500,17",
    "search by a rare name": "/desk/search?q=берёзка+117",
    "search by a name that all have": "/desk/search?q=ооо",
    "search by an INN": "/desk/search?q=7700000117",
}

# Rows that pages read, put beside those of the stack: triggers would make the worker and the books
# look at cases that no process has.
_FILL: LiteralString = """
INSERT INTO clients (id, kind, name, inn, email)
SELECT 'desk-' || n, 'company', 'ООО «Берёзка ' || n || '»', CAST(7700000000 + n AS text),
       'desk@bench.example'
  FROM generate_series(1, %(clients)s) AS n;
INSERT INTO invoices (number, client_id, issued_by, issued_on, total_kopecks)
SELECT '2019-' || (9000000 + n), 'desk-' || (1 + n %% %(clients)s), 'online',
       DATE '2019-01-01' + n %% 365, CASE WHEN n %% 1000 = 17 THEN 50017 ELSE 1220000 END
  FROM generate_series(1, %(invoices)s) AS n;
INSERT INTO refunds (id, invoice_number, ordinal, client_id, status, version, asked, stopped_on,
       policy_version, waiting_for, wait_until, opened_at, changed_at)
SELECT 'refund-2019-' || (9000000 + n) || '-1', '2019-' || (9000000 + n), 1,
       'desk-' || (1 + n %% %(clients)s), 'awaiting_specialist', 1, '[]', DATE '2019-06-01', 1,
       'specialist', now() + n * interval '1 minute', now() - n * interval '1 second', now()
  FROM generate_series(1, %(cases)s) AS n;
"""


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
        http = await opened.enter_async_context(
            httpx2.AsyncClient(
                base_url=stack.cabinet_url,
                cookies={sessions.cookie: token},
                timeout=ANSWER_LIMIT_SECONDS,
                trust_env=False,
            )
        )
        return {what: await _timed(http, path) for what, path in PATHS.items()}


def fill(database_url: str) -> None:
    """Puts the rows down, and has PostgreSQL count them."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in _FILL.split(";\n")[:-1]:
            connection.execute(
                statement.encode(),
                {"clients": CLIENTS, "invoices": INVOICES, "cases": OPEN_CASES},
            )
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE clients, invoices, refunds")


async def _timed(http: httpx2.AsyncClient, path: str) -> DeskTimes:
    looks = [await _ms(http, path) for _ in range(WARM + LOOKS)][WARM:]
    return DeskTimes(median(looks), quantiles(looks, n=20)[-1])


async def _ms(http: httpx2.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await http.get(path)
    if answer.status_code != httpx2.codes.OK:
        raise Unexpected(f"page {path}", "200", str(answer.status_code))
    return (time.perf_counter() - began) * 1000
