"""Payouts against the sandbox acquirer's own process: whatever goes wrong, money leaves once."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment

from activities.payout.payout import (
    EarlierAttemptExecuted,
    OutcomeUnknown,
    PayoutActivities,
)
from activities.refund import RefundActivities
from db.database import Database
from db.invariants import differences
from db.payout.attempt import find
from domain.money import amount_text
from domain.payout.payout import (
    Answer,
    Channel,
    ManualSettlement,
    PayoutRequest,
    PayoutStatus,
    Settlement,
    SettlementRequest,
)
from domain.payout.transitions import KEY_LIFETIME
from domain.refund.refund import Change
from gateways.acquirer import AcquirerGateway, AcquirerUnavailable
from tests.activities.walk import SETTLED_ON, opened
from tests.books import LICENCE_KOPECKS, Books
from tests.gateways.sandbox_acquirer import SandboxAcquirer

P = PayoutStatus
DEAD_END = "http://127.0.0.1:9"


@dataclass
class Payout:
    """A prepared payout of a payment that the sandbox knows too."""

    steps: PayoutActivities
    acquirer: SandboxAcquirer
    books: Books
    request: PayoutRequest
    payment_id: str

    async def send(self, run: int = 1) -> Answer:
        """The first step, as Temporal's `run`-th try of it."""
        environment = ActivityEnvironment()
        environment.info = type(environment.info)(**{**vars(environment.info), "attempt": run})
        answer: Answer = await environment.run(self.steps.send, self.request)
        return answer

    async def look_up(self) -> Answer:
        """What became of it."""
        answer: Answer = await ActivityEnvironment().run(self.steps.look_up, self.request)
        return answer

    async def record(self, answer: Answer) -> Answer:
        """Stores an answer."""
        return await self.steps.record(Settlement(self.request, answer, datetime.now(UTC)))

    async def debits(self) -> int:
        """How often money left, by the acquirer's own books."""
        return await self.acquirer.debits(self.payment_id)

    def statuses(self) -> list[str]:
        """The payout's history."""
        rows = self.books.rows(
            "SELECT to_status FROM payout_history WHERE case_id = %(id)s ORDER BY attempt, number",
            id=self.request.case_id,
        )
        return [row.to_status for row in rows]


async def prepared(
    database: Database, books: Books, acquirer: SandboxAcquirer, gateway: AcquirerGateway
) -> Payout:
    payment_id = await acquirer.payment(amount_text(LICENCE_KOPECKS))
    number = books.invoice(paid=())
    books.payment(number, LICENCE_KOPECKS, acquirer_id=payment_id)
    walk = await opened(database, books, number)
    await walk.signed()
    await walk.accepted()
    now = datetime.now(UTC)
    books.connection.execute(
        "UPDATE payouts SET prepared_at = %s WHERE case_id = %s", [now, walk.refund_id]
    )
    request = PayoutRequest(walk.refund_id, 1, Channel.ACQUIRER)
    return Payout(PayoutActivities(database, gateway), acquirer, books, request, payment_id)


@pytest_asyncio.fixture
async def payout(
    database: Database, books: Books, acquirer: SandboxAcquirer, gateway: AcquirerGateway
) -> Payout:
    return await prepared(database, books, acquirer, gateway)


async def test_an_honest_acquirer_pays_at_once(payout: Payout) -> None:
    answer = await payout.send()
    assert answer.status is P.PAID
    assert answer.settled_on is not None
    assert await payout.record(answer) == answer
    assert (await payout.debits(), payout.statuses()) == (1, ["prepared", "paid"])


async def test_the_card_s_number_of_a_refund_is_kept_and_outlives_its_return(
    payout: Payout, database: Database
) -> None:
    answer = await payout.send()
    await payout.record(answer)
    kept = "SELECT rrn FROM payouts WHERE case_id = %(id)s"
    assert payout.books.row(kept, id=payout.request.case_id).rrn == answer.rrn
    assert answer.rrn is not None
    await payout.record(Answer(P.RETURNED, reason="account_closed", settled_on=SETTLED_ON))
    assert payout.books.row(kept, id=payout.request.case_id).rrn == answer.rrn


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "answer_lost_after_execution"},
        {"kind": "answer_lost_before_execution"},
        {"kind": "server_error", "moment": "after"},
        {"kind": "server_error", "moment": "before"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_silence_is_unknown_then_looked_up_and_paid_once(
    fault: dict[str, Any], payout: Payout
) -> None:
    rule = {"match": {"operation": "create", "payment_id": payout.payment_id}, "times": 1, **fault}
    await payout.acquirer.misbehave(rule)
    answer = await payout.send()
    assert answer.status is P.UNKNOWN
    await payout.record(answer)
    found = await payout.look_up()
    assert found.status is P.PAID
    await payout.record(found)
    assert (await payout.debits(), payout.statuses()) == (1, ["prepared", "unknown", "paid"])


async def test_a_worker_killed_after_sending_pays_once(payout: Payout) -> None:
    first = await payout.send()
    again = await payout.send(run=2)  # the first answer never reached Temporal
    assert again == first
    assert await payout.debits() == 1


async def test_a_workflow_started_anew_after_the_record_only_looks(payout: Payout) -> None:
    await payout.record(await payout.send())
    assert (await payout.send()).status is P.PAID
    assert await payout.debits() == 1


async def test_a_final_refusal_is_a_rejection_and_no_money_moves(payout: Payout) -> None:
    await payout.acquirer.misbehave(
        {"kind": "refuse", "code": "invalid_request", "match": {"payment_id": payout.payment_id}}
    )
    answer = await payout.send()
    assert (answer.status, answer.reason) == (P.REJECTED, "invalid_request")
    await payout.record(answer)
    assert (await payout.debits(), payout.statuses()) == (0, ["prepared", "rejected"])


async def test_a_cancelled_refund_is_a_rejection_with_its_reason(payout: Payout) -> None:
    await payout.acquirer.misbehave(
        {
            "kind": "cancel",
            "reason": "insufficient_funds",
            "match": {"payment_id": payout.payment_id},
        }
    )
    answer = await payout.send()
    assert (answer.status, answer.reason) == (P.REJECTED, "insufficient_funds")


@pytest.mark.parametrize("kind", ["pending_then", "processing_then"])
async def test_a_refund_under_way_is_sent_and_later_paid_once(kind: str, payout: Payout) -> None:
    rule = {"kind": kind, "polls": 1, "times": 1, "match": {"payment_id": payout.payment_id}}
    await payout.acquirer.misbehave(rule)
    answer = await payout.send()
    assert answer.status is P.SENT
    await payout.record(answer)
    for _ in range(3):
        answer = await payout.look_up()
        if answer.status is P.PAID:
            break
    assert answer.status is P.PAID
    await payout.record(answer)
    assert (await payout.debits(), payout.statuses()) == (1, ["prepared", "sent", "paid"])


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse", "code": "invalid_request"},
        {"kind": "refuse", "code": "not_supported"},
        {"kind": "answer_lost_before_execution"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_what_was_taken_in_stays_under_way_whatever_a_repeat_is_answered(
    fault: dict[str, Any], payout: Payout
) -> None:
    match = {"operation": "create", "payment_id": payout.payment_id}
    await payout.acquirer.misbehave(
        {"kind": "processing_then", "polls": 1, "times": 1, "match": match},
        {"match": {**match, "nth": 2}, **fault},
        {"kind": "refuse", "code": "invalid_request", "match": {**match, "nth": 3}},
    )
    await payout.record(await payout.send())
    for _ in range(2):
        answer = await payout.look_up()
        assert answer.status is P.SENT
        await payout.record(answer)
    for _ in range(3):
        await payout.record(await payout.look_up())
    assert (await payout.debits(), payout.statuses()) == (1, ["prepared", "sent", "paid"])


async def test_an_unknown_status_is_waited_for(payout: Payout) -> None:
    await payout.acquirer.misbehave(
        {"kind": "unknown_enum", "times": 1, "match": {"payment_id": payout.payment_id}}
    )
    assert (await payout.send()).status is P.SENT
    assert (await payout.look_up()).status is P.PAID
    assert await payout.debits() == 1


async def test_an_acquirer_that_was_never_reached_is_tried_again(
    payout: Payout, database: Database
) -> None:
    nobody = AcquirerGateway(DEAD_END, "100500", "secret")
    try:
        with pytest.raises(AcquirerUnavailable):
            await ActivityEnvironment().run(PayoutActivities(database, nobody).send, payout.request)
    finally:
        await nobody.aclose()
    assert (await payout.send(run=2)).status is P.PAID
    assert await payout.debits() == 1


async def test_an_old_key_is_never_asked_with_again(payout: Payout) -> None:
    rule = {"kind": "answer_lost_before_execution", "times": 1}
    await payout.acquirer.misbehave({**rule, "match": {"payment_id": payout.payment_id}})
    await payout.record(await payout.send())
    payout.books.connection.execute(
        "UPDATE payouts SET prepared_at = %s WHERE case_id = %s",
        [datetime.now(UTC) - KEY_LIFETIME - timedelta(minutes=1), payout.request.case_id],
    )
    with pytest.raises(OutcomeUnknown):
        await payout.look_up()
    assert await payout.debits() == 0


async def test_a_late_no_never_undoes_a_payment(payout: Payout) -> None:
    paid = Answer(P.PAID, "external-1", None, SETTLED_ON)
    await payout.record(paid)
    for late in (P.REJECTED, P.SENT, P.UNKNOWN):
        assert await payout.record(Answer(late)) == paid
    assert payout.statuses() == ["prepared", "paid"]


async def second_by_bank(payout: Payout) -> Payout:
    """An operator says rejected of the first attempt, which the acquirer has at 202: the bank is
    next.
    """
    rule = {"kind": "processing_then", "polls": 9, "times": 1}
    await payout.acquirer.misbehave({**rule, "match": {"payment_id": payout.payment_id}})
    await payout.record(await payout.send())
    word = ManualSettlement(P.REJECTED, "orlov", "поддержка, обращение 4711")
    by_hand = SettlementRequest(payout.request, word)
    await payout.record(await ActivityEnvironment().run(payout.steps.settle_by_hand, by_hand))
    refunds = RefundActivities(payout.steps._database)
    change = Change(payout.request.case_id, 5, datetime.now(UTC))
    result = await refunds.pay_by_bank(change)
    return replace(payout, request=PayoutRequest(change.refund_id, result.attempt, Channel.BANK))


async def clear(payout: Payout) -> None:
    await ActivityEnvironment().run(payout.steps.clear, payout.request)


def gathered(payout: Payout) -> list[Any]:
    """Whether a payment run would take it."""
    return payout.books.rows(
        "SELECT FROM payouts WHERE case_id = %(id)s AND attempt = %(attempt)s"
        " AND cleared_at IS NOT NULL",
        id=payout.request.case_id,
        attempt=payout.request.attempt,
    )


async def test_no_second_attempt_begins_while_the_first_may_have_been_executed(
    payout: Payout,
) -> None:
    second = await second_by_bank(payout)
    assert not gathered(second)
    await payout.acquirer.settle(payout.payment_id)
    with pytest.raises(EarlierAttemptExecuted, match="attempt 1 is succeeded"):
        await clear(second)
    assert not gathered(second)
    assert await payout.debits() == 1


async def test_a_second_attempt_begins_once_no_earlier_one_was_executed(payout: Payout) -> None:
    second = await second_by_bank(payout)
    await clear(second)
    await clear(second)
    assert gathered(second)


async def test_by_the_operators_word_the_first_attempts_money_is_the_seconds(
    payout: Payout, database: Database
) -> None:
    second = await second_by_bank(payout)
    await payout.acquirer.settle(payout.payment_id)
    by_hand = SettlementRequest(
        second.request, ManualSettlement(P.PAID, "orlov", "в кабинете", SETTLED_ON)
    )
    answer = await ActivityEnvironment().run(second.steps.settle_by_hand, by_hand)
    assert (answer.status, answer.earlier_attempt) == (P.PAID, 1)
    await second.record(answer)
    row = await find(database, second.request)
    assert row is not None
    assert (row.channel, row.status, row.external_id) == ("acquirer", "paid", answer.external_id)
    about = [one async for one in differences(database) if second.request.case_id in one.found]
    assert {one.invariant for one in about} <= {
        "no mail is forgotten in the queue"
    }  # nobody delivers


async def test_a_payout_that_was_never_prepared_is_an_error(payout: Payout) -> None:
    stray = PayoutRequest(payout.request.case_id, 9)
    with pytest.raises(LookupError, match="no payout 9"):
        await ActivityEnvironment().run(payout.steps.look_up, stray)
