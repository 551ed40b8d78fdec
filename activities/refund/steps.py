"""The steps of a refund: each locks the case, judges, and stores the change with its notices at
once.
"""

from dataclasses import replace
from typing import Any

from temporalio import activity

from activities.refund.held import enter_given_back, enter_held
from activities.refund.judgement import (
    accept,
    move_deadline,
    open_case,
    params_of,
    remark_beside,
    remark_in,
    reopen,
    send_back,
    signature_matches,
    take_calculation,
    transition,
    transition_to_completed,
    transition_to_paying,
)
from db.database import ConstraintBroken, Database, Transaction
from db.notification import notification
from db.payout import acquirer_refusal, payout
from db.reconciliation import acquirer_difference
from db.refund import limits as refund_limits
from db.refund import refund
from db.refund.refund import Case
from db.subscription.term import term_of_invoice
from domain.access.roles import SYSTEM, is_same_person
from domain.case.waiting import Reminder
from domain.payout.payout import Channel, ChannelReason, Choice, PayoutRequest
from domain.refund.calculation import Refusal
from domain.refund.notices import CREDITED, reminder_for
from domain.refund.refund import Change, Opening, RefundStatus, TransitionResult, invoice_number_of

REFUND_ALREADY_OPEN = "refund_already_open"
SIGNATURE_STALE = "signature_stale"
SAME_PERSON = "same_person"
ABOVE_PAID = frozenset({"promised_at_most_paid", "surplus_is_not_for_lines"})
"""Rules against promising more of an invoice's lines than was paid for them."""


class RefundActivities:
    """Steps of the refund process. A repeat of a step, or one that comes too late, answers where
    the case is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="refund.open")
    async def open(self, opening: Opening) -> TransitionResult:
        """Checks the conditions, computes the sum, and opens the case in its first waiting status.
        One that is there already answers where it is, also when it was closed.
        """
        try:
            async with self._database.transaction() as transaction:
                return await open_case(transaction, opening)
        except ConstraintBroken as broken:
            if broken.constraint != "one_case_before_payout":
                raise
            return TransitionResult(RefundStatus.DECLINED, refusal=REFUND_ALREADY_OPEN)

    @activity.defn(name="refund.record_calculation")
    async def record_calculation(self, change: Change) -> TransitionResult:
        """Takes a specialist's calculation; more than is left to refund is refused."""
        try:
            async with self._database.transaction() as transaction:
                number = invoice_number_of(change.refund_id)
                case = await refund.load(
                    transaction,
                    change,
                    refund.calculation(change.submission_id),
                    *refund_limits.counted(number, change.at, except_refund=change.refund_id),
                )
                return case.replayed_result or take_calculation(transaction, case, change)
        except ConstraintBroken as broken:
            if broken.constraint not in ABOVE_PAID:
                raise
            return TransitionResult(
                RefundStatus.AWAITING_SPECIALIST, refusal=Refusal.AMOUNT_ABOVE_REFUNDABLE
            )

    @activity.defn(name="refund.record_statement")
    async def record_statement(self, change: Change) -> TransitionResult:
        """Takes a signed statement; a signature under another sum or other requisites is
        refused.
        """
        async with self._database.transaction() as transaction:
            papers = refund.signature(change.submission_id, change.refund_id)
            case = await refund.load(transaction, change, *papers)
            if case.replayed_result:
                return case.replayed_result
            (signed,), (latest,) = case.papers
            if not signature_matches(signed, latest.id, case.row):
                return replace(case.latest, refusal=SIGNATURE_STALE)
            return transition(
                transaction, case, change, RefundStatus.UNDER_REVIEW, statement_id=signed.id
            )

    @activity.defn(name="refund.return_statement")
    async def return_statement(self, change: Change) -> TransitionResult:
        """Gives the statement back to the client with a specialist's remarks."""
        async with self._database.transaction() as transaction:
            case = await refund.load(transaction, change, refund.remark(change.submission_id))
            if case.replayed_result:
                return case.replayed_result
            return transition(
                transaction,
                case,
                change,
                RefundStatus.AWAITING_STATEMENT,
                reason=remark_in(case),
            )

    @activity.defn(name="refund.accept")
    async def accept(self, change: Change) -> TransitionResult:
        """Accepts the statement: on to the approval above a limit, or straight to the payout."""
        async with self._database.transaction() as transaction:
            counted = refund_limits.counted(
                invoice_number_of(change.refund_id), change.at, except_refund=change.refund_id
            )
            remark = refund.remark(change.submission_id)
            case = await self._before_payout(transaction, change, remark, *counted)
            return case.replayed_result or accept(transaction, case, change)

    @activity.defn(name="refund.recalculate")
    async def recalculate(self, change: Change) -> TransitionResult:
        """Sends a statement's sum back to a specialist, with a reviewer's reason."""
        async with self._database.transaction() as transaction:
            case = await refund.load(transaction, change, refund.remark(change.submission_id))
            return case.replayed_result or send_back(transaction, case, change)

    @activity.defn(name="refund.approve")
    async def approve(self, change: Change) -> TransitionResult:
        """Lets the money go; whoever calculated the sum is refused."""
        async with self._database.transaction() as transaction:
            case = await self._before_payout(transaction, change)
            if case.replayed_result:
                return case.replayed_result
            return _same_person(case, change) or transition_to_paying(transaction, case, change)

    @activity.defn(name="refund.complete")
    async def complete(self, change: Change) -> TransitionResult:
        """Records the payment and promises the last day of crediting."""
        async with self._database.transaction() as transaction:
            sold = term_of_invoice(invoice_number_of(change.refund_id))
            case = await self._with_payout(transaction, change, *sold)
            if case.replayed_result:
                return case.replayed_result
            (paid,), *terms = case.papers
            return transition_to_completed(
                transaction,
                case,
                change,
                paid.settled_on,
                terms,
                change.attempt,
                payout.way_in(paid),
            )

    @activity.defn(name="refund.ask_again")
    async def ask_again(self, change: Change) -> TransitionResult:
        """Asks for new requisites after the outside refused the payout."""
        async with self._database.transaction() as transaction:
            case = await self._with_payout(transaction, change)
            if case.replayed_result:
                return case.replayed_result
            ((row,),) = case.papers
            return transition(
                transaction,
                case,
                change,
                RefundStatus.AWAITING_STATEMENT,
                reason=row.reason or "other",
            )

    @activity.defn(name="refund.pay_by_bank")
    async def pay_by_bank(self, change: Change) -> TransitionResult:
        """Takes the bank's way after the acquirer refused for good, or by an accountant's word; the
        signed requisites serve. The word is also one on what the acquirer has given back without
        us: the next look finds only what came since.
        """
        async with self._database.transaction() as transaction:
            case = await self._before_payout(
                transaction, change, refund.remark(change.submission_id)
            )
            refused = case.replayed_result or _same_person(case, change)
            if refused:
                return refused
            if change.by == SYSTEM:
                choice = Choice(Channel.BANK, ChannelReason.ACQUIRER_REFUSED)
                return transition_to_paying(transaction, case, change, choice)
            words = remark_beside(case) or ChannelReason.ACCOUNTANTS_WORD
            acquirer_difference.decide_of_invoice(
                transaction, case.row.invoice_number, words, change.by, change.at
            )
            choice = Choice(Channel.BANK, ChannelReason.ACCOUNTANTS_WORD)
            return transition_to_paying(transaction, case, change, choice)

    @activity.defn(name="refund.hold_payout")
    async def hold_payout(self, change: Change) -> TransitionResult:
        """Asks an accountant about a payout that was rejected for a reason of ours."""
        async with self._database.transaction() as transaction:
            request = PayoutRequest(change.refund_id, change.attempt)
            case = await self._with_payout(transaction, change, acquirer_refusal.of(request))
            return case.replayed_result or enter_held(transaction, case, change)

    @activity.defn(name="refund.retry_payout")
    async def retry_payout(self, change: Change) -> TransitionResult:
        """Chooses the payout's way anew, by an accountant's word that the cause is gone; whoever
        calculated the sum is refused.
        """
        async with self._database.transaction() as transaction:
            case = await self._before_payout(
                transaction, change, refund.remark(change.submission_id)
            )
            refused = case.replayed_result or _same_person(case, change)
            return refused or transition_to_paying(transaction, case, change, afresh=True)

    @activity.defn(name="refund.book_given_back")
    async def book_given_back(self, change: Change) -> TransitionResult:
        """Takes what was given back in the acquirer's cabinet for this payout; the case is
        completed by it.
        """
        async with self._database.transaction() as transaction:
            number = invoice_number_of(change.refund_id)
            case = await self._before_payout(
                transaction,
                change,
                refund.remark(change.submission_id),
                acquirer_difference.open_of_invoice(number),
                *term_of_invoice(number),
            )
            refused = case.replayed_result or _same_person(case, change)
            return refused or enter_given_back(transaction, case, change)

    @activity.defn(name="refund.reopen")
    async def reopen(self, change: Change) -> TransitionResult:
        """Takes money that came back after the debit: a new signature, then a new attempt."""
        async with self._database.transaction() as transaction:
            case = await self._with_payout(transaction, change)
            return case.replayed_result or reopen(transaction, case, change, change.reason)

    @activity.defn(name="refund.close")
    async def close(self, change: Change) -> TransitionResult:
        """Ends a case whose money has been credited, and asks for feedback."""
        async with self._database.transaction() as transaction:
            case = await refund.load(transaction, change)
            if case.replayed_result:
                return case.replayed_result
            result = replace(case.latest, changes=change.number, wait=None)
            refund.notify(
                transaction, CREDITED, change, case.row.client_id, **params_of(case, result)
            )
            return refund.transition(transaction, change, case.status, result, closed_at=change.at)

    @activity.defn(name="refund.decline")
    async def decline(self, change: Change) -> TransitionResult:
        """Ends a case that a specialist or an accountant refuses, with their reason."""
        return await self._end(change, RefundStatus.DECLINED)

    @activity.defn(name="refund.withdraw")
    async def withdraw(self, change: Change) -> TransitionResult:
        """Ends a case that the client takes back."""
        return await self._end(change, RefundStatus.CANCELLED)

    @activity.defn(name="refund.expire")
    async def expire(self, change: Change) -> TransitionResult:
        """Ends a case whose client did not answer in time."""
        return await self._end(change, RefundStatus.EXPIRED)

    @activity.defn(name="refund.move_deadline")
    async def move_deadline(self, change: Change) -> TransitionResult | None:
        """Recomputes the open wait by the calendar as it is now; None when nothing moves."""
        async with self._database.transaction() as transaction:
            case = await refund.load(transaction, change)
            return case.replayed_result or move_deadline(transaction, case, change)

    @activity.defn(name="refund.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Reminds whoever is waited for, or tells the operator that the wait is long."""
        async with self._database.transaction() as transaction:
            row = await refund.look_at(transaction, reminder.case_id)
            notice = reminder_for(reminder.waiting_for, escalate=reminder.escalate)
            notification.notify(
                transaction,
                (notice,),
                case_id=reminder.case_id,
                client_id=row.client_id,
                occasion=reminder.occasion,
                params={
                    "invoice_number": row.invoice_number,
                    "until_at": reminder.until.isoformat(),
                    "role": reminder.waiting_for,
                },
                at=reminder.at,
            )

    async def _before_payout(self, transaction: Transaction, change: Change, *papers: Any) -> Case:
        return await refund.load(
            transaction,
            change,
            payout.payments_of(invoice_number_of(change.refund_id)),
            payout.attempts_of(change.refund_id),
            *papers,
        )

    async def _with_payout(self, transaction: Transaction, change: Change, *papers: Any) -> Case:
        request = PayoutRequest(change.refund_id, change.attempt)
        return await refund.load(transaction, change, payout.one(request), *papers)

    async def _end(self, change: Change, status: RefundStatus) -> TransitionResult:
        async with self._database.transaction() as transaction:
            case = await refund.load(transaction, change, refund.remark(change.submission_id))
            if case.replayed_result:
                return case.replayed_result
            return transition(
                transaction,
                case,
                change,
                status,
                reason=remark_in(case) or change.reason,
                refusal=change.reason,
                closed_at=change.at,
            )


def _same_person(case: Case, change: Change) -> TransitionResult | None:
    """The refusal of whoever calculated the sum to let it go."""
    if change.by == SYSTEM or not is_same_person(case.row.calculated_by, change.by):
        return None
    return replace(case.latest, refusal=SAME_PERSON)
