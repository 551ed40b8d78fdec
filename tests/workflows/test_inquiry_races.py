"""The rows of docs/races.md about inquiries: each pair in both orders, with the declared winner."""

import asyncio
from datetime import timedelta

import pytest

from activities.banking.signal_payouts import signal_return
from domain.payout.payout import PayoutReturn
from tests.workflows.case_under_test import eventually
from tests.workflows.race import ENDED, Race, RealCase, outcome, outcomes
from tests.workflows.test_races import ending, first_or_second, race, wait_until

__all__ = ["race"]

NOT_ALLOWED = "not_allowed_in_status"
RETURNED = PayoutReturn(1, "account_closed")
ESCALATED = "SELECT count(*) AS n FROM notifications WHERE case_id = %(id)s AND role = 'operator'"


async def credited(race: Race) -> RealCase:
    """A case whose money went by the bank, whose days of crediting are over, and that has ended;
    needs a worker.
    """
    case = await race.paid_by_bank()
    await case.approach(wait_until(case), -timedelta(minutes=1))
    await case.ends()
    race.books.connection.execute(  # its next run begins by the clock of the server, weeks before
        "UPDATE refunds SET credit_by = CAST(now() AS date) - 1 WHERE id = %s", (case.id,)
    )
    return case


async def inquired(race: Race) -> RealCase:
    """The same whose client has asked where the money is; needs a worker."""
    case = await credited(race)
    answer = await case.sent_to_begin("open_inquiry", "client", race.books.inquiry(case.id))
    assert await outcome(answer) == "inquiry"
    return case


def inquiries_of(case: RealCase) -> int:
    """How many the case took."""
    return [to for to, _ in case.history].count("inquiry")


def is_closed(case: RealCase) -> bool:
    sql = "SELECT closed_at FROM refunds WHERE id = %(id)s"
    return case.race.books.row(sql, id=case.id).closed_at is not None


@first_or_second
async def test_inquiry_and_return_from_the_bank_in_one_moment(first: bool, race: Race) -> None:
    """Money that came back needs no answer where it is: the case asks for other requisites."""
    async with race.worker():
        case = await credited(race)
    paper = race.books.inquiry(case.id)
    async with ending(case):
        if first:
            answer = await case.sent_to_begin("open_inquiry", "client", paper)
            await case.handle.signal("payout_returned", RETURNED)
        else:
            await signal_return(race.client, race.database, race.queue, case.id, RETURNED)
            answer = await case.sent_to_begin("open_inquiry", "client", paper)
        async with race.worker():
            assert await outcome(answer) == NOT_ALLOWED
            await case.until("awaiting_statement")
        assert (case.payouts, inquiries_of(case)) == ([(1, "returned")], 0)


@first_or_second
async def test_answer_and_return_from_the_bank_in_one_moment(first: bool, race: Race) -> None:
    """What the bank says is newer than what the accountant knew: no client is sent to its bank for
    money that is here.
    """
    async with race.worker():
        case = await inquired(race)
    words = race.books.remark(case.id)
    async with ending(case):
        if not first:
            await case.handle.signal("payout_returned", RETURNED)
        answer = await case.sent("answer_inquiry", "kuznetsova", words)
        if first:
            await case.handle.signal("payout_returned", RETURNED)
        async with race.worker():
            assert await outcome(answer) == NOT_ALLOWED
            await case.until("awaiting_statement")
        assert case.payouts == [(1, "returned")]
        assert not is_closed(case)


async def test_return_from_the_bank_after_the_answer(race: Race) -> None:
    """The case was closed by the answer; it goes on in a new run."""
    async with race.worker():
        case = await inquired(race)
        async with ending(case):
            await case.command("answer_inquiry", "kuznetsova", race.books.remark(case.id))
            await case.ends()
            assert is_closed(case)
            await signal_return(race.client, race.database, race.queue, case.id, RETURNED)
            await case.until("awaiting_statement")
    assert case.payouts == [(1, "returned")]


@first_or_second
async def test_two_inquiries_in_one_moment(first: bool, race: Race) -> None:
    async with race.worker():
        case = await credited(race)
    papers = [race.books.inquiry(case.id) for _ in range(2)][:: 1 if first else -1]
    async with ending(case):
        answers = [await case.sent_to_begin("open_inquiry", "client", one) for one in papers]
        async with race.worker():
            assert await outcomes(answers) == ["inquiry", NOT_ALLOWED]
            late = asyncio.create_task(case.command("open_inquiry", "client", papers[1]))
            assert await outcome(late) == "inquiry_open"
        row = race.books.row("SELECT inquiry_id FROM refunds WHERE id = %(id)s", id=case.id)
        assert (str(row.inquiry_id), inquiries_of(case)) == (papers[0], 1)


@first_or_second
async def test_answer_and_withdrawal_of_an_inquiry(first: bool, race: Race) -> None:
    """One question, one answer."""
    async with race.worker():
        case = await inquired(race)
    commands = [
        ("answer_inquiry", "kuznetsova", race.books.remark(case.id)),
        ("withdraw_inquiry", "client", race.books.remark(case.id)),
    ]
    async with ending(case):
        answers = [await case.sent(*one) for one in (commands if first else commands[::-1])]
        async with race.worker():
            heard = await outcomes(answers)
            await case.ends()
        assert heard[0] == "completed"
        assert heard[1] in {NOT_ALLOWED, ENDED}
        assert case.history[-1] == ("completed", "kuznetsova" if first else "client")
        assert is_closed(case)


@first_or_second
async def test_answer_and_deadline_in_one_moment(first: bool, race: Race) -> None:
    """A wait for our own people never ends by itself: the answer counts, and nobody is told."""
    async with race.worker():
        case = await inquired(race)
        await case.approach(wait_until(case))
    before = race.books.row(ESCALATED, id=case.id).n
    words = race.books.remark(case.id)
    async with ending(case):
        if first:
            await case.to_the_brink()
            answer = await case.sent("answer_inquiry", "kuznetsova", words)
            await case.over()
        else:
            await case.over()
            answer = await case.sent("answer_inquiry", "kuznetsova", words)
        async with race.worker():
            assert await outcome(answer) == "completed"
            await case.ends()
        assert race.books.row(ESCALATED, id=case.id).n == before


async def test_answer_long_after_the_deadline(race: Race) -> None:
    """The operators were told; the case still waits for the accountant."""
    async with race.worker():
        case = await inquired(race)
        async with ending(case):
            before = race.books.row(ESCALATED, id=case.id).n
            await case.approach(wait_until(case), -timedelta(days=3))
            await eventually(lambda: _is(race.books.row(ESCALATED, id=case.id).n > before))
            answered = await case.command(
                "answer_inquiry", "kuznetsova", race.books.remark(case.id)
            )
            assert answered.status == "completed"
            await case.ends()


async def _is(known: bool) -> bool:
    return known


@first_or_second
async def test_inquiry_and_the_end_of_the_credit_wait_in_one_moment(
    first: bool, race: Race
) -> None:
    """A case is never closed over an inquiry: it is opened where the days have just ended."""
    async with race.worker():
        case = await race.paid_by_bank()
    paper = race.books.inquiry(case.id)
    async with ending(case):
        if first:
            await case.to_the_brink()
            answer = await case.sent("open_inquiry", "client", paper)
            await case.over()
        else:
            await case.over()
            answer = await case.sent("open_inquiry", "client", paper)
        async with race.worker():
            assert await outcome(answer) == "inquiry"
        assert [to for to, _ in case.history][-2:] == ["completed", "inquiry"]
        assert not is_closed(case)


async def test_an_inquiry_that_comes_too_early_leaves_the_days_of_crediting(race: Race) -> None:
    """The client is refused by the step, and the case is closed in its time."""
    async with race.worker():
        case = await race.paid_by_bank()
        async with ending(case):
            paper = race.books.inquiry(case.id)
            early = asyncio.create_task(case.command("open_inquiry", "client", paper))
            assert await outcome(early) == "inquiry_too_early"
            await case.approach(wait_until(case), -timedelta(minutes=1))
            await case.ends()
    assert inquiries_of(case) == 0
    assert is_closed(case)


@pytest.mark.parametrize("kept", ["as_asked", "lost"])
async def test_a_run_that_begins_with_an_inquiry_goes_on_where_the_database_is(
    kept: str, race: Race
) -> None:
    """Reset before the inquiry's step, or as a whole: it is taken once."""
    async with race.worker():
        case = await inquired(race)
        async with ending(case):
            if kept == "as_asked":
                await case.reset_wholly()
            else:
                await case.reset_over(1)
            await eventually(case.is_caught_up)
            assert (case.status, inquiries_of(case)) == ("inquiry", 1)
            await case.command("answer_inquiry", "kuznetsova", race.books.remark(case.id))
            await case.ends()
            assert is_closed(case)
