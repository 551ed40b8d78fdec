"""Every step of a refund is one transaction in two round trips, by the protocol's own trace."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from uuid import uuid4

import pytest
import pytest_asyncio

from activities.payout.payout import PayoutActivities
from activities.refund import RefundActivities
from db.calendar.calendar import OVERRIDES, YEARS
from db.case.policy import valid_at
from db.database import Database
from domain.access.roles import Role
from domain.case.waiting import Reminder
from domain.payout.payout import Answer, PayoutRequest, PayoutStatus, Settlement
from domain.refund.refund import Change, Opening
from tests.activities.walk import SETTLED_ON, Walk, opened, paying, record
from tests.books import AT, PAID_AT, Books, Line

MOST_ROUND_TRIPS = 2
Step = Callable[[], Awaitable[object]]


@dataclass
class Traffic:
    """What went over one connection."""

    round_trips: int = 0
    commits: int = 0


@pytest_asyncio.fixture(scope="module")
async def narrow(database_url: str) -> AsyncIterator[Database]:
    """A pool of one connection: nothing goes past the trace."""
    async with Database(database_url, pool_size=1) as database:
        yield database


@asynccontextmanager
async def traced(database: Database) -> AsyncIterator[Traffic]:
    """Counts how often the client spoke and then listened, and the transactions it committed."""
    traffic = Traffic()
    with tempfile.TemporaryFile("w+") as trace:
        async with database._pool.connection() as connection:
            connection.pgconn.trace(trace.fileno())
        yield traffic
        async with database._pool.connection() as connection:
            connection.pgconn.untrace()
        trace.seek(0)
        lines = [line.split("\t") for line in trace.read().splitlines()]
    directions = [line[1] for line in lines if len(line) > 1]
    traffic.round_trips = sum(
        one == "F" and following == "B" for one, following in pairwise(directions)
    )
    traffic.commits = sum("CommandComplete" in line and "COMMIT" in str(line) for line in lines)


async def _specialist(database: Database, books: Books) -> Walk:
    return await opened(database, books, books.invoice(Line(kind="service")))


async def _reviewed(database: Database, books: Books) -> Walk:
    walk = await opened(database, books)
    await walk.signed()
    return walk


async def _approved(database: Database, books: Books) -> Walk:
    walk = await _specialist_above_limit(database, books)
    await walk.signed()
    await walk.accepted()
    return walk


async def _specialist_above_limit(database: Database, books: Books) -> Walk:
    walk = await opened(database, books, books.invoice(Line(20_000_000, kind="service")))
    await walk.calculated(20_000_000)
    return walk


async def _sent(database: Database, books: Books) -> Walk:
    walk = await paying(database, books)
    await walk.settled(PayoutStatus.PAID)
    return walk


async def _rejected(database: Database, books: Books) -> Walk:
    walk = await paying(database, books)
    await walk.settled(PayoutStatus.REJECTED, "insufficient_funds")
    return walk


async def _held(database: Database, books: Books) -> Walk:
    walk = await _rejected(database, books)
    walk.took(await walk.steps.hold_payout(walk.next(attempt=walk.result.attempt)))
    return walk


async def _spent(database: Database, books: Books) -> Walk:
    """Held, and all of it was given back in the acquirer's cabinet."""
    walk = await _held(database, books)
    payment = books.row(
        "SELECT p.acquirer_payment_id AS id, p.amount_kopecks FROM payments p"
        " JOIN refunds r USING (invoice_number) WHERE r.id = %(r)s",
        r=walk.refund_id,
    )
    books.put(
        "acquirer_differences",
        id=uuid4(),
        invariant="ours",
        subject=f"given-back-{payment.id}",
        acquirer_payment_id=payment.id,
        amount_kopecks=payment.amount_kopecks,
        happened_on=SETTLED_ON,
        found="given back",
        found_at=AT,
    )
    return walk


async def _completed(database: Database, books: Books) -> Walk:
    walk = await _sent(database, books)
    await walk.completed()
    return walk


async def _credited(database: Database, books: Books) -> Walk:
    walk = await _completed(database, books)
    books.connection.execute(
        "UPDATE refunds SET credit_by = %s WHERE id = %s", (PAID_AT.date(), walk.refund_id)
    )
    return walk


async def _inquired(database: Database, books: Books) -> Walk:
    walk = await _credited(database, books)
    walk.took(await walk.steps.open_inquiry(_asking(walk)))
    return walk


def _asking(walk: Walk) -> Change:
    attempt = walk.result.attempt
    return walk.next("client", walk.books.inquiry(walk.refund_id, attempt), attempt)


def _open(walk: Walk) -> Step:
    opening = Opening(walk.books.request(walk.books.invoice()), AT)
    return lambda: walk.steps.open(opening)


def _calculate(walk: Walk) -> Step:
    change = walk.next("petrova", walk.books.calculation(walk.refund_id, 100))
    return lambda: walk.steps.record_calculation(change)


def _sign(walk: Walk) -> Step:
    change = walk.next("client", walk.books.signed(walk.refund_id))
    return lambda: walk.steps.record_statement(change)


def _return(walk: Walk) -> Step:
    change = walk.next("petrova", walk.books.remark(walk.refund_id))
    return lambda: walk.steps.return_statement(change)


def _recalculate(walk: Walk) -> Step:
    change = walk.next("petrova", walk.books.remark(walk.refund_id))
    return lambda: walk.steps.recalculate(change)


def _by_word(name: str) -> Callable[[Walk], Step]:
    def step(walk: Walk) -> Step:
        change = walk.next("kuznetsova", walk.books.remark(walk.refund_id))
        return lambda: getattr(walk.steps, name)(change)

    return step


def _remind(walk: Walk) -> Step:
    reminder = Reminder(walk.refund_id, "reminder-1", AT, Role.CLIENT, AT)
    return lambda: walk.steps.remind(reminder)


def _record(walk: Walk) -> Step:
    request = PayoutRequest(walk.refund_id, walk.result.attempt)
    answer = Answer(PayoutStatus.PAID, "external-1", None, SETTLED_ON)
    return lambda: record(walk.database, Settlement(request, answer, AT))


def _of_attempt(name: str) -> Callable[[Walk], Step]:
    def step(walk: Walk) -> Step:
        change = walk.next(attempt=walk.result.attempt)
        return lambda: getattr(walk.steps, name)(change)

    return step


def _ask(walk: Walk) -> Step:
    change = _asking(walk)
    return lambda: walk.steps.open_inquiry(change)


def _correct(walk: Walk) -> Step:
    row = walk.books.row("SELECT client_id FROM refunds WHERE id = %(id)s", id=walk.refund_id)
    change = walk.next("client", walk.books.contact(row.client_id))
    return lambda: walk.steps.correct_contact(change)


def _answer(name: str) -> Callable[[Walk], Step]:
    def step(walk: Walk) -> Step:
        words = walk.books.remark(walk.refund_id)
        change = walk.next("kuznetsova", words, walk.result.attempt)
        return lambda: getattr(walk.steps, name)(change)

    return step


def _plain(name: str) -> Callable[[Walk], Step]:
    def step(walk: Walk) -> Step:
        change = walk.next("kuznetsova")
        return lambda: getattr(walk.steps, name)(change)

    return step


STEPS: dict[str, tuple[Callable[[Database, Books], Awaitable[Walk]], Callable[[Walk], Step]]] = {
    "open": (opened, _open),
    "record_calculation": (_specialist, _calculate),
    "record_statement": (opened, _sign),
    "return_statement": (_reviewed, _return),
    "recalculate": (_reviewed, _recalculate),
    "accept": (_reviewed, _plain("accept")),
    "approve": (_approved, _plain("approve")),
    "complete": (_sent, _of_attempt("complete")),
    "ask_again": (_rejected, _of_attempt("ask_again")),
    "pay_by_bank": (_rejected, _of_attempt("pay_by_bank")),
    "hold_payout": (_rejected, _of_attempt("hold_payout")),
    "retry_payout": (_held, _by_word("retry_payout")),
    "book_given_back": (_spent, _by_word("book_given_back")),
    "reopen": (_completed, _of_attempt("reopen")),
    "close": (_completed, _plain("close")),
    "open_inquiry": (_credited, _ask),
    "answer_inquiry": (_inquired, _answer("answer_inquiry")),
    "withdraw_inquiry": (_inquired, _answer("withdraw_inquiry")),
    "book_return": (_inquired, _answer("book_return")),
    "correct_contact": (opened, _correct),
    "decline": (_specialist, _plain("decline")),
    "withdraw": (_reviewed, _plain("withdraw")),
    "expire": (opened, _plain("expire")),
    "move_deadline": (_reviewed, _plain("move_deadline")),
    "remind": (opened, _remind),
    "payout.record": (paying, _record),
}


@pytest.mark.parametrize("name", list(STEPS))
async def test_a_step_is_one_transaction_in_two_round_trips(
    name: str, narrow: Database, books: Books
) -> None:
    until, step = STEPS[name]
    call = step(await until(narrow, books))
    async with traced(narrow) as traffic:
        await call()
    assert traffic.commits == 1
    assert 1 <= traffic.round_trips <= MOST_ROUND_TRIPS


def test_every_step_that_stores_something_is_counted() -> None:
    steps = {
        name
        for name in vars(RefundActivities)
        if hasattr(getattr(RefundActivities, name), "__temporal_activity_definition")
    }
    assert steps == set(STEPS) - {"payout.record"}
    assert hasattr(PayoutActivities.record, "__temporal_activity_definition")


async def test_several_reads_are_one_round_trip(narrow: Database) -> None:
    async with traced(narrow) as traffic:
        await narrow.read(OVERRIDES, YEARS, valid_at(datetime.now(UTC)))
    assert (traffic.round_trips, traffic.commits) == (1, 0)
