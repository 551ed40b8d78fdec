"""Renewals as processes, on the real server and the real database, their time skipped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import pytest_asyncio
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.renewal import (
    RenewalRefusal,
    RenewalRequest,
    RenewalStatus,
    renewal_workflow_id,
)
from domain.renewal.waits import start_of_moscow_day
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks, year_from
from tests.workflows.renewal_under_test import Renewals, renewals

YEARS = 10
MOST_EVENTS = 120
"""Of a year's case with all its reminders: waking a longer one is slow (temporal-notes.md)."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
REMINDERS = ["renewal_soon", "renewal_soon", "renewal_very_soon", "renewal_very_soon"]


@pytest_asyncio.fixture
async def it(
    temporal_env: WorkflowEnvironment, database: Database, books: RenewalBooks
) -> AsyncIterator[Renewals]:
    async with renewals(temporal_env, database, books) as running:
        yield running


def today() -> date:
    return moscow_date(datetime.now(UTC))


async def a_year(it: Renewals) -> RenewalRequest:
    """The case of a year that begins today."""
    subscription_id = it.books.subscription()
    term_id = it.books.term(subscription_id, *year_from(today()))
    request = it.books.renewal_request(subscription_id, term_id)
    await it.ask(request)
    return request


def ends_on(request: RenewalRequest) -> date:
    assert request.term_ends_on is not None
    return request.term_ends_on


async def events(it: Renewals, request: RenewalRequest) -> int:
    return len((await it.case(request).fetch_history()).events)


async def test_a_subscription_is_renewed_for_ten_years_without_a_gap(it: Renewals) -> None:
    request = await a_year(it)
    subscription_id = request.subscription_id
    for _ in range(YEARS):
        last = ends_on(request)
        await it.is_in(request, RenewalStatus.WATCHING)
        assert await it.pass_time_to(request, start_of_moscow_day(last - 2 * DAY))
        await it.order(request)
        await it.paid(request, last - DAY)
        await it.is_in(request, RenewalStatus.PAID)
        assert not await it.pass_time_to(request, start_of_moscow_day(last + DAY) + HOUR)
        outcome = await it.case(request).result()
        assert outcome.status is RenewalStatus.RENEWED
        assert it.books.told(request.renewal_id)[: len(REMINDERS)] == REMINDERS
        assert await events(it, request) <= MOST_EVENTS
        _, following = it.books.terms_of(subscription_id)[-2:]
        assert outcome.next_case == renewal_workflow_id(subscription_id, following[1])
        term = it.books.row(
            "SELECT id FROM terms WHERE subscription_id = %(s)s AND ends_on = %(e)s",
            s=subscription_id,
            e=following[1],
        )
        request = it.books.renewal_request(subscription_id, str(term.id))
    terms = it.books.terms_of(subscription_id)
    assert len(terms) == YEARS + 1
    assert all(starts - DAY == ends for (_, ends), (starts, _) in pairwise(terms))
    cases = it.books.rows(
        "SELECT count(*) AS n FROM renewals WHERE subscription_id = %(s)s", s=subscription_id
    )
    await it.is_in(request, RenewalStatus.WATCHING)
    assert cases[0].n in (YEARS, YEARS + 1)


async def test_money_that_comes_after_the_end_takes_the_case_up_again(it: Renewals) -> None:
    request = await a_year(it)
    last = ends_on(request)
    assert await it.pass_time_to(request, start_of_moscow_day(last - 2 * DAY))
    await it.order(request)
    assert not await it.pass_time_to(request, start_of_moscow_day(last + 40 * DAY))
    await it.is_in(request, RenewalStatus.CLOSED)
    assert it.books.told(request.renewal_id)[-3:] == [
        *("staff_statement_needed", "renewal_lapsed", "renewal_closed")
    ]
    await it.paid(request, last + 45 * DAY)
    await it.is_in(request, RenewalStatus.PAID)
    assert it.books.terms_of(request.subscription_id)[-1] == year_from(last + 45 * DAY)


async def test_news_is_told_once_and_forgotten_when_it_was_told(it: Renewals) -> None:
    request = await a_year(it)
    await it.order(request)
    await it.paid(request, today(), PRICE_KOPECKS // 2)
    assert not it.books.rows(
        "SELECT FROM recheck_outbox WHERE renewal_id = %(r)s", r=request.renewal_id
    )
    assert await it.tell() == 0
    await it.paid(request, today(), PRICE_KOPECKS - PRICE_KOPECKS // 2)
    await it.is_in(request, RenewalStatus.PAID)
    assert it.books.told(request.renewal_id).count("renewal_part_paid") <= 1


async def test_two_orders_at_once_make_one_invoice(it: Renewals) -> None:
    request = await a_year(it)
    answers = await asyncio.gather(it.order(request), it.order(request), return_exceptions=True)
    (refused,) = [answer for answer in answers if isinstance(answer, WorkflowUpdateFailedError)]
    assert isinstance(refused.cause, ApplicationError)
    assert refused.cause.type == RenewalRefusal.ORDER_OPEN
    issued = it.books.rows(
        "SELECT FROM issued_invoices WHERE renewal_id = %(r)s", r=request.renewal_id
    )
    assert len(issued) == 1


async def test_a_first_purchase_is_opened_by_its_order_and_begins_at_once(it: Renewals) -> None:
    request = it.books.renewal_request(it.books.subscription())
    await it.order(request)
    await it.paid(request, today())
    outcome = await it.case(request).result()
    assert outcome.next_case == renewal_workflow_id(request.subscription_id, year_from(today())[1])
    assert it.books.terms_of(request.subscription_id) == [year_from(today())]


@pytest.mark.parametrize("first", ["money", "cancellation"])
async def test_payment_and_cancellation_at_once_leave_one_of_two_whole_outcomes(
    first: str, it: Renewals
) -> None:
    request = await a_year(it)
    await it.order(request)
    number = it.books.renewal(request.renewal_id).invoice_number
    performed = [it.paid(request, today()), _cancelled(it, request)]
    await asyncio.gather(*(performed if first == "money" else reversed(performed)))
    invoice = it.books.row("SELECT * FROM invoices WHERE number = %(n)s", n=number)
    if invoice.voided_at is None:
        await it.is_in(request, RenewalStatus.PAID)
        assert invoice.surplus_kopecks == 0
    else:
        await it.is_in(request, RenewalStatus.WATCHING)
        assert invoice.surplus_kopecks == PRICE_KOPECKS


async def _cancelled(it: Renewals, request: RenewalRequest) -> None:
    with suppress(WorkflowUpdateFailedError):
        await it.command(request, "cancel_order")
