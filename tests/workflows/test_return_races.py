"""The rows of docs/races.md about goods that come back, in both orders, forced."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from activities.goods_return.steps import GoodsReturnActivities
from activities.refund import RefundActivities
from db.database import ConstraintBroken
from domain.access.roles import SYSTEM
from domain.calendar.bank_calendar import moscow_date
from domain.goods_return.goods_return import GoodsReturnChange, GoodsReturnRefusal
from domain.refund.refund import AskedLine, Opening
from tests.activities.goods_return.walk import leaves
from tests.activities.walk import Walk
from tests.workflows.case_under_test import eventually
from tests.workflows.race import outcome
from tests.workflows.return_race import PIECE, SPECIALIST, RacedReturn, ReturnRace
from tests.workflows.status_race import race_of
from workflows.goods_return import LOOK_AGAIN

CLOSED = GoodsReturnRefusal.CLOSED
first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])


race = race_of(ReturnRace)


async def refund_asked(race: ReturnRace, case: RacedReturn) -> Walk:
    """Another refund of the line, opened beside the return."""
    ordinal = (
        1
        + race.books.row(
            "SELECT count(*) AS n FROM refunds WHERE invoice_number = %(n)s", n=case.invoice
        ).n
    )
    request = race.books.request(case.invoice, ordinal, asked=(AskedLine(1),))
    result = await RefundActivities(race.database).open(Opening(request, datetime.now(UTC)))
    return Walk(race.database, race.books, request.refund_id, result)


@first_or_second
async def test_the_acceptance_and_the_tenth_day_of_the_law_in_one_moment(
    race: ReturnRace, first: bool
) -> None:
    """State, not the clock: the decision wins, and the money is that of what was accepted."""
    async with race.worker():
        case = await race.inspected(sound=1)
        await case.approach(case.row.money_at)
    accepted = case.decision("accept", settlement="refund")
    await case.to_the_brink()
    if first:
        sent = await case.sent("accept", SPECIALIST, accepted)
        await case.over()
    else:
        await case.over()
        sent = await case.sent("accept", SPECIALIST, accepted)
    async with race.worker():
        assert await outcome(sent) == "partly"
        await case.until("settled")
    assert case.refunds == [PIECE]
    assert "goods_return_money_by_law" not in case.told


async def test_the_tenth_day_of_the_law_long_before_the_acceptance(race: ReturnRace) -> None:
    """The day wins: all that was asked for goes back, once, and somebody is told to compare."""
    async with race.worker():
        case = await race.inspected(sound=1)
        await case.approach(case.row.money_at, -timedelta(minutes=1))
        await case.until("inspected")
        exchange = asyncio.create_task(case.says("accept", settlement="exchange"))
        assert await outcome(exchange) == GoodsReturnRefusal.MONEY_STARTED
        assert (await case.says("accept", settlement="refund")).status == "partly"
        await case.until("settled")
    assert case.refunds == [2 * PIECE]
    assert {"goods_return_money_by_law", "staff_goods_return_money_to_stop"} <= case.told


@first_or_second
async def test_a_refund_of_the_line_and_the_return(race: ReturnRace, first: bool) -> None:
    """The refund case that opens first; the other is refused, or waits and gets what is left."""
    async with race.worker():
        case = await race.inspected()
        if first:
            other = await refund_asked(race, case)
            assert (await case.says("accept", settlement="refund")).status == "accepted"
            await other.calculated(2 * PIECE + PIECE // 2)
            await leaves(other)
            await case.pass_time(case.handle, LOOK_AGAIN + timedelta(minutes=1))
        else:
            await case.says("accept", settlement="refund")
        await case.until("closed")
        if not first:
            refused = (await refund_asked(race, case)).result
            assert refused.refusal == "refund_already_open"
    assert case.refunds == [PIECE // 2 if first else 2 * PIECE]


async def test_the_refund_begins_where_the_worker_died_after_all_of_it_was_stored(
    race: ReturnRace,
) -> None:
    """The decision, the refund case and the settlement are stored, and nothing of it was told."""
    async with race.worker():
        case = await race.inspected()
    accepted = case.decision("accept", settlement="refund")
    refund_id = await settled_unheard(race, case, accepted)
    sent = await case.sent("accept", SPECIALIST, accepted)
    async with race.worker():
        await sent
        await case.until("closed")
        begun = await race.client.get_workflow_handle(refund_id).describe()
    assert begun.workflow_type == "refund"


async def settled_unheard(race: ReturnRace, case: RacedReturn, decision_id: str) -> str:
    """What the lost worker has stored; the id of the refund case."""
    steps, number, now = GoodsReturnActivities(race.database), case.row.version, datetime.now(UTC)
    await steps.accept(GoodsReturnChange(case.id, number + 1, now, SPECIALIST, decision_id))
    due = await steps.refund_due(case.id)
    assert due.request is not None
    await RefundActivities(race.database).open(Opening(due.request, now))
    settled = await steps.settle(GoodsReturnChange(case.id, number + 2, now, SYSTEM))
    assert settled is not None
    assert settled.status == "settled"
    return due.request.refund_id


@pytest.mark.parametrize("said", ["withdraw", "accept"])
async def test_a_command_between_the_refund_of_the_law_and_the_change_that_says_it(
    race: ReturnRace, said: str
) -> None:
    """The worker died after it had stored the refund case: the command says that it is there, the
    case begins, and what it asks is not asked by another.
    """
    async with race.worker():
        if said == "accept":
            case = await race.inspected(sound=1)
        else:
            case = race.asked(race.sold())
            await case.begin()
    due = await GoodsReturnActivities(race.database).refund_due(case.id)
    assert due.request is not None
    await RefundActivities(race.database).open(Opening(due.request, datetime.now(UTC)))
    decided = {"settlement": "refund"} if said == "accept" else {}
    sent = await case.sent(said, SPECIALIST, case.decision(said, **decided))
    async with race.worker():
        assert await outcome(sent) == ("partly" if said == "accept" else "withdrawn")
        await case.until("settled" if said == "accept" else "withdrawn")
        begun = race.client.get_workflow_handle(due.request.refund_id)
        await eventually(lambda: is_known(begun))
    assert case.row.money_started_at is not None
    assert case.refunds == [2 * PIECE]
    assert "staff_goods_return_money_to_stop" in case.told


async def test_a_refund_of_a_return_that_has_ended_is_not_stored(race: ReturnRace) -> None:
    """A worker that was taken for dead comes too late."""
    async with race.worker():
        case = race.asked(race.sold())
        await case.begin()
        due = await GoodsReturnActivities(race.database).refund_due(case.id)
        await case.says("withdraw")
    assert due.request is not None
    with pytest.raises(ConstraintBroken) as broken:
        await RefundActivities(race.database).open(Opening(due.request, datetime.now(UTC)))
    assert broken.value.constraint == "refund_of_an_open_return"
    assert case.refunds == []


async def is_known(handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether the server knows this process."""
    try:
        await handle.describe()
    except RPCError:
        return False
    return True


async def test_a_withdrawal_that_the_return_did_not_hear_of_and_the_tenth_day_of_the_law(
    race: ReturnRace,
) -> None:
    """Server and worker died together after the withdrawal was stored: no refund case is opened for
    goods that the client keeps.
    """
    case = race.asked(race.sold())
    async with race.worker():
        await case.begin()
        await case.says("authorise")
        await case.approach(case.row.money_at)
    await case.to_the_brink()
    withdrawn = GoodsReturnChange(
        case.id, case.row.version + 1, datetime.now(UTC), "kim", case.decision("withdraw")
    )
    await GoodsReturnActivities(race.database).withdraw(withdrawn)
    await case.over()
    async with race.worker():
        await case.ends()
    assert (case.status, case.refunds) == ("withdrawn", [])


async def test_two_returns_of_the_last_piece(race: ReturnRace) -> None:
    """Whichever the database stores first; the other is refused and keeps nothing."""
    number = race.sold(pieces=1)
    cases = [race.asked(number, ordinal, pieces=1) for ordinal in (1, 2)]
    async with race.worker():
        opened = await asyncio.gather(*(case.begin() for case in cases))
    assert {one.refusal for one in opened} == {None, GoodsReturnRefusal.TOO_MANY_PIECES}
    held = race.books.row(
        "SELECT held FROM returned_pieces WHERE invoice_number = %(n)s", n=number
    ).held
    assert held == 1


@first_or_second
async def test_a_claim_of_the_carriage_and_the_end_of_the_return(
    race: ReturnRace, first: bool
) -> None:
    """Whichever the return stores first: a claim keeps it open, and an ended one takes none."""
    async with race.worker():
        case = await race.inspected()
    accepted, claim = case.decision("accept", settlement="refund"), case.claim()
    said = [("accept", accepted), ("claim_carriage", claim)]
    sent = [
        await case.sent(action, SPECIALIST, decision)
        for action, decision in (said[::-1] if first else said)
    ]
    async with race.worker():
        if first:
            assert [await outcome(one) for one in sent] == ["inspected", "accepted"]
            await case.until("settled")
        else:
            assert await outcome(sent[0]) == "accepted"
            assert await outcome(sent[1]) in ("accepted", "settled", CLOSED)
            await case.until("settled" if case.carriage else "closed")
    assert (case.carriage is None) == (case.status == "closed")
    assert case.refunds == [2 * PIECE]


async def test_two_confirm_the_carriage_at_once(race: ReturnRace) -> None:
    """One confirms; the other is told that it is decided, and it is owed once."""
    async with race.worker():
        case = await race.inspected()
        await case.command("claim_carriage", "kim", case.claim())
        await case.says("accept", settlement="refund")
        await case.until("settled")
    sent = [
        await case.sent("confirm_carriage", login, case.decision("confirm_carriage"))
        for login in ("petrova", "orlova")
    ]
    async with race.worker():
        said = [await outcome(one) for one in sent]
        assert said == ["settled", GoodsReturnRefusal.CARRIAGE_DECIDED]
        paid_on = moscow_date(datetime.now(UTC))
        assert (await case.says("pay_carriage", paid_on=paid_on)).status == "settled"
        await case.ends()
    assert (case.status, case.carriage.status) == ("closed", "paid")


async def test_a_confirmation_and_a_refusal_of_the_carriage_in_one_moment(
    race: ReturnRace,
) -> None:
    """The one that comes second is judged by what the first has left: a refusal after the
    confirmation frees what was owed.
    """
    async with race.worker():
        case = await race.inspected()
        await case.command("claim_carriage", "kim", case.claim())
        await case.says("accept", settlement="refund")
        await case.until("settled")
    confirmed = case.decision("confirm_carriage")
    refused = case.decision("refuse_carriage", reason="чек другого заказа")
    sent = [
        await case.sent("confirm_carriage", "petrova", confirmed),
        await case.sent("refuse_carriage", "orlova", refused),
    ]
    async with race.worker():
        assert [await outcome(one) for one in sent] == ["settled", "settled"]
        await case.ends()
    (owed,) = race.books.row("SELECT balance_of(%(a)s)", a=f"carriage/{case.id}")
    assert (case.status, case.carriage.status, owed) == ("closed", "refused", 0)
