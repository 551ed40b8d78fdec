"""What a refund does to the term whose money goes back: what was signed, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from db.database import ConstraintBroken, Database
from domain.payout.payout import PayoutStatus
from domain.refund import paying
from domain.refund.refund import AskedLine, RefundStatus
from domain.refund.service import ServiceOutcome
from domain.renewal.renewal import RenewalStatus
from tests.activities.renewal_walk import ENDS_ON, RenewalWalk, opened
from tests.activities.walk import Walk
from tests.activities.walk import opened as refund_opened
from tests.books import AT
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks, year_from

FOLLOWING = ENDS_ON + timedelta(days=1)
NEXT = year_from(FOLLOWING)
PART_KOPECKS = 100_00


async def paid_ahead(database: Database, books: RenewalBooks) -> RenewalWalk:
    """A case whose next term is paid before the present one ends."""
    walk = await opened(database, books)
    await walk.on(date(2026, 4, 10)).ordered()
    walk.paid()
    await walk.looked()
    return walk


async def signed(refund: Walk) -> Walk:
    """The client has signed, the money is on its way and has left."""
    await refund.signed()
    await refund.accepted()
    await refund.settled(PayoutStatus.PAID)
    return refund


async def wholly(walk: RenewalWalk, number: str) -> Walk:
    """A refund of all, up to the bank's word."""
    return await signed(await refund_opened(walk.database, walk.books, number))


async def in_part(walk: RenewalWalk, number: str, stops_on: date | None) -> Walk:
    """A refund of 100.00, with a specialist's word on the service, up to the bank's word."""
    asked = (AskedLine(1, PART_KOPECKS),)
    refund = await refund_opened(walk.database, walk.books, number, asked=asked)
    assert refund.result.status is RefundStatus.AWAITING_SPECIALIST
    service = ServiceOutcome(*NEXT, stops_on)
    paper = walk.books.calculation(refund.refund_id, PART_KOPECKS, service=service)
    refund.took(await refund.steps.record_calculation(refund.next("petrova", paper)))
    return await signed(refund)


def moves(walk: RenewalWalk) -> list[tuple[str, str | None]]:
    rows = walk.books.rows(
        "SELECT to_status, reason FROM renewal_history WHERE renewal_id = %(id)s ORDER BY number",
        id=walk.request.renewal_id,
    )
    return [(row.to_status, row.reason) for row in rows]


def stopped_on(walk: RenewalWalk, number: str) -> date | None:
    row = walk.books.row("SELECT * FROM terms WHERE invoice_number = %(n)s", n=number)
    assert row.withdrawn_at is None
    day: date | None = row.stopped_on
    return day


@pytest.mark.parametrize(
    ("looked_on", "status", "told"),
    [
        (date(2026, 4, 20), RenewalStatus.WATCHING, []),
        (date(2026, 5, 3), RenewalStatus.LAPSED, ["renewal_lapsed"]),
        (date(2026, 6, 3), RenewalStatus.CLOSED, []),
    ],
)
async def test_a_coming_term_that_is_wholly_refunded_was_never_sold(
    looked_on: date, status: RenewalStatus, told: list[str], database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    number, before = walk.number, books.told(walk.request.renewal_id)
    refund = await wholly(walk, number)
    assert books.terms_of(walk.request.subscription_id)[1:] == [NEXT]
    assert (await refund.completed()).stopped_renewal == walk.request.renewal_id
    assert books.terms_of(walk.request.subscription_id)[1:] == []
    result = await walk.on(looked_on).looked()
    assert (result.status, result.invoice_number, result.next_term) == (status, None, None)
    assert moves(walk)[-1] == (status, "next_refunded")
    assert books.told(walk.request.renewal_id)[len(before) :] == told
    await walk.on(date(2026, 6, 4)).ordered()
    walk.on(date(2026, 6, 5)).paid()
    await walk.looked()
    assert books.terms_of(walk.request.subscription_id)[1:] == [year_from(date(2026, 6, 5))]


async def test_a_coming_term_that_was_refunded_is_ordered_again_without_a_gap(
    database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    await (await wholly(walk, walk.number)).completed()
    assert (await walk.on(date(2026, 4, 20)).looked()).wait is not None
    await walk.ordered()
    walk.on(date(2026, 4, 29)).paid()
    await walk.looked()
    assert books.terms_of(walk.request.subscription_id)[1:] == [NEXT]


async def test_a_term_that_was_refunded_in_its_last_moment_does_not_begin(
    database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    result = walk.result
    assert result.next_term is not None
    await (await wholly(walk, walk.number)).completed()
    walk.at = result.next_term.starts_at
    assert (await walk.begun()).status is RenewalStatus.LAPSED


async def test_a_term_that_began_before_its_refund_was_paid_ends_on_its_first_day(
    database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    number = walk.number
    refund = await wholly(walk, number)
    watching = await walk.followed()
    assert (await refund.completed()).stopped_renewal == watching.request.renewal_id
    assert stopped_on(walk, number) == FOLLOWING
    assert (await watching.looked()).status is RenewalStatus.CLOSED


@pytest.mark.parametrize("stops_on", [None, FOLLOWING + timedelta(days=200), NEXT[1]])
@pytest.mark.parametrize("has_begun", [False, True], ids=["coming", "running"])
async def test_a_part_of_the_money_ends_a_term_where_a_specialist_says(
    stops_on: date | None, *, has_begun: bool, database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    number = walk.number
    watching = await walk.followed() if has_begun else walk
    refund = await in_part(walk, number, stops_on)
    await refund.completed()
    assert stopped_on(walk, number) == stops_on
    looked = await watching.steps.recheck(watching.next())
    assert (looked is not None) == (has_begun and stops_on is not None)


async def test_a_part_of_the_money_may_cancel_a_coming_term(
    database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    await (await in_part(walk, walk.number, FOLLOWING)).completed()
    assert (await walk.on(date(2026, 4, 20)).looked()).status is RenewalStatus.WATCHING
    assert books.terms_of(walk.request.subscription_id)[1:] == []


async def test_days_that_pass_between_the_signature_and_the_payment_move_no_end(
    database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    number = walk.number
    await walk.followed()
    refund = await refund_opened(database, books, number, stopped_on=date(2026, 5, 20))
    await signed(refund)
    late = replace(refund.next(attempt=refund.result.attempt), at=AT + timedelta(days=90))
    refund.took(await refund.steps.complete(late))
    assert stopped_on(walk, number) == date(2026, 5, 20)


async def test_a_refund_that_leaves_the_service_it_was_signed_to_end_is_not_stored(
    database: Database, books: RenewalBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = await paid_ahead(database, books)
    refund = await wholly(walk, walk.number)
    monkeypatch.setattr(paying, "_end_of_service", lambda *_: ())
    with pytest.raises(ConstraintBroken) as broken:
        await refund.completed()
    assert broken.value.constraint == "service_ends_as_signed"


@pytest.mark.parametrize(
    "change",
    [
        "stopped_on = starts_on + 10, stop_reason = 'refunded'",
        "stopped_on = starts_on + 10, stop_reason = 'unpaid'",
        "withdrawn_at = now()",
    ],
)
async def test_a_term_that_is_paid_loses_no_day_that_nobody_signed_for(
    change: str, database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    sql = f"UPDATE terms SET {change} WHERE invoice_number = %(n)s"  # noqa: S608 - ours
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        books.connection.execute(sql.encode(), {"n": walk.number})
    assert refused.value.diag.constraint_name == "term_ends_as_signed"


async def test_a_stop_is_never_taken_back(database: Database, books: RenewalBooks) -> None:
    walk = await paid_ahead(database, books)
    number = walk.number
    await (await in_part(walk, number, FOLLOWING + timedelta(days=9))).completed()
    for change in ("stopped_on = NULL, stop_reason = NULL", "stopped_on = stopped_on + 1"):
        sql = f"UPDATE terms SET {change} WHERE invoice_number = %(n)s"  # noqa: S608 - ours
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            books.connection.execute(sql.encode(), {"n": number})
        assert refused.value.diag.constraint_name == "term_stays"


async def test_a_statement_that_says_another_day_is_not_stored(
    database: Database, books: RenewalBooks
) -> None:
    walk = await paid_ahead(database, books)
    refund = await refund_opened(database, books, walk.number)
    service = ServiceOutcome(*NEXT, FOLLOWING + timedelta(days=1))
    for said in (None, service.content):
        content = {"account": "40702810900000000001", "sum_kopecks": PRICE_KOPECKS, "service": said}
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            books.statement(refund.refund_id, content=content)
        assert refused.value.diag.constraint_name == "statement_says_when_service_stops"
