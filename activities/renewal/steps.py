"""The steps of a renewal: each locks the case with its money, judges, and stores the change with
its notices at once.
"""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.renewal.judgement import (
    OpenInvoice,
    check,
    lapse,
    move_deadline,
    next_term_of,
    open_case,
    settle,
    take_back,
    transition,
    watch_again,
)
from activities.renewal.ordering import cancel_order, refusal_of, take_claim, take_order
from activities.renewal.reminding import due_reminder, send_reminder
from db.banking import own_account
from db.database import Database, Transaction
from db.renewal import renewal
from db.renewal.renewal import RenewalCase
from domain.renewal.renewal import (
    RenewalAction,
    RenewalChange,
    RenewalOpening,
    RenewalReminding,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.renewal.waits import out_of_quiet_hours

Judgement = Callable[[Transaction, RenewalCase, RenewalChange], RenewalTransitionResult]


class RenewalActivities:
    """Steps of the renewal process. A repeat of a step, or one that comes too late, answers where
    the case is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="renewal.open")
    async def open(self, opening: RenewalOpening) -> RenewalTransitionResult:
        """Opens a case that watches its term; one that is there already answers where it is, or
        watches this term from now on when the one it watched was stopped.
        """
        async with self._database.transaction() as transaction:
            request = opening.request
            found, (term,), (policy,), taken = await transaction.read(
                renewal.stored(request.renewal_id),
                *renewal.opening_facts(opening),
                renewal.take_term(request.renewal_id, request.term_id),
            )
            if taken:
                change = RenewalChange(request.renewal_id, taken[0].version + 1, opening.at)
                case = await renewal.look_at(transaction, request.renewal_id)
                return watch_again(transaction, case, change)
            return renewal.answer_of(found) or open_case(transaction, opening, term, policy)

    @activity.defn(name="renewal.order")
    async def order(self, change: RenewalChange) -> RenewalTransitionResult:
        """Takes an order: issues its invoice and waits for the money."""
        async with self._database.transaction() as transaction:
            papers = (renewal.new_order(change.submission_id), own_account.first())
            case = await renewal.load(transaction, change, *papers)
            refused = case.replayed_result or refusal_of(case, RenewalAction.ORDER)
            return refused or await take_order(transaction, case, change)

    @activity.defn(name="renewal.cancel_order")
    async def cancel_order(self, change: RenewalChange) -> RenewalTransitionResult:
        """Calls the open order off; one that is paid in full is refused: that is a refund."""
        return await self._command(change, RenewalAction.CANCEL_ORDER, cancel_order)

    @activity.defn(name="renewal.claim")
    async def claim(self, change: RenewalChange) -> RenewalTransitionResult:
        """Takes the client's claim that the payment is on its way."""
        return await self._command(change, RenewalAction.CLAIM_PAYMENT, take_claim)

    @activity.defn(name="renewal.recheck")
    async def recheck(self, change: RenewalChange) -> RenewalTransitionResult | None:
        """Brings the case to where its money and its term are; None when nothing is new."""
        async with self._database.transaction() as transaction:
            case = await renewal.load(transaction, change)
            return case.replayed_result or settle(transaction, case, change)

    @activity.defn(name="renewal.check_payment")
    async def check_payment(self, change: RenewalChange) -> RenewalTransitionResult:
        """Asks for a fresh bank statement before anything lapses; money that is there wins."""
        return await self._after_money(change, check)

    @activity.defn(name="renewal.lapse")
    async def lapse(self, change: RenewalChange) -> RenewalTransitionResult:
        """Ends a wait that brought nothing: into the grace, or to the end. Money that is there
        wins.
        """
        return await self._after_money(change, lapse)

    @activity.defn(name="renewal.begin")
    async def begin(self, change: RenewalChange) -> RenewalTransitionResult:
        """The next term begins and the case ends; money undone or refunded takes it back."""
        async with self._database.transaction() as transaction:
            case = await renewal.load(transaction, change)
            gone = case.replayed_result or take_back(transaction, case, change)
            if gone:
                return gone
            if case.next_term is None:
                raise ValueError("a paid case has sold a term")
            return transition(
                transaction,
                case,
                change,
                RenewalStatus.RENEWED,
                invoice=OpenInvoice.of(case),
                next_term=next_term_of(case.next_term),
            )

    @activity.defn(name="renewal.move_deadline")
    async def move_deadline(self, change: RenewalChange) -> RenewalTransitionResult | None:
        """Recomputes a wait in bank days by the calendar as it is now; None when nothing moves."""
        async with self._database.transaction() as transaction:
            case = await renewal.load(transaction, change)
            return case.replayed_result or move_deadline(transaction, case, change)

    @activity.defn(name="renewal.remind")
    async def remind(self, reminding: RenewalReminding) -> datetime | None:
        """Sends the one reminder that is due. Answers a later moment (UTC) to come back at when it
        is quiet where the client is; None when there is nothing more to do.

        Nobody is reminded of what is paid, or claimed to be on its way.
        """
        async with self._database.transaction() as transaction:
            case = await renewal.look_at(transaction, reminding.renewal_id)
            due = due_reminder(case, reminding.at)
            if due is None:
                return None
            later = out_of_quiet_hours(reminding.at, case.facts, case.policy)
            if later > reminding.at:
                return later
            send_reminder(transaction, case, due, reminding.at)
            return None

    async def _command(
        self, change: RenewalChange, action: RenewalAction, taken: Judgement
    ) -> RenewalTransitionResult:
        async with self._database.transaction() as transaction:
            case = await renewal.load(transaction, change)
            refused = case.replayed_result or refusal_of(case, action)
            return refused or taken(transaction, case, change)

    async def _after_money(
        self, change: RenewalChange, otherwise: Judgement
    ) -> RenewalTransitionResult:
        async with self._database.transaction() as transaction:
            case = await renewal.load(transaction, change)
            settled = case.replayed_result or settle(transaction, case, change)
            return settled or otherwise(transaction, case, change)
