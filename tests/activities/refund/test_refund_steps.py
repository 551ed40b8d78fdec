"""Each step of a refund in a real database: what it stores, repeats and refuses."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from activities.refund import RefundActivities
from db.case.case_store import CaseDiverged
from db.case.policy import policy_from
from db.database import Database
from db.refund.refund import CALCULATION, INPUTS, request_of_closed
from domain.access.roles import Role
from domain.calendar.bank_calendar import end_of_moscow_day
from domain.case.waiting import Reminder
from domain.payout.payout import Channel, PayoutStatus
from domain.refund.calculation import calculate
from domain.refund.refund import AskedLine, Opening, RefundStatus, invoice_number_of
from tests.activities.walk import CREDIT_BY, SETTLED_ON, Walk, opened, paid, paying
from tests.books import AT, LICENCE_KOPECKS, Books, Line
from tests.domain.refund.test_policy import POLICY

ABOVE_APPROVAL = POLICY.approval_limit_kopecks + 1
YEAR = {"period_start": "2026-01-01", "period_end": "2026-12-31"}


def history(books: Books, refund_id: str) -> list[tuple[str | None, str, str]]:
    rows = books.rows(
        "SELECT * FROM refund_history WHERE refund_id = %(id)s ORDER BY number", id=refund_id
    )
    return [(row.from_status, row.to_status, row.by) for row in rows]


def promised(books: Books, refund_id: str) -> int:
    found: int = books.row(
        "SELECT i.promised_kopecks FROM invoices i JOIN refunds r ON r.invoice_number = i.number"
        " WHERE r.id = %(id)s",
        id=refund_id,
    )[0]
    return found


async def test_an_automatic_case_goes_through_all_its_statuses(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    completed = walk.result
    closed = walk.took(await walk.steps.close(walk.next()))
    assert closed == replace(completed, changes=walk.number, wait=None)
    assert (closed.status, closed.sum_kopecks, closed.attempt) == (
        RefundStatus.COMPLETED,
        LICENCE_KOPECKS,
        1,
    )
    assert [(a, b) for a, b, _ in history(books, walk.refund_id)] == [
        (None, "calculating"),
        ("calculating", "awaiting_statement"),
        ("awaiting_statement", "under_review"),
        ("under_review", "paying"),
        ("paying", "completed"),
        ("completed", "completed"),
    ]
    row = books.row("SELECT * FROM refunds WHERE id = %(id)s", id=walk.refund_id)
    assert (row.paid_on, row.credit_by, row.wait_until) == (SETTLED_ON, CREDIT_BY, None)
    assert promised(books, walk.refund_id) == LICENCE_KOPECKS


async def test_the_vector_of_the_unused_period_is_stored_and_recomputes(
    database: Database, books: Books
) -> None:
    walk = await opened(
        database, books, books.invoice(Line(1_220_050, "subscription", columns=YEAR))
    )
    assert walk.result.sum_kopecks == 969_355
    row = books.row("SELECT * FROM calculations WHERE refund_id = %(id)s", id=walk.refund_id)
    stored = CALCULATION.validate_python(row.trace)
    newest = books.row("SELECT * FROM policies WHERE kind = 'refund' ORDER BY version DESC LIMIT 1")
    assert calculate(INPUTS.validate_python(row.inputs), policy_from(newest)) == stored
    assert stored.sum_kopecks == row.sum_kopecks == 969_355


@pytest.mark.parametrize(
    ("line", "paid_kopecks", "asked", "status", "refusal"),
    [
        (Line(), None, (), RefundStatus.AWAITING_STATEMENT, None),
        (Line(kind="service"), None, (), RefundStatus.AWAITING_SPECIALIST, None),
        (Line(), (), (), RefundStatus.DECLINED, "invoice_not_paid"),
        (Line(), None, (AskedLine(7),), RefundStatus.DECLINED, "lines_unknown"),
        (
            Line(),
            None,
            (AskedLine(1, LICENCE_KOPECKS + 1),),
            RefundStatus.DECLINED,
            "amount_above_refundable",
        ),
    ],
)
async def test_a_case_opens_where_the_conditions_lead(
    line: Line,
    paid_kopecks: tuple[int, ...] | None,
    asked: tuple[AskedLine, ...],
    status: RefundStatus,
    refusal: str | None,
    database: Database,
    books: Books,
) -> None:
    walk = await opened(database, books, books.invoice(line, paid=paid_kopecks), asked=asked)
    assert (walk.result.status, walk.result.refusal) == (status, refusal)
    row = books.row("SELECT * FROM refunds WHERE id = %(id)s", id=walk.refund_id)
    assert (row.status, row.refusal, row.closed_at is not None) == (
        status,
        refusal,
        refusal is not None,
    )


async def test_fifty_equal_openings_at_once_make_one_case(database: Database, books: Books) -> None:
    opening = Opening(books.request(books.invoice()), AT)
    steps = RefundActivities(database)
    answers = await asyncio.gather(*(steps.open(opening) for _ in range(50)))
    assert {answer.status for answer in answers} == {RefundStatus.AWAITING_STATEMENT}
    assert len(set(answers)) == 1
    assert promised(books, opening.request.refund_id) == LICENCE_KOPECKS


async def test_of_two_cases_before_the_payout_one_is_opened(
    database: Database, books: Books
) -> None:
    number, steps = books.invoice(), RefundActivities(database)
    answers = await asyncio.gather(
        *(steps.open(Opening(books.request(number, ordinal), AT)) for ordinal in (1, 2))
    )
    assert sorted(str(answer.refusal) for answer in answers) == ["None", "refund_already_open"]
    rows = books.rows("SELECT id FROM refunds WHERE invoice_number = %(n)s", n=number)
    assert len(rows) == 1


async def test_a_second_partial_case_gets_only_what_the_first_has_left(
    database: Database, books: Books
) -> None:
    number = books.invoice()
    request = books.request(number, asked=(AskedLine(1, 1_000_000),))
    result = await RefundActivities(database).open(Opening(request, AT))
    walk = Walk(database, books, request.refund_id, result)
    await walk.signed()
    await walk.accepted()
    await walk.settled(PayoutStatus.PAID)
    await walk.completed()
    second = await RefundActivities(database).open(Opening(books.request(number, 2), AT))
    assert second.sum_kopecks == LICENCE_KOPECKS - 1_000_000


async def _repeats(walk: Walk) -> list[tuple[str, object]]:
    """Every step on the way to the close, run twice: its name and both answers."""
    books, steps, seen = walk.books, walk.steps, []
    plan = (
        ("record_statement", lambda: ("client", books.signed(walk.refund_id), 0)),
        ("return_statement", lambda: ("petrova", books.remark(walk.refund_id), 0)),
        ("record_statement", lambda: ("client", books.signed(walk.refund_id), 0)),
        ("accept", lambda: ("petrova", None, 0)),
        ("approve", lambda: ("kuznetsova", None, 0)),
    )
    for name, arguments in plan:
        change = walk.next(*arguments())
        first = walk.took(await getattr(steps, name)(change))
        seen.append((name, first == await getattr(steps, name)(replace(change, at=AT))))
    return seen


async def test_every_step_twice_answers_the_same_and_stores_one_row(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books, books.invoice(Line(ABOVE_APPROVAL, "service")))
    paper = books.calculation(walk.refund_id, ABOVE_APPROVAL)
    change = walk.next("petrova", paper)
    first = walk.took(await walk.steps.record_calculation(change))
    assert await walk.steps.record_calculation(change) == first
    assert first.calculated_by == "petrova"
    seen = await _repeats(walk)
    await walk.settled(PayoutStatus.PAID)
    await walk.settled(PayoutStatus.PAID)
    for name in ("complete", "close"):
        again = walk.next(attempt=1)
        once = walk.took(await getattr(walk.steps, name)(again))
        seen.append((name, once == await getattr(walk.steps, name)(again)))
    assert all(same for _, same in seen)
    assert len(history(books, walk.refund_id)) == walk.number
    counts = books.row(
        "SELECT (SELECT count(*) FROM payouts WHERE case_id = %(id)s) AS payouts,"
        " (SELECT count(*) FROM payout_history WHERE case_id = %(id)s) AS steps,"
        " (SELECT count(*) FROM notifications WHERE case_id = %(id)s) AS notified,"
        " (SELECT count(DISTINCT (occasion, role, channel)) FROM notifications"
        "   WHERE case_id = %(id)s) AS once",
        id=walk.refund_id,
    )
    assert (counts.payouts, counts.steps) == (1, 2)
    assert counts.notified == counts.once


@pytest.mark.parametrize("step", ["withdraw", "decline", "expire"])
async def test_an_end_twice_is_one_end_and_frees_what_was_promised(
    step: str, database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    assert promised(books, walk.refund_id) == LICENCE_KOPECKS
    change = walk.next("client")
    first = await getattr(walk.steps, step)(change)
    assert await getattr(walk.steps, step)(change) == first
    assert promised(books, walk.refund_id) == 0
    assert len(history(books, walk.refund_id)) == 3


@pytest.mark.parametrize("ahead", [1, 5])
async def test_a_change_that_nothing_leads_to_is_never_stored(
    ahead: int, database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    await walk.signed()
    before = history(books, walk.refund_id)
    change = replace(walk.next("petrova"), number=walk.number + 1 + ahead)
    with pytest.raises(CaseDiverged):
        await walk.steps.accept(change)
    assert history(books, walk.refund_id) == before


@pytest.mark.parametrize("behind", [0, 1, 2])
async def test_a_change_where_somebody_elses_stands_is_refused_with_where_the_case_is(
    behind: int, database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    await walk.signed()
    returned = await walk.steps.return_statement(
        walk.next("sidorova", books.remark(walk.refund_id))
    )
    before = history(books, walk.refund_id)
    change = replace(walk.next("petrova"), number=walk.number + 1 - behind)
    assert await walk.steps.accept(change) == replace(returned, refusal="not_allowed_in_status")
    assert history(books, walk.refund_id) == before


async def test_ones_own_change_is_answered_by_where_the_case_is_now(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    remark = books.remark(walk.refund_id)
    await walk.signed()
    own = walk.next("petrova", remark)
    walk.took(await walk.steps.return_statement(own))
    await walk.signed()
    accepted = await walk.accepted()
    request = books.request(invoice_number_of(walk.refund_id))
    again = [own, *(replace(own, number=own.number + later) for later in (1, 2, 3))]
    for change in again:
        assert await walk.steps.return_statement(change) == accepted
    assert await walk.steps.open(Opening(request, AT)) == accepted
    assert len(history(books, walk.refund_id)) == walk.number


async def test_the_opening_of_a_closed_case_answers_where_it_ended(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    closed = walk.took(await walk.steps.close(walk.next()))
    request = await request_of_closed(database, walk.refund_id)
    assert request is not None
    assert await walk.steps.open(Opening(request, AT)) == closed
    reopened = replace(walk.next(attempt=closed.attempt), reason="account_closed")
    assert walk.took(await walk.steps.reopen(reopened)).status is RefundStatus.AWAITING_STATEMENT
    assert await request_of_closed(database, walk.refund_id) is None


async def test_the_same_step_at_once_in_two_workers_is_done_once(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    await walk.signed()
    change = walk.next("petrova")
    answers = await asyncio.gather(*(walk.steps.accept(change) for _ in range(10)))
    assert len(set(answers)) == 1
    rows = books.rows("SELECT * FROM payouts WHERE case_id = %(id)s", id=walk.refund_id)
    assert len(rows) == 1


async def test_a_signature_under_an_older_statement_is_stale(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    older = books.signed(walk.refund_id)
    books.statement(walk.refund_id)
    answer = await walk.steps.record_statement(walk.next("client", older))
    assert (answer.status, answer.refusal) == (RefundStatus.AWAITING_STATEMENT, "signature_stale")
    assert len(history(books, walk.refund_id)) == 2


async def test_a_signature_that_was_taken_once_is_not_taken_again(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    paper = books.signed(walk.refund_id)
    walk.took(await walk.steps.record_statement(walk.next("client", paper)))
    walk.took(await walk.steps.return_statement(walk.next("petrova", books.remark(walk.refund_id))))
    before = history(books, walk.refund_id)
    answer = await walk.steps.record_statement(walk.next("client", paper))
    assert answer == walk.result  # where the case is now: the same signature is the same command
    assert history(books, walk.refund_id) == before


@pytest.mark.parametrize(
    "forged",
    [{"content": {"account": "40702810900000000009"}}, {"content_sha256": "f" * 64}],
)
async def test_a_statement_that_is_not_what_was_signed_is_stale(
    forged: dict[str, object], database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    signature = books.signature(books.statement(walk.refund_id, **forged))
    answer = await walk.steps.record_statement(walk.next("client", signature))
    assert answer.refusal == "signature_stale"


async def test_another_cases_signature_is_stale(database: Database, books: Books) -> None:
    walk, other = await opened(database, books), await opened(database, books)
    books.statement(walk.refund_id)
    foreign = books.signed(other.refund_id)
    answer = await walk.steps.record_statement(walk.next("client", foreign))
    assert answer.refusal == "signature_stale"


async def test_a_specialists_sum_above_what_is_left_is_refused(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books, books.invoice(Line(kind="service")))
    change = walk.next("petrova", books.calculation(walk.refund_id, LICENCE_KOPECKS + 1))
    answer = await walk.steps.record_calculation(change)
    assert (answer.status, answer.refusal) == (
        RefundStatus.AWAITING_SPECIALIST,
        "amount_above_refundable",
    )
    assert promised(books, walk.refund_id) == 0
    await walk.calculated(LICENCE_KOPECKS)
    assert promised(books, walk.refund_id) == LICENCE_KOPECKS


async def test_whoever_calculated_does_not_approve(database: Database, books: Books) -> None:
    walk = await opened(database, books, books.invoice(Line(ABOVE_APPROVAL, "service")))
    await walk.calculated(ABOVE_APPROVAL, by="petrova")
    await walk.signed()
    assert (await walk.accepted()).status is RefundStatus.AWAITING_APPROVAL
    for spelling in ("petrova", "Petrova", "petro\u00advA"):
        answer = await walk.steps.approve(walk.next(spelling))
        assert (answer.status, answer.refusal) == (RefundStatus.AWAITING_APPROVAL, "same_person")
    assert (await walk.approved()).status is RefundStatus.PAYING


@pytest.mark.parametrize(
    ("kind", "method", "sums", "channel"),
    [
        ("company", "bank_card", (LICENCE_KOPECKS,), "acquirer"),
        ("individual", "sbp", (LICENCE_KOPECKS,), "acquirer"),
        ("sole_trader", "sbp", (LICENCE_KOPECKS,), "bank"),
        ("company", "bank_card", (LICENCE_KOPECKS - 1, 1), "bank"),
        ("company", "bank_transfer", (LICENCE_KOPECKS,), "bank"),
    ],
)
async def test_money_goes_back_the_way_it_came_where_that_is_possible(
    kind: str, method: str, sums: tuple[int, ...], channel: str, database: Database, books: Books
) -> None:
    invoice = books.invoice(paid=sums, method=method)
    books.connection.execute(
        "UPDATE clients SET kind = %s"
        " WHERE id = (SELECT client_id FROM invoices WHERE number = %s)",
        [kind, invoice],
    )
    walk = await paying(database, books, invoice)
    assert walk.result.channel == channel
    row = books.row("SELECT * FROM payouts WHERE case_id = %(id)s", id=walk.refund_id)
    assert (row.channel, row.amount_kopecks) == (channel, LICENCE_KOPECKS)
    assert (row.payment_id is None) == (channel == "bank")


async def test_a_rejected_payout_asks_for_new_requisites_and_a_second_attempt_pays(
    database: Database, books: Books
) -> None:
    walk = await paying(database, books)
    await walk.settled(PayoutStatus.REJECTED, "insufficient_funds")
    again = walk.took(await walk.steps.ask_again(walk.next(attempt=1)))
    assert again.status is RefundStatus.AWAITING_STATEMENT
    await walk.signed()
    assert (await walk.accepted()).attempt == 2
    await walk.settled(PayoutStatus.PAID)
    assert (await walk.completed()).status is RefundStatus.COMPLETED


async def test_what_the_acquirer_refused_once_goes_by_the_requisites_from_then_on(
    database: Database, books: Books
) -> None:
    walk = await paying(database, books)
    assert walk.result.channel == Channel.ACQUIRER
    for attempt in (2, 3):
        await walk.settled(PayoutStatus.REJECTED, "rejected_by_payee")
        walk.took(await walk.steps.ask_again(walk.next(attempt=attempt - 1)))
        await walk.signed()
        assert (await walk.accepted()).attempt == attempt
        assert walk.result.channel == Channel.BANK
    reasons = books.rows(
        "SELECT channel_reason FROM payouts WHERE case_id = %(id)s ORDER BY attempt",
        id=walk.refund_id,
    )
    kept = [row.channel_reason for row in reasons]
    assert kept == ["paid_this_way", "acquirer_refused", "acquirer_refused"]


async def test_money_that_came_back_reopens_the_case(database: Database, books: Books) -> None:
    walk = await paid(database, books)
    change = replace(walk.next(attempt=1), reason="account_closed")
    first = walk.took(await walk.steps.reopen(change))
    assert await walk.steps.reopen(change) == first
    await walk.signed()
    assert (await walk.accepted()).attempt == 2
    rows = books.rows(
        "SELECT status FROM payouts WHERE case_id = %(id)s ORDER BY attempt", id=walk.refund_id
    )
    assert [row.status for row in rows] == ["returned", "prepared"]


async def test_ten_bank_days_are_promised_from_the_payment(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    assert walk.result.wait is not None
    assert walk.result.wait.until == end_of_moscow_day(CREDIT_BY)


async def test_a_new_day_off_moves_the_credit_date_once_and_tells_the_client(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    assert await walk.steps.move_deadline(walk.next()) is None
    books.put(
        "calendar_overrides",
        day=CREDIT_BY,
        is_working=False,
        reason="указ",
        author="orlov",
        created_at=AT,
    )
    try:
        change = walk.next()
        moved = await walk.steps.move_deadline(change)
        assert moved is not None
        assert moved == await walk.steps.move_deadline(change)
        walk.took(moved)
        assert await walk.steps.move_deadline(walk.next()) is None
    finally:
        books.connection.execute("DELETE FROM calendar_overrides")
    assert moved.wait is not None
    assert moved.wait.until == end_of_moscow_day(CREDIT_BY + timedelta(days=1))
    told = books.rows(
        "SELECT channel FROM notifications WHERE case_id = %(id)s"
        " AND template = 'refund_credit_date_moved'",
        id=walk.refund_id,
    )
    assert sorted(row.channel for row in told) == ["inbox", "mail"]


@pytest.mark.parametrize(
    ("role", "escalate", "template"),
    [
        (Role.CLIENT, False, "refund_reminder"),
        (Role.SPECIALIST, False, "staff_reminder"),
        (Role.SPECIALIST, True, "staff_escalation"),
    ],
)
async def test_a_reminder_goes_out_once_per_channel(
    role: Role, escalate: bool, template: str, database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    reminder = Reminder(walk.refund_id, "reminder-1", AT, role, AT, escalate)
    for _ in range(2):
        await walk.steps.remind(reminder)
    rows = books.rows(
        "SELECT channel FROM notifications WHERE case_id = %(id)s AND template = %(template)s",
        id=walk.refund_id,
        template=template,
    )
    assert sorted(row.channel for row in rows) == ["inbox", "mail"]
