"""The straight refund as a DBOS workflow: our steps, our waits, our conditions for going on."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from dbos import DBOS, SetWorkflowID
from temporalio.testing import ActivityEnvironment

from activities.payout.payout import PayoutActivities
from activities.refund import RefundActivities
from domain.access.roles import SYSTEM
from domain.case.decision import Decision
from domain.payout.payout import Answer, PayoutRequest, Settlement
from domain.refund.refund import Change, Opening, RefundRequest, RefundStatus, TransitionResult
from starter.commands.cases import DEADLINE_SECONDS, Cases
from starter.commands.refusal import LookAt, not_found, unavailable
from workflows.refund import RefundWorkflow

OPENED: Final = "opened"
"""The event that says what became of the opening."""
PERSON_WAIT: Final = timedelta(days=30)
CREDIT_WAIT: Final = timedelta(milliseconds=50)
"""Ten bank days: nobody can skip the time of DBOS, so it is shorter."""
BY_UPDATE: Final[Mapping[Any, str]] = MappingProxyType(
    {RefundWorkflow.sign: "record_statement", RefundWorkflow.accept: "accept"}
)
"""The step of each decision that a straight refund takes."""

RunRefund = Callable[[RefundRequest], Coroutine[Any, Any, str]]


class NotStraight(Exception):  # noqa: N818  the name says what is the matter
    """A refund took another way than the one that is compared."""


@dataclass(frozen=True)
class Told:
    """A person's decision, as a message to its case; `command_id` is the event of its answer."""

    step: str
    decision: Decision
    command_id: str


class DbosCases(Cases):
    """What the API's commands reach cases by, with DBOS behind it."""

    def __init__(self, run: RunRefund) -> None:
        super().__init__(_no_temporal, "")
        self._run = run

    async def update(
        self, case_id: str, update: Any, argument: Any, command_id: UUID, *, look_at: LookAt
    ) -> Any:
        """Sends a decision and waits for its answer; a repeat is recognised by the command's id."""
        told = Told(BY_UPDATE[update], argument, str(command_id))
        await DBOS.send_async(case_id, told, idempotency_key=told.command_id)
        return await _event(case_id, told.command_id)

    async def update_with_start(
        self, start: Any, update: Any, command_id: UUID, *arguments: Any, look_at: LookAt
    ) -> Any:
        """Starts the case of a request unless it runs, and waits until it is open."""
        (request,) = arguments
        with SetWorkflowID(request.refund_id):
            await DBOS.start_workflow_async(self._run, request)
        return await _event(request.refund_id, OPENED)

    async def signal(self, case_id: str, signal: Any, *arguments: Any) -> bool:
        """Nothing of a straight refund is signalled; the acquirer's notification comes too late."""
        raise not_found()


def refund_workflow(refunds: RefundActivities, payouts: PayoutActivities) -> RunRefund:
    """Registers the workflow and its steps; call it once, before DBOS is launched.

    A step is one of ours with DBOS's checkpoint after it. Its time is asked inside, so a recovered
    run keeps it.
    """

    @DBOS.step()
    async def opened(request: RefundRequest) -> TransitionResult:
        return await refunds.open(Opening(request, datetime.now(UTC)))

    @DBOS.step()
    async def changed(
        name: str, case: tuple[str, int], by: str, submission: str | None, attempt: int
    ) -> TransitionResult:
        step = getattr(refunds, name)
        result: TransitionResult = await step(
            Change(*case, datetime.now(UTC), by, submission, attempt)
        )
        return result

    @DBOS.step(retries_allowed=True)
    async def sent(request: PayoutRequest) -> Answer:
        answer: Answer = await ActivityEnvironment().run(payouts.send, request)
        return answer

    @DBOS.step()
    async def recorded(request: PayoutRequest, answer: Answer) -> Answer:
        return await payouts.record(Settlement(request, answer, datetime.now(UTC)))

    @DBOS.workflow()
    async def refund(request: RefundRequest) -> str:
        case_id, result = request.refund_id, await opened(request)
        await DBOS.set_event_async(OPENED, result)
        for expected in (RefundStatus.AWAITING_STATEMENT, RefundStatus.UNDER_REVIEW):
            _require(result, expected)
            told = await DBOS.recv_async(timeout_seconds=PERSON_WAIT.total_seconds())
            decision, case = told.decision, (case_id, result.changes + 1)
            result = await changed(told.step, case, decision.by, decision.submission_id, 0)
            await DBOS.set_event_async(told.command_id, result)
        _require(result, RefundStatus.PAYING)
        payout = PayoutRequest(case_id, result.attempt)
        await recorded(payout, await sent(payout))
        case = (case_id, result.changes + 1)
        result = await changed("complete", case, SYSTEM, None, result.attempt)
        _require(result, RefundStatus.COMPLETED)
        await DBOS.recv_async("returned", timeout_seconds=CREDIT_WAIT.total_seconds())
        result = await changed("close", (case_id, result.changes + 1), SYSTEM, None, 0)
        return str(result.status)

    run: RunRefund = refund
    return run


async def _event(case_id: str, key: str) -> Any:
    answer = await DBOS.get_event_async(case_id, key, timeout_seconds=DEADLINE_SECONDS)
    if answer is None:
        raise unavailable("no_worker")
    return answer


def _require(result: TransitionResult, status: RefundStatus) -> None:
    if result.status is not status:
        raise NotStraight(f"{result.status} instead of {status}: {result.refusal}")


async def _no_temporal() -> Any:
    raise RuntimeError("there is no Temporal here")
