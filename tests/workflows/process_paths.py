"""Every path of the processes beside the refund: the bank's, the books', and a payout by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from domain.banking.entry_decision import DecisionStored, EntryDecision
from domain.banking.incoming_money import EntryInstruction, EntrySettled, Notified
from domain.banking.run_decision import RunDecision, RunDecisionStored
from domain.banking.statement_import import (
    BankStatementOutcome,
    ImportOutcome,
    MatchOutcome,
    MoneyOutcome,
)
from domain.banking.submit import Handover
from domain.card.card_payment import CardAnswer, CardClosing, CardPaymentRequest
from domain.case.waiting import Reminder
from domain.notification.notification import StepFailure
from domain.receipt.receipt import ReceiptRound
from domain.reconciliation.acquirer_list import ListInvariant
from domain.reconciliation.reconciliation import BooksFindings, Reconciliation
from domain.refund.refund import Opening, RefundStatus, TransitionResult
from domain.subscription.limit_request import LimitAnswer, LimitOpening, LimitState
from domain.ticket.ticket import TicketChange, TicketOpening, TicketTransitionResult
from tests.workflows.case_under_test import PATIENCE, eventually, serving
from workflows.bank_statement import BankStatementWorkflow
from workflows.behind import CasesBehindWorkflow
from workflows.books import BooksCheckWorkflow
from workflows.case.kernel import NEEDS_OPERATOR
from workflows.case.resolution import Resolution, ResolutionAction, RetryRequest
from workflows.payment_run import PaymentRunWorkflow
from workflows.receipt import ReceiptsWorkflow

Process = WorkflowHandle[Any, Any]
Play = Callable[[Process], Awaitable[None]]

RUN = Handover("run-1", "kuznetsova", datetime(2026, 11, 23, 9, tzinfo=UTC))
IMPORTED = ImportOutcome(None, 3, 2)
MATCHED = MatchOutcome(1, 1)
MONEY = MoneyOutcome(taken=1, held=1)
MATCHING: Mapping[str, Sequence[Any]] = {
    "match": [MATCHED],
    "match_money": [MONEY],
    "notify": [Notified(1)],
    "unexpected_debits": [0],
}
MATCHING_STEPS = ("match", "match_money", "notify", "unexpected_debits")
REFUSED = ImportOutcome("bank_file_balance")
RIGHT, DIFFER = BooksFindings(0), BooksFindings(1, ("an invoice is paid by its payments",))
EXECUTED = BooksFindings(1, (ListInvariant.NOT_REJECTED,))


def failing(kind: str = "CaseDiverged") -> ApplicationError:
    """A failure that no repeat mends."""
    return ApplicationError("нет связи", type=kind)


class ScriptedSteps:
    """Steps that answer what the script says, in order, and a list of what was done."""

    def __init__(self, script: Mapping[str, Sequence[Any]]) -> None:
        self.performed: list[str] = []
        self.told: list[str] = []
        self._script = {name: list(answers) for name, answers in script.items()}
        self._answered: dict[tuple[str, str], Any] = {}

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """Everything to register."""
        members = (getattr(self, name) for name in dir(type(self)) if name != "activities")
        named = [one for one in members if hasattr(one, "__temporal_activity_definition")]
        return [*named, *(self._alike(name) for name in self._script if "." in name)]

    def _alike(self, name: str) -> Callable[..., Any]:
        """A step by its full name; a process has many, and they answer alike.

        A change that is stored again, since the task that had stored it was lost, is answered as it
        was, as the product does; its argument has the same instant.
        """

        @activity.defn(name=name)
        async def step(argument: Any) -> Any:
            if not isinstance(argument, dict) or "number" not in argument:
                return self._answer(name)
            change = (name, repr(sorted(argument.items())))
            if change not in self._answered:
                self._answered[change] = self._answer(name)
            return self._answered[change]

        return step

    @activity.defn(name="goods_return.remind")
    async def remind_of_return(self, reminder: Reminder) -> None:
        self.performed.append("escalate" if reminder.escalate else "remind")

    @activity.defn(name="dispute.remind")
    async def remind_of_dispute(self, reminder: Reminder) -> None:
        self.performed.append("escalate" if reminder.escalate else "remind")

    @activity.defn(name="collection.remind")
    async def remind_of_collection(self, reminder: Reminder) -> None:
        self.performed.append("escalate" if reminder.escalate else "remind")

    @activity.defn(name="refund.open")
    async def open_refund(self, opening: Opening) -> TransitionResult:
        """Of a return's refund case: it ends at once, unrecorded, since it runs on its own."""
        return TransitionResult(RefundStatus.DECLINED, changes=2)

    @activity.defn(name="payment_run.hand_over")
    async def hand_over(self, handing_over: Handover) -> None:
        self._answer("hand_over")

    @activity.defn(name="payment_run.signal_payouts")
    async def signal_payouts(self, run_id: str) -> int:
        return int(self._answer("signal_payouts"))

    @activity.defn(name="bank_statement.import")
    async def import_statement(self, statement_id: str) -> ImportOutcome:
        found: ImportOutcome = self._answer("import")
        return found

    @activity.defn(name="bank_statement.match")
    async def match(self, statement_id: str) -> MatchOutcome:
        found: MatchOutcome = self._answer("match")
        return found

    @activity.defn(name="bank_statement.notify_of_unexpected_debits")
    async def notify_of_unexpected_debits(self, statement_id: str) -> int:
        return int(self._answer("unexpected_debits"))

    @activity.defn(name="money.match")
    async def match_money(self, statement_id: str) -> MoneyOutcome:
        found: MoneyOutcome = self._answer("match_money")
        return found

    @activity.defn(name="money.settle")
    async def settle_entry(self, instruction: EntryInstruction) -> EntrySettled:
        found: EntrySettled = self._answer("settle")
        return found

    @activity.defn(name="entry_decision.store")
    async def store_decision(self, decision: EntryDecision) -> DecisionStored:
        found: DecisionStored = self._answer("store")
        return found

    @activity.defn(name="entry_decision.signal_payout")
    async def signal_payout(self, decision: EntryDecision) -> None:
        self._answer("signal_payout")

    @activity.defn(name="run_decision.store")
    async def store_run_decision(self, decision: RunDecision) -> RunDecisionStored:
        found: RunDecisionStored = self._answer("store")
        return found

    @activity.defn(name="run_decision.signal_payout")
    async def signal_rejected_payout(self, decision: RunDecision) -> None:
        self._answer("signal_payout")

    @activity.defn(name="money.signal_renewals")
    async def signal_renewals(self, after: str) -> Notified:
        told: Notified = self._answer("notify")
        return told

    @activity.defn(name="books.check")
    async def check(self, check: Reconciliation) -> BooksFindings:
        found: BooksFindings = self._answer("check")
        return found

    @activity.defn(name="acquirer_list.compare")
    async def compare(self, check: Reconciliation) -> BooksFindings:
        found: BooksFindings = self._answer("compare")
        return found

    @activity.defn(name="receipt.round")
    async def receipts(self, asked: ReceiptRound) -> int:
        failed: int = self._answer("receipts")
        return failed

    @activity.defn(name="cases.recheck_behind")
    async def recheck_behind(self, at_most: int) -> int:
        return int(self._answer("recheck_behind"))

    @activity.defn(name="operators.notify")
    async def notify_operator(self, failure: StepFailure) -> None:
        self.told.append(failure.step)

    @activity.defn(name="card_payment.prepare")
    async def prepare_card(self, request: CardPaymentRequest) -> CardAnswer:
        found: CardAnswer = self._answer("prepare")
        return found

    @activity.defn(name="card_payment.ask")
    async def ask_card(self, order_id: str) -> CardAnswer:
        found: CardAnswer = self._answer("ask")
        return found

    @activity.defn(name="card_payment.close")
    async def close_card(self, closing: CardClosing) -> CardAnswer:
        found: CardAnswer = self._answer("close")
        return found

    @activity.defn(name="limit_request.open")
    async def open_limit(self, opening: LimitOpening) -> LimitState:
        found: LimitState = self._answer("open")
        return found

    @activity.defn(name="limit_request.answer")
    async def answer_limit(self, answer: LimitAnswer) -> LimitState:
        found: LimitState = self._answer("answer")
        return found

    @activity.defn(name="limit_request.remind")
    async def remind_limit(self, reminder: Reminder) -> None:
        self.performed.append("escalate" if reminder.escalate else "remind")

    @activity.defn(name="ticket.open")
    async def open_ticket(self, opening: TicketOpening) -> TicketTransitionResult:
        return self._ticket("open")

    @activity.defn(name="ticket.reply")
    async def reply(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("reply")

    @activity.defn(name="ticket.answer")
    async def answer_ticket(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("answer")

    @activity.defn(name="ticket.take")
    async def take(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("take")

    @activity.defn(name="ticket.archive")
    async def archive(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("archive")

    @activity.defn(name="ticket.await_third_party")
    async def await_third_party(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("await_third_party")

    @activity.defn(name="ticket.merge")
    async def merge_ticket(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("merge")

    @activity.defn(name="ticket.unmerge")
    async def unmerge_ticket(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("unmerge")

    @activity.defn(name="ticket.mark_spam")
    async def mark_spam(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("mark_spam")

    @activity.defn(name="ticket.unmark_spam")
    async def unmark_spam(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("unmark_spam")

    @activity.defn(name="ticket.lapse")
    async def lapse(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("lapse")

    @activity.defn(name="ticket.move_deadline")
    async def move_deadline(self, change: TicketChange) -> TicketTransitionResult:
        return self._ticket("move_deadline")

    @activity.defn(name="ticket.catch_up")
    async def catch_up(self, ticket_id: str) -> TicketTransitionResult:
        return self._ticket("catch_up")

    @activity.defn(name="ticket.remind")
    async def remind_of_ticket(self, reminder: Reminder) -> None:
        self.performed.append("escalate" if reminder.escalate else "remind")

    def _ticket(self, name: str) -> TicketTransitionResult:
        result: TicketTransitionResult = self._answer(name)
        return result

    def _answer(self, name: str) -> Any:
        self.performed.append(name)
        answer = self._script[name].pop(0)
        if isinstance(answer, ApplicationError):
            raise answer
        return answer


@dataclass(frozen=True)
class ProcessPath:
    """How its steps answer, what people say, what is done in which order, and how it ends.

    `starts_with` is the update that starts it, as the API does, and `asked` its arguments.
    """

    run: Callable[..., Any]
    argument: Sequence[Any]
    script: Mapping[str, Sequence[Any]]
    performed: Sequence[str]
    outcome: Any
    plays: Sequence[Play] = ()
    starts_with: str | None = None
    asked: Sequence[Any] = ()


async def needs_operator(process: Process) -> bool:
    """Whether a step of the process waits for the operator."""
    described = await process.describe()
    return bool(described.typed_search_attributes.get(NEEDS_OPERATOR))


async def resolved(process: Process, action: ResolutionAction) -> None:
    await eventually(lambda: needs_operator(process))
    word = Resolution(action, "orlov", "проверено")
    await process.execute_update("resolve_failed_step", word, rpc_timeout=PATIENCE)


async def retried(process: Process) -> None:
    await resolved(process, ResolutionAction.RETRY)


async def set_aside(process: Process) -> None:
    await resolved(process, ResolutionAction.ABORT)


async def retried_with_many(process: Process) -> None:
    await eventually(lambda: needs_operator(process))
    await process.signal("retry_failed_step", RetryRequest("orlov"))


async def sent_again(process: Process) -> None:
    """The file is uploaded while its import waits, so before the refusal that it comes to."""
    await eventually(lambda: needs_operator(process))
    await process.signal("uploaded")


PROCESS_PATHS: Mapping[str, ProcessPath] = {
    "payment_run": ProcessPath(
        PaymentRunWorkflow.run,
        (RUN,),
        {"hand_over": [None], "signal_payouts": [2]},
        ("hand_over", "signal_payouts"),
        2,
        starts_with="hand_over",
    ),
    "payment_run_retried": ProcessPath(
        PaymentRunWorkflow.run,
        (RUN,),
        {"hand_over": [failing(), failing(), None], "signal_payouts": [failing(), 2]},
        ("hand_over", "hand_over", "hand_over", "signal_payouts", "signal_payouts"),
        2,
        (retried, retried_with_many),
    ),
    "bank_statement": ProcessPath(
        BankStatementWorkflow.run,
        ("statement-1",),
        {"import": [IMPORTED], **MATCHING},
        ("import", *MATCHING_STEPS),
        BankStatementOutcome(IMPORTED, MATCHED, MONEY),
    ),
    "bank_statement_refused": ProcessPath(
        BankStatementWorkflow.run,
        ("statement-1",),
        {"import": [REFUSED]},
        ("import",),
        BankStatementOutcome(REFUSED),
    ),
    "bank_statement_sent_again": ProcessPath(
        BankStatementWorkflow.run,
        ("statement-1",),
        {"import": [failing(), REFUSED, IMPORTED], **MATCHING},
        ("import", "import", "import", *MATCHING_STEPS),
        BankStatementOutcome(IMPORTED, MATCHED, MONEY),
        (sent_again, retried),
    ),
    "bank_statement_retried": ProcessPath(
        BankStatementWorkflow.run,
        ("statement-1",),
        {
            "import": [failing(), IMPORTED],
            "match": [failing(), MATCHED],
            "match_money": [failing(), MONEY],
            "notify": [failing(), Notified(1)],
            "unexpected_debits": [failing(), 1],
        },
        ("import", "import", *(step for step in MATCHING_STEPS for _ in range(2))),
        BankStatementOutcome(IMPORTED, MATCHED, MONEY),
        (retried, retried, retried, retried_with_many),
    ),
    "receipts": ProcessPath(ReceiptsWorkflow.run, (), {"receipts": [1]}, ("receipts",), 1),
    "receipts_retried": ProcessPath(
        ReceiptsWorkflow.run,
        (),
        {"receipts": [failing(), 0]},
        ("receipts",) * 2,
        0,
        (retried,),
    ),
    "cases_behind": ProcessPath(
        CasesBehindWorkflow.run, (), {"recheck_behind": [1]}, ("recheck_behind",), 1
    ),
    "cases_behind_retried": ProcessPath(
        CasesBehindWorkflow.run,
        (),
        {"recheck_behind": [failing(), 0]},
        ("recheck_behind",) * 2,
        0,
        (retried,),
    ),
    "books_right": ProcessPath(
        BooksCheckWorkflow.run,
        (),
        {"check": [RIGHT], "compare": [RIGHT]},
        ("check", "compare"),
        RIGHT,
    ),
    "books_differ": ProcessPath(
        BooksCheckWorkflow.run,
        (),
        {"check": [DIFFER, RIGHT], "compare": [RIGHT, RIGHT]},
        ("check", "compare") * 2,
        RIGHT,
        (retried,),
    ),
    "acquirer_differs": ProcessPath(
        BooksCheckWorkflow.run,
        (),
        {"check": [RIGHT, RIGHT], "compare": [EXECUTED, RIGHT]},
        ("check", "compare") * 2,
        RIGHT,
        (retried,),
    ),
    "books_set_aside": ProcessPath(
        BooksCheckWorkflow.run,
        (),
        {"check": [DIFFER], "compare": [EXECUTED]},
        ("check", "compare"),
        DIFFER + EXECUTED,
        (set_aside,),
    ),
}
"""Each ends by itself once everything in `plays` has been said."""


@asynccontextmanager
async def played(
    client: Client, path: ProcessPath
) -> AsyncIterator[tuple[Process, ScriptedSteps, Any]]:
    """The process at its end, its steps and what it answered."""
    steps = ScriptedSteps(path.script)
    async with serving(client, *steps.activities) as queue:
        process = await _started(client, path, queue)
        for play in path.plays:
            await play(process)
        yield process, steps, await process.result(rpc_timeout=PATIENCE)


async def _started(client: Client, path: ProcessPath, queue: str) -> Process:
    known: dict[str, Any] = {"id": f"process-{uuid4().hex}", "task_queue": queue}
    if path.starts_with is None:
        return await client.start_workflow(path.run, args=list(path.argument), **known)
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        path.run,
        args=list(path.argument),
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        **known,
    )
    await client.execute_update_with_start_workflow(
        path.starts_with, args=list(path.asked), start_workflow_operation=start
    )
    return await start.workflow_handle()
