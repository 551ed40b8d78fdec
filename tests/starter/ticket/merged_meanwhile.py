"""What becomes of a ticket while its client writes: a merge, the end of its time."""

import asyncio
from collections.abc import Awaitable

import psycopg

from tests.books import Books
from tests.starter.caller import Api
from tests.starter.ticket.test_tickets import did

WAIT_SECONDS = 15.0
WAITS = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'ticket_messages'::regclass"


async def merge(api: Api, ticket_id: str, into: str) -> None:
    """Staff merge a ticket into another."""
    merged = await did(api, ticket_id, "merge", into=into)
    assert merged.status_code == 200, merged.text


def close(books: Books, ticket_id: str) -> None:
    """A ticket that was answered and resolved is closed, as its time does."""
    with books.connection.transaction():
        books.connection.execute("SET CONSTRAINTS ALL DEFERRED")
        books.connection.execute(
            "INSERT INTO ticket_history (ticket_id, number, from_status, to_status, at, by, answer)"
            " VALUES (%s, 3, 'resolved', 'closed', now(), 'system', '{}')",
            [ticket_id],
        )
        books.connection.execute(
            "UPDATE tickets SET status = 'closed', version = 3, closed_at = now(),"
            " wait_until = NULL, waiting_for = NULL WHERE id = %s",
            [ticket_id],
        )


async def merge_while(
    writing: Awaitable[object], url: str, books: Books, api: Api, ticket_id: str, into: str
) -> None:
    """Merges a ticket after it was found to take a message, and before the message is stored."""
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE ticket_messages IN SHARE MODE")
        written = asyncio.ensure_future(writing)
        async with asyncio.timeout(WAIT_SECONDS):
            while not books.rows(WAITS):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.02)
        await merge(api, ticket_id, into)
    await written
