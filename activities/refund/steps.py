"""The steps of a refund: each reads the facts for its judgement in `domain/refund/`, and stores the
result.
"""

from temporalio import activity

from activities.case.step import StepFrame
from activities.refund import reading
from activities.refund.effects import apply
from db.database import ConstraintBroken, Database
from db.facts import load
from db.notification import notification
from db.refund import refund, submission
from domain.case.waiting import Reminder
from domain.refund import contact, given_back, inquiry, paying, transitions
from domain.refund.case import RefundCase, RefundEffect
from domain.refund.conditions import Refusal
from domain.refund.notices import reminder_for
from domain.refund.opening import OPENED, NewRefund, opened
from domain.refund.refund import Change, Opening, RefundStatus, TransitionResult

REFUND_ALREADY_OPEN = "refund_already_open"
ABOVE_PAID = frozenset({"promised_at_most_paid", "surplus_is_not_for_lines"})
"""Rules against promising more of an invoice's lines than was paid for them."""


class RefundActivities:
    """Steps of the refund process. A repeat, or a step that comes too late, returns the case's
    state.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._frame = StepFrame[RefundCase, Change, TransitionResult, RefundEffect](
            database, refund.STORE, refund.of_change, apply
        )

    @activity.defn(name="refund.open")
    async def open(self, opening: Opening) -> TransitionResult:
        """Checks the conditions, computes the sum, and opens the case in its first waiting status.
        An existing case, also a closed one, returns its state.
        """
        try:
            return await self._open(opening)
        except ConstraintBroken as broken:
            if broken.constraint != "one_case_before_payout":
                raise
            return TransitionResult(RefundStatus.DECLINED, refusal=REFUND_ALREADY_OPEN)

    @activity.defn(name="refund.record_calculation")
    async def record_calculation(self, change: Change) -> TransitionResult:
        """Stores a specialist's calculation; a sum above what is left to refund is refused."""
        try:
            facts = reading.to_calculate(change)
            return await self._frame.by(facts, change, transitions.take_calculation)
        except ConstraintBroken as broken:
            if broken.constraint not in ABOVE_PAID:
                raise
            return TransitionResult(
                RefundStatus.AWAITING_SPECIALIST, refusal=Refusal.AMOUNT_ABOVE_REFUNDABLE
            )

    @activity.defn(name="refund.record_statement")
    async def record_statement(self, change: Change) -> TransitionResult:
        """Takes a signed statement; a signature over another sum or other requisites is refused."""
        facts = submission.signature(change.submission_id, change.refund_id)
        return await self._frame.by(facts, change, transitions.take_statement)

    @activity.defn(name="refund.return_statement")
    async def return_statement(self, change: Change) -> TransitionResult:
        """Returns the statement to the client with a specialist's remarks."""
        remark = submission.remark(change.submission_id)
        return await self._frame.by(remark, change, transitions.return_statement)

    @activity.defn(name="refund.accept")
    async def accept(self, change: Change) -> TransitionResult:
        """Accepts the statement: the case goes to approval above the limit, else to the payout."""
        return await self._frame.by(reading.to_accept(change), change, paying.accept)

    @activity.defn(name="refund.recalculate")
    async def recalculate(self, change: Change) -> TransitionResult:
        """Returns the sum to a specialist for a new calculation, with the reason."""
        remark = submission.remark(change.submission_id)
        return await self._frame.by(remark, change, transitions.recalculate)

    @activity.defn(name="refund.approve")
    async def approve(self, change: Change) -> TransitionResult:
        """Approves the payout; the person who calculated the sum is refused."""
        return await self._frame.by(reading.to_pay(change), change, paying.approve)

    @activity.defn(name="refund.complete")
    async def complete(self, change: Change) -> TransitionResult:
        """Records the payment and the last day of crediting."""
        return await self._frame.by(reading.to_complete(change), change, paying.complete)

    @activity.defn(name="refund.ask_again")
    async def ask_again(self, change: Change) -> TransitionResult:
        """Asks the client for new requisites after the payout was rejected."""
        return await self._frame.by(reading.attempt_of(change), change, paying.ask_again)

    @activity.defn(name="refund.pay_by_bank")
    async def pay_by_bank(self, change: Change) -> TransitionResult:
        """Switches to the bank after a final refusal by the acquirer, or by an accountant's
        decision; the signed requisites are used. The decision also settles the refunds that the
        acquirer has made without us: the next look reports only later ones.
        """
        return await self._frame.by(reading.to_pay(change), change, paying.pay_by_bank)

    @activity.defn(name="refund.hold_payout")
    async def hold_payout(self, change: Change) -> TransitionResult:
        """Holds a payout rejected for a reason on our side, until an accountant decides."""
        return await self._frame.by(reading.to_hold(change), change, paying.hold_payout)

    @activity.defn(name="refund.retry_payout")
    async def retry_payout(self, change: Change) -> TransitionResult:
        """Chooses the payout's channel again, by an accountant's decision that the cause is gone;
        the person who calculated the sum is refused.
        """
        return await self._frame.by(reading.to_pay(change), change, paying.retry_payout)

    @activity.defn(name="refund.book_given_back")
    async def book_given_back(self, change: Change) -> TransitionResult:
        """Records a refund made in the acquirer's cabinet as this payout; the case is completed."""
        facts = reading.to_book_given_back(change)
        return await self._frame.by(facts, change, given_back.book_given_back)

    @activity.defn(name="refund.reopen")
    async def reopen(self, change: Change) -> TransitionResult:
        """Reopens the case when money came back after the debit: a new signature, then a new
        attempt.
        """
        return await self._frame.by(reading.attempt_of(change), change, paying.reopen)

    @activity.defn(name="refund.open_inquiry")
    async def open_inquiry(self, change: Change) -> TransitionResult:
        """Takes the client's inquiry about money that has not come, when it may be asked."""
        return await self._frame.by(reading.to_inquire(change), change, inquiry.open_inquiry)

    @activity.defn(name="refund.answer_inquiry")
    async def answer_inquiry(self, change: Change) -> TransitionResult:
        """Answers an inquiry with the trace of the payout."""
        facts = reading.to_answer_inquiry(change)
        return await self._frame.by(facts, change, inquiry.answer_inquiry)

    @activity.defn(name="refund.withdraw_inquiry")
    async def withdraw_inquiry(self, change: Change) -> TransitionResult:
        """Ends an inquiry whose client has found the money."""
        return await self._frame.alone(change, inquiry.withdraw_inquiry)

    @activity.defn(name="refund.book_return")
    async def book_return(self, change: Change) -> TransitionResult:
        """Books money that came back to the acquirer, and asks for new requisites."""
        return await self._frame.by(reading.attempt_of(change), change, inquiry.book_return)

    @activity.defn(name="refund.correct_contact")
    async def correct_contact(self, change: Change) -> TransitionResult:
        """Sends the letters of the case to another address, the last one once more."""
        facts = reading.to_correct_contact(change)
        return await self._frame.by(facts, change, contact.correct_contact)

    @activity.defn(name="refund.close")
    async def close(self, change: Change) -> TransitionResult:
        """Closes a case whose money has been credited, and asks for feedback."""
        return await self._frame.alone(change, transitions.close)

    @activity.defn(name="refund.decline")
    async def decline(self, change: Change) -> TransitionResult:
        """Ends a case that a specialist or an accountant declines, with the reason."""
        remark = submission.remark(change.submission_id)
        return await self._frame.by(remark, change, transitions.decline)

    @activity.defn(name="refund.withdraw")
    async def withdraw(self, change: Change) -> TransitionResult:
        """Ends a case that the client withdraws."""
        remark = submission.remark(change.submission_id)
        return await self._frame.by(remark, change, transitions.withdraw)

    @activity.defn(name="refund.expire")
    async def expire(self, change: Change) -> TransitionResult:
        """Ends a case whose client did not answer in time."""
        remark = submission.remark(change.submission_id)
        return await self._frame.by(remark, change, transitions.expire)

    @activity.defn(name="refund.move_deadline")
    async def move_deadline(self, change: Change) -> TransitionResult | None:
        """Recomputes the open wait by the present calendar; None when nothing moves."""
        return await self._frame.alone(change, transitions.move_deadline)

    @activity.defn(name="refund.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Sends a reminder to whoever is waited for, or escalates to the operator."""
        async with self._database.transaction() as transaction:
            case = await refund.look_at(transaction, reminder.case_id)
            notice = reminder_for(
                RefundStatus(case.status), reminder.waiting_for, escalate=reminder.escalate
            )
            notification.notify(
                transaction,
                (notice,),
                case_id=reminder.case_id,
                client_id=case.client_id,
                occasion=reminder.occasion,
                params={
                    "invoice_number": case.invoice_number,
                    "until_at": reminder.until.isoformat(),
                    "role": reminder.waiting_for,
                },
                at=reminder.at,
            )

    async def _open(self, opening: Opening) -> TransitionResult:
        request = opening.request
        async with self._database.transaction() as transaction:
            found = await load(transaction, reading.to_open(opening))
            if found.answer is not None:
                return found.answer
            facts = found.facts
            stopped_on = facts.inputs_of(opening).stopped_on
            refund.open_case(transaction, opening, facts.policy, stopped_on, found.contact_email)
            case = NewRefund(request.refund_id, request.client_id)
            change = Change(request.refund_id, OPENED, opening.at)
            return self._frame.take(transaction, case, change, opened(opening, facts))
