"""Plays one case of each kind from the start to the end, as its callers would."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from bench.codes import Codes
from bench.naive import NaiveWorkflow
from bench.skeleton import NoOpWorkflow, SkeletonWorkflow
from bench.workloads import Kind, task_queue
from domain.billing.invoice import PaymentMethod
from simulation.api_client import ApiClient
from simulation.billing_data import Invoice
from simulation.dataset import DataSet, data_set
from simulation.people import SPECIALIST, caller_of

CREDIT_SKIP = timedelta(days=45)
"""Longer than ten bank days wherever they fall: the case ends before it is over."""
SKIP_LIMIT_SECONDS = 60.0
LOOK_SECONDS = 0.05
REST_LIMIT_SECONDS = 30.0

Answer = TypeVar("Answer")


class CaseUnfinished(Exception):  # noqa: N818  the name says what is the matter
    """A case still runs after the time that should have ended it."""


Play = Callable[[], Awaitable[Sequence[str]]]
"""Plays one case; answers the ids of its workflows."""


@dataclass(frozen=True)
class Played:
    """The workflows of one case, and those that it had together with others."""

    own: Sequence[str]
    shared: Sequence[str] = ()
    shared_by: int = 1


PlayMany = Callable[[int, int], Awaitable[Sequence[Played]]]
"""Plays so many cases, so many at once."""
Invoices = Iterator[Invoice]
"""Paid invoices without a refund, each used once."""


class TemporalCases:
    """Cases of the workflows that have no API: the driver asks Temporal itself."""

    def __init__(self, client: Client) -> None:
        self._client = client
        # Not enabled for what it starts: only the case that is credited is forwarded.
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))

    async def no_op(self) -> Sequence[str]:
        """Started and ended."""
        case_id = _new_id(Kind.NO_OP)
        await self._client.execute_workflow(
            NoOpWorkflow.run, case_id, id=case_id, task_queue=task_queue(Kind.NO_OP)
        )
        return (case_id,)

    async def skeleton(self) -> Sequence[str]:
        """Opened, signed, accepted, credited, with nothing behind it."""
        case_id = await self._asked(Kind.SKELETON, SkeletonWorkflow.run)
        return (case_id,)

    async def naive(self) -> Sequence[str]:
        """The same against the naive one."""
        return (await self._asked(Kind.NAIVE, NaiveWorkflow.run),)

    async def credit(self, case_id: str) -> None:
        """Lets the ten bank days of a case pass, which ends it. They pass once the case is at rest:
        a skip that comes while its workflow task is open costs it another task.
        """
        await self.at_rest(case_id)
        skipping = self._skipper.fast_forward(
            self._client.get_workflow_handle(case_id), CREDIT_SKIP
        )
        if await asyncio.wait_for(skipping, SKIP_LIMIT_SECONDS):
            raise CaseUnfinished(case_id)

    async def at_rest(self, case_id: str) -> None:
        """Returns once nothing of a case is under way: it waits, or it has ended."""
        handle = self._client.get_workflow_handle(case_id)
        async with asyncio.timeout(REST_LIMIT_SECONDS):
            while _is_busy((await handle.describe()).raw_description):  # noqa: ASYNC110 - no event
                await asyncio.sleep(LOOK_SECONDS)

    async def _asked(self, kind: Kind, run: Any) -> str:
        case_id = _new_id(kind)
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            run,
            case_id,
            id=case_id,
            task_queue=task_queue(kind),
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await self._client.execute_update_with_start_workflow(
            "ask", case_id, start_workflow_operation=start
        )
        handle = self._client.get_workflow_handle(case_id)
        await handle.execute_update("sign", "client")
        await handle.execute_update("accept", "specialist")
        await self.credit(case_id)
        return case_id


class Refunds:
    """Straight refunds through the API, each of an invoice that nobody has asked for yet."""

    def __init__(
        self,
        api: ApiClient,
        invoices: Invoices,
        codes: Codes,
        cases: TemporalCases,
    ) -> None:
        self._api = api
        self._invoices = invoices
        self._codes = codes
        self._cases = cases

    async def play(self) -> Sequence[str]:
        """Asked, signed by code, accepted, paid, credited."""
        refund_id = await self.accepted()
        await self._cases.credit(refund_id)
        return (refund_id,)

    async def accepted(self) -> str:
        """Asked, signed by code, accepted: the id of a case whose payout begins."""
        refund_id = await self.signed()
        await self._api.command(SPECIALIST, "POST", acceptance_of(refund_id))
        return refund_id

    async def signed(self) -> str:
        """Asked and signed by code: the id of a case that waits for its review."""
        invoice = next(self._invoices)
        say, client = self._api.command, caller_of(invoice.client)
        opened = await say(client, "POST", "/v1/refunds", {"invoice_number": invoice.number})
        refund_id = str(opened["id"])
        case = f"/v1/refunds/{refund_id}"
        await say(client, "PUT", f"{case}/statement", asdict(invoice.client.requisites))
        await say(client, "POST", f"{case}/statement/code")
        code = await self._codes.of(refund_id)
        await say(client, "POST", f"{case}/statement/signature", {"code": code})
        return refund_id


def acceptance_of(refund_id: str) -> str:
    """The path of a specialist's acceptance."""
    return f"/v1/refunds/{refund_id}/acceptance"


def _is_busy(described: DescribeWorkflowExecutionResponse) -> bool:
    """Whether a case has a step, a payout or a workflow task under way."""
    return bool(
        described.pending_activities
        or described.pending_children
        or described.HasField("pending_workflow_task")
    )


def one_by_one(play: Play) -> PlayMany:
    """Cases that have nothing to do with each other."""

    async def play_many(cases: int, at_once: int) -> Sequence[Played]:
        return [Played(own) for own in await side_by_side([play] * cases, at_once)]

    return play_many


async def side_by_side(
    calls: Sequence[Callable[[], Awaitable[Answer]]], at_once: int
) -> list[Answer]:
    """Everything done, so much of it at once."""
    slots = asyncio.Semaphore(at_once)

    async def one(call: Callable[[], Awaitable[Answer]]) -> Answer:
        async with slots:
            return await call()

    return await asyncio.gather(*map(one, calls))


INVOICES_OF_THE_SAME_CLIENTS = 20
"""Refunds of the subscription of the story are spread over clients, a few for each: above the limit
of what goes back to one client a specialist would calculate.
"""


@dataclass(frozen=True)
class BenchData:
    """What billing registers: the demo's data, and paid subscriptions of clients like its own."""

    everything: DataSet
    acquired: Sequence[Invoice]
    transferred: Sequence[Invoice]


def bench_data(today: date, acquired: int, transferred: int) -> BenchData:
    """So many invoices that were paid through the acquirer, and so many by a bank transfer."""
    data = data_set(today)
    invoices = [_paid(data, index) for index in range(acquired + transferred)]
    through_bank = [_by_transfer(invoice) for invoice in invoices[acquired:]]
    everything = (*data.others, *invoices[:acquired], *through_bank)
    return BenchData(replace(data, others=everything), invoices[:acquired], through_bank)


def _paid(data: DataSet, index: int) -> Invoice:
    payment = data.subscription.payment
    if payment is None:
        raise ValueError("the subscription of the story must be paid")
    return replace(
        data.subscription,
        number=f"{data.today.year}-7{index:05}",
        client=data.clients[index % len(data.clients)].another(
            index // INVOICES_OF_THE_SAME_CLIENTS
        ),
        payment=replace(
            payment, id=f"payment-bench-{index}", acquirer_id=f"acquired-bench-{index}"
        ),
    )


def _by_transfer(invoice: Invoice) -> Invoice:
    if invoice.payment is None:
        return invoice
    method = PaymentMethod.BANK_TRANSFER
    return replace(invoice, payment=replace(invoice.payment, method=method, acquirer_id=None))


def _new_id(kind: Kind) -> str:
    return f"bench-{kind}-{uuid4().hex}"
