"""The rows of docs/races.md: each pair in both orders, forced, with the winner it declares."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateStage
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.banking.signal_payouts import signal_return
from activities.refund import RefundActivities
from db.database import Database, DatabaseUnavailable
from domain.case.decision import Decision
from domain.payout.payout import (
    Answer,
    ManualSettlement,
    PayoutReturn,
    PayoutStatus,
    PayoutTold,
)
from domain.payout.transitions import KEY_LIFETIME
from domain.refund.refund import AskedLine, Change, TransitionResult
from gateways.acquirer import AcquirerGateway
from tests.books import LICENCE_KOPECKS, Books, Line
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer
from tests.workflows.case_under_test import (
    PATIENCE,
    ask,
    eventually,
    product_client,
)
from tests.workflows.race import ENDED, Race, RealCase, kinds, outcome, outcomes, paid_today
from workflows.case.resolution import Resolution, ResolutionAction

P = PayoutStatus
LARGE = Line(20_000_000)
"""Above both limits: a specialist calculates, an accountant approves."""
HOURS = timedelta(hours=3)
"""After so long a payout looks at the acquirer once an hour."""
PENDING = {"kind": "pending_then", "seconds": 600}
NOT_ALLOWED = "not_allowed_in_status"

first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])


@pytest_asyncio.fixture
async def forgetful(tmp_path: Path) -> AsyncIterator[SandboxAcquirer]:
    """An acquirer that has forgotten every key at once."""
    process = SandboxAcquirer(tmp_path / "books.sqlite", "--key-lifetime-seconds", "0")
    yield process
    await process.stop()


@pytest_asyncio.fixture
async def race(
    temporal_env: WorkflowEnvironment,
    database_url: str,
    books: Books,
    acquirer: SandboxAcquirer,
    gateway: AcquirerGateway,
) -> AsyncIterator[Race]:
    async with Database(database_url) as database:
        yield Race(temporal_env, product_client(temporal_env), database, books, acquirer, gateway)


@asynccontextmanager
async def ending(case: RealCase) -> AsyncIterator[RealCase]:
    """The case for a block; what still runs is ended after it."""
    try:
        yield case
    finally:
        await case.end()


async def approving(race: Race) -> RealCase:
    """A case that waits for an accountant."""
    case = await race.asked(LARGE)
    await case.command("calculate", "petrova", race.books.calculation(case.id, LARGE.sum_kopecks))
    await case.command("sign", case.request.client_id, race.books.signed(case.id))
    await case.command("accept", "petrova")
    return case


def until_of(result: TransitionResult | None) -> datetime:
    assert result is not None
    assert result.wait is not None
    return result.wait.until


def wait_until(case: RealCase) -> datetime:
    row = case.race.books.row("SELECT wait_until FROM refunds WHERE id = %(id)s", id=case.id)
    found: datetime = row.wait_until
    return found


# Two people at once: whoever was first; the other hears that the case has gone on.


@first_or_second
async def test_withdrawal_and_payout_start(first: bool, race: Race) -> None:
    """Whoever was first. A withdrawal that came first leaves no payout behind."""
    async with race.worker():
        case = await race.signed()
    client = case.request.client_id
    commands = [("withdraw", client), ("accept", "petrova")]
    async with ending(case):
        answers = [await case.sent(*one) for one in (commands if first else commands[::-1])]
        async with race.worker():
            heard = await outcomes(answers)
            await case.until("cancelled" if first else "completed")
        assert heard[0] == ("cancelled" if first else "paying")
        assert heard[1] in ({ENDED, NOT_ALLOWED} if first else {NOT_ALLOWED})
        assert case.payouts == ([] if first else [(1, "paid")])
        assert await case.debits() == (0 if first else 1)


@first_or_second
async def test_acceptance_and_return_for_remarks(first: bool, race: Race) -> None:
    async with race.worker():
        case = await race.signed()
    commands = [
        ("accept", "petrova", None),
        ("return_statement", "sidorova", race.books.remark(case.id)),
    ]
    async with ending(case):
        answers = [await case.sent(*one) for one in (commands if first else commands[::-1])]
        async with race.worker():
            heard = await outcomes(answers)
            await case.until("completed" if first else "awaiting_statement")
        assert heard == ["paying" if first else "awaiting_statement", NOT_ALLOWED]
        assert await case.debits() == (1 if first else 0)


@first_or_second
@pytest.mark.parametrize(
    ("word", "leads_to"), [("recalculate", "awaiting_specialist"), ("decline", "declined")]
)
async def test_acceptance_and_doubt_about_the_sum(
    word: str, leads_to: str, first: bool, race: Race
) -> None:
    """Whoever was first: what is sent back or refused is not paid, what was accepted is paid."""
    async with race.worker():
        case = await race.signed()
    commands = [("accept", "petrova", None), (word, "sidorova", race.books.remark(case.id))]
    async with ending(case):
        answers = [await case.sent(*one) for one in (commands if first else commands[::-1])]
        async with race.worker():
            heard = await outcomes(answers)
            await case.until("completed" if first else leads_to)
        assert heard[0] == ("paying" if first else leads_to)
        assert heard[1] in {NOT_ALLOWED, ENDED}
        assert await case.debits() == (1 if first else 0)


@first_or_second
async def test_withdrawal_and_a_sum_that_is_sent_back(first: bool, race: Race) -> None:
    """Whoever was first; a sum that was sent back may be withdrawn by another command."""
    async with race.worker():
        case = await race.signed()
    client = case.request.client_id
    commands = [
        ("withdraw", client, None),
        ("recalculate", "petrova", race.books.remark(case.id)),
    ]
    async with ending(case):
        answers = [await case.sent(*one) for one in (commands if first else commands[::-1])]
        async with race.worker():
            heard = await outcomes(answers)
            assert heard[0] == ("cancelled" if first else "awaiting_specialist")
            assert heard[1] in {NOT_ALLOWED, ENDED}
            if not first:
                await case.command("withdraw", client)
            await case.until("cancelled")
        assert case.payouts == []


async def test_signature_over_a_sum_that_was_sent_back(race: Race) -> None:
    """A statement of the former sum that is signed after the new one is calculated is stale."""
    async with race.worker():
        case = await race.signed()
        former = race.books.row(
            "SELECT calculation_id AS id, sum_kopecks AS kopecks FROM refunds WHERE id = %(id)s",
            id=case.id,
        )
        await case.command("recalculate", "petrova", race.books.remark(case.id))
        await case.command("calculate", "petrova", race.books.calculation(case.id, 100))
    late = race.books.signature(
        race.books.statement(case.id, calculation_id=former.id, sum_kopecks=former.kopecks)
    )
    async with ending(case):
        answer = await case.sent("sign", case.request.client_id, late)
        async with race.worker():
            assert await outcome(answer) == "signature_stale"
            await case.command("sign", case.request.client_id, race.books.signed(case.id))
            await case.until("under_review")


@first_or_second
async def test_two_accountants_approve(first: bool, race: Race) -> None:
    async with race.worker():
        case = await approving(race)
    people = ["kuznetsova", "morozova"][:: 1 if first else -1]
    async with ending(case):
        answers = [await case.sent("approve", one) for one in people]
        async with race.worker():
            assert await outcomes(answers) == ["paying", NOT_ALLOWED]
            await case.until("completed")
        assert ("paying", people[0]) in case.history
        assert await case.debits() == 1


@first_or_second
async def test_two_accountants_decide_differently_about_a_held_payout(
    first: bool, race: Race
) -> None:
    """The second one's bank order would pay again what the first one's retry has paid."""
    async with race.worker():
        case = await race.signed()
        await case.misbehave({"kind": "cancel", "reason": "insufficient_funds", "times": 1})
        await case.command("accept", "petrova")
        await case.until("payout_held")
    words = [("retry_payout", "kuznetsova"), ("pay_by_bank", "morozova")][:: 1 if first else -1]
    async with ending(case):
        answers = [await case.sent(word, by, race.books.remark(case.id)) for word, by in words]
        async with race.worker():
            assert await outcomes(answers) == ["paying", NOT_ALLOWED]
            if first:
                await case.until("completed")
            else:
                await case.until_payout("prepared", attempt=2)
        assert ("paying", words[0][1]) in case.history
        assert await case.debits() == (1 if first else 0)
        assert len(case.payouts) == 2


@first_or_second
@pytest.mark.parametrize(
    ("word", "by", "leads_to", "ends_in"),
    [
        ("withdraw", "client", "cancelled", "cancelled"),
        ("accept", "petrova", "paying", "completed"),
    ],
)
async def test_another_address_for_letters_and_another_decision(
    word: str, by: str, leads_to: str, ends_in: str, first: bool, race: Race
) -> None:
    """Neither hinders the other: the address is stored beside what the case does."""
    async with race.worker():
        case = await race.signed()
    client = case.request.client_id
    commands = [("correct_contact", client, race.books.contact(client)), (word, by, None)]
    async with ending(case):
        answers = [await case.sent(*one) for one in (commands if first else commands[::-1])]
        async with race.worker():
            heard = await outcomes(answers)
            await case.until(ends_in)
        assert heard == ["under_review", leads_to][:: 1 if first else -1]
        assert await case.debits() == (1 if ends_in == "completed" else 0)
    row = race.books.row("SELECT contact_email FROM refunds WHERE id = %(id)s", id=case.id)
    assert row.contact_email == "dir@romashka.example"


# A person and the clock.


@first_or_second
async def test_another_address_for_letters_and_the_end_of_the_credit_wait(
    first: bool, race: Race
) -> None:
    """Whoever is first; the case is closed once and its history has no gap."""
    async with race.worker():
        case = await race.paid()
        await case.approach(wait_until(case))
    client = case.request.client_id
    async with ending(case):
        named = race.books.contact(client)
        if first:
            await case.to_the_brink()
            answer = await case.sent("correct_contact", client, named)
            await case.over()
        else:
            await case.over()
            answer = await case.sent("correct_contact", client, named)
        async with race.worker():
            heard = await outcome(answer)
            await case.ends()
    row = race.books.row("SELECT * FROM refunds WHERE id = %(id)s", id=case.id)
    assert row.closed_at is not None
    assert (row.contact_email is not None) == (heard == "completed")
    assert heard == "completed" if first else heard in {"completed", NOT_ALLOWED, ENDED}


@first_or_second
async def test_signature_and_expiry_in_one_moment(first: bool, race: Race) -> None:
    """Whoever signs in the moment in which the wait ends has signed in time."""
    async with race.worker():
        case = await race.asked()
        await case.approach(until_of(case.opened))
    async with ending(case):
        paper = race.books.signed(case.id)
        if first:
            await case.to_the_brink()
            answer = await case.sent("sign", case.request.client_id, paper)
            await case.over()
        else:
            await case.over()
            answer = await case.sent("sign", case.request.client_id, paper)
        async with race.worker():
            assert await outcome(answer) == "under_review"
        assert [to for to, _ in case.history][-1] == "under_review"


async def test_signature_after_expiry(race: Race) -> None:
    async with race.worker():
        case = await race.asked()
        await case.approach(until_of(case.opened), -timedelta(minutes=1))
        await case.ends()
        assert case.status == "expired"
        paper = race.books.signed(case.id)
        late = asyncio.create_task(case.command("sign", case.request.client_id, paper))
        assert await outcome(late) == ENDED
        assert case.status == "expired"


@first_or_second
async def test_approval_and_escalation_in_one_moment(first: bool, race: Race) -> None:
    """A wait for our own people never ends by itself: the approval counts, and nobody is told."""
    async with race.worker():
        case = await approving(race)
        await case.approach(wait_until(case))
    escalated = (
        "SELECT count(*) AS n FROM notifications WHERE case_id = %(id)s AND role = 'operator'"
    )
    before = race.books.row(escalated, id=case.id).n
    async with ending(case):
        if first:
            await case.to_the_brink()
            answer = await case.sent("approve", "kuznetsova")
            await case.over()
        else:
            await case.over()
            answer = await case.sent("approve", "kuznetsova")
        async with race.worker():
            assert await outcome(answer) == "paying"
            await case.until("completed")
        assert race.books.row(escalated, id=case.id).n == before
        assert await case.debits() == 1


async def test_approval_long_after_escalation(race: Race) -> None:
    async with race.worker():
        case = await approving(race)
        async with ending(case):
            await case.approach(wait_until(case), -timedelta(days=3))
            assert (await case.command("approve", "kuznetsova")).status == "paying"
            await case.until("completed")
            assert await case.debits() == 1


# Papers that change under a decision.


@first_or_second
async def test_signature_by_code_and_a_new_statement(first: bool, race: Race) -> None:
    """The signature counts for the statement it is under: a newer one voids it, a later one is
    nobody's.
    """
    async with race.worker():
        case = await race.asked()
    async with ending(case):
        signature = race.books.signed(case.id)
        if not first:
            race.books.statement(case.id)
        answer = await case.sent("sign", case.request.client_id, signature)
        async with race.worker():
            heard = await outcome(answer)
            if first:
                race.books.statement(case.id)
                await case.command("accept", "petrova")
                await case.until("completed")
        assert heard == ("under_review" if first else "signature_stale")
        assert case.status == ("completed" if first else "awaiting_statement")
        assert _paid_by(case) == ([_statement_of(case, signature)] if first else [])


@first_or_second
async def test_new_requisites_and_the_payment(first: bool, race: Race) -> None:
    """Money goes where the accepted statement says; what is drawn up meanwhile changes nothing."""
    async with race.worker():
        case = await race.asked(method="bank_transfer")
        signature = race.books.signed(case.id)
        await case.command("sign", case.request.client_id, signature)
    async with ending(case):
        if first:
            race.books.statement(case.id)
        answer = await case.sent("accept", "petrova")
        if not first:
            race.books.statement(case.id)
        async with race.worker():
            assert await outcome(answer) == "paying"
            await case.bank_says(paid_today())
            await case.until("completed")
        assert _paid_by(case) == [_statement_of(case, signature)]


@first_or_second
async def test_new_requisites_and_a_late_word_of_the_first_attempt(first: bool, race: Race) -> None:
    """A rejected attempt stays rejected; the second goes to the new requisites, once."""
    paid = paid_today()
    async with race.worker():
        case = await race.signed(method="bank_transfer")
        async with ending(case):
            await case.command("accept", "petrova")
            await case.bank_says(Answer(P.REJECTED, reason="account_closed"))
            await case.until("awaiting_statement")
            if first:
                await case.bank_says(paid)
            signature = race.books.signed(case.id)
            await case.command("sign", case.request.client_id, signature)
            await case.command("accept", "petrova")
            if not first:
                await case.bank_says(paid)
            await case.bank_says(paid, attempt=2)
            await case.until("completed")
    assert case.payouts == [(1, "rejected"), (2, "paid")]
    assert _paid_by(case)[-1] == _statement_of(case, signature)


def _statement_of(case: RealCase, signature_id: str) -> Any:
    sql = "SELECT statement_id FROM signatures WHERE id = %(id)s"
    return case.race.books.row(sql, id=signature_id).statement_id


def _paid_by(case: RealCase) -> list[Any]:
    sql = "SELECT statement_id FROM payouts WHERE case_id = %(id)s ORDER BY attempt"
    return [row.statement_id for row in case.race.books.rows(sql, id=case.id)]


# The acquirer's word, our looks, and the operator's word.


LOOK_AGAIN = Answer(P.SENT)


@first_or_second
async def test_webhook_and_poll_in_one_moment(first: bool, race: Race) -> None:
    """Both only look: one debit, one record, whichever came first."""
    async with race.worker():
        case = await pending(race)
    async with ending(case):
        await race.acquirer.settle(str(case.payment_id))
        if first:
            await case.to_the_brink(case.handle)
            await case.bank_says(LOOK_AGAIN)
            await case.over(case.handle)
        else:
            await case.over(case.handle)
            await case.bank_says(LOOK_AGAIN)
        async with race.worker():
            await case.until("completed")
        assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


async def test_a_webhook_during_a_look_that_came_too_early_leads_to_another_look(
    race: Race,
) -> None:
    async with race.worker():
        case = await pending(race)
        async with ending(case):
            slow = {"kind": "slow", "moment": "after", "seconds": 2, "times": 1}
            await case.misbehave(
                {**slow, "match": {"operation": "get", "payment_id": case.payment_id}}
            )
            looks = await _looks(case)
            await case.bank_says(LOOK_AGAIN)

            async def looking() -> bool:
                return await _looks(case) > looks

            await eventually(looking)
            await race.acquirer.settle(str(case.payment_id))
            await case.bank_says(LOOK_AGAIN)
            await case.until("completed")
            history = await kinds(case.handle)
    last_pause = len(history) - 1 - history[::-1].index("TIMER_STARTED")
    assert "TIMER_FIRED" not in history[last_pause:]
    assert await case.debits() == 1


async def _looks(case: RealCase) -> int:
    """Single refunds that the acquirer was asked about."""
    requests = (await case.race.acquirer.books(str(case.payment_id)))["requests"]
    return len([one for one in requests if one["method"] == "GET"])


async def pending(race: Race) -> RealCase:
    """A case whose payout the acquirer has not finished for hours."""
    case = await race.signed()
    await case.misbehave(PENDING)
    await case.command("accept", "petrova")
    await case.until_payout("sent")
    await case.pass_time(case.handle, HOURS)
    return case


@first_or_second
async def test_operators_word_and_a_late_success(first: bool, race: Race) -> None:
    """Success at the acquirer wins over an operator's "rejected": a last look comes before it."""
    async with race.worker():
        case = await unknown(race, PENDING)
        async with ending(case):
            if first:
                await say_rejected(case)
                await case.until_payout("sent")
                await race.acquirer.settle(str(case.payment_id))
                await case.bank_says(LOOK_AGAIN)
            else:
                await race.acquirer.settle(str(case.payment_id))
                await say_rejected(case)
            await case.until("completed")
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


async def test_the_acquirers_own_word_is_looked_at_while_the_operator_is_asked(
    race: Race,
) -> None:
    async with race.worker():
        case = await unknown(race, PENDING)
        async with ending(case):
            await race.acquirer.settle(str(case.payment_id))
            await case.bank_says(LOOK_AGAIN)
            await case.until("completed")
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


@first_or_second
async def test_operators_retry_and_the_acquirers_word(first: bool, race: Race) -> None:
    """Both mean "look": the second finds nothing waiting, and does no harm."""
    async with race.worker():
        case = await unknown(race, PENDING)
    async with ending(case):
        await race.acquirer.settle(str(case.payment_id))
        retry = {"by": "orlov"}
        looking = PayoutTold(1, LOOK_AGAIN)
        said: list[tuple[str, Any]] = [("retry_failed_step", retry), ("bank_said", looking)]
        for signal, argument in said if first else said[::-1]:
            await case.handle.signal(signal, argument)
        async with race.worker():
            await case.until("completed")
        assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


async def test_a_bank_payout_is_settled_by_the_bank_statement_and_never_by_hand(
    race: Race,
) -> None:
    async with race.worker():
        case = await race.signed(method="bank_transfer")
        async with ending(case):
            await case.command("accept", "petrova")
            await eventually(case.rests)
            with pytest.raises(WorkflowUpdateFailedError) as error:
                await say_rejected(case)
            assert isinstance(error.value.cause, ApplicationError)
            assert error.value.cause.type == "not_abortable"


async def unknown(race: Race, rule: dict[str, object]) -> RealCase:
    """A payout that nobody could look up, so that an operator is asked: the list is broken."""
    case = await race.signed()
    listing = {"operation": "list", "payment_id": case.payment_id}
    refused = {"kind": "refuse", "code": "forbidden", "status": 403, "match": listing}
    lost = {"kind": "answer_lost_after_execution", "times": 1}
    await case.misbehave(rule, lost, refused)
    await case.command("accept", "petrova")
    await case.until_payout("unknown")
    await asked_operator(case)
    await case.misbehave(rule)
    return case


async def asked_operator(case: RealCase) -> None:
    """Returns once the payout waits for the operator."""

    async def asked() -> bool:
        described = await case.handle.describe()
        shown = {pair.key.name: pair.value for pair in described.typed_search_attributes}
        return shown.get("NeedsOperator") is True

    await eventually(asked)


async def say_rejected(case: RealCase) -> None:
    """The operator read in the acquirer's cabinet that the refund was refused."""
    word = ManualSettlement(P.REJECTED, "orlov", "отказ в кабинете")
    await case.handle.execute_update("settle_by_hand", word, rpc_timeout=PATIENCE)


async def test_a_payout_whose_key_may_be_forgotten_is_looked_up_before_it_is_asked_for(
    race: Race, forgetful: SandboxAcquirer
) -> None:
    """However it comes to run anew: what was sent under an old key is never sent again."""
    gateway = AcquirerGateway(forgetful.url, SHOP_ID, SECRET_KEY)
    race = replace(race, acquirer=forgetful, gateway=gateway, queue=uuid4().hex)
    async with race.worker():
        case = await race.signed()
        async with ending(case):
            await case.misbehave({"kind": "slow", "moment": "after", "seconds": 1, "times": 1})
            await case.command("accept", "petrova")
            await eventually(lambda: _is_debited(case))
            race.books.connection.execute(
                "UPDATE payouts SET prepared_at = %s WHERE case_id = %s",
                [datetime.now(UTC) - KEY_LIFETIME - timedelta(minutes=1), case.id],
            )
            assert case.payouts == [(1, "prepared")]
            await case.reset_before("ACTIVITY_TASK_SCHEDULED")  # nobody records the answer
            await case.until("completed")
    await gateway.aclose()
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


async def _is_debited(case: RealCase) -> bool:
    return await case.debits() == 1


@first_or_second
async def test_return_and_the_end_of_the_credit_wait_in_one_moment(first: bool, race: Race) -> None:
    """Money that came back is never closed over."""
    async with race.worker():
        case = await race.paid_by_bank()
    returned = PayoutReturn(1, "account_closed")
    async with ending(case):
        if first:
            await case.to_the_brink()
            await case.handle.signal("payout_returned", returned)
            await case.over()
        else:
            await case.over()
            await case.handle.signal("payout_returned", returned)
        async with race.worker():
            await case.until("awaiting_statement")
        assert case.payouts == [(1, "returned")]
        assert [to for to, _ in case.history].count("completed") == 1  # it was never closed


@first_or_second
async def test_return_after_the_case_was_closed(first: bool, race: Race) -> None:
    """The case goes on where it ended; told twice, or before a worker is there, it goes on once."""
    async with race.worker():
        case = await race.paid_by_bank()
        await case.approach(wait_until(case), -timedelta(minutes=1))
        await case.ends()
    returned = PayoutReturn(1, "account_closed")

    async def tell() -> None:
        await signal_return(race.client, race.database, race.queue, case.id, returned)

    async with ending(case):
        if first:
            await tell()
            await tell()
        async with race.worker():
            if not first:
                await tell()
            await case.until("awaiting_statement")
            await case.handle.signal("payout_returned", returned)
            await case.command("sign", case.request.client_id, race.books.signed(case.id))
            await case.command("accept", "petrova")
            await case.bank_says(paid_today(), attempt=2)
            await case.until("completed")
            await case.approach(wait_until(case), -timedelta(minutes=1))
            await case.ends()
        assert _closed(case) is not None
        assert case.payouts == [(1, "returned"), (2, "paid")]
        assert [to for to, _ in case.history].count("paying") == 2


async def test_return_of_an_attempt_that_a_closed_case_has_behind_it(race: Race) -> None:
    """The bank says it once more, of an attempt long settled: the case stays closed."""
    returned = PayoutReturn(1, "account_closed")
    async with race.worker():
        case = await race.paid_by_bank()
        async with ending(case):
            await case.handle.signal("payout_returned", returned)
            await case.until("awaiting_statement")
            await case.command("sign", case.request.client_id, race.books.signed(case.id))
            await case.command("accept", "petrova")
            await case.bank_says(paid_today(), attempt=2)
            await case.until("completed")
            await case.approach(wait_until(case), -timedelta(minutes=1))
            await case.ends()
            history = case.history
            first_run = (await case.handle.describe()).run_id
            await signal_return(race.client, race.database, race.queue, case.id, returned)
            await case.ends()
            assert (await case.handle.describe()).run_id != first_run
    assert case.history == history
    assert _closed(case) is not None
    assert case.payouts == [(1, "returned"), (2, "paid")]


@first_or_second
async def test_calendar_change_and_the_credit_date_in_one_moment(first: bool, race: Race) -> None:
    """A change stored before the case is closed moves the date."""
    async with race.worker():
        case = await race.paid()
    before = wait_until(case)
    async with ending(case), day_off(race, case):
        if first:
            await case.to_the_brink()
            await case.handle.signal("calendar_changed")
            await case.over()
        else:
            await case.over()
            await case.handle.signal("calendar_changed")
        async with race.worker():
            await eventually(lambda: _is(wait_until(case) > before))
        assert case.status == "completed"
        assert _closed(case) is None


async def test_calendar_change_after_the_case_was_closed(race: Race) -> None:
    """A date that has been kept is not moved."""
    async with race.worker():
        case = await race.paid()
        until = wait_until(case)
        await case.approach(until, -timedelta(minutes=1))
        await case.ends()
        async with day_off(race, case):
            with pytest.raises(RPCError):
                await case.handle.signal("calendar_changed")
    assert _closed(case) is not None


@asynccontextmanager
async def day_off(race: Race, case: RealCase) -> AsyncIterator[None]:
    """The last day of crediting is declared a day off."""
    sql = "SELECT credit_by FROM refunds WHERE id = %(id)s"
    day = race.books.row(sql, id=case.id).credit_by
    race.books.put(
        "calendar_overrides",
        day=day,
        is_working=False,
        reason="указ",
        author="orlov",
        created_at=datetime.now(UTC),
    )
    yield
    race.books.connection.execute("DELETE FROM calendar_overrides WHERE day = %s", [day])


def _closed(case: RealCase) -> Any:
    return case.race.books.row("SELECT closed_at FROM refunds WHERE id = %(id)s", id=case.id)[0]


async def _is(answer: bool) -> bool:
    return answer


# Two cases of one invoice.


@first_or_second
async def test_two_partial_refunds_of_one_invoice(first: bool, race: Race) -> None:
    """The second is let in once the first is paid, and both together never exceed the payment."""
    part = AskedLine(1, LICENCE_KOPECKS - 1)
    async with race.worker():
        case = await race.asked(method="bank_transfer", asked=(part,))
        await case.command("sign", case.request.client_id, race.books.signed(case.id))
        await case.command("accept", "petrova")
    second = RealCase(race, race.books.request(case.request.invoice_number, 2))
    paid = paid_today()
    async with ending(case), ending(second):
        async with race.worker():
            if not first:
                await case.bank_says(paid)
                await case.until("completed")
            result = await ask(race.client, race.queue, second.request)
            if first:
                await case.bank_says(paid)
                await case.until("completed")
        if first:
            assert (result.status, result.refusal) == ("declined", "refund_already_open")
        else:
            assert (result.status, result.sum_kopecks) == ("awaiting_statement", 1)
        assert _promised(case) <= LICENCE_KOPECKS


def _promised(case: RealCase) -> int:
    promised: int = case.race.books.row(
        "SELECT sum(sum_kopecks) FROM refunds WHERE invoice_number = %(n)s"
        " AND status NOT IN ('declined', 'cancelled', 'expired')",
        n=case.request.invoice_number,
    )[0]
    return promised


# What an engineer does to the machinery.


@pytest.mark.parametrize("before", [True, False], ids=["before its start", "after its end"])
async def test_reset_and_a_payout_that_was_made(before: bool, race: Race) -> None:
    """Before or after the payout's start: its steps run again, its money does not leave again."""
    async with race.worker():
        case = await race.paid()
        async with ending(case):
            history = case.history
            if before:
                await case.reset_before("ACTIVITY_TASK_SCHEDULED")
            else:
                await case.reset_after("ACTIVITY_TASK_COMPLETED")
            await case.approach(wait_until(case), -timedelta(minutes=1))
            await case.ends()
    assert case.history == [*history, ("completed", "system")]
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


async def reset(case: RealCase, over: int | None) -> None:
    """Over so many decisions, or over the whole case; returns when the new run has caught up."""
    before = await case.letters()
    if over is None:
        await case.reset_wholly()
    else:
        await case.reset_over(over)
    await eventually(case.is_caught_up)
    assert await case.letters() == before


over_decisions = pytest.mark.parametrize("over", [1, 2, 4, None], ids=["1", "2", "4", "all"])


@over_decisions
async def test_reset_over_decisions_that_led_to_an_accountant(over: int | None, race: Race) -> None:
    """The new run goes on where the database is: the accountant's word is the next change."""
    async with race.worker():
        case = await race.asked(LARGE)
        client = case.request.client_id
        async with ending(case):
            await case.command(
                "calculate", "petrova", race.books.calculation(case.id, LARGE.sum_kopecks)
            )
            await case.command("sign", client, race.books.signed(case.id))
            await case.command("return_statement", "petrova", race.books.remark(case.id))
            await case.command("sign", client, race.books.signed(case.id))
            await case.command("accept", "petrova")
            history = case.history
            await reset(case, over)
            assert (await case.command("approve", "kuznetsova")).status == "paying"
            await case.until("completed")
    assert case.history == [*history, ("paying", "kuznetsova"), ("completed", "system")]
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


@pytest.mark.parametrize("over", [1, 2, 3, None])
async def test_reset_over_a_return_for_remarks_does_not_return_the_statement_again(
    over: int | None, race: Race
) -> None:
    """The old return finds the review open, and its own remark in the history."""
    async with race.worker():
        case = await race.signed()
        async with ending(case):
            await case.command("return_statement", "petrova", race.books.remark(case.id))
            await case.command("sign", case.request.client_id, race.books.signed(case.id))
            history = case.history
            await reset(case, over)
            assert (await case.command("accept", "petrova")).status == "paying"
            await case.until("completed")
    assert case.history == [*history, ("paying", "petrova"), ("completed", "system")]
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


@over_decisions
async def test_reset_over_two_payouts(over: int | None, race: Race) -> None:
    """One was rejected, one paid: the new run goes on to the credit, and nothing is paid again."""
    async with race.worker():
        case = await race.signed(method="bank_transfer")
        async with ending(case):
            await case.command("accept", "petrova")
            await case.bank_says(Answer(P.REJECTED, reason="account_closed"))
            await case.until("awaiting_statement")
            await case.command("sign", case.request.client_id, race.books.signed(case.id))
            await case.command("accept", "petrova")
            await case.bank_says(paid_today(), attempt=2)
            await case.until("completed")
            history = case.history
            await reset(case, over)
            await case.approach(wait_until(case), -timedelta(minutes=1))
            await case.ends()
    assert case.history == [*history, ("completed", "system")]
    assert case.payouts == [(1, "rejected"), (2, "paid")]
    assert _closed(case) is not None


async def test_reset_and_a_payout_under_way(race: Race) -> None:
    """The new run finds the refund that is under way; the money leaves once."""
    async with race.worker():
        case = await pending(race)
        async with ending(case):
            await case.reset_before("ACTIVITY_TASK_SCHEDULED")
            await race.acquirer.settle(str(case.payment_id))
            await case.bank_says(LOOK_AGAIN)
            await case.until("completed")
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


LOST_ANSWERS = 2


class LosingSteps(RefundActivities):
    """A worker whose first answers to an acceptance are lost, after it was stored: that of the
    local try, and that of the visible one.
    """

    answers_lost = 0

    @activity.defn(name="refund.accept")
    async def accept(self, change: Change) -> TransitionResult:
        result = await RefundActivities.accept(self, change)
        self.answers_lost += 1
        if self.answers_lost <= LOST_ANSWERS:
            raise ApplicationError("the answer is lost", non_retryable=True)
        return result


async def test_abort_of_an_acceptance_that_was_stored_while_its_answer_was_lost(
    race: Race,
) -> None:
    """What is stored stands: nothing is declined, and the reviewer hears of it."""
    async with race.worker(LosingSteps(race.database)):
        case = await race.signed()
        async with ending(case):
            answer = asyncio.create_task(case.command("accept", "petrova"))
            await eventually(lambda: _given_up(case))
            assert await outcome(answer) == "paying"
            await case.until("completed")
    assert [to for to, _ in case.history][-2:] == ["paying", "completed"]
    assert ("paying", "petrova") in case.history
    assert (case.payouts, await case.debits()) == ([(1, "paid")], 1)


async def _given_up(case: RealCase) -> bool:
    """Whether the operator could give up the step that failed."""
    abort = Resolution(ResolutionAction.ABORT, "orlov")
    try:
        await case.handle.execute_update("resolve_failed_step", abort, rpc_timeout=PATIENCE)
    except WorkflowUpdateFailedError:
        return False
    return True


class AwaySteps(RefundActivities):
    """A worker whose database is away in the moment of the acceptance."""

    @activity.defn(name="refund.accept")
    async def accept(self, change: Change) -> TransitionResult:
        raise DatabaseUnavailable("away")


@first_or_second
async def test_a_worker_that_ends_before_an_acceptance_is_applied(first: bool, race: Race) -> None:
    """Taken by the server, or accepted by the case and not applied: it is applied, once."""
    async with race.worker():
        case = await race.signed()
    update_id = uuid4().hex
    async with ending(case):
        if first:
            answer = await case.sent("accept", "petrova", None, update_id)
        else:
            async with race.worker(AwaySteps(race.database)):
                await case.handle.start_update(
                    "accept",
                    Decision("petrova"),
                    id=update_id,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    result_type=TransitionResult,
                )
            answer = asyncio.create_task(
                case.handle.get_update_handle(update_id, result_type=TransitionResult).result()
            )
        async with race.worker():
            assert await outcome(answer) == "paying"
            await case.until("completed")
        assert [by for to, by in case.history if to == "paying"] == ["petrova"]
        assert await case.debits() == 1


@first_or_second
async def test_a_repeat_while_the_first_is_still_running(first: bool, race: Race) -> None:
    """The same command id is the same command, whether the first has been taken up or not."""
    async with race.worker():
        case = await race.signed()
    update_id = uuid4().hex
    async with ending(case):
        answers = [await case.sent("accept", "petrova", None, update_id)]
        if first:
            answers.append(await case.sent("accept", "petrova", None, update_id))
        async with race.worker():
            if not first:
                answers.append(await case.sent("accept", "petrova", None, update_id))
            assert await outcomes(answers) == ["paying", "paying"]
            await case.until("completed")
        assert [to for to, _ in case.history].count("paying") == 1
        assert await case.debits() == 1


async def test_another_command_under_way_is_not_answered_for(race: Race) -> None:
    async with race.worker():
        case = await race.signed()
    async with ending(case):
        one = await case.sent("accept", "petrova", None, uuid4().hex)
        other = await case.sent("accept", "petrova", None, uuid4().hex)
        async with race.worker():
            assert await outcome(one) == "paying"
            with pytest.raises(WorkflowUpdateFailedError) as error:
                await other
            assert isinstance(error.value.cause, ApplicationError)
            assert error.value.cause.type == NOT_ALLOWED
