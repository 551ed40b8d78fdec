"""Inquiries in a real database: what each step stores and repeats, and what no write may do."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from db.database import Database
from db.payout import trace
from db.payout.trace import trace_from
from domain.payout.payout import Channel, PayoutStatus, Way
from domain.payout.trace import Contradiction
from domain.refund.refund import Change, RefundStatus, TransitionResult
from tests.activities.walk import CREDIT_BY, SETTLED_ON, Walk, paid
from tests.books import Books

DAY_AFTER = CREDIT_BY + timedelta(days=1)


def later(walk: Walk, day: date, by: str, submission_id: str | None = None) -> Change:
    """The case's next change at noon of a day, about its first attempt."""
    at = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    return Change(walk.refund_id, walk.number + 1, at, by, submission_id, attempt=1)


async def asked(walk: Walk, day: date = DAY_AFTER) -> TransitionResult:
    """An inquiry about the case's money."""
    paper = walk.books.inquiry(walk.refund_id)
    return await walk.steps.open_inquiry(later(walk, day, "client", paper))


async def test_it_opens_a_closed_case_and_its_repeat_changes_nothing(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    walk.took(await walk.steps.close(walk.next()))
    paper = books.inquiry(walk.refund_id)
    change = later(walk, DAY_AFTER, "client", paper)
    opened = await walk.steps.open_inquiry(change)
    assert (opened.status, opened.attempt) == (RefundStatus.INQUIRY, 1)
    assert await walk.steps.open_inquiry(change) == opened
    row = books.row("SELECT * FROM refunds WHERE id = %(id)s", id=walk.refund_id)
    assert (str(row.inquiry_id), row.closed_at, row.version) == (paper, None, opened.changes)


@pytest.mark.parametrize(
    ("day", "refusal"), [(CREDIT_BY, "inquiry_too_early"), (date(2027, 6, 1), "inquiry_too_late")]
)
async def test_outside_its_days_it_is_refused_and_nothing_is_stored(
    day: date, refusal: str, database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    judged = await asked(walk, day)
    assert (judged.refusal, judged.changes) == (refusal, walk.number)


async def test_too_many_are_counted_by_what_the_case_took(database: Database, books: Books) -> None:
    walk = await paid(database, books)
    for _ in range(5):
        books.inquiry(walk.refund_id)  # written, and never taken
        walk.took(await asked(walk))
        words = books.remark(walk.refund_id)
        walk.took(await walk.steps.answer_inquiry(later(walk, DAY_AFTER, "kuznetsova", words)))
    assert (await asked(walk)).refusal == "inquiry_too_many"


async def test_money_that_is_booked_as_returned_goes_back_to_the_promise(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    walk.took(await asked(walk))
    words = books.remark(walk.refund_id)
    back = walk.took(await walk.steps.book_return(later(walk, DAY_AFTER, "kuznetsova", words)))
    assert back.status is RefundStatus.AWAITING_STATEMENT
    payout = books.row("SELECT status FROM payouts WHERE case_id = %(id)s", id=walk.refund_id)
    assert payout.status == PayoutStatus.RETURNED
    promised = books.row(
        "SELECT balance_of(%(account)s) AS kopecks", account=f"promised/{walk.refund_id}"
    )
    assert promised.kopecks == back.sum_kopecks


async def test_no_write_closes_a_case_over_its_inquiry_or_ends_one_without_a_move(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    walk.took(await asked(walk))
    for sql, constraint in (
        ("UPDATE refunds SET closed_at = now() WHERE id = %s", "never_closed_over_an_inquiry"),
        ("UPDATE refunds SET inquiry_id = NULL WHERE id = %s", "inquiry_is_open"),
    ):
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            books.connection.execute(sql, (walk.refund_id,))
        assert refused.value.diag.constraint_name == constraint
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        books.connection.execute("DELETE FROM inquiries WHERE refund_id = %s", (walk.refund_id,))


async def test_an_inquiry_of_another_case_is_refused_by_the_database(
    database: Database, books: Books
) -> None:
    one, other = await paid(database, books), await paid(database, books)
    one.took(await asked(one))
    foreign = books.inquiry(other.refund_id)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        books.connection.execute(
            "UPDATE refunds SET inquiry_id = %s WHERE id = %s", (foreign, one.refund_id)
        )


async def test_the_trace_shows_what_is_known_and_what_contradicts_it(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    (row,) = await database.rows(trace.of_case(walk.refund_id))
    known = trace_from(row)
    assert (known.channel, known.way, known.paid_on) == (Channel.ACQUIRER, Way.CARD, SETTLED_ON)
    assert known.acquirer_refund == f"external-{walk.refund_id}"
    assert known.contradiction is None
    difference = str(uuid4())
    books.put(
        "acquirer_differences",
        id=difference,
        invariant="listed",
        subject=f"{walk.refund_id}/1",
        found="нет в списке",
        found_at=datetime.fromisoformat("2026-05-01T09:00:00+00:00"),
    )
    (row,) = await database.rows(trace.of_case(walk.refund_id))
    assert trace_from(row).contradiction is Contradiction.NOT_LISTED
    walk.took(await asked(walk, SETTLED_ON + timedelta(days=1)))
    books.put(
        "acquirer_difference_decisions",
        difference_id=difference,
        reason="эквайер исправил список",
        decided_by="kuznetsova",
        decided_at=datetime.fromisoformat("2026-05-02T09:00:00+00:00"),
    )
    (row,) = await database.rows(trace.of_case(walk.refund_id))
    assert trace_from(row).contradiction is None
