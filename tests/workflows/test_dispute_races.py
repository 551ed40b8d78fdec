"""The rows of docs/races.md about disputes, in both orders, forced."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.calendar.bank_calendar import moscow_date
from tests.db.test_taken_back import until_somebody_waits
from tests.workflows.case_under_test import MOMENT_SECONDS, eventually
from tests.workflows.dispute_race import (
    ACCOUNTANT,
    CLIENT,
    SPECIALIST,
    DisputeRace,
    RacedDispute,
)
from tests.workflows.race import outcome, outcomes
from tests.workflows.status_race import race_of
from tests.workflows.test_collection_races import day_off
from workflows.case import status_case

NOT_ALLOWED = "not_allowed_in_status"

first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])


race = race_of(DisputeRace)


async def test_two_disputes_of_one_order_at_once(race: DisputeRace) -> None:
    """The first complaint is the dispute; the other hears that one is open."""
    dispute = race.unopened()
    kinds = ("other", "wrong_sum")
    asked = list[asyncio.Task[object]]()
    for kind in kinds:
        asked.append(asyncio.create_task(dispute.opened(kind)))
        await eventually(dispute.is_begun)
        await asyncio.sleep(MOMENT_SECONDS)  # the second complaint is on its way behind the first
    async with race.worker():
        done = await asyncio.gather(*asked, return_exceptions=True)
        await dispute.until("review")
    (refused,) = [one for one in done if isinstance(one, WorkflowUpdateFailedError)]
    assert getattr(refused.cause, "type", None) == "dispute_already_open"
    assert dispute.row.kind == kinds[1 - done.index(refused)]
    stored = race.books.rows("SELECT id FROM disputes WHERE client_id = %(c)s", c=dispute.client_id)
    assert [one.id for one in stored] == [dispute.id]


@first_or_second
async def test_evidence_and_a_decision(race: DisputeRace, first: bool) -> None:
    """A decision that has not read what the client handed in is no decision; what comes after it
    is kept.
    """
    async with race.worker():
        dispute = await race.reviewed()
    reply = ("reply", CLIENT, dispute.message())
    decide = ("decide", SPECIALIST, dispute.decision(outcome="rejected"))
    sent = [await dispute.sent(*one) for one in ((reply, decide) if first else (decide, reply))]
    async with race.worker():
        results = await outcomes(sent)
    expected = ["review", "dispute_handed_in_meanwhile"] if first else ["rejected", "rejected"]
    assert results == expected
    assert (dispute.status, dispute.row.handed_in) == ("review" if first else "rejected", 1)


@first_or_second
async def test_a_reply_and_an_acceptance_without_a_person(race: DisputeRace, first: bool) -> None:
    """In one moment the reply wins, whichever comes first: state, not the signal of the clock."""
    async with race.worker():
        dispute = await race.announced()
    await dispute.to_the_brink()
    if not first:
        await dispute.over()
    reply = await dispute.sent("reply", CLIENT, dispute.message())
    if first:
        await dispute.over()
    async with race.worker():
        assert await outcome(reply) == "review"
    assert (dispute.status, dispute.row.awarded_kopecks) == ("review", 0)


@first_or_second
async def test_two_decisions_at_once(race: DisputeRace, first: bool) -> None:
    """One question, one answer."""
    async with race.worker():
        dispute = await race.reviewed()
    rejected = ("decide", SPECIALIST, dispute.decision(outcome="rejected"))
    given = dispute.decision(outcome="resolved_client", awarded_kopecks=900_000, by=ACCOUNTANT)
    resolved = ("decide", ACCOUNTANT, given)
    pair = (rejected, resolved) if first else (resolved, rejected)
    sent = [await dispute.sent(*one) for one in pair]
    async with race.worker():
        results = await outcomes(sent)
        await dispute.until("rejected" if first else "performing")
    assert results == ["rejected" if first else "resolved_client", NOT_ALLOWED]


@first_or_second
async def test_a_withdrawal_and_a_decision(race: DisputeRace, first: bool) -> None:
    """The first: what was withdrawn is over, what was decided is withdrawn no more."""
    async with race.worker():
        dispute = await race.reviewed()
    withdraw = ("withdraw", CLIENT)
    decide = ("decide", SPECIALIST, dispute.decision(outcome="rejected"))
    pair = (withdraw, decide) if first else (decide, withdraw)
    sent = [await dispute.sent(*one) for one in pair]
    async with race.worker():
        results = await outcomes(sent)
    expected = ["withdrawn", "dispute_closed"] if first else ["rejected", NOT_ALLOWED]
    assert (results, dispute.status) == (expected, expected[0])


@first_or_second
async def test_a_chargeback_and_a_decision(race: DisputeRace, first: bool) -> None:
    """The payer's bank decides from then on: what was promised falls, nothing else is decided."""
    async with race.worker():
        dispute = await race.reviewed()
    outside = dispute.decision("go_outside", "system", outside="chargeback")
    go_outside = ("go_outside", "system", outside)
    given = dispute.decision(outcome="rejected")
    decide = ("decide", SPECIALIST, given)
    pair = (go_outside, decide) if first else (decide, go_outside)
    sent = [await dispute.sent(*one) for one in pair]
    async with race.worker():
        results = await outcomes(sent)
    assert results == (["outside", NOT_ALLOWED] if first else ["rejected", "outside"])
    assert (dispute.status, dispute.row.awarded_kopecks) == ("outside", 0)


async def test_a_calendar_that_changes_while_a_long_dispute_goes_on_in_a_new_run(
    race: DisputeRace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that hears of it is the one that would end: the day is moved by it or by the next."""
    monkeypatch.setattr(status_case, "LONGEST_HISTORY", 3)
    async with race.worker():
        dispute = await race.reviewed()
    before = dispute.row.wait_until
    with day_off(race.books, moscow_date(before - timedelta(seconds=1))):
        hastened = await dispute.sent("hasten", CLIENT)
        await dispute.handle.signal("calendar_changed")
        async with race.worker():
            assert await outcome(hastened) == "review"
            await eventually(lambda: is_later(dispute, before))
    assert dispute.row.wait_until > before


async def is_later(dispute: RacedDispute, before: datetime) -> bool:
    """Whether our books wait longer."""
    return bool(dispute.row.wait_until > before)


@first_or_second
async def test_an_objection_and_the_end_of_its_time(race: DisputeRace, first: bool) -> None:
    """In one moment the objection wins: whoever comes with the last second has come in time."""
    async with race.worker():
        dispute = await race.reviewed()
        await dispute.command("decide", SPECIALIST, dispute.decision(outcome="rejected"))
    await dispute.to_the_brink()
    if not first:
        await dispute.over()
    objection = await dispute.sent("appeal", CLIENT, dispute.message("Не согласен."))
    if first:
        await dispute.over()
    async with race.worker():
        assert await outcome(objection) == "appealed"


@first_or_second
async def test_papers_and_the_end_of_their_time(race: DisputeRace, first: bool) -> None:
    """In one moment what was handed in wins; the clock has stood still all the while."""
    async with race.worker():
        dispute = await race.reviewed()
        asked = dispute.decision("ask_papers")
        await dispute.command("ask_papers", SPECIALIST, asked)
        await dispute.approach(dispute.row.wait_until)
    due = dispute.row.due_at
    await dispute.to_the_brink()
    if not first:
        await dispute.over()
    handed = await dispute.sent("submit", CLIENT, dispute.message("Вот всё."))
    if first:
        await dispute.over()
    async with race.worker():
        assert await outcome(handed) == "review"
    assert dispute.row.handed_in == 1
    assert dispute.row.due_at - due > timedelta(days=13)


async def test_small_disputes_of_one_client_that_are_looked_into_at_once(
    race: DisputeRace, database_url: str
) -> None:
    """One is accepted without a person, whichever locks the client first: a dispute that is split
    over many small orders gains nothing.
    """
    client_id = race.books.client()
    disputes = [race.unopened(60_000, client_id) for _ in range(3)]
    async with race.worker():
        with psycopg.connect(database_url) as other:
            other.execute("SELECT FROM clients WHERE id = %s FOR NO KEY UPDATE", (client_id,))
            for dispute in disputes:
                await dispute.opened()
            await until_somebody_waits(other)
            other.commit()
        await eventually(lambda: all_looked(disputes))
    assert sorted(one.status for one in disputes) == ["proposal", "review", "review"]


async def all_looked(disputes: list[RacedDispute]) -> bool:
    return all(one.status in {"proposal", "review"} for one in disputes)
