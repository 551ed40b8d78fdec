"""The stream of an open page: «look», and at what; what became of it, the page asks by itself."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from db.database import DatabaseFailure
from starter.web.http.changes import Changes, Stream
from starter.web.http.page import pages
from starter.web.http.session import EVENT_STREAM, Sessions
from starter.web.http.visit import VisitDep

HEARTBEAT_SECONDS = 20.0
"""A stream with nothing to say has a comment so often, for whatever stands in between."""
RETURN_MS, RETURN_SPREAD_MS = 1_000, 3_000
"""A browser whose stream has ended comes back after so long, and not all of them at once."""
HEADERS = {"X-Accel-Buffering": "no"}
"""A proxy in front passes every line on as it comes."""

routes = pages()


class EventStream(StreamingResponse):
    """An answer that goes on until either side ends it; then `closed` is called."""

    def __init__(self, events: AsyncIterator[str], closed: Callable[[], None]) -> None:
        super().__init__(events, media_type=EVENT_STREAM, headers=HEADERS)
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._closed()


@routes.get("/events")
async def follow_changes(visit: VisitDep) -> Response:
    """Which things of this caller have changed, as long as the session lives; ids, nothing else."""
    changes: Changes = visit.request.app.state.changes
    stream = changes.open(visit.logged_in)
    return EventStream(_events(stream, visit.sessions), lambda: changes.close(stream))


async def _events(stream: Stream, sessions: Sessions) -> AsyncIterator[str]:
    yield f"retry: {RETURN_MS + secrets.randbelow(RETURN_SPREAD_MS)}\n\n"
    with suppress(DatabaseFailure):
        while not stream.is_over and (left := await _seconds_left(stream, sessions)) > 0:
            async for event in _said(stream, left):
                yield event


async def _said(stream: Stream, seconds: float) -> AsyncIterator[str]:
    """What the stream says until its session has to be looked at again."""
    ends_at = asyncio.get_running_loop().time() + seconds
    while not stream.is_over and (left := ends_at - asyncio.get_running_loop().time()) > 0:
        topics = await stream.news(min(left, HEARTBEAT_SECONDS))
        yield f"data: {' '.join(topics)}\n\n" if topics else ":\n\n"


async def _seconds_left(stream: Stream, sessions: Sessions) -> float:
    until = await sessions.lives_until(stream.session)
    return 0.0 if until is None else (until - datetime.now(UTC)).total_seconds()
