"""Limits over an invoice and a client: what is split, or asked at once, is counted together."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from activities.refund import RefundActivities
from db.database import Database
from db.invariants.limits import LIMIT_INVARIANTS
from domain.money import VatRate, vat_inside
from domain.payout.payout import PayoutStatus
from domain.refund.refund import AskedLine, Opening, RefundKind, RefundStatus
from tests.activities.walk import Walk, opened, paid
from tests.books import AT, Books, Line

AUTOMATIC, APPROVAL, CLIENT_AUTOMATIC = 5_000_000, 10_000_000, 10_000_000
LARGE = Line(25_000_000)


async def broken(database: Database) -> list[str]:
    """The invariants of limits that do not hold."""
    found = []
    for invariant in LIMIT_INVARIANTS:
        rows = await database.rows(invariant.query)
        found += [f"{invariant.name}: {row.found}" for row in rows]
    return found


def reason(books: Books, walk: Walk) -> str | None:
    """Why the last change was made."""
    row = books.row(
        "SELECT reason FROM refund_history WHERE refund_id = %(id)s ORDER BY number DESC LIMIT 1",
        id=walk.refund_id,
    )
    found: str | None = row.reason
    return found


async def asked(database: Database, books: Books, number: str, nth: int, kopecks: int) -> Walk:
    """A request for a part of the invoice's only line."""
    request = books.request(number, nth, asked=(AskedLine(1, kopecks),))
    result = await RefundActivities(database).open(Opening(request, AT))
    return Walk(database, books, request.refund_id, result)


async def finished(walk: Walk) -> None:
    """Signed, accepted, approved if need be, paid."""
    await walk.signed()
    if (await walk.accepted()).status is RefundStatus.AWAITING_APPROVAL:
        await walk.approved()
    await walk.settled(PayoutStatus.PAID)
    await walk.completed()


async def test_an_invoice_that_is_given_back_in_parts_meets_both_limits(
    database: Database, books: Books
) -> None:
    number = books.invoice(LARGE, method="bank_transfer")
    first = await asked(database, books, number, 1, AUTOMATIC)
    assert first.result.status is RefundStatus.AWAITING_STATEMENT
    await finished(first)
    second = await asked(database, books, number, 2, AUTOMATIC)
    assert (second.result.status, reason(books, second)) == (
        RefundStatus.AWAITING_SPECIALIST,
        "above_limit",
    )
    await second.calculated(AUTOMATIC)
    await second.signed()
    assert (
        await second.accepted()
    ).status is RefundStatus.PAYING  # 100 000.00 in all: not above the limit
    await second.settled(PayoutStatus.PAID)
    await second.completed()
    third = await asked(database, books, number, 3, 1)
    assert third.result.status is RefundStatus.AWAITING_SPECIALIST
    await third.calculated(1)
    await third.signed()
    assert (await third.accepted()).status is RefundStatus.AWAITING_APPROVAL
    assert reason(books, third) == "above_limit"
    await third.approved()
    assert await broken(database) == []


async def test_a_case_that_ended_unpaid_counts_no_more(database: Database, books: Books) -> None:
    number = books.invoice(LARGE)
    first = await asked(database, books, number, 1, AUTOMATIC)
    first.took(await first.steps.withdraw(first.next("client")))
    second = await asked(database, books, number, 2, AUTOMATIC)
    assert second.result.status is RefundStatus.AWAITING_STATEMENT


async def test_a_client_s_invoices_are_counted_together(database: Database, books: Books) -> None:
    client_id = books.client()
    walks = [
        await opened(database, books, books.invoice(Line(AUTOMATIC), client_id=client_id))
        for _ in range(3)
    ]
    assert [walk.result.status for walk in walks] == [
        RefundStatus.AWAITING_STATEMENT,
        RefundStatus.AWAITING_STATEMENT,
        RefundStatus.AWAITING_SPECIALIST,
    ]
    assert reason(books, walks[2]) == "above_client_limit"


async def test_what_a_client_was_paid_before_the_window_counts_no_more(
    database: Database, books: Books
) -> None:
    client_id = books.client()
    for _ in range(2):
        await paid(database, books, books.invoice(Line(AUTOMATIC), client_id=client_id))
    paid_on = date(2026, 4, 28)  # what the bank said of both, in `walk`
    numbers = [books.invoice(Line(1), client_id=client_id) for _ in range(2)]
    seen = []
    for number, days in zip(numbers, (30, 29), strict=True):
        at = datetime.combine(paid_on, AT.time(), UTC) + timedelta(days=days)
        answer = await RefundActivities(database).open(Opening(books.request(number), at))
        seen.append(answer.status)
    assert seen == [RefundStatus.AWAITING_STATEMENT, RefundStatus.AWAITING_SPECIALIST]


async def test_above_a_client_s_limit_an_accountant_approves(
    database: Database, books: Books
) -> None:
    client_id = books.client()
    walks = []
    for _ in range(2):
        number = books.invoice(Line(APPROVAL), client_id=client_id)
        walk = await opened(database, books, number)
        await walk.calculated(APPROVAL)
        walks.append(walk)
    small = await opened(database, books, books.invoice(Line(1), client_id=client_id))
    await small.calculated(1)
    await small.signed()
    assert (await small.accepted()).status is RefundStatus.AWAITING_APPROVAL
    assert reason(books, small) == "above_client_limit"
    walks[1].took(await walks[1].steps.withdraw(walks[1].next("client")))
    await walks[0].signed()
    assert (await walks[0].accepted()).status is RefundStatus.PAYING


@pytest.mark.parametrize("at_once", [2, 8])
async def test_requests_of_one_client_at_once_do_not_overlook_each_other(
    at_once: int, database: Database, books: Books
) -> None:
    client_id = books.client()
    numbers = [
        books.invoice(Line(AUTOMATIC), client_id=client_id, number=uuid4().hex[:12])
        for _ in range(at_once)
    ]
    answers = await asyncio.gather(
        *(RefundActivities(database).open(Opening(books.request(number), AT)) for number in numbers)
    )
    automatic = [one for one in answers if one.status is RefundStatus.AWAITING_STATEMENT]
    assert len(automatic) == CLIENT_AUTOMATIC // AUTOMATIC
    assert await broken(database) == []


async def test_cases_of_one_client_that_are_accepted_at_once_wait_for_an_accountant(
    database: Database, books: Books
) -> None:
    client_id = books.client()
    walks = []
    for _ in range(3):
        number = books.invoice(Line(8_000_000), client_id=client_id)
        walk = await opened(database, books, number)
        await walk.calculated(8_000_000)
        await walk.signed()
        walks.append(walk)
    answers = await asyncio.gather(*(walk.accepted() for walk in walks))
    assert {one.status for one in answers} == {RefundStatus.AWAITING_APPROVAL}


@pytest.mark.parametrize(
    ("surplus", "status"),
    [
        (AUTOMATIC, RefundStatus.AWAITING_STATEMENT),
        (AUTOMATIC + 1, RefundStatus.AWAITING_SPECIALIST),
    ],
)
async def test_a_surplus_knows_the_automatic_limit(
    surplus: int, status: RefundStatus, database: Database, books: Books
) -> None:
    number = books.invoice(Line(1_000), paid=(1_000 + surplus,))
    walk = await opened(database, books, number, kind=RefundKind.SURPLUS)
    assert walk.result.status is status


async def test_a_surplus_knows_the_approval_limit_and_four_eyes(
    database: Database, books: Books
) -> None:
    number = books.invoice(Line(1_000), paid=(1_000 + APPROVAL + 1,))
    walk = await opened(database, books, number, kind=RefundKind.SURPLUS)
    paper = books.calculation(walk.refund_id, by="petrova", sum_kopecks=APPROVAL + 1)
    walk.took(await walk.steps.record_calculation(walk.next("petrova", paper)))
    await walk.signed()
    assert (await walk.accepted()).status is RefundStatus.AWAITING_APPROVAL
    assert (await walk.steps.approve(walk.next("petrova"))).refusal == "same_person"
    assert (await walk.approved()).status is RefundStatus.PAYING


async def test_the_lines_and_the_surplus_of_an_invoice_are_counted_together(
    database: Database, books: Books
) -> None:
    number = books.invoice(Line(AUTOMATIC), paid=(AUTOMATIC + 100,))
    await paid(database, books, number)
    request = books.request(number, 2, kind=RefundKind.SURPLUS)
    answer = await RefundActivities(database).open(Opening(request, AT))
    assert answer.status is RefundStatus.AWAITING_SPECIALIST


@pytest.mark.parametrize(
    ("waits_in", "goes_on_in"),
    [
        ("awaiting_approval", "paying"),
        ("payout_held", "paying"),
        ("payout_held", "completed"),
    ],
)
async def test_the_database_lets_nobody_let_his_own_sum_go(
    database: Database, books: Books, waits_in: str, goes_on_in: str
) -> None:
    walk = await opened(database, books, books.invoice(Line(APPROVAL + 1)))
    await walk.calculated(APPROVAL + 1, by="petrova")
    await walk.signed()
    await walk.accepted()
    move: dict[str, Any] = {
        "refund_id": walk.refund_id,
        "number": walk.number + 1,
        "from_status": waits_in,
        "to_status": goes_on_in,
        "at": AT,
        "by": "petrova",
        "answer": {},
    }
    with pytest.raises(psycopg.IntegrityError) as refused:
        books.put("refund_history", **move)
    assert refused.value.diag.constraint_name == "approved_by_another"


async def test_a_sum_that_is_sent_back_is_free_and_what_was_signed_is_void(
    database: Database, books: Books
) -> None:
    number = books.invoice()
    walk = await opened(database, books, number)
    await walk.signed()
    remark = books.remark(walk.refund_id, "Услугу оказали")
    sent_back = walk.took(await walk.steps.recalculate(walk.next("petrova", remark)))
    assert (sent_back.status, sent_back.sum_kopecks) == (RefundStatus.AWAITING_SPECIALIST, 0)
    promised = books.row(
        "SELECT promised_kopecks, balance_of('promised/' || %(id)s) AS owed FROM invoices"
        " WHERE number = %(n)s",
        id=walk.refund_id,
        n=number,
    )
    assert (promised.promised_kopecks, promised.owed) == (0, 0)
    told = books.rows(
        "SELECT DISTINCT template FROM notifications WHERE case_id = %(id)s"
        " AND occasion = %(occasion)s",
        id=walk.refund_id,
        occasion=f"change-{walk.number}",
    )
    assert {row.template for row in told} == {"refund_sent_back", "staff_calculation_sent_back"}
    await walk.calculated(1_000_000)
    stale = await walk.steps.record_statement(
        walk.next("client", books.signature(statement_of(books, walk.refund_id)))
    )
    assert stale.refusal == "signature_stale"
    await walk.signed()
    assert (await walk.accepted()).status is RefundStatus.PAYING


def statement_of(books: Books, refund_id: str) -> str:
    """A statement over the sum that the case stood on first."""
    first = books.row(
        "SELECT id, sum_kopecks FROM calculations WHERE refund_id = %(id)s AND kind = 'automatic'",
        id=refund_id,
    )
    return books.statement(refund_id, calculation_id=first.id, sum_kopecks=first.sum_kopecks)


async def test_parts_of_a_line_have_its_vat(database: Database, books: Books) -> None:
    number = books.invoice(Line(12_200, columns={"vat_rate": "vat22"}), method="bank_transfer")
    for nth, kopecks in enumerate((3_200, 900, 800, 300, 600, 300, 6_100), start=1):
        await finished(await asked(database, books, number, nth, kopecks))
    row = books.row(
        "SELECT sum(l.vat_kopecks) AS vat FROM calculation_lines l"
        " JOIN refunds r ON r.calculation_id = l.calculation_id"
        " WHERE r.invoice_number = %(n)s",
        n=number,
    )
    assert row.vat == 2_200
    assert await broken(database) == []


@pytest.mark.parametrize("rate", ["none", "vat5", "vat7", "vat10", "vat20", "vat22"])
def test_the_database_finds_the_same_vat_as_the_code(rate: str, books: Books) -> None:
    sums = [0, 1, 2, 3, 61, 100, 122, 12_200, 400_016, 99_999_999_999_999]
    found = [
        books.row("SELECT vat_inside(%(sum)s, %(rate)s) AS vat", sum=one, rate=rate).vat
        for one in sums
    ]
    assert found == [vat_inside(one, VatRate(rate)) for one in sums]
