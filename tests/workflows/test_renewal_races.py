"""The rows of docs/races.md about renewals: each pair in both orders, forced, with its winner."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from domain.calendar import ONE_DAY, moscow_date
from gateways.acquirer import AcquirerGateway
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks
from tests.workflows.case_under_test import eventually, product_client
from tests.workflows.race import outcome, outcomes
from tests.workflows.renewal_race import MINUTE, RacedRenewal, RenewalRace

NOT_ALLOWED = "not_allowed_in_status"
HALF = PRICE_KOPECKS // 2
NOT_PAID = {"renewal_not_paid", "renewal_lapsed", "renewal_closed"}
REMINDERS = {"renewal_payment_reminder", "renewal_balance_reminder"}

STORING = (
    "INSERT INTO payments (id, invoice_number, method, amount_kopecks, received_at)"
    f" VALUES (%(id)s, %(number)s, 'bank_transfer', {PRICE_KOPECKS}, now())"
)
"""Holds the invoice: its money is being stored."""
CLIENT = "SELECT FROM clients WHERE id = %(id)s FOR UPDATE"
"""Stops whoever writes to the client, when all that is judged by is locked."""

first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
told_or_not = pytest.mark.parametrize("told", ["first", "second", "never"])
"""When the case is told of the money that is stored: before the other thing, after it, or never."""


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[RenewalBooks]:
    books = RenewalBooks(database_url)
    yield books
    books.close()


@pytest_asyncio.fixture(scope="module")
async def acquirer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxAcquirer]:
    process = SandboxAcquirer(tmp_path_factory.mktemp("acquirer") / "books.sqlite")
    yield process
    await process.stop()


@pytest_asyncio.fixture
async def race(
    temporal_env: WorkflowEnvironment,
    database_url: str,
    books: RenewalBooks,
    acquirer: SandboxAcquirer,
) -> AsyncIterator[RenewalRace]:
    gateway = AcquirerGateway(acquirer.url, SHOP_ID, SECRET_KEY)
    client = product_client(temporal_env)
    async with Database(database_url) as database:
        race = RenewalRace(temporal_env, client, database, books, acquirer, gateway)
        yield race
        for case in race.cases:
            await case.end()
    await gateway.aclose()


def today() -> Any:
    return moscow_date(datetime.now(UTC))


def following(case: RacedRenewal) -> Any:
    return case.ends_on + ONE_DAY


# The money and the clock.


@told_or_not
async def test_payment_and_the_end_of_the_check(told: str, race: RenewalRace) -> None:
    """In one moment, or stored while nobody tells: the money wins."""
    async with race.worker():
        case = await race.checking()
        await case.approach(case.wait_until)
    if told == "first":
        await case.to_the_brink()
    case.pay()
    if told == "first":
        await race.tell()
    await case.over()
    if told == "second":
        await race.tell()
    async with race.worker():
        await eventually(lambda: _goes_on(case))
    assert case.history[2:4] == ["checking_payment", "paid"]
    assert not NOT_PAID & {*case.letters}
    assert [first for first, _ in case.next_terms] == [following(case)]


@told_or_not
async def test_payment_and_the_end_of_the_term(told: str, race: RenewalRace) -> None:
    """Not even a fresh statement is asked for."""
    async with race.worker():
        case = await race.ordered()
        await case.approach(case.expires_at)
    if told == "first":
        await case.to_the_brink()
    case.pay()
    if told == "first":
        await race.tell()
    await case.over()
    if told == "second":
        await race.tell()
    async with race.worker():
        await eventually(lambda: _goes_on(case))
    assert case.history[1:3] == ["awaiting_payment", "paid"]
    assert "staff_statement_needed" not in case.letters
    assert [first for first, _ in case.next_terms] == [following(case)]


async def _goes_on(case: RacedRenewal) -> bool:
    """Whether the next term has been stored, begun or not."""
    return bool(case.next_terms)


@pytest.mark.parametrize("state", ["lapsed", "closed"])
async def test_payment_after_the_expiry_takes_the_case_up_again(
    state: str, race: RenewalRace
) -> None:
    """Money of a day on which the service went on continues the term; a run that ended goes on."""
    async with race.worker():
        case = await (race.lapsed() if state == "lapsed" else race.closed())
        case.pay(day=case.ends_on + 2 * ONE_DAY)
        await race.tell()
        await eventually(lambda: _goes_on(case))
    assert case.history.count("paid") == 1
    assert [first for first, _ in case.next_terms] == [following(case)]


# The money and the client.


@told_or_not
async def test_payment_and_cancellation(told: str, race: RenewalRace) -> None:
    """Money that is stored is looked at first, told of or not: that is a refund's matter."""
    async with race.worker():
        case = await race.ordered()
    number = case.number
    case.pay()
    if told == "first":
        await race.tell()
    answer = await case.sends("cancel_order")
    if told == "second":
        await race.tell()
    async with race.worker():
        assert await outcome(answer) == ("order_paid" if told == "never" else NOT_ALLOWED)
        await race.tell()
        await case.until("paid")
    assert case.invoice(number).voided_at is None
    assert "renewal_cancelled" not in case.letters


async def test_cancellation_before_the_payment(race: RenewalRace) -> None:
    """The invoice is void; what still comes is held as a surplus, and sells no term."""
    async with race.worker():
        case = await race.ordered()
        number = case.number
        await case.say("cancel_order")
        case.pay(number=number)
        await race.tell()
        await eventually(case.rests)
    invoice = case.invoice(number)
    assert (invoice.surplus_kopecks, invoice.held) == (PRICE_KOPECKS, PRICE_KOPECKS)
    assert (case.status, case.next_terms) == ("watching", [])


@first_or_second
async def test_payment_and_cancellation_while_either_is_being_stored(
    first: bool, race: RenewalRace
) -> None:
    """Whoever has locked the invoice first; the other sees what came of it."""
    async with race.worker():
        case = await race.ordered()
        number = case.number
        if first:
            async with race.held(STORING, id=uuid4().hex, number=number) as money:
                answer = case.asks("cancel_order")
                await money.holds_up(1)
                money.let_go()
                assert await outcome(answer) == "order_paid"
        else:
            async with race.held(CLIENT, id=case.client_id) as client:
                answer = case.asks("cancel_order")
                await client.holds_up(1)
                money_comes = race.stores(number)
                await client.holds_up(2)
                client.let_go()
                assert await outcome(answer) == "watching"
                await money_comes
    invoice = case.invoice(number)
    assert invoice.paid_kopecks == PRICE_KOPECKS
    assert invoice.surplus_kopecks == (0 if first else PRICE_KOPECKS)
