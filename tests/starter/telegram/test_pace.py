"""Messages leave as slowly as Telegram takes them, however many wait at once."""

import asyncio

import pytest

from starter.telegram import sending
from starter.telegram.sending import Pace

AT_MOST, WAITING = 5, 14


async def test_whoever_waits_for_a_turn_comes_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who have waited for the same second do not all call in it."""
    now, made = [0.0], list[float]()
    a_moment = asyncio.sleep

    async def passes(seconds: float) -> None:
        until = now[0] + seconds
        await a_moment(0)
        now[0] = max(now[0], until)

    monkeypatch.setattr(sending, "monotonic", lambda: now[0])
    monkeypatch.setattr(asyncio, "sleep", passes)
    pace = Pace(AT_MOST)

    async def call() -> None:
        await pace.turn()
        made.append(now[0])

    await asyncio.gather(*(call() for _ in range(WAITING)))
    assert [made.count(second) for second in (0, 1, 2)] == [AT_MOST, AT_MOST, WAITING - 2 * AT_MOST]
