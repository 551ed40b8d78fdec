"""The rows of docs/races.md about unpaid orders, in both orders, forced; and what time does."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from domain.calendar.bank_calendar import moscow_date
from gateways.acquirer import AcquirerGateway
from tests.books import Books
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.workflows.case_under_test import product_client
from tests.workflows.collection_race import CollectionRace

SUM = 48_000_00

first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])


@pytest_asyncio.fixture
async def race(
    temporal_env: WorkflowEnvironment,
    database_url: str,
    books: Books,
    acquirer: SandboxAcquirer,
    gateway: AcquirerGateway,
) -> AsyncIterator[CollectionRace]:
    client = product_client(temporal_env)
    async with Database(database_url) as database:
        race = CollectionRace(temporal_env, client, database, books, acquirer, gateway)
        yield race
        for case in race.cases:
            await case.end()


async def test_silence_leads_up_the_ladder_to_the_claim_and_the_lawyer(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        await case.comes_to("claim_sent")
        sent_on = case.row.claim_sent_on
        assert moscow_date(case.wait_until) == sent_on + timedelta(days=31)
        await case.comes_to("legal")
    assert case.history == ["due", "checking", "contacted", "reminded", "claim_sent", "legal"]
    assert case.tones == ["first", "reminder", "firm", "claim"]
    assert case.told == ["staff_collection_legal"]
    days = [letter.day for letter in case.letters]
    assert sorted(set(days)) == days, "one letter a day"


@first_or_second
async def test_money_and_the_first_letter(race: CollectionRace, first: bool) -> None:
    """Money that is stored wins: no letter after it."""
    async with race.worker():
        case = await race.opened()
        while case.row.looks < 3:
            await case.goes_on()
    await case.to_the_brink()
    if first:
        case.pay(SUM)
        await case.over()
    else:
        await case.over()
    async with race.worker():
        if not first:
            await case.comes_to("contacted")
            case.pay(SUM)
            await case.learns_of_money()
        await case.until("paid")
        await case.ends()
    assert case.tones == ([] if first else ["first"])
    assert case.told == (["staff_collection_found"] if first else ["collection_paid"])
