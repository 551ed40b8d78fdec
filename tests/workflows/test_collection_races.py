"""The rows of docs/races.md about unpaid orders, in both orders, forced; and what time does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from domain.calendar.bank_calendar import moscow_date
from gateways.acquirer import AcquirerGateway
from tests.books import Books
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.starter.broken_invariants import behind_the_back
from tests.starter.collection.overdue import may_be_written_to_now
from tests.workflows.case_under_test import eventually, product_client
from tests.workflows.collection_race import ACCOUNTANT, CLIENT, MINUTE, OPERATOR, CollectionRace
from tests.workflows.race import outcome

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


@first_or_second
async def test_money_and_the_claim(race: CollectionRace, first: bool) -> None:
    """Money that is stored wins: no claim after it, whoever sends it."""
    async with race.worker():
        case = await race.opened(client_id=may_be_written_to_now(race.books))
        await case.says("to_lawyer", reason="молчит")
    if first:
        case.pay(SUM)
    sent = await case.sent("send_claim", ACCOUNTANT, case.decision("send_claim"))
    async with race.worker():
        claimed = await outcome(sent)
        if not first:
            case.pay(SUM)
            await case.learns_of_money()
        await case.until("paid")
        await case.ends()
    assert claimed == ("collection_paid" if first else "claim_sent")
    assert case.tones == ([] if first else ["claim"])


@first_or_second
async def test_a_promise_and_a_payment(race: CollectionRace, first: bool) -> None:
    """The payment wins: an order that is paid is promised no more."""
    async with race.worker():
        case = await race.opened()
    day = moscow_date(datetime.now(UTC)) + timedelta(days=3)
    if first:
        case.pay(SUM)
    sent = await case.sent("promise_payment", CLIENT, case.decision("promise_payment", day=day))
    async with race.worker():
        promised = await outcome(sent)
        if not first:
            case.pay(SUM)
            await case.learns_of_money()
        await case.until("paid")
        await case.ends()
    assert promised == ("collection_paid" if first else "promised")
    assert case.row.promises == (0 if first else 1)


@first_or_second
async def test_a_promise_and_the_end_of_the_wait(race: CollectionRace, first: bool) -> None:
    """State, not the signal of the clock: the promise wins, and no letter leaves."""
    async with race.worker():
        case = await race.opened()
        while case.row.looks < 3:
            await case.goes_on()
    decision = case.decision("promise_payment", day=case.wait_until.date() + timedelta(days=2))
    await case.to_the_brink()
    if first:
        sent = await case.sent("promise_payment", CLIENT, decision)
        await case.over()
    else:
        await case.over()
        sent = await case.sent("promise_payment", CLIENT, decision)
    async with race.worker():
        assert await outcome(sent) == "promised"
    assert (case.status, case.tones) == ("promised", [])


async def test_a_broken_promise_is_followed_by_the_next_letter_at_once(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        await case.comes_to("contacted")
        day = moscow_date(case.row.changed_at) + timedelta(days=2)
        assert await case.says("promise_payment", CLIENT, day=day) == "promised"
        await case.comes_to("reminded")
    assert case.tones == ["first", "reminder"]
    assert case.told == ["collection_promised", "staff_collection_promise_broken"]


async def test_one_letter_speaks_of_all_that_a_client_owes(race: CollectionRace) -> None:
    async with race.worker():
        one = await race.opened()
        other = await race.opened(client_id=one.client_id, kopecks=12_000_00)
        await one.comes_to("contacted")
        await other.comes_to("contacted")
    assert [letter.id for letter in one.letters[:1]] == [letter.id for letter in other.letters[:1]]
    lines = race.books.rows(
        "SELECT debt_kopecks FROM collection_letter_lines WHERE letter_id = %(id)s"
        " ORDER BY debt_kopecks",
        id=one.letters[0].id,
    )
    assert [line.debt_kopecks for line in lines] == [12_000_00, SUM]


async def test_a_large_debt_goes_to_the_lawyer_instead_of_a_claim(race: CollectionRace) -> None:
    async with race.worker():
        case = await race.opened(kopecks=500_000_00)
        await case.comes_to("legal")
    assert case.tones == ["first", "reminder", "firm"]


async def test_a_dispute_holds_a_case_and_it_goes_on_where_it_stood(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        await case.comes_to("contacted")
        disputed(race.books, case.invoice, case.client_id)
        await case.goes_on()
        await case.goes_on()
        assert (case.status, case.tones) == ("contacted", ["first"])
        behind_the_back(race.books, "UPDATE disputes SET status = 'closed', closed_at = now()")
        await case.comes_to("reminded")
    assert case.tones == ["first", "reminder"]


async def test_a_payment_that_is_taken_back_makes_the_order_due_again(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        payment_id = case.pay(SUM)
        await case.learns_of_money()
        await case.until("paid")
        await case.ends()
        race.books.put(
            "payment_reversals",
            payment_id=payment_id,
            reversed_by=ACCOUNTANT,
            reason="чужие деньги",
            reversed_at=datetime.now(UTC),
        )
        await case.begin()
        await case.until("due")
    assert case.history == ["due", "paid", "due"]


async def test_two_people_write_a_debt_off_and_one_cannot(race: CollectionRace) -> None:
    async with race.worker():
        case = await race.opened()
        await case.says("propose_write_off", reason="ликвидирован")
        own = case.decision("confirm_write_off")
        asked = asyncio.create_task(case.command("confirm_write_off", ACCOUNTANT, own))
        assert await outcome(asked) == "collection_write_off_by_one"
        assert await case.says("confirm_write_off", OPERATOR) == "written_off"
        await case.ends()


async def test_the_lawyer_is_reminded_and_operators_hear_of_a_time_that_is_over(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        assert await case.says("to_lawyer", reason="молчит") == "legal"
        await case.approach(case.wait_until, -MINUTE)

        async def is_late() -> bool:
            return "staff_collection_escalation" in case.told

        await eventually(is_late)
    reminders = ["staff_collection_reminder"] * 2
    assert case.told == ["staff_collection_legal", *reminders, "staff_collection_escalation"]
    assert case.status == "legal"


def disputed(books: Books, invoice: str, client_id: str) -> None:
    """An open dispute of an order, as its process stores it."""
    key = {"id": f"dispute-{invoice}-1", "number": invoice, "client": client_id}
    with books.connection.transaction():
        books.connection.execute("SET LOCAL session_replication_role = replica")
        books.connection.execute(
            """INSERT INTO disputes (id, invoice_number, ordinal, client_id, opening_id, kind,
                   status, version, policy_version, stage_at, due_at, waiting_for, wait_until,
                   opened_at, changed_at)
               VALUES (%(id)s, %(number)s, 1, %(client)s, gen_random_uuid(), 'other', 'opened', 1,
                   1, now(), now(), 'accountant', now(), now(), now())""",
            key,
        )
