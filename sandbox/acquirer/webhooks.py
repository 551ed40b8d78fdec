"""Webhooks: told after the money has moved, repeated until they are acknowledged."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress

import httpx2

from sandbox.acquirer.books import Books, now_ms
from sandbox.acquirer.terms import (
    MAX_WEBHOOK_ATTEMPTS,
    WEBHOOK_TIMEOUT_SECONDS,
    WEBHOOKS_AT_ONCE,
)


class Webhooks:
    """Delivers what the books have queued; also brings refunds to their outcome when time is up."""

    def __init__(self, books: Books, refund_object: Callable[[sqlite3.Row], object]) -> None:
        self._books = books
        self._refund_object = refund_object
        self._client = httpx2.AsyncClient(timeout=WEBHOOK_TIMEOUT_SECONDS, trust_env=False)
        self._news = asyncio.Event()
        self._one_round = asyncio.Lock()  # two rounds at once would tell the same thing twice

    def wake(self) -> None:
        """Something may have become due."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled: settle, deliver, sleep until the next thing is due or until woken."""
        try:
            while True:
                self._news.clear()
                self._books.settle_due()
                await self._deliver_due(None)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), self._seconds_left())
        finally:
            await self._client.aclose()

    async def deliver(self, refund_id: str) -> None:
        """Tell about this refund now, if there is something due to tell."""
        await self._deliver_due(refund_id)

    async def _deliver_due(self, refund_id: str | None) -> None:
        async with self._one_round:
            due = self._books.webhooks_due(WEBHOOKS_AT_ONCE, refund_id)
            await asyncio.gather(*(self._deliver(webhook) for webhook in due))

    async def _deliver(self, webhook: sqlite3.Row) -> None:
        url, refund = self._books.webhook_url(), self._books.refund(webhook["refund_id"])
        if url is not None and refund is not None and await self._acknowledged(url, refund):
            self._books.webhook_delivered(webhook["seq"])
        else:
            self._books.webhook_failed(
                webhook["seq"], webhook["attempts"] + 1, MAX_WEBHOOK_ATTEMPTS
            )

    async def _acknowledged(self, url: str, refund: sqlite3.Row) -> bool:
        notification = {
            "type": "notification",
            "event": "refund.succeeded",
            "object": self._refund_object(refund),
        }
        try:
            answer = await self._client.post(url, json=notification)
        except httpx2.HTTPError:
            return False
        return answer.is_success

    def _seconds_left(self) -> float | None:
        due = self._books.next_due_ms()
        return None if due is None else max(0, due - now_ms()) / 1000
