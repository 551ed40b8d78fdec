"""Each step of a renewal in a real database: what it stores, repeats and refuses."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from activities.renewal import RenewalActivities
from db.case.case_store import CaseDiverged
from db.database import POOL_SIZE, Database, DatabaseFailure
from domain.access.roles import Role
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.payout.payout import PayoutStatus
from domain.refund.refund import AskedLine
from domain.renewal.renewal import (
    RenewalOpening,
    RenewalRefusal,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.renewal.waits import start_of_moscow_day
from tests.activities.renewal_walk import ENDS_ON, OPENED_AT, RenewalWalk, opened
from tests.activities.walk import opened as refund_opened
from tests.books import AT, Line
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks, year_from

YEAR = (date(2025, 5, 1), date(2026, 4, 30))
OF_YEAR = {"period_start": YEAR[0], "period_end": YEAR[1]}
R = RenewalRefusal
DAY = timedelta(days=1)
FOLLOWING = ENDS_ON + DAY
GRACE_DAYS = 14


def moves(walk: RenewalWalk) -> list[tuple[str, str | None]]:
    """The statuses a case went through, with the reasons."""
    rows = walk.books.rows(
        "SELECT to_status, reason FROM renewal_history WHERE renewal_id = %(id)s ORDER BY number",
        id=walk.request.renewal_id,
    )
    return [(row.to_status, row.reason) for row in rows]


def told(walk: RenewalWalk) -> list[str]:
    return walk.books.told(walk.request.renewal_id)


async def waiting(database: Database, books: RenewalBooks, **client: Any) -> RenewalWalk:
    """A case that waits for its money since 10 April."""
    walk = await opened(database, books, **client)
    await walk.on(date(2026, 4, 10)).ordered()
    return walk


async def lapsed(database: Database, books: RenewalBooks) -> RenewalWalk:
    """A case whose invoice was not paid in time."""
    walk = await waiting(database, books)
    await walk.when_it_is_over().checked()
    await walk.when_it_is_over().lapsed()
    assert walk.result.status is RenewalStatus.LAPSED
    return walk


async def first_ordered(database: Database, books: RenewalBooks) -> RenewalWalk:
    """A first purchase that waits for its money since 10 April."""
    walk = await opened(database, books, ends_on=None)
    await walk.on(date(2026, 4, 10)).ordered()
    return walk


async def test_without_an_account_of_ours_no_invoice_is_issued(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)  # the first test of this module: no other has put one down
    answer = await walk.steps.order(walk.next("client", books.order(walk.request)))
    assert answer.refusal is R.OWN_ACCOUNT_MISSING
    assert not books.rows("SELECT FROM invoice_counters")


# The straight way, and what a repeat answers.


async def test_a_renewal_goes_the_straight_way(database: Database, books: RenewalBooks) -> None:
    walk = await waiting(database, books)
    walk.on(date(2026, 4, 16)).paid(day=date(2026, 4, 14))
    result = await walk.looked()
    assert result.next_term is not None
    assert (result.next_term.starts_on, result.next_term.ends_on) == year_from(FOLLOWING)
    walk.at = result.next_term.starts_at
    await walk.begun()
    assert [status for status, _ in moves(walk)] == [
        *(
            RenewalStatus.WATCHING,
            RenewalStatus.AWAITING_PAYMENT,
            RenewalStatus.PAID,
            RenewalStatus.RENEWED,
        )
    ]
    assert books.terms_of(walk.request.subscription_id)[1:] == [year_from(FOLLOWING)]
    assert told(walk) == ["renewal_ordered", "renewal_paid", "renewal_renewed"]
    assert walk.row.closed_at == walk.at


async def test_an_invoice_is_issued_with_the_order_and_says_what_it_sells(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    invoice = books.row(
        "SELECT * FROM invoices JOIN invoice_lines ON invoice_number = number"
        " JOIN issued_invoices USING (invoice_number) WHERE number = %(n)s",
        n=walk.number,
    )
    assert (invoice.total_kopecks, invoice.sum_kopecks) == (PRICE_KOPECKS, PRICE_KOPECKS)
    assert (invoice.issued_on, invoice.valid_until) == (date(2026, 4, 10), date(2026, 4, 20))
    assert (invoice.period_start, invoice.period_end) == year_from(FOLLOWING)
    assert (invoice.vat_rate, invoice.kind) == ("vat22", "subscription")
    assert invoice.title == "Компас: Тариф 400"
    assert invoice.recipient["account"] == "40702810100000000001"
    assert invoice.number == f"KP-2026-{invoice.sequence:06d}"


@pytest.mark.parametrize("step", ["order", "cancel_order", "claim_payment", "recheck"])
async def test_a_repeated_step_answers_what_it_stored(
    step: str, database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    paper = None
    if step == "order":
        await walk.cancelled()
        paper = books.order(walk.request)
    elif step == "claim_payment":
        paper = books.claim(walk.request.renewal_id)
    elif step == "recheck":
        walk.paid()
    change = walk.next("client", paper)
    run = getattr(walk.steps, step)
    answer, then = await run(change), (moves(walk), told(walk))
    assert await run(change) == answer
    assert (moves(walk), told(walk)) == then
    assert walk.row.version == change.number


async def test_an_opened_case_answers_where_it_is(database: Database, books: RenewalBooks) -> None:
    walk = await waiting(database, books)
    opening = RenewalOpening(walk.request, walk.at + 5 * DAY)
    assert await walk.steps.open(opening) == walk.result


async def test_a_change_that_does_not_continue_the_history_is_an_operators_matter(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    walk.result = RenewalTransitionResult(RenewalStatus.AWAITING_PAYMENT, changes=7)
    with pytest.raises(CaseDiverged):
        await walk.steps.recheck(walk.next())


# Numbers.


async def test_fifty_orders_at_once_are_numbered_without_a_gap_though_others_fail(
    database: Database, books: RenewalBooks
) -> None:
    at_once = asyncio.Semaphore(POOL_SIZE)  # more would only wait for a connection

    async def good() -> str:
        return (await waiting(database, books)).number

    async def bad() -> None:
        walk = await opened(database, books)
        books.own_account()
        change = walk.on(date(2026, 4, 10)).next("\0", books.order(walk.request))
        with pytest.raises(DatabaseFailure):  # no text of PostgreSQL holds a zero
            await walk.steps.order(change)

    async def in_turn(job: Callable[[], Awaitable[object]]) -> None:
        async with at_once:
            await job()

    before = books.rows("SELECT last FROM invoice_counters WHERE year = 2026")
    await asyncio.gather(*(in_turn(job) for _ in range(50) for job in (good, bad)))
    rows = books.rows("SELECT sequence FROM issued_invoices WHERE year = 2026 ORDER BY sequence")
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == (before[0].last if before else 0) + 50
    last = books.row("SELECT last FROM invoice_counters WHERE year = 2026").last
    assert last == len(rows)


async def test_the_numbers_of_a_year_begin_anew(database: Database, books: RenewalBooks) -> None:
    walk = await opened(database, books, ends_on=date(2031, 4, 30))
    assert (await walk.on(date(2031, 1, 1)).ordered()).invoice_number == "KP-2031-000001"


# Money in any shape.


async def test_money_in_parts_is_told_of_once_each_and_the_last_makes_the_term(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    walk.paid(PRICE_KOPECKS // 3)
    assert (await walk.looked()).status is RenewalStatus.AWAITING_PAYMENT
    assert await walk.steps.recheck(walk.next()) is None
    walk.paid(PRICE_KOPECKS - PRICE_KOPECKS // 3)
    assert (await walk.looked()).status is RenewalStatus.PAID
    assert told(walk) == ["renewal_ordered", "renewal_part_paid", "renewal_paid"]
    balance = books.row(
        "SELECT params FROM notifications WHERE template = 'renewal_part_paid'"
        " AND channel = 'mail' AND case_id = %(id)s",
        id=walk.request.renewal_id,
    ).params["balance_kopecks"]
    assert balance == PRICE_KOPECKS - PRICE_KOPECKS // 3


async def test_more_money_than_is_due_makes_one_term_and_is_held(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    walk.paid()
    walk.paid()
    await walk.looked()
    assert await walk.steps.recheck(walk.next()) is None
    assert len(books.terms_of(walk.request.subscription_id)) == 2
    invoice = books.row("SELECT * FROM invoices WHERE number = %(n)s", n=walk.number)
    assert invoice.surplus_kopecks == PRICE_KOPECKS


async def test_money_that_was_undone_takes_the_term_back_until_it_begins(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    payment = walk.paid()
    await walk.looked()
    books.undone(payment)
    result = await walk.looked()
    assert (result.status, result.next_term) == (RenewalStatus.AWAITING_PAYMENT, None)
    assert len(books.terms_of(walk.request.subscription_id)) == 1
    assert told(walk)[-1] == "renewal_payment_reversed"
    walk.paid()
    assert (await walk.looked()).status is RenewalStatus.PAID
    assert books.terms_of(walk.request.subscription_id)[1:] == [year_from(FOLLOWING)]


async def test_money_undone_in_the_last_moment_begins_no_term(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    payment = walk.paid()
    result = await walk.looked()
    assert result.next_term is not None
    books.undone(payment)
    walk.at = result.next_term.starts_at
    assert (await walk.begun()).status is RenewalStatus.LAPSED
    assert len(books.terms_of(walk.request.subscription_id)) == 1


@pytest.mark.parametrize(
    ("paid_on", "looked_on", "starts_on"),
    [
        (date(2026, 4, 29), date(2026, 5, 4), FOLLOWING),
        (FOLLOWING, date(2026, 5, 4), FOLLOWING),
        (ENDS_ON + GRACE_DAYS * DAY, date(2026, 5, 16), FOLLOWING),
        (ENDS_ON + (GRACE_DAYS + 1) * DAY, date(2026, 5, 16), date(2026, 5, 15)),
        (date(2026, 8, 3), date(2026, 8, 5), date(2026, 8, 3)),
    ],
)
async def test_late_money_begins_the_term_by_the_banks_day_without_a_gap_that_was_served(
    paid_on: date, looked_on: date, starts_on: date, database: Database, books: RenewalBooks
) -> None:
    walk = await lapsed(database, books)
    if looked_on > ENDS_ON + GRACE_DAYS * DAY:
        await walk.when_it_is_over().lapsed()
        assert moves(walk)[-1] == (RenewalStatus.CLOSED, "grace_over")
    walk.on(looked_on).paid(day=paid_on)
    result = await walk.looked()
    assert (result.status, walk.row.closed_at) == (RenewalStatus.PAID, None)
    assert books.terms_of(walk.request.subscription_id)[1:] == [year_from(starts_on)]
    line = books.row("SELECT * FROM invoice_lines WHERE invoice_number = %(n)s", n=walk.number)
    assert (line.period_start, line.period_end) == year_from(starts_on)


async def test_a_first_purchase_begins_with_its_payment(
    database: Database, books: RenewalBooks
) -> None:
    walk = await first_ordered(database, books)
    walk.on(date(2026, 4, 16)).paid(day=date(2026, 4, 13))
    await walk.looked()
    assert books.terms_of(walk.request.subscription_id) == [year_from(date(2026, 4, 13))]


async def test_two_cases_of_a_subscription_sell_terms_that_adjoin(
    database: Database, books: RenewalBooks
) -> None:
    first = await first_ordered(database, books)
    other = await opened(database, books, subscription_id=first.request.subscription_id)
    await other.on(date(2026, 4, 10)).ordered()
    for walk in (first, other):
        walk.on(date(2026, 4, 16)).paid()
    await asyncio.gather(first.looked(), other.looked())
    _, one, two = books.terms_of(first.request.subscription_id)
    assert one == year_from(FOLLOWING)
    assert two == year_from(one[1] + DAY)


async def test_a_case_whose_subscription_goes_on_by_another_order_ends_silently(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    books.term(walk.request.subscription_id, *year_from(FOLLOWING))
    due = start_of_moscow_day(date(2026, 4, 27)) + timedelta(hours=10)
    assert await walk.reminded(due) is None
    await walk.when_it_is_over().lapsed()
    assert moves(walk)[-1] == (RenewalStatus.CLOSED, "continued")
    assert told(walk) == []


# Time.


async def test_an_unpaid_invoice_is_checked_for_a_bank_day_before_anything_lapses(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    result = await walk.when_it_is_over().checked()
    assert result.wait is not None
    # 1 May is a holiday, 2 and 3 May are a weekend, and 4 May is the first bank day after.
    assert result.wait.waiting_for is Role.ACCOUNTANT
    assert result.wait.until == start_of_moscow_day(date(2026, 5, 5))
    result = await walk.when_it_is_over().lapsed()
    assert result.wait is not None
    assert result.wait.until == start_of_moscow_day(ENDS_ON + (GRACE_DAYS + 1) * DAY)
    await walk.when_it_is_over().lapsed()
    assert moves(walk)[2:] == [
        (RenewalStatus.CHECKING_PAYMENT, None),
        (RenewalStatus.LAPSED, "not_paid"),
        (RenewalStatus.CLOSED, "grace_over"),
    ]
    assert told(walk)[1:] == ["staff_statement_needed", "renewal_lapsed", "renewal_closed"]


@pytest.mark.parametrize("over", ["checked", "lapsed", "lapsed again"])
async def test_money_that_is_there_wins_over_every_end_of_a_wait(
    over: str, database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    if over != "checked":
        await walk.when_it_is_over().checked()
    if over == "lapsed again":
        await walk.when_it_is_over().lapsed()
    walk.when_it_is_over().paid(day=date(2026, 4, 30))
    result = await (walk.checked() if over == "checked" else walk.lapsed())
    assert result.status is RenewalStatus.PAID
    assert books.terms_of(walk.request.subscription_id)[1:] == [year_from(FOLLOWING)]


async def test_a_first_purchase_that_is_not_paid_is_closed_after_the_check(
    database: Database, books: RenewalBooks
) -> None:
    walk = await first_ordered(database, books)
    assert walk.result.wait is not None
    assert walk.result.wait.until == start_of_moscow_day(date(2026, 4, 21))
    await walk.when_it_is_over().checked()
    await walk.when_it_is_over().lapsed()
    assert moves(walk)[-1] == (RenewalStatus.CLOSED, "not_paid")
    assert told(walk)[-1] == "renewal_not_paid"


async def test_nothing_ordered_lapses_without_asking_for_a_statement(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    await walk.when_it_is_over().lapsed()
    assert moves(walk)[-1] == (RenewalStatus.LAPSED, "not_ordered")


async def test_a_changed_calendar_moves_the_check_of_a_payment(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    assert await walk.steps.move_deadline(walk.next()) is None
    await walk.when_it_is_over().checked()
    assert await walk.steps.move_deadline(walk.next()) is None
    day = {"day": date(2026, 5, 4), "is_working": False, "reason": "перенос", "author": "orlov"}
    books.put("calendar_overrides", **day, created_at=OPENED_AT)
    try:
        moved = walk.took(await walk.steps.move_deadline(walk.next()))
        again = await walk.steps.move_deadline(walk.next())
    finally:
        books.connection.execute("DELETE FROM calendar_overrides")
    assert moved.wait is not None
    assert moved.wait.until == start_of_moscow_day(date(2026, 5, 6))
    assert (moves(walk)[-1], again) == ((RenewalStatus.CHECKING_PAYMENT, "calendar"), None)


# What clients decide.


async def test_a_cancelled_order_is_void_and_its_money_is_a_surplus(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    number = walk.number
    result = await walk.cancelled()
    assert (result.status, result.invoice_number) == (RenewalStatus.WATCHING, None)
    invoice = books.row("SELECT * FROM invoices WHERE number = %(n)s", n=number)
    assert (invoice.voided_by, invoice.void_reason) == ("client", "cancelled")
    books.paid_by_bank(number, PRICE_KOPECKS, walk.at.date())
    assert await walk.steps.recheck(walk.next()) is None
    row = books.row("SELECT * FROM invoices WHERE number = %(n)s", n=number)
    assert row.surplus_kopecks == PRICE_KOPECKS
    await walk.ordered()
    assert walk.number != number


async def test_a_new_order_takes_the_place_of_an_unpaid_one(
    database: Database, books: RenewalBooks
) -> None:
    walk = await lapsed(database, books)
    before = walk.number
    books.paid_by_bank(before, 100, walk.at.date())
    await walk.looked()
    result = await walk.ordered()
    assert result.status is RenewalStatus.AWAITING_PAYMENT
    void = books.row("SELECT * FROM invoices WHERE number = %(n)s", n=before)
    assert (void.void_reason, void.surplus_kopecks) == ("replaced", 100)
    assert walk.row.seen_kopecks == 0
    assert result.wait is not None
    assert result.wait.until > walk.at


async def test_a_claim_stops_reminders_for_bank_days_and_tells_the_accountants(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    result = await walk.on(date(2026, 4, 13)).claimed()
    assert result.wait is not None
    assert result.wait.waiting_for is Role.BANK
    assert result.claimed_until == start_of_moscow_day(date(2026, 4, 21))
    assert all(at > result.claimed_until for at in result.wait.remind_at)
    assert set(told(walk)[-2:]) == {"renewal_claimed", "staff_payment_claimed"}
    assert await walk.reminded(walk.at + 4 * DAY) is None
    assert len(told(walk)) == 3


REFUSED: dict[str, tuple[str, str, R]] = {
    "an order while one is open": ("waiting", "order", R.NOT_ALLOWED_IN_STATUS),
    "calling off what is not ordered": ("opened", "cancel_order", R.NOT_ALLOWED_IN_STATUS),
    "a claim without an order": ("opened", "claim_payment", R.NOT_ALLOWED_IN_STATUS),
    "calling off what is paid": ("paid", "cancel_order", R.ORDER_PAID),
    "a claim of what is paid": ("paid", "claim_payment", R.ORDER_PAID),
    "an order of another case": ("opened", "foreign", R.ORDER_UNKNOWN),
    "an order that nobody placed": ("opened", "nowhere", R.ORDER_UNKNOWN),
}


@pytest.mark.parametrize("name", list(REFUSED))
async def test_a_command_is_refused_and_changes_nothing(
    name: str, database: Database, books: RenewalBooks
) -> None:
    state, step, code = REFUSED[name]
    walk = await opened(database, books)
    books.own_account()
    paper = books.order(walk.request)
    if state != "opened":
        walk.took(await walk.on(date(2026, 4, 10)).steps.order(walk.next("client", paper)))
    if state == "paid":
        walk.paid()
    if state == "waiting":
        paper = books.order(walk.request)
    if step == "foreign":
        paper = books.order((await opened(database, books)).request)
    if step == "nowhere":
        paper = "00000000-0000-4000-8000-000000000000"
    if step == "claim_payment":
        paper = books.claim(walk.request.renewal_id)
    run = getattr(walk.steps, step if step in ("cancel_order", "claim_payment") else "order")
    answer = await run(walk.next("client", None if step == "cancel_order" else paper))
    assert answer == RenewalTransitionResult(walk.result.status, walk.result.changes, refusal=code)
    assert walk.row.version == walk.result.changes


async def test_an_order_that_was_taken_is_answered_by_where_the_case_is(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    books.own_account()
    paper = books.order(walk.request)
    walk.took(await walk.on(date(2026, 4, 10)).steps.order(walk.next("client", paper)))
    cancelled = await walk.cancelled()
    assert await walk.steps.order(walk.next("client", paper)) == cancelled
    assert walk.row.version == cancelled.changes


async def test_a_late_command_is_refused_with_where_the_case_is(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    claimed = await walk.on(date(2026, 4, 13)).claimed()
    late = replace(walk.next("client"), number=claimed.changes)
    answer = await walk.steps.cancel_order(late)
    assert answer == replace(claimed, refusal=R.NOT_ALLOWED_IN_STATUS)
    assert walk.row.version == claimed.changes


async def test_nothing_to_call_off_in_a_lapsed_case_without_an_order(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    await walk.when_it_is_over().lapsed()
    answer = await walk.steps.cancel_order(walk.next("client"))
    assert answer.refusal is R.NO_OPEN_ORDER


async def test_a_card_order_names_its_page_until_it_is_paid(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    result = await walk.on(date(2026, 4, 10)).ordered(method="bank_card")
    assert result.card_order_id == str(walk.row.order_id)
    walk.paid()
    assert (await walk.looked()).card_order_id is None


# Refunds of terms.


@pytest.mark.parametrize("state", ["watching", "lapsed"])
async def test_a_case_ends_with_its_term_when_that_was_refunded(
    state: str, database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    if state == "lapsed":
        await walk.when_it_is_over().lapsed()
    else:
        walk.on(date(2026, 4, 15))
    _stop(walk, date(2026, 4, 15))
    await walk.looked()
    assert moves(walk)[-1] == (RenewalStatus.CLOSED, "term_stopped")


async def test_a_term_that_will_stop_is_watched_until_then(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    _stop(walk, date(2026, 4, 15))
    looked = await walk.looked()
    assert looked.wait is not None
    assert (looked.status, looked.wait.until, looked.wait.remind_at) == (
        *(RenewalStatus.WATCHING, start_of_moscow_day(date(2026, 4, 15))),
        (),
    )
    assert await walk.steps.recheck(walk.next()) is None
    await walk.when_it_is_over().lapsed()
    assert moves(walk)[-1] == (RenewalStatus.CLOSED, "term_stopped")
    assert told(walk) == []


async def test_a_case_that_opens_for_a_refunded_term_ends_at_once(
    database: Database, books: RenewalBooks
) -> None:
    subscription_id = books.subscription()
    first, last = year_from(date(2026, 1, 1))
    term_id = books.term(subscription_id, first, last, stopped_on=first, stop_reason="refunded")
    request = books.renewal_request(subscription_id, term_id)
    result = await RenewalActivities(database).open(RenewalOpening(request, OPENED_AT))
    walk = RenewalWalk(database, books, request, result)
    assert result.wait is not None
    assert result.wait.until < OPENED_AT
    await walk.lapsed()
    assert moves(walk)[-1] == (RenewalStatus.CLOSED, "term_stopped")


@pytest.mark.parametrize(
    ("paid_on", "starts_on"),
    [(date(2026, 4, 12), date(2026, 4, 15)), (date(2026, 4, 17), date(2026, 4, 17))],
)
async def test_after_a_refunded_term_the_next_begins_with_its_payment_and_never_overlaps(
    paid_on: date, starts_on: date, database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    _stop(walk, date(2026, 4, 15))
    walk.on(date(2026, 4, 18)).paid(day=paid_on)
    await walk.looked()
    assert books.terms_of(walk.request.subscription_id)[1:] == [year_from(starts_on)]


async def test_an_order_waits_for_no_term_that_was_refunded_but_for_its_own_invoice(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    _stop(walk, date(2026, 4, 15))
    looked = await walk.looked()
    valid_until = books.row(
        "SELECT valid_until FROM issued_invoices WHERE invoice_number = %(n)s", n=walk.number
    ).valid_until
    assert looked.wait is not None
    assert (looked.status, looked.wait.until) == (
        RenewalStatus.AWAITING_PAYMENT,
        end_of_moscow_day(valid_until),
    )
    assert await walk.steps.recheck(walk.next()) is None


async def test_a_term_that_is_paid_for_keeps_its_dates_when_the_running_one_is_refunded(
    database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    walk.paid()
    await walk.looked()
    _stop(walk, date(2026, 4, 20))
    assert await walk.steps.recheck(walk.next()) is None
    assert books.terms_of(walk.request.subscription_id)[1:] == [year_from(FOLLOWING)]


@pytest.mark.parametrize(
    ("asked", "stops"), [((), True), ((1,), True), ((2,), False)], ids=["all", "term", "licence"]
)
async def test_a_refund_ends_the_term_that_its_lines_sold(
    asked: tuple[int, ...], stops: bool, database: Database, books: RenewalBooks
) -> None:
    subscription_id = books.subscription()
    lines = [Line(1_200_000, "subscription", OF_YEAR), *([Line(2_000)] if asked else [])]
    number = books.invoice(*lines)
    term_id = books.term(subscription_id, *YEAR, invoice_number=number)
    request = books.renewal_request(subscription_id, term_id)
    result = await RenewalActivities(database).open(RenewalOpening(request, OPENED_AT))
    renewal = RenewalWalk(database, books, request, result, AT)
    refund = await refund_opened(database, books, number, asked=tuple(map(AskedLine, asked)))
    await refund.signed()
    await refund.accepted()
    await refund.settled(PayoutStatus.PAID)
    await refund.completed()
    assert refund.result.stopped_renewal == (request.renewal_id if stops else None)
    term = books.row("SELECT * FROM terms WHERE id = %(id)s", id=term_id)
    assert term.stopped_on == (moscow_date(AT) if stops else None)
    looked = await renewal.steps.recheck(renewal.next())
    assert (looked is not None) == stops


def _stop(walk: RenewalWalk, day: date) -> None:
    walk.books.connection.execute(
        "UPDATE terms SET stopped_on = %(day)s, stop_reason = 'refunded' WHERE id = %(id)s",
        {"day": day, "id": walk.request.term_id},
    )


# Reminders.


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


async def test_one_reminder_after_days_without_a_worker_and_not_at_night(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books, time_zone="Asia/Vladivostok")
    # 23, 27 and 29 April were missed; it is 22:30 in Vladivostok on 29 April.
    later = await walk.reminded(at("2026-04-29T12:30:00"))
    assert later == at("2026-04-30T00:00:00")
    assert told(walk) == []
    assert await walk.reminded(later) is None
    assert await walk.reminded(later) is None
    assert told(walk) == ["renewal_last_day"]


@pytest.mark.parametrize(
    ("paid", "expected"),
    [(0, "renewal_payment_reminder"), (100, "renewal_balance_reminder"), (PRICE_KOPECKS, None)],
)
async def test_a_reminder_of_an_invoice_asks_for_what_is_missing(
    paid: int, expected: str | None, database: Database, books: RenewalBooks
) -> None:
    walk = await waiting(database, books)
    if paid:
        walk.paid(paid)
    assert await walk.reminded(at("2026-04-13T07:00:00")) is None
    assert told(walk)[1:] == ([] if expected is None else [expected])


async def test_a_reminder_goes_by_the_channels_of_its_policy(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    await walk.reminded(at("2026-04-16T07:00:00"))
    case_id = walk.request.renewal_id
    assert books.told(case_id) == books.told(case_id, "mail") == ["renewal_soon"]


async def test_money_and_the_end_of_a_wait_at_once_never_lose_the_money(
    database: Database, books: RenewalBooks
) -> None:
    for _ in range(10):
        walk = await waiting(database, books)
        await walk.when_it_is_over().checked()
        change = walk.when_it_is_over().next()
        lapse = asyncio.create_task(walk.steps.lapse(change))
        await asyncio.gather(lapse, asyncio.to_thread(_paid_elsewhere, walk))
        walk.took(lapse.result())
        if walk.result.status is not RenewalStatus.PAID:
            assert (await walk.looked()).status is RenewalStatus.PAID


def _paid_elsewhere(walk: RenewalWalk) -> None:
    other = RenewalBooks(walk.books.connection.info.dsn)
    try:
        other.paid_by_bank(walk.number, PRICE_KOPECKS, date(2026, 4, 30))
    finally:
        other.close()
