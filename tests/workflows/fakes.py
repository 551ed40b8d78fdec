"""The refund's and the payout's steps by hand: no database, scripted answers, and which ran."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.access.roles import SYSTEM, Role
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import DayUnit, Reminder, Wait, WaitPolicy
from domain.notification.notification import StepFailure
from domain.payout.payout import (
    Answer,
    Channel,
    PayoutRequest,
    PayoutStatus,
    Settlement,
    SettlementRequest,
)
from domain.refund.refund import Change, Opening, RefundStatus, TransitionResult

SUM_KOPECKS = 969_355
NEVER = 10_000
"""More failures than any step is tried."""
PAID = Answer(PayoutStatus.PAID, "external-1")
REJECTED = Answer(PayoutStatus.REJECTED, reason="rejected_by_payee")
REFUSED_HERE = Answer(PayoutStatus.REJECTED, reason="not_supported")
REFUSED_FOR_US = Answer(PayoutStatus.REJECTED, reason="insufficient_funds")
HELD_BACK = Answer(PayoutStatus.REJECTED, reason="given_back_there")
SENT = Answer(PayoutStatus.SENT, "external-1")
UNKNOWN = Answer(PayoutStatus.UNKNOWN, reason="silence")

WAITS: Mapping[RefundStatus, WaitPolicy] = {
    RefundStatus.AWAITING_SPECIALIST: WaitPolicy(Role.SPECIALIST, DayUnit.DAYS, 5, (1, 2), 3),
    RefundStatus.AWAITING_STATEMENT: WaitPolicy(
        Role.CLIENT, DayUnit.DAYS, 30, (3, 10, 25), None, RefundStatus.EXPIRED
    ),
    RefundStatus.UNDER_REVIEW: WaitPolicy(Role.SPECIALIST, DayUnit.DAYS, 5, (1, 2), 3),
    RefundStatus.AWAITING_APPROVAL: WaitPolicy(Role.ACCOUNTANT, DayUnit.DAYS, 5, (1, 2), 3),
    RefundStatus.PAYOUT_HELD: WaitPolicy(Role.ACCOUNTANT, DayUnit.DAYS, 5, (1, 2), 3),
    RefundStatus.PAYING: WaitPolicy(Role.BANK, DayUnit.DAYS, 5, (1,), 3),
    RefundStatus.COMPLETED: WaitPolicy(Role.BANK, DayUnit.DAYS, 14),
    RefundStatus.INQUIRY: WaitPolicy(Role.ACCOUNTANT, DayUnit.DAYS, 5, (1, 2), 3),
}
"""The shape of the policy in plain days: no test depends on a year's calendar."""
_WITH_ATTEMPT = (RefundStatus.PAYING, RefundStatus.COMPLETED, RefundStatus.INQUIRY)


class FakeSteps:
    """One case's steps.

    `failures` counts, by step, the runs that raise, each with `failure`; `refusals` answer once.
    `stored` is where the database has the case when it looks.
    """

    def __init__(
        self,
        *,
        opens_in: RefundStatus = RefundStatus.AWAITING_STATEMENT,
        above_limit: bool = False,
        channel: Channel = Channel.ACQUIRER,
        payouts: Sequence[Answer] = (PAID,),
        failures: Mapping[str, int] | None = None,
        failure: str = "CaseDiverged",
        refusals: Mapping[str, str] | None = None,
        moved_to: Wait | None = None,
        to_clear: bool = False,
        cleared: Sequence[Answer] = (),
        by_hand: Answer = PAID,
        stored: RefundStatus | None = None,
    ) -> None:
        self.performed: list[str] = []
        self.reminders: list[Reminder] = []
        self.told: list[StepFailure] = []
        self.changes: list[Change] = []
        self.tries: Counter[str] = Counter()
        self.failures = Counter(failures or {})
        self.moved_to = moved_to
        self._failure = failure
        self._opens_in = opens_in
        self._above_limit = above_limit
        self._channel = channel
        self._payouts = list(payouts)
        self._to_clear = to_clear
        self._cleared = list(cleared)
        self._by_hand = by_hand
        self._stored = stored
        self._refusals = dict(refusals or {})
        self.attempts = 0
        self._calculated_by: str | None = None
        self._status = RefundStatus.CALCULATING
        self._last = TransitionResult(RefundStatus.CALCULATING)
        self._closed: TransitionResult | None = None

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """Everything to register."""
        members = (getattr(self, name) for name in dir(type(self)) if name != "activities")
        return [one for one in members if hasattr(one, "__temporal_activity_definition")]

    @activity.defn(name="refund.open")
    async def open(self, opening: Opening) -> TransitionResult:
        self._try("open")
        if self._closed is not None:
            return self._closed
        if self._opens_in is RefundStatus.DECLINED:
            return TransitionResult(RefundStatus.DECLINED, changes=2, refusal="invoice_not_paid")
        if self._opens_in is RefundStatus.AWAITING_STATEMENT:
            self._calculated_by = SYSTEM
        return self._result(Change(opening.request.refund_id, 2, opening.at), self._opens_in)

    @activity.defn(name="refund.record_calculation")
    async def record_calculation(self, change: Change) -> TransitionResult:
        self._calculated_by = change.by
        return self._enter("record_calculation", change, RefundStatus.AWAITING_STATEMENT)

    @activity.defn(name="refund.record_statement")
    async def record_statement(self, change: Change) -> TransitionResult:
        return self._enter("record_statement", change, RefundStatus.UNDER_REVIEW)

    @activity.defn(name="refund.return_statement")
    async def return_statement(self, change: Change) -> TransitionResult:
        return self._enter("return_statement", change, RefundStatus.AWAITING_STATEMENT)

    @activity.defn(name="refund.recalculate")
    async def recalculate(self, change: Change) -> TransitionResult:
        return self._enter("recalculate", change, RefundStatus.AWAITING_SPECIALIST)

    @activity.defn(name="refund.accept")
    async def accept(self, change: Change) -> TransitionResult:
        if self._above_limit:
            return self._enter("accept", change, RefundStatus.AWAITING_APPROVAL)
        return self._pay("accept", change)

    @activity.defn(name="refund.approve")
    async def approve(self, change: Change) -> TransitionResult:
        return self._pay("approve", change)

    @activity.defn(name="refund.pay_by_bank")
    async def pay_by_bank(self, change: Change) -> TransitionResult:
        self._channel = Channel.BANK
        return self._pay("pay_by_bank", change)

    @activity.defn(name="refund.hold_payout")
    async def hold_payout(self, change: Change) -> TransitionResult:
        return self._enter("hold_payout", change, RefundStatus.PAYOUT_HELD)

    @activity.defn(name="refund.retry_payout")
    async def retry_payout(self, change: Change) -> TransitionResult:
        return self._pay("retry_payout", change)

    @activity.defn(name="refund.book_given_back")
    async def book_given_back(self, change: Change) -> TransitionResult:
        return self._enter("book_given_back", change, RefundStatus.COMPLETED)

    @activity.defn(name="refund.complete")
    async def complete(self, change: Change) -> TransitionResult:
        return self._enter("complete", change, RefundStatus.COMPLETED)

    @activity.defn(name="refund.ask_again")
    async def ask_again(self, change: Change) -> TransitionResult:
        return self._enter("ask_again", change, RefundStatus.AWAITING_STATEMENT)

    @activity.defn(name="refund.reopen")
    async def reopen(self, change: Change) -> TransitionResult:
        return self._enter("reopen", change, RefundStatus.AWAITING_STATEMENT)

    @activity.defn(name="refund.close")
    async def close(self, change: Change) -> TransitionResult:
        self._try("close", change)
        self._closed = TransitionResult(
            RefundStatus.COMPLETED,
            changes=change.number,
            sum_kopecks=SUM_KOPECKS,
            attempt=self.attempts,
        )
        return self._closed

    @activity.defn(name="refund.open_inquiry")
    async def open_inquiry(self, change: Change) -> TransitionResult:
        return self._enter("open_inquiry", change, RefundStatus.INQUIRY)

    @activity.defn(name="refund.answer_inquiry")
    async def answer_inquiry(self, change: Change) -> TransitionResult:
        return self._end_inquiry("answer_inquiry", change)

    @activity.defn(name="refund.withdraw_inquiry")
    async def withdraw_inquiry(self, change: Change) -> TransitionResult:
        return self._end_inquiry("withdraw_inquiry", change)

    @activity.defn(name="refund.book_return")
    async def book_return(self, change: Change) -> TransitionResult:
        return self._enter("book_return", change, RefundStatus.AWAITING_STATEMENT)

    @activity.defn(name="refund.correct_contact")
    async def correct_contact(self, change: Change) -> TransitionResult:
        return self._enter_again("correct_contact", change)

    @activity.defn(name="refund.decline")
    async def decline(self, change: Change) -> TransitionResult:
        return self._enter("decline", change, RefundStatus.DECLINED)

    @activity.defn(name="refund.withdraw")
    async def withdraw(self, change: Change) -> TransitionResult:
        return self._enter("withdraw", change, RefundStatus.CANCELLED)

    @activity.defn(name="refund.expire")
    async def expire(self, change: Change) -> TransitionResult:
        return self._enter("expire", change, RefundStatus.EXPIRED)

    @activity.defn(name="refund.move_deadline")
    async def move_deadline(self, change: Change) -> TransitionResult | None:
        self._try("move_deadline", change)
        if self._stored is not None:
            return self._result(change, self._stored)
        if self.moved_to is None:
            return None
        return TransitionResult(
            self._status, change.number, self.moved_to, SUM_KOPECKS, self._attempt_in(self._status)
        )

    @activity.defn(name="refund.remind")
    async def remind(self, reminder: Reminder) -> None:
        self._try("escalate" if reminder.escalate else "remind", about=reminder.waiting_for)
        self.reminders.append(reminder)

    @activity.defn(name="operators.notify")
    async def notify_operator(self, failure: StepFailure) -> None:
        self.told.append(failure)

    @activity.defn(name="payout.clear")
    async def clear(self, request: PayoutRequest) -> Answer:
        self._try("clear", about=str(request.attempt))
        return self._cleared.pop(0) if self._cleared else Answer(PayoutStatus.PREPARED)

    @activity.defn(name="payout.send")
    async def send(self, request: PayoutRequest) -> Answer:
        self._try("send", about=str(request.attempt))
        return self._payouts.pop(0)

    @activity.defn(name="payout.look_up")
    async def look_up(self, request: PayoutRequest) -> Answer:
        self._try("look_up", about=str(request.attempt))
        return self._payouts.pop(0)

    @activity.defn(name="payout.settle_by_hand")
    async def settle_by_hand(self, by_hand: SettlementRequest) -> Answer:
        self._try("settle_by_hand", about=by_hand.word.by)
        return self._by_hand

    @activity.defn(name="payout.record")
    async def record(self, settlement: Settlement) -> Answer:
        self._try("record", about=settlement.answer.status)
        return settlement.answer

    def _pay(self, name: str, change: Change) -> TransitionResult:
        return self._enter(name, change, RefundStatus.PAYING)

    def _end_inquiry(self, name: str, change: Change) -> TransitionResult:
        """Completed as before: the days of crediting go on, or the case is closed again."""
        ended = self._enter(name, change, RefundStatus.COMPLETED)
        if self._closed is None:
            return ended
        self._closed = replace(self._closed, changes=change.number)
        return self._closed

    def _enter(self, name: str, change: Change, status: RefundStatus) -> TransitionResult:
        self._try(name, change)
        if name in self._refusals:
            return TransitionResult(self._status, refusal=self._refusals.pop(name))
        if status is RefundStatus.PAYING:
            self.attempts += 1
        return self._result(change, status)

    def _enter_again(self, name: str, change: Change) -> TransitionResult:
        """The same status and wait; whoever pays, pays the same attempt."""
        self._try(name, change)
        if name in self._refusals:
            return replace(self._last, refusal=self._refusals.pop(name))
        self._last = replace(self._last, changes=change.number)
        return self._last

    def _result(self, change: Change, status: RefundStatus) -> TransitionResult:
        self._status = status
        rule = WAITS.get(status)
        self._last = TransitionResult(
            status,
            changes=change.number,
            wait=None if rule is None else rule.starting(change.at, BankCalendar()),
            sum_kopecks=0 if status is RefundStatus.AWAITING_SPECIALIST else SUM_KOPECKS,
            attempt=self._attempt_in(status),
            calculated_by=self._calculated_by,
            channel=self._channel if status is RefundStatus.PAYING else None,
            to_clear=status is RefundStatus.PAYING and self._to_clear,
        )
        return self._last

    def _attempt_in(self, status: RefundStatus) -> int:
        return self.attempts if status in _WITH_ATTEMPT else 0

    def _try(self, name: str, change: Change | None = None, about: str = "") -> None:
        self.tries[name] += 1
        if self.failures[name] > 0:
            self.failures[name] -= 1
            raise ApplicationError("нет связи с базой", type=self._failure)
        if change is not None:
            self.changes.append(change)
            about = change.by
        self.performed.append(f"{name} {about}".strip())
