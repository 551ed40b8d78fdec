"""The worker is killed at every event of an inquiry, and around every step: it is taken, answered
and told once.
"""

import asyncio
from collections import deque
from datetime import timedelta

import pytest

from db.database import Database
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import Request
from starter.caller import Caller
from tests.activities.walk import paid
from tests.chaos.parallel_cases import Place, kill, kill_at
from tests.chaos.test_kill_at_every_event import Ground, Notified, gone, ground
from tests.chaos.worker_forks import AFTER, BEFORE, Order
from tests.patience import STORY_LIMIT_SECONDS

__all__ = ["ground"]

LANES = 8
STEPS = ("refund.open", "refund.open_inquiry", "refund.answer_inquiry")
ACCOUNTANT = Caller("kuznetsova", Role.ACCOUNTANT)


@pytest.mark.timeout(STORY_LIMIT_SECONDS)
async def test_a_worker_killed_anywhere_in_an_inquiry_has_it_answered_and_told_once(
    ground: Ground, database: Database
) -> None:
    usual, length = await _learned(ground, database)
    assert usual.path[-2:] == ("inquiry", "completed")
    assert usual.letters[("client", "refund_inquiry_answered")] == 1

    places = [Place(step=step, moment=moment) for step in STEPS for moment in (BEFORE, AFTER)]
    places += [Place(events) for events in range(1, length + 1)]
    left = deque(places)
    lanes = (_lane(ground, database, number, left) for number in range(LANES))
    cases = {place: told for lane in await asyncio.gather(*lanes) for place, told in lane}
    assert cases == {str(place): usual for place in places}
    assert ground.api.broken == []


async def _learned(ground: Ground, database: Database) -> tuple[Notified, int]:
    """What an undisturbed inquiry leaves behind, and how long its run's history is."""
    case_id = await _credited(ground, database)
    ground.queue_of.queues[case_id] = "inquiry-undisturbed"
    worker = await ground.nursery.worker(Order("inquiry-undisturbed"))
    await _asked_and_answered(ground, case_id)
    history = await ground.client.get_workflow_handle(case_id).fetch_history()
    kill(worker)
    return ground.told(case_id), len(history.events)


async def _lane(
    ground: Ground, database: Database, number: int, left: deque[Place]
) -> list[tuple[str, Notified]]:
    """Inquiry after inquiry, each with a worker that dies in it and one that takes over."""
    queue, ended = f"inquiry-{number}", []
    while left:
        place, case_id = left.popleft(), await _credited(ground, database)
        ground.queue_of.queues[case_id] = queue
        dying = await ground.nursery.worker(Order(queue, case_id, place.step, place.moment))
        asking = asyncio.create_task(_asked_and_answered(ground, case_id))
        if not place.step:
            await kill_at(ground.client, place, case_id, dying)
        await gone(dying, asking)
        heir = await ground.nursery.worker(Order(queue))
        await asking
        kill(heir)
        ended.append((str(place), ground.told(case_id)))
    return ended


async def _credited(ground: Ground, database: Database) -> str:
    """A case whose days of crediting are over, and whose process has ended."""
    walk = await paid(database, ground.books)
    walk.took(await walk.steps.close(walk.next()))
    today = moscow_date(ground.books.row("SELECT now() AS now").now)
    ground.books.connection.execute(
        "UPDATE refunds SET paid_on = %s, credit_by = %s WHERE id = %s",
        (today - timedelta(days=20), today - timedelta(days=2), walk.refund_id),
    )
    return walk.refund_id


async def _asked_and_answered(ground: Ground, case_id: str) -> None:
    """As a client and an accountant do it who repeat what nobody answers; until the run ends."""
    row = ground.books.row("SELECT client_id FROM refunds WHERE id = %(id)s", id=case_id)
    client = Caller("buh", Role.CLIENT, row.client_id)
    path = f"/v1/refunds/{case_id}/inquiry"
    today = moscow_date(ground.books.row("SELECT now() AS now").now).isoformat()
    await ground.api.ask(client, Request("POST", path, {"checked_on": today}))
    await ground.api.ask(ACCOUNTANT, Request("POST", f"{path}/answer", {"answer": "Ушло 24.11."}))
    await ground.client.get_workflow_handle(case_id).result()
