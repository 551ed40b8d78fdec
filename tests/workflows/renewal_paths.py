"""Every path of a renewal: how its steps answer, what people say, what is done, how it ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from domain.access.roles import Role
from domain.banking.incoming_money import Notified
from domain.card.card_payment import (
    CardAnswer,
    CardClosing,
    CardEnd,
    CardPaymentRequest,
    CardStatus,
    card_payment_workflow_id,
)
from domain.case.decision import Decision
from domain.case.waiting import Wait
from domain.notification.notification import StepFailure
from domain.renewal.renewal import (
    NextTerm,
    RenewalChange,
    RenewalOpening,
    RenewalOutcome,
    RenewalRefusal,
    RenewalReminding,
    RenewalRequest,
    RenewalStatus,
    RenewalTransitionResult,
)
from tests.patience import PATIENCE_SECONDS
from tests.workflows.case_under_test import PATIENCE, eventually, is_there, serving
from workflows.case.kernel import NEEDS_OPERATOR
from workflows.case.resolution import Resolution, ResolutionAction
from workflows.renewal import RenewalWorkflow

Answer = RenewalStatus | RenewalRefusal | ApplicationError | None
DAY = timedelta(days=1)
ALONE = TimeSkippingConfig(enabled=False, disable_propagation=True)
"""A case that begins while another one's time is skipped has a clock of its own."""
CARD_ORDER = "9c5b94b1-35ad-49bb-b118-8e8fc24abf80"
DIVERGED = ApplicationError("нет связи", type="CaseDiverged")

DAYS = {
    RenewalStatus.WATCHING: (30, (10, 20), RenewalStatus.LAPSED),
    RenewalStatus.AWAITING_PAYMENT: (20, (3,), RenewalStatus.CHECKING_PAYMENT),
    RenewalStatus.CHECKING_PAYMENT: (1, (), RenewalStatus.LAPSED),
    RenewalStatus.LAPSED: (14, (), RenewalStatus.CLOSED),
}
"""Each status's wait in plain days: its length, its reminders, what ends it."""
PAID_AHEAD = 5 * DAY
"""How long before its first day the next term is paid for."""


def result(
    status: RenewalStatus, number: int, at: datetime, *, by_card: bool
) -> RenewalTransitionResult:
    """What a step that moved the case to a status answers."""
    length, reminders, ends_in = DAYS.get(status, (0, (), None))
    who = Role.ACCOUNTANT if status is RenewalStatus.CHECKING_PAYMENT else Role.CLIENT
    wait = Wait(who, at + length * DAY, tuple(at + days * DAY for days in reminders), None, ends_in)
    term = NextTerm("term-2", date(2027, 1, 1), date(2027, 12, 31), at + PAID_AHEAD)
    open_invoice = status not in (RenewalStatus.WATCHING, RenewalStatus.CLOSED)
    return RenewalTransitionResult(
        status,
        number,
        wait=wait if length else None,
        invoice_number="KP-2026-000001" if open_invoice else None,
        amount_kopecks=1_200_000 if open_invoice else 0,
        next_term=term if status in (RenewalStatus.PAID, RenewalStatus.RENEWED) else None,
        card_order_id=CARD_ORDER if by_card and status is RenewalStatus.AWAITING_PAYMENT else None,
    )


class FakeRenewalSteps:
    """One case's steps by a script: the answers of each step in order, and and which ran."""

    def __init__(
        self,
        renewal_id: str,
        script: Mapping[str, Sequence[Answer]],
        *,
        by_card: bool = False,
        nights: int = 0,
    ) -> None:
        self.performed: list[str] = []
        self.reminded_at: list[datetime] = []
        self._renewal_id = renewal_id
        self._script = {name: list(answers) for name, answers in script.items()}
        self._by_card = by_card
        self._nights = nights
        self._latest: RenewalTransitionResult | None = None

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """Everything to register."""
        members = (getattr(self, name) for name in dir(type(self)) if name != "activities")
        return [one for one in members if hasattr(one, "__temporal_activity_definition")]

    @activity.defn(name="renewal.open")
    async def open(self, opening: RenewalOpening) -> RenewalTransitionResult:
        if opening.request.renewal_id != self._renewal_id:  # the case of the next term
            return result(RenewalStatus.WATCHING, 1, opening.at, by_card=False)
        self.performed.append("open")
        self._latest = self._latest or result(RenewalStatus.WATCHING, 1, opening.at, by_card=False)
        return self._latest

    @activity.defn(name="renewal.order")
    async def order(self, change: RenewalChange) -> RenewalTransitionResult:
        return self._sure("order", change)

    @activity.defn(name="renewal.cancel_order")
    async def cancel_order(self, change: RenewalChange) -> RenewalTransitionResult:
        return self._sure("cancel_order", change)

    @activity.defn(name="renewal.claim")
    async def claim(self, change: RenewalChange) -> RenewalTransitionResult:
        return self._sure("claim", change)

    @activity.defn(name="renewal.recheck")
    async def recheck(self, change: RenewalChange) -> RenewalTransitionResult | None:
        return self._answer("recheck", change)

    @activity.defn(name="renewal.check_payment")
    async def check_payment(self, change: RenewalChange) -> RenewalTransitionResult:
        return self._sure("check_payment", change)

    @activity.defn(name="renewal.lapse")
    async def lapse(self, change: RenewalChange) -> RenewalTransitionResult:
        return self._sure("lapse", change)

    @activity.defn(name="renewal.begin")
    async def begin(self, change: RenewalChange) -> RenewalTransitionResult:
        return self._sure("begin", change)

    @activity.defn(name="renewal.move_deadline")
    async def move_deadline(self, change: RenewalChange) -> RenewalTransitionResult | None:
        return self._answer("move_deadline", change)

    @activity.defn(name="renewal.remind")
    async def remind(self, reminding: RenewalReminding) -> datetime | None:
        if self._nights:
            self._nights -= 1
            self.performed.append("it is night")
            return reminding.at + timedelta(hours=10)
        self.performed.append("remind")
        self.reminded_at.append(reminding.at)
        return None

    @activity.defn(name="operators.notify")
    async def notify_operator(self, failure: StepFailure) -> None:
        self.performed.append("tell the operator")

    @activity.defn(name="card_payment.prepare")
    async def prepare(self, request: CardPaymentRequest) -> CardAnswer:
        return CardAnswer(CardStatus.PREPARED)

    @activity.defn(name="card_payment.ask")
    async def ask(self, order_id: str) -> CardAnswer:
        return CardAnswer(CardStatus.PENDING)

    @activity.defn(name="card_payment.close")
    async def close(self, closing: CardClosing) -> CardAnswer:
        return CardAnswer(CardStatus.CANCELLED, closing.reason)

    @activity.defn(name="money.signal_renewals")
    async def signal_renewals(self, after: str) -> Notified:
        return Notified()

    def _sure(self, name: str, change: RenewalChange) -> RenewalTransitionResult:
        answer = self._answer(name, change)
        if answer is None:
            raise AssertionError(f"{name} always answers")
        return answer

    def _answer(self, name: str, change: RenewalChange) -> RenewalTransitionResult | None:
        self.performed.append(f"{name} {change.by}")
        answer = self._script[name].pop(0)
        if isinstance(answer, ApplicationError):
            raise answer
        if answer is None:
            return None
        if isinstance(answer, RenewalRefusal):
            latest = self._latest or result(RenewalStatus.WATCHING, 1, change.at, by_card=False)
            return RenewalTransitionResult(latest.status, latest.changes, refusal=answer)
        self._latest = result(answer, change.number, change.at, by_card=self._by_card)
        return self._latest


@dataclass
class PlayedRenewal:
    """A renewal that runs on the server by a script."""

    client: Client
    queue: str
    request: RenewalRequest
    steps: FakeRenewalSteps
    handle: WorkflowHandle[RenewalWorkflow, RenewalOutcome]

    async def command(self, update: str) -> RenewalTransitionResult:
        """A command of the client; it opens the case, or takes an ended one up, as the API does."""
        start = WithStartWorkflowOperation(
            RenewalWorkflow.run,
            self.request,
            id=self.request.renewal_id,
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        argument = self.request if update == "ask" else Decision("client", str(uuid4()))
        answer: RenewalTransitionResult = await self.client.execute_update_with_start_workflow(
            update,
            argument,
            start_workflow_operation=start,
            result_type=RenewalTransitionResult,
            rpc_timeout=PATIENCE,
        )
        return answer

    async def refused(self, update: str) -> str | None:
        """The code by which a command is refused."""
        try:
            await self.command(update)
        except WorkflowUpdateFailedError as failed:
            return failed.cause.type if isinstance(failed.cause, ApplicationError) else None
        raise AssertionError(f"{update} was taken")

    async def recheck(self) -> None:
        """Somebody stored money, and tells the case."""
        await self.client.start_workflow(
            RenewalWorkflow.run,
            self.request,
            id=self.request.renewal_id,
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal="recheck",
        )

    async def pass_time(self, duration: timedelta) -> bool:
        """Lets time pass; False when the case ended before."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await TimeSkipper(self.client, config=ALONE).fast_forward(self.handle, duration)

    async def did(self, step: str, times: int = 1) -> None:
        """Returns once the step has been done so often."""

        async def done() -> bool:
            return self.steps.performed.count(step) >= times

        await eventually(done)

    async def resolve(self, action: ResolutionAction) -> None:
        """The operator's word on the step that waits for it."""

        async def needed() -> bool:
            described = await self.handle.describe()
            return bool(described.typed_search_attributes.get(NEEDS_OPERATOR))

        await eventually(needed)
        word = Resolution(action, "orlov", "проверено")
        await self.handle.execute_update("resolve_failed_step", word, rpc_timeout=PATIENCE)


@dataclass(frozen=True)
class RenewalPath:
    """A way through the process."""

    play: Callable[[PlayedRenewal], Awaitable[None]]
    script: Mapping[str, Sequence[Answer]]
    performed: tuple[str, ...]
    ends_in: RenewalStatus
    steps: Mapping[str, Any] = field(default_factory=dict)


async def straight(it: PlayedRenewal) -> None:
    await it.command("ask")
    await it.command("order")
    await it.recheck()
    await it.did("recheck system")
    await _begin(it)


async def silent(it: PlayedRenewal) -> None:
    await it.command("ask")
    assert not await it.pass_time(50 * DAY)


async def checked(it: PlayedRenewal) -> None:
    await it.command("order")
    assert await it.pass_time(20 * DAY + DAY / 2)
    await it.handle.signal("calendar_changed")
    await it.did("move_deadline system")
    assert await it.pass_time(2 * DAY)
    await it.recheck()
    await it.did("recheck system")
    await _begin(it)


async def late(it: PlayedRenewal) -> None:
    await silent(it)
    await it.recheck()
    await it.did("recheck system")
    await _begin(it)


async def ordered_after_all(it: PlayedRenewal) -> None:
    await silent(it)
    await it.command("order")
    await it.recheck()
    await it.did("recheck system")
    await _begin(it)


async def changes_of_mind(it: PlayedRenewal) -> None:
    await it.command("order")
    await it.command("claim_payment")
    assert await it.refused("order") == RenewalRefusal.ORDER_OPEN
    await it.command("cancel_order")
    assert await it.refused("cancel_order") == RenewalRefusal.NOT_ALLOWED_IN_STATUS
    assert await it.refused("order") == RenewalRefusal.OWN_ACCOUNT_MISSING
    await it.command("order")
    await it.recheck()
    await it.did("recheck system")
    await _begin(it)


async def undone(it: PlayedRenewal) -> None:
    await it.command("order")
    for count in (1, 2, 3, 4):
        await it.recheck()
        await it.did("recheck system", count)
    await _begin(it)


async def by_card(it: PlayedRenewal) -> None:
    await it.command("order")
    card = it.client.get_workflow_handle(card_payment_workflow_id(CARD_ORDER))
    # It is begun beside the answer to the order.
    await eventually(lambda: is_there(it.client, card.id))
    assert (await card.describe()).parent_id == it.request.renewal_id
    await it.command("cancel_order")
    ended = await it.client.get_workflow_handle(card.id, result_type=CardAnswer).result(
        rpc_timeout=PATIENCE
    )
    assert ended == CardAnswer(CardStatus.CANCELLED, CardEnd.STOPPED)
    assert not await it.pass_time(50 * DAY)


async def stopped(it: PlayedRenewal) -> None:
    await it.command("ask")
    await it.recheck()


async def at_night(it: PlayedRenewal) -> None:
    await it.command("ask")
    assert await it.pass_time(11 * DAY)
    await it.recheck()


async def operator_aborts(it: PlayedRenewal) -> None:
    await it.command("ask")
    refused = asyncio.create_task(it.refused("order"))
    await it.resolve(ResolutionAction.ABORT)
    assert await refused == RenewalRefusal.ABORTED
    await it.recheck()


async def operator_retries(it: PlayedRenewal) -> None:
    await it.command("order")
    await it.recheck()
    await it.resolve(ResolutionAction.RETRY)
    await it.did("recheck system", 3)
    await _begin(it)


async def _begin(it: PlayedRenewal) -> None:
    assert not await it.pass_time(PAID_AHEAD + DAY)


_PAID = {"recheck": [RenewalStatus.PAID], "begin": [RenewalStatus.RENEWED]}
_LAPSES = [RenewalStatus.LAPSED, RenewalStatus.CLOSED]
_SILENT = ("open", "remind", "remind", "lapse system", "lapse system")

RENEWAL_PATHS: Mapping[str, RenewalPath] = {
    "renewal_straight": RenewalPath(
        straight,
        {"order": [RenewalStatus.AWAITING_PAYMENT], **_PAID},
        ("open", "order client", "recheck system", "begin system"),
        RenewalStatus.RENEWED,
    ),
    "renewal_silent": RenewalPath(silent, {"lapse": _LAPSES}, _SILENT, RenewalStatus.CLOSED),
    "renewal_checked": RenewalPath(
        checked,
        {
            "order": [RenewalStatus.AWAITING_PAYMENT],
            "check_payment": [RenewalStatus.CHECKING_PAYMENT],
            "move_deadline": [RenewalStatus.CHECKING_PAYMENT],
            "lapse": [RenewalStatus.LAPSED],
            **_PAID,
        },
        (
            *("open", "order client", "remind", "check_payment system", "move_deadline system"),
            *("lapse system", "recheck system", "begin system"),
        ),
        RenewalStatus.RENEWED,
    ),
    "renewal_late": RenewalPath(
        late,
        {"lapse": _LAPSES, **_PAID},
        (*_SILENT, "open", "recheck system", "begin system"),
        RenewalStatus.RENEWED,
    ),
    "renewal_ordered_after_all": RenewalPath(
        ordered_after_all,
        {"lapse": _LAPSES, "order": [RenewalStatus.AWAITING_PAYMENT], **_PAID},
        (*_SILENT, "open", "order client", "recheck system", "begin system"),
        RenewalStatus.RENEWED,
    ),
    "renewal_changes_of_mind": RenewalPath(
        changes_of_mind,
        {
            "order": [
                RenewalStatus.AWAITING_PAYMENT,
                RenewalRefusal.OWN_ACCOUNT_MISSING,
                RenewalStatus.AWAITING_PAYMENT,
            ],
            "claim": [RenewalStatus.AWAITING_PAYMENT],
            "cancel_order": [RenewalStatus.WATCHING],
            **_PAID,
        },
        (
            *("open", "order client", "claim client", "cancel_order client"),
            *("order client", "order client", "recheck system", "begin system"),
        ),
        RenewalStatus.RENEWED,
    ),
    "renewal_undone": RenewalPath(
        undone,
        {
            "order": [RenewalStatus.AWAITING_PAYMENT],
            "recheck": [
                None,
                RenewalStatus.PAID,
                RenewalStatus.AWAITING_PAYMENT,
                RenewalStatus.PAID,
            ],
            "begin": [RenewalStatus.RENEWED],
        },
        ("open", "order client", *("recheck system",) * 4, "begin system"),
        RenewalStatus.RENEWED,
    ),
    "renewal_by_card": RenewalPath(
        by_card,
        {
            "order": [RenewalStatus.AWAITING_PAYMENT],
            "cancel_order": [RenewalStatus.WATCHING],
            "lapse": _LAPSES,
        },
        ("open", "order client", "cancel_order client", *_SILENT[1:]),
        RenewalStatus.CLOSED,
        {"by_card": True},
    ),
    "renewal_stopped": RenewalPath(
        stopped,
        {"recheck": [RenewalStatus.CLOSED]},
        ("open", "recheck system"),
        RenewalStatus.CLOSED,
    ),
    "renewal_at_night": RenewalPath(
        at_night,
        {"recheck": [RenewalStatus.CLOSED]},
        ("open", "it is night", "remind", "recheck system"),
        RenewalStatus.CLOSED,
        {"nights": 1},
    ),
    "renewal_operator_aborts": RenewalPath(
        operator_aborts,
        {"order": [DIVERGED, DIVERGED], "recheck": [RenewalStatus.CLOSED]},
        ("open", "order client", "order client", "tell the operator", "recheck system"),
        RenewalStatus.CLOSED,
    ),
    "renewal_operator_retries": RenewalPath(
        operator_retries,
        {
            "order": [RenewalStatus.AWAITING_PAYMENT],
            "recheck": [DIVERGED, DIVERGED, RenewalStatus.PAID],
            "begin": [RenewalStatus.RENEWED],
        },
        (
            *("open", "order client", "recheck system", "recheck system", "tell the operator"),
            *("recheck system", "begin system"),
        ),
        RenewalStatus.RENEWED,
    ),
}
"""Each ends by itself once it has been played."""


@asynccontextmanager
async def played_renewal(client: Client, path: RenewalPath) -> AsyncIterator[PlayedRenewal]:
    """A renewal that has been played to its end; what it has started is ended after it."""
    subscription_id = f"sub-{uuid4().hex[:12]}"
    request = RenewalRequest(
        f"renewal-{subscription_id}-2026-12-31",
        subscription_id,
        "client-1",
        "term-1",
        date(2026, 12, 31),
    )
    steps = FakeRenewalSteps(request.renewal_id, path.script, **path.steps)
    async with serving(client, *steps.activities) as queue:
        handle = client.get_workflow_handle(request.renewal_id, result_type=RenewalOutcome)
        it = PlayedRenewal(client, queue, request, steps, handle)
        try:
            await path.play(it)
            yield it
        finally:
            for workflow_id in (
                request.renewal_id,
                f"renewal-{subscription_id}-2027-12-31",
                card_payment_workflow_id(CARD_ORDER),
            ):
                await _end(client, workflow_id)


async def _end(client: Client, workflow_id: str) -> None:
    handle = client.get_workflow_handle(workflow_id)
    try:
        if (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
            await handle.terminate()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
