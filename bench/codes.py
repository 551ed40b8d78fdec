"""One-time codes for the driver, announced by a trigger of the bench instead of polling."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

CHANNEL = "bench_codes"
CODE_LIMIT_SECONDS = 30.0
TRIGGER = f"""
CREATE FUNCTION bench_announce_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', NEW.case_id || ' ' || (NEW.params ->> 'code'));
    RETURN NULL;
END $$;
CREATE TRIGGER bench_announce_code AFTER INSERT ON notifications
    FOR EACH ROW WHEN (NEW.params ? 'code') EXECUTE FUNCTION bench_announce_code();
"""


class Codes:
    """The codes that were announced, each to be waited for once."""

    def __init__(self) -> None:
        self._awaited: dict[str, asyncio.Future[str]] = {}

    async def of(self, refund_id: str) -> str:
        """The code of a case; raises TimeoutError when none is announced."""
        return await asyncio.wait_for(self._future(refund_id), CODE_LIMIT_SECONDS)

    async def listen(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        """Takes announcements for ever."""
        async for announced in connection.notifies():
            refund_id, code = announced.payload.split()
            self._future(refund_id).set_result(code)

    def _future(self, refund_id: str) -> asyncio.Future[str]:
        loop = asyncio.get_running_loop()
        return self._awaited.setdefault(refund_id, loop.create_future())


@asynccontextmanager
async def announced_codes(database_url: str) -> AsyncIterator[Codes]:
    """Puts the trigger in, and listens for as long as the block runs."""
    codes = Codes()
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        await connection.execute(TRIGGER)
        await connection.execute(f"LISTEN {CHANNEL}")
        listening = asyncio.create_task(codes.listen(connection))
        try:
            yield codes
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
