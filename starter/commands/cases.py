"""Sends updates and signals to workflows, with a deadline; says so when the outcome is unknown."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

import structlog
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from starter.commands.refusal import (
    LookAt,
    Noun,
    Refusal,
    RefusalKind,
    StatusText,
    TextKey,
    case_closed,
    not_found,
    unavailable,
)
from workflows.case.kernel import NEEDS_OPERATOR

DEADLINE_SECONDS = 5.0
"""How long a command waits for its case; then its outcome is answered as unknown."""
AT_ONCE = 4
"""Commands that one process has under way with one case; more wait for their turn here. The server
admits ten updates to a workflow at once, and whenever it turns one away it forgets the workflow
task that is under way: fifty callers who repeat would keep a slow case from ever answering.
"""
LOOK_SECONDS = 1.0
"""The time-out of a query of the server or of its workers."""
WORKER_SEEN_WITHIN = timedelta(seconds=70)
"""A worker polls about once a minute; one that has not polled for longer is gone."""

REFUSALS: Mapping[str, RefusalKind] = MappingProxyType(
    {
        "aborted": RefusalKind.CONFLICT,
        "amount_above_refundable": RefusalKind.INVALID,
        "by_missing": RefusalKind.INVALID,
        "day_missing": RefusalKind.INVALID,
        "goods_return_carriage_above_limit": RefusalKind.CONFLICT,
        "goods_return_carriage_decided": RefusalKind.CONFLICT,
        "goods_return_carriage_not_ours": RefusalKind.CONFLICT,
        "goods_return_carriage_too_large": RefusalKind.CONFLICT,
        "goods_return_closed": RefusalKind.CONFLICT,
        "goods_return_cut_too_large": RefusalKind.CONFLICT,
        "goods_return_is_digital": RefusalKind.CONFLICT,
        "goods_return_is_not_digital": RefusalKind.CONFLICT,
        "goods_return_money_started": RefusalKind.CONFLICT,
        "goods_return_not_allowed": RefusalKind.CONFLICT,
        "goods_return_nothing_sound": RefusalKind.CONFLICT,
        "goods_return_too_many_pieces": RefusalKind.CONFLICT,
        "dispute_already_open": RefusalKind.CONFLICT,
        "dispute_award_above_paid": RefusalKind.CONFLICT,
        "dispute_compensation_open": RefusalKind.CONFLICT,
        "dispute_closed": RefusalKind.CONFLICT,
        "dispute_handed_in_meanwhile": RefusalKind.CONFLICT,
        "dispute_hastened": RefusalKind.CONFLICT,
        "inquiry_open": RefusalKind.CONFLICT,
        "inquiry_return_by_statement": RefusalKind.CONFLICT,
        "inquiry_too_early": RefusalKind.CONFLICT,
        "inquiry_too_late": RefusalKind.CONFLICT,
        "inquiry_too_many": RefusalKind.CONFLICT,
        "limit_request_answered": RefusalKind.CONFLICT,
        "no_failed_step": RefusalKind.CONFLICT,
        "no_open_order": RefusalKind.CONFLICT,
        "not_abortable": RefusalKind.CONFLICT,
        "not_allowed_in_status": RefusalKind.CONFLICT,
        "order_open": RefusalKind.CONFLICT,
        "order_paid": RefusalKind.CONFLICT,
        "order_unknown": RefusalKind.CONFLICT,
        "own_account_missing": RefusalKind.CONFLICT,
        "refund_already_open": RefusalKind.CONFLICT,
        "same_person": RefusalKind.CONFLICT,
        "given_back_less": RefusalKind.CONFLICT,
        "collection_claim_sent": RefusalKind.CONFLICT,
        "collection_contacted_today": RefusalKind.CONFLICT,
        "collection_disputed": RefusalKind.CONFLICT,
        "collection_ended": RefusalKind.CONFLICT,
        "collection_paid": RefusalKind.CONFLICT,
        "collection_pause_day": RefusalKind.INVALID,
        "collection_promise_day": RefusalKind.INVALID,
        "collection_promises_spent": RefusalKind.CONFLICT,
        "collection_quiet_hours": RefusalKind.CONFLICT,
        "collection_suit_too_early": RefusalKind.CONFLICT,
        "collection_write_off_by_one": RefusalKind.CONFLICT,
        "collection_write_off_not_proposed": RefusalKind.CONFLICT,
        "collection_write_off_proposed": RefusalKind.CONFLICT,
        "scan_unchecked": RefusalKind.CONFLICT,
        "scan_unusable": RefusalKind.CONFLICT,
        "signature_stale": RefusalKind.CONFLICT,
        "status_unknown": RefusalKind.INVALID,
        "ticket_answered_meanwhile": RefusalKind.CONFLICT,
        "ticket_archived_by_us": RefusalKind.CONFLICT,
        "ticket_closed": RefusalKind.CONFLICT,
        "ticket_hastened": RefusalKind.CONFLICT,
        "ticket_merge_due_earlier": RefusalKind.CONFLICT,
        "ticket_merge_holds_others": RefusalKind.CONFLICT,
        "ticket_merge_not_open": RefusalKind.CONFLICT,
        "ticket_not_answered_yet": RefusalKind.CONFLICT,
        "ticket_taken_meanwhile": RefusalKind.CONFLICT,
    }
)
"""The codes with which cases refuse commands, and the kind of each."""

BY_STATUS = ("not_allowed_in_status", "order_open")
"""Refusals that hold in the status they name only."""
ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"
"""The server's error type for a command that its case accepted and ended without answering."""
ENDED_BEFORE = "already completed"
"""The server's message for a case that has ended; there is no code for it."""
AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
NOT_NOW = (*AWAY, RPCStatusCode.FAILED_PRECONDITION)
"""The last one: the case's worker died during the task again and again, or its code fails."""

Answer = TypeVar("Answer")

log = structlog.get_logger()


class Cases:
    """The workflows of one task queue; connects to Temporal on first use."""

    def __init__(self, connect: Callable[[], Awaitable[Client]], task_queue: str) -> None:
        self._connect = connect
        self._client: Client | None = None
        self._lock = asyncio.Lock()
        self._turns: WeakValueDictionary[LookAt, asyncio.Semaphore] = WeakValueDictionary()
        self.task_queue = task_queue

    def start_of(
        self,
        run: Callable[[Any, Any], Awaitable[Any]],
        request: Any,
        case_id: str,
        *,
        summary: str | None = None,
        reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    ) -> WithStartWorkflowOperation[Any, Any]:
        """The start of a case unless it runs; one that is started again goes on from its stored
        state. `summary` is what the Web UI calls it, its id where nothing else is said.
        """
        return WithStartWorkflowOperation(
            run,
            request,
            id=case_id,
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=reuse,
            static_summary=summary or case_id,
        )

    async def client(self) -> Client:
        """The connected client; raises `Refusal` `unavailable` without one."""
        async with self._lock:
            if self._client is None:
                try:
                    async with asyncio.timeout(DEADLINE_SECONDS):
                        self._client = await self._connect()
                except (RuntimeError, RPCError, TimeoutError) as error:
                    log.warning("cases.temporal_unreachable", error=type(error).__name__)
                    raise unavailable("temporal_unavailable") from None
            return self._client

    async def update(
        self, case_id: str, update: Any, argument: Any, command_id: UUID, *, look_at: LookAt
    ) -> Any:
        """What an open case answers an update; safe to repeat with the same command id.

        Raises `Refusal`: what the case refused, by `REFUSALS`; `not_found` without a case;
        `case_closed` after its end; `unavailable` without a server or a worker; `unknown` with
        `look_at` when nobody knows.
        """
        client = await self.client()
        handle = client.get_workflow_handle(case_id)

        def call() -> Awaitable[Any]:
            return handle.execute_update(update, argument, id=str(command_id))

        return await self._answered(client, call, look_at)

    async def update_with_start(
        self,
        start: WithStartWorkflowOperation[Any, Any],
        update: Any,
        command_id: UUID,
        *arguments: Any,
        look_at: LookAt,
    ) -> Any:
        """Starts a case unless it is open, and gives its answer; raises as `update` does.

        `WorkflowAlreadyStartedError` goes through: the id is taken by a case that has ended.
        """
        client = await self.client()

        def call() -> Awaitable[Any]:
            return client.execute_update_with_start_workflow(
                update, *arguments, start_workflow_operation=start, id=str(command_id)
            )

        try:
            return await self._answered(client, call, look_at)
        except Exception:
            await _hear_out(start)
            raise

    async def signal(self, case_id: str, signal: Any, *arguments: Any) -> bool:
        """Signals a case; False when none of this id runs. Safe to repeat.

        Raises `Refusal` `unavailable` without an answer: the signal may have been taken.
        """
        handle = (await self.client()).get_workflow_handle(case_id)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await handle.signal(signal, args=arguments)
        except TimeoutError:
            raise unavailable("temporal_unavailable") from None
        except RPCError as error:
            if error.status in AWAY:
                raise unavailable("temporal_unavailable") from None
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def ask(self, process_id: str, query: Any) -> Any:
        """What a process answers a query.

        Raises `Refusal`: `not_found` without one, `unavailable` where no worker or no server
        answers within `LOOK_SECONDS`.
        """
        handle = (await self.client()).get_workflow_handle(process_id)
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await handle.query(query)
        except (TimeoutError, WorkflowQueryFailedError):
            raise unavailable("no_worker") from None
        except RPCError as error:
            if error.status in NOT_NOW:
                raise unavailable("no_worker") from None
            raise _absence_in(error) from None

    async def signal_with_start(
        self, run: Any, argument: Any, process_id: str, signal: str
    ) -> None:
        """Signals a process, or begins it with the signal when none of this id runs. Safe to
        repeat.

        Raises `Refusal` `unavailable` when the server does not answer: it may have been done.
        """
        client = await self.client()
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await client.start_workflow(
                    run, argument, id=process_id, task_queue=self.task_queue, start_signal=signal
                )
        except TimeoutError:
            raise unavailable("temporal_unavailable") from None
        except RPCError as error:
            if error.status in AWAY:
                raise unavailable("temporal_unavailable") from None
            raise

    async def has_run(self, process_id: str) -> bool:
        """Whether the server knows a process of this id; raises `Refusal` `unavailable`."""
        handle = (await self.client()).get_workflow_handle(process_id)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await handle.describe()
        except TimeoutError:
            raise unavailable("temporal_unavailable") from None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise unavailable("temporal_unavailable") from None
        return True

    async def result_of(self, run: Any, argument: Any, process_id: str, seconds: float) -> Any:
        """What a process answers at its end, begun unless it runs; None where it has not ended in
        `seconds`: it goes on by itself. Safe to repeat.

        Raises `Refusal` `unavailable` when the server does not answer: it may have been begun.
        """
        client = await self.client()
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                process = await client.start_workflow(
                    run,
                    argument,
                    id=process_id,
                    task_queue=self.task_queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    static_summary=process_id,
                )
        except TimeoutError:
            raise unavailable("temporal_unavailable") from None
        except RPCError as error:
            if error.status in AWAY:
                raise unavailable("temporal_unavailable") from None
            raise
        with suppress(TimeoutError, RPCError):
            async with asyncio.timeout(seconds):
                return await process.result()
        return None

    async def needs_operator(self, case_id: str) -> bool | None:
        """Whether a running case waits for an operator; None when the server does not answer."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                found = await (await self.client()).get_workflow_handle(case_id).describe()
        except (Refusal, TimeoutError):
            return None
        except RPCError as error:
            return False if error.status is RPCStatusCode.NOT_FOUND else None
        is_running = found.status is WorkflowExecutionStatus.RUNNING
        return is_running and found.typed_search_attributes.get(NEEDS_OPERATOR) is True

    async def is_reachable(self) -> bool:
        """Whether the server answers now."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await (await self.client()).service_client.check_health()
        except (Refusal, RPCError, TimeoutError):
            return False

    async def _answered(
        self, client: Client, call: Callable[[], Awaitable[Answer]], look_at: LookAt
    ) -> Answer:
        turn = self._turns.setdefault(look_at, asyncio.Semaphore(AT_ONCE))
        try:
            async with asyncio.timeout(DEADLINE_SECONDS), turn:
                return await call()
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            raise await self._unknown(client, look_at) from None
        except WorkflowUpdateFailedError as error:
            raise _refusal_in(error, look_at.noun) from None
        except RPCError as error:
            if error.status in NOT_NOW:
                raise await self._unknown(client, look_at) from None
            raise _absence_in(error) from None

    async def _unknown(self, client: Client, look_at: LookAt) -> Refusal:
        """The refusal for a command without an answer: no worker, no server, or outcome unknown."""
        try:
            if await self._has_worker(client):
                return Refusal(RefusalKind.UNKNOWN, "outcome_unknown", look_at=look_at)
        except (RPCError, TimeoutError):
            return unavailable("temporal_unavailable")
        return unavailable("no_worker")

    async def _has_worker(self, client: Client) -> bool:
        request = DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=self.task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        async with asyncio.timeout(LOOK_SECONDS):
            queue = await client.workflow_service.describe_task_queue(request)
        seen_after = datetime.now(UTC) - WORKER_SEEN_WITHIN
        return any(
            poller.last_access_time.ToDatetime(tzinfo=UTC) > seen_after for poller in queue.pollers
        )


async def _hear_out(start: WithStartWorkflowOperation[Any, Any]) -> None:
    """Retrieves the exception of the start's own task, which asyncio would log as never
    retrieved.
    """
    with suppress(Exception, asyncio.CancelledError):
        async with asyncio.timeout(0):
            await start.workflow_handle()


def _refusal_in(error: WorkflowUpdateFailedError, noun: Noun) -> Exception:
    """The refusal a case answered; raises any failure that `REFUSALS` does not list: it is a
    bug.
    """
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type is None:
        return error
    if cause.type == ENDED_MEANWHILE:
        return case_closed()
    kind = REFUSALS.get(cause.type)
    if kind is None:
        return error
    return Refusal(kind, cause.type, known_changes=_known_changes(cause), **_params(cause, noun))


def _known_changes(refusal: ApplicationError) -> int | None:
    """Those that a validator of `workflows.case.command` judged by."""
    return refusal.details[0] if refusal.details else None


def _params(refusal: ApplicationError, noun: Noun) -> dict[str, Any]:
    """The parameters of a refusal; its message is the status that the case was in."""
    if refusal.type not in BY_STATUS:
        return {}
    return {"status": _status_of(noun, refusal.message)}


def _status_of(noun: Noun, status: str) -> StatusText | TextKey:
    """The status that a case of this kind was in; kinds share words for their statuses. Those of
    tickets have one title for everybody.
    """
    return TextKey(f"ticket.status.{status}") if noun is Noun.TICKET else StatusText(noun, status)


def _absence_in(error: RPCError) -> Exception:
    if error.status is not RPCStatusCode.NOT_FOUND:
        return error
    return case_closed() if ENDED_BEFORE in error.message else not_found()
