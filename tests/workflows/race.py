"""Cases with their real steps, whose worker can be away while things happen to them."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.case.operators import OperatorActivities
from activities.payout.payout import PayoutActivities
from activities.refund import RefundActivities
from db.database import Database
from domain.case.decision import Decision
from domain.money import amount_text
from domain.payout.payout import Answer as BankAnswer
from domain.payout.payout import PayoutStatus, PayoutTold
from domain.refund.refund import RefundRequest, TransitionResult
from gateways.acquirer import AcquirerGateway
from tests.books import Books, Line
from tests.gateways.sandbox_acquirer import Rule, SandboxAcquirer
from tests.patience import PATIENCE_SECONDS
from tests.workflows.case_under_test import MOMENT_SECONDS, PATIENCE, ask, eventually
from worker import WORKFLOWS
from workflows.runner import workflow_runner

BRINK = timedelta(seconds=2)
"""How long before its end a wait is stopped, so that what is sent then comes first."""
MISSED_WITHIN = timedelta(milliseconds=500)
"""A task meant for the worker that has just left goes to the next one after this time."""
ENDED = "ended"
"""What a caller hears whose case has ended."""
ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"
"""The server's own word for that."""

Answer = asyncio.Task[Any]
"""What a caller is answered: where the case is, or a refusal."""


@dataclass
class Installation:
    """A server, a database, an acquirer, and a worker that comes and goes."""

    env: WorkflowEnvironment
    client: Client
    database: Database
    books: Books
    acquirer: SandboxAcquirer
    gateway: AcquirerGateway
    queue: str = field(default_factory=lambda: f"race-{uuid4().hex}")
    cases: list["Raced"] = field(default_factory=list)

    @asynccontextmanager
    async def serving(self, *steps: object) -> AsyncIterator[None]:
        """A worker while the block runs. It leaves when nothing is on its way to it: what a worker
        takes while it leaves is missed by the server ten seconds later.
        """
        async with Worker(
            self.client,
            task_queue=self.queue,
            workflows=WORKFLOWS,
            activities=[activity for one in steps for activity in _activities(one)],
            workflow_runner=workflow_runner(),
            sticky_queue_schedule_to_start_timeout=MISSED_WITHIN,
        ):
            yield
            for case in self.cases:
                await eventually(case.rests)


@dataclass
class Race(Installation):
    """Refunds that are raced."""

    @asynccontextmanager
    async def worker(self, refund: RefundActivities | None = None) -> AsyncIterator[None]:
        """A worker for refunds and their payouts while the block runs."""
        payout = PayoutActivities(self.database, self.gateway)
        steps = (refund or RefundActivities(self.database), payout)
        async with self.serving(*steps, OperatorActivities(self.database)):
            yield

    async def asked(self, *lines: Line, method: str = "bank_card", **asked: Any) -> "RealCase":
        """A case of a new invoice, just opened; needs a worker. By card, the acquirer knows it."""
        number = self.books.invoice(*lines, paid=(), method=method)
        total = self.books.row(
            "SELECT total_kopecks FROM invoices WHERE number = %(n)s", n=number
        ).total_kopecks
        known = await self.acquirer.payment(amount_text(total)) if method == "bank_card" else None
        self.books.payment(number, total, method, acquirer_id=known)
        case = RealCase(self, self.books.request(number, **asked), known)
        self.cases.append(case)
        case.opened = await ask(self.client, self.queue, case.request)
        return case

    async def signed(self, *lines: Line, method: str = "bank_card") -> "RealCase":
        """A case whose statement waits for a specialist."""
        case = await self.asked(*lines, method=method)
        await case.command("sign", case.request.client_id, self.books.signed(case.id))
        return case

    async def paid(self) -> "RealCase":
        """A case whose money has left by card, and waits to be credited."""
        case = await self.signed()
        await case.command("accept", "petrova")
        await case.until("completed")
        return case

    async def paid_by_bank(self) -> "RealCase":
        """The same by a payment order."""
        case = await self.signed(method="bank_transfer")
        await case.command("accept", "petrova")
        await case.bank_says(paid_today())
        await case.until("completed")
        return case


class Raced(ABC):
    """A case that is told things while its worker may be away; its time passes by request."""

    race: Installation

    @property
    @abstractmethod
    def id(self) -> str:
        """The case's and its workflow's."""

    @property
    @abstractmethod
    def status(self) -> str:
        """By our books."""

    @property
    def others(self) -> list[WorkflowHandle[Any, Any]]:
        """The processes that the case may have started."""
        return []

    @abstractmethod
    async def _ask(
        self, update: str, by: str, submission_id: str | None, update_id: str | None
    ) -> Any:
        """A command as the API gives it."""

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The latest run of the case."""
        return self.race.client.get_workflow_handle(self.id)

    # What is said to it.

    async def sent(
        self, update: str, by: str, submission_id: str | None = None, update_id: str | None = None
    ) -> Answer:
        """A command that the server has taken while no worker is there; its answer comes later."""
        task = asyncio.create_task(self._ask(update, by, submission_id, update_id))
        await eventually(self._is_pending)
        await asyncio.sleep(MOMENT_SECONDS)  # a second command is on its way behind the first
        return task

    async def _is_pending(self) -> bool:
        return _has_task(await self.handle.describe())

    async def rests(self) -> bool:
        """Whether neither the case nor a process of it has anything to do now."""
        for handle in (self.handle, *self.others):
            try:
                described = await handle.describe()
            except RPCError:
                continue  # not begun
            if described.status is not WorkflowExecutionStatus.RUNNING:
                continue  # what it had under way when it was ended stays listed
            children = described.raw_description.pending_children
            if _has_task(described) or not all(child.run_id for child in children):
                return False
        return True

    async def end(self) -> None:
        """Ends what still runs."""
        for handle in (self.handle, *self.others):
            try:
                await handle.terminate()
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise

    # Its time.

    async def approach(self, until: datetime, left: timedelta = timedelta(minutes=1)) -> None:
        """Lets time pass, with a worker, until so much is left to an instant."""
        await self._skip(self.handle, until - await self._now(self.handle) - left)

    async def to_the_brink(self, handle: WorkflowHandle[Any, Any] | None = None) -> None:
        """Without a worker, lets time pass to just before the open timer."""
        handle = handle or self.handle
        left = await self._left(handle) - BRINK
        if left > timedelta(0):
            await self._skip(handle, left)

    async def over(self, handle: WorkflowHandle[Any, Any] | None = None) -> None:
        """Without a worker, lets time pass until the open timer has fired."""
        handle = handle or self.handle
        timer = _open_timer(await _events(handle)).event_id
        left = await self._left(handle)
        if left > BRINK:
            await self._skip(handle, left)

        async def fired() -> bool:
            return timer in {
                event.timer_fired_event_attributes.started_event_id
                for event in await _events(handle)
            }

        await eventually(fired)

    async def pass_time(self, handle: WorkflowHandle[Any, Any], duration: timedelta) -> None:
        """Lets time pass for a workflow while there is a worker."""
        await self._skip(handle, duration)

    async def _left(self, handle: WorkflowHandle[Any, Any]) -> timedelta:
        """Until the open timer fires."""
        started = _open_timer(await _events(handle))
        span: timedelta = started.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        return started.event_time.ToDatetime(tzinfo=UTC) + span - await self._now(handle)

    async def _now(self, handle: WorkflowHandle[Any, Any]) -> datetime:
        return await self.race.env.get_current_time(self._skipping(handle))

    async def _skip(self, handle: WorkflowHandle[Any, Any], duration: timedelta) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.race.env.fast_forward(self._skipping(handle), duration)

    def _skipping(self, handle: WorkflowHandle[Any, Any]) -> WorkflowHandle[Any, Any]:
        return self.race.env.client.get_workflow_handle(handle.id)

    # What is known of it.

    async def until(self, status: str) -> None:
        """Returns once our books say so."""

        async def there() -> bool:
            return self.status == status

        await eventually(there)

    async def ends(self) -> None:
        """Returns once the present run has ended."""

        async def ended() -> bool:
            return (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING

        await eventually(ended)


@dataclass
class RealCase(Raced):
    """A refund case and what is known of it on all sides."""

    race: Race
    request: RefundRequest
    payment_id: str | None = None
    opened: TransitionResult | None = None

    @property
    def id(self) -> str:
        """The case's and its workflow's."""
        return self.request.refund_id

    # What is said to it.

    async def command(
        self, update: str, by: str, submission_id: str | None = None
    ) -> TransitionResult:
        """A person's command, while there is a worker."""
        result: TransitionResult = await self._ask(update, by, submission_id, None)
        return result

    async def bank_says(self, word: BankAnswer, attempt: int = 1) -> None:
        """What is reported of a payout attempt."""
        await self.handle.signal("bank_said", PayoutTold(attempt, word))

    async def sent_to_begin(self, update: str, by: str, submission_id: str) -> Answer:
        """The same to a case that may have ended: it begins again with the command."""
        decision = Decision(by, submission_id)
        asking = ask(self.race.client, self.race.queue, self.request, update, decision)
        task = asyncio.create_task(asking)
        await eventually(self._is_pending)
        await asyncio.sleep(MOMENT_SECONDS)
        return task

    async def _ask(
        self, update: str, by: str, submission_id: str | None, update_id: str | None
    ) -> Any:
        return await self.handle.execute_update(
            update,
            Decision(by, submission_id),
            id=update_id,
            result_type=TransitionResult,
            rpc_timeout=PATIENCE,
        )

    # What is known of it.

    async def until_payout(self, status: str, attempt: int = 1) -> None:
        """Returns once our books say so of the attempt."""

        async def there() -> bool:
            return dict(self.payouts).get(attempt) == status

        await eventually(there)

    async def letters(self) -> int:
        """How many letters have been written about the case."""
        sql = "SELECT count(*) AS n FROM notifications WHERE case_id = %(id)s"
        return int(self.race.books.row(sql, id=self.id).n)

    async def is_caught_up(self) -> bool:
        """Whether the run shows the status that our books have, and rests there.

        Task and steps are looked at in one description: a decision that the server gives again
        after a reset is a task first, then a step, and between two looks it would be neither.
        """
        described = await self.handle.describe()
        shown = {pair.key.name: pair.value for pair in described.typed_search_attributes}
        busy = _has_task(described) or described.raw_description.pending_activities
        return shown.get("CaseStatus") == self.status and not busy and await self.rests()

    @property
    def status(self) -> str:
        """By our books."""
        rows = self.race.books.rows("SELECT status FROM refunds WHERE id = %(id)s", id=self.id)
        return rows[0].status if rows else ""

    @property
    def history(self) -> list[tuple[str, str]]:
        """Where the case went, and who sent it."""
        rows = self.race.books.rows(
            "SELECT to_status, by FROM refund_history WHERE refund_id = %(id)s ORDER BY number",
            id=self.id,
        )
        return [(row.to_status, row.by) for row in rows]

    @property
    def payouts(self) -> list[tuple[int, str]]:
        """The attempts by our books."""
        rows = self.race.books.rows(
            "SELECT attempt, status FROM payouts WHERE case_id = %(id)s ORDER BY attempt",
            id=self.id,
        )
        return [(row.attempt, row.status) for row in rows]

    async def debits(self) -> int:
        """How often money left, by the acquirer's own books."""
        assert self.payment_id is not None
        return await self.race.acquirer.debits(self.payment_id)

    async def misbehave(self, *rules: Rule) -> None:
        """How the acquirer treats this case's payment."""
        match = {"match": {"payment_id": self.payment_id}}
        await self.race.acquirer.misbehave(*({**match, **rule} for rule in rules))

    # What an engineer may do to it.

    async def reset_before(self, kind: str) -> None:
        """Starts the case anew from the workflow task that led to the first event of this kind."""
        events = await _events(self.handle)
        await self._reset(_task_of(events, next(one for one in events if _kind(one) == kind)))

    async def reset_after(self, kind: str) -> None:
        """Starts the case anew from the task that heard of the first event of this kind.

        What that task does is in the books before the task's own end is in the history.
        """
        await eventually(self.rests)
        events = await _events(self.handle)
        heard = next(event.event_id for event in events if _kind(event) == kind)
        done = [one.event_id for one in events if _kind(one) == "WORKFLOW_TASK_COMPLETED"]
        await self._reset(min(task for task in done if task > heard))

    async def reset_over(self, decisions: int) -> None:
        """Starts the case anew from the workflow task that took the first of so many last
        decisions.
        """
        events = await _events(self.handle)
        taken = [one for one in events if _kind(one) == "WORKFLOW_EXECUTION_UPDATE_ACCEPTED"]
        await self._reset(_task_of(events, taken[-decisions]))

    async def reset_wholly(self) -> None:
        """Starts the case anew from its first workflow task."""
        events = await _events(self.handle)
        kind = "WORKFLOW_TASK_COMPLETED"
        await self._reset(next(event.event_id for event in events if _kind(event) == kind))

    async def _reset(self, task: int) -> None:
        described = await self.handle.describe()
        await self.race.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self.race.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=self.id, run_id=described.run_id),
                reason="race",
                workflow_task_finish_event_id=task,
                request_id=uuid4().hex,
            )
        )


def paid_today() -> BankAnswer:
    """The bank paid."""
    return BankAnswer(PayoutStatus.PAID, settled_on=datetime.now(UTC).date())


async def outcome(answer: Answer) -> str:
    """What a caller was answered: the case's status, or the refusal's type."""
    try:
        return str((await answer).status)
    except WorkflowUpdateFailedError as error:
        refusal = str(error.cause.type) if isinstance(error.cause, ApplicationError) else str(error)
        return ENDED if refusal == ENDED_MEANWHILE else refusal
    except RPCError as error:
        return ENDED if error.status is RPCStatusCode.NOT_FOUND else str(error)


async def outcomes(answers: Sequence[Answer]) -> list[str]:
    """What callers were answered, in the order in which they asked."""
    return [await outcome(answer) for answer in answers]


def _kind(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")


async def kinds(handle: WorkflowHandle[Any, Any]) -> list[str]:
    """The kinds of a history's events, in order."""
    return [_kind(event) for event in await _events(handle)]


async def _events(handle: WorkflowHandle[Any, Any]) -> list[HistoryEvent]:
    return list((await handle.fetch_history()).events)


def _task_of(events: list[HistoryEvent], led_to: HistoryEvent) -> int:
    """The id of the task's end that led to an event."""
    return max(
        event.event_id
        for event in events
        if _kind(event) == "WORKFLOW_TASK_COMPLETED" and event.event_id < led_to.event_id
    )


def _has_task(described: WorkflowExecutionDescription) -> bool:
    return described.raw_description.HasField("pending_workflow_task")


def _open_timer(events: list[HistoryEvent]) -> HistoryEvent:
    over = {event.timer_fired_event_attributes.started_event_id for event in events}
    over |= {event.timer_canceled_event_attributes.started_event_id for event in events}
    return next(
        event
        for event in reversed(events)
        if _kind(event) == "TIMER_STARTED" and event.event_id not in over
    )


def _activities(steps: object) -> list[Any]:
    members = (getattr(steps, name) for name in dir(steps) if not name.startswith("_"))
    return [one for one in members if hasattr(one, "__temporal_activity_definition")]
