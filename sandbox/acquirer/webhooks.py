"""Webhooks: sent after the money has moved, repeated until they are acknowledged."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

import httpx2

from sandbox.acquirer.clock import now_ms
from sandbox.acquirer.outbox import Outbox
from sandbox.acquirer.terms import (
    MAX_WEBHOOK_ATTEMPTS,
    WEBHOOK_TIMEOUT_SECONDS,
    WEBHOOKS_AT_ONCE,
)


class Source(Protocol):
    """Books with events; they also end what only waited for its time."""

    outbox: Outbox

    def settle_due(self) -> None:
        """Bring to their outcome those whose time has come."""

    def next_due_ms(self) -> int | None:
        """When the next one's time comes; None when none waits."""

    def event(self, subject_id: str) -> tuple[str, object]:
        """The name of what happened to a subject, and the subject as the API shows it."""


class Webhooks:
    """Sends what the books have queued; also ends refunds and payments when their time comes."""

    def __init__(self, url: Callable[[], str | None], sources: Sequence[Source]) -> None:
        self._url = url
        self._sources = sources
        self._client = httpx2.AsyncClient(timeout=WEBHOOK_TIMEOUT_SECONDS, trust_env=False)
        self._news = asyncio.Event()
        self._one_round = asyncio.Lock()  # two rounds at once would tell the same thing twice

    def wake(self) -> None:
        """Checks again what is due."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled: settle, deliver, sleep until the next thing is due or until woken."""
        try:
            while True:
                self._news.clear()
                self._settle_due()
                await self._deliver_due(None)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), self._seconds_left())
        finally:
            await self._client.aclose()

    async def deliver(self, subject_id: str) -> None:
        """Tell about this refund or payment now, if there is something due to tell."""
        self._settle_due()
        await self._deliver_due(subject_id)

    def _settle_due(self) -> None:
        for source in self._sources:
            source.settle_due()

    async def _deliver_due(self, subject_id: str | None) -> None:
        async with self._one_round:
            due = [
                self._deliver(source, webhook)
                for source in self._sources
                for webhook in source.outbox.due(WEBHOOKS_AT_ONCE, subject_id)
            ]
            await asyncio.gather(*due)

    async def _deliver(self, source: Source, webhook: sqlite3.Row) -> None:
        event, subject = source.event(webhook["subject_id"])
        told = {"type": "notification", "event": event, "object": subject}
        if await self._acknowledged(told):
            source.outbox.delivered(webhook["seq"])
        else:
            source.outbox.failed(webhook["seq"], webhook["attempts"] + 1, MAX_WEBHOOK_ATTEMPTS)

    async def _acknowledged(self, notification: object) -> bool:
        url = self._url()
        if url is None:
            return False
        try:
            answer = await self._client.post(url, json=notification)
        except httpx2.HTTPError:
            return False
        return answer.is_success

    def _seconds_left(self) -> float | None:
        moments = [
            due
            for source in self._sources
            for due in (source.next_due_ms(), source.outbox.next_due_ms())
            if due is not None
        ]
        return max(0, min(moments) - now_ms()) / 1000 if moments else None
