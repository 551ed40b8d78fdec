"""A process that is told to stop finishes what it has begun."""

import asyncio
import signal
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg

from domain.access.roles import Role
from starter.api.http.auth import Caller
from tests.books import Books
from tests.patience import PATIENCE_SECONDS
from tests.starter.caller import environment, token
from tests.starter.registered import client_body
from tests.starter.served import PAUSE_SECONDS, Served, serving


async def test_a_busy_api_that_is_told_to_stop_answers_what_it_began_and_takes_nothing_new(
    books: Books, database_url: str, tmp_path: Path
) -> None:
    with serving(environment(database_url), tmp_path / "api.log") as served:
        await served.ready()
        with psycopg.connect(database_url) as holder:
            holder.execute("LOCK TABLE clients")
            begun = asyncio.create_task(register(served, "stopped"))
            await until_somebody_waits(books)
            served.process.send_signal(signal.SIGTERM)
            await until_nothing_is_taken(served)
            assert not begun.done()
        assert (await begun).status_code == 201
        assert served.process.wait(PATIENCE_SECONDS) == -signal.SIGTERM
    assert books.rows("SELECT 1 FROM clients WHERE id = 'stopped'")


async def register(served: Served, client_id: str) -> httpx2.Response:
    whose = token(Caller("billing", Role.BILLING))
    headers = {"Authorization": f"Bearer {whose}", "Idempotency-Key": uuid4().hex}
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as http:
        path = f"{served.address}/v1/clients/{client_id}"
        return await http.put(path, json=client_body(), headers=headers)


async def until_somebody_waits(books: Books) -> None:
    waiting = (
        "SELECT 1 FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not books.rows(waiting):  # noqa: ASYNC110 - another process waits
            await asyncio.sleep(PAUSE_SECONDS)


async def until_nothing_is_taken(served: Served) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), httpx2.AsyncClient(trust_env=False) as http:
        while True:
            try:
                await http.get(f"{served.address}/health/live")
            except httpx2.TransportError:
                return
            await asyncio.sleep(PAUSE_SECONDS)
