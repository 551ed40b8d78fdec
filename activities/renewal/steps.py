"""The steps of a renewal: each locks the case with its money, has it judged by the domain, and
stores the change with its notices at once.
"""

from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities.case.step import StepFrame
from db.banking import own_account
from db.billing import issued_invoice, surplus
from db.case.case_store import LoadedCase
from db.database import Database, Transaction
from db.facts import load, together
from db.notification import notification
from db.renewal import renewal
from db.subscription.term import withdraw_term
from domain.billing.issued_invoice import Supplier
from domain.renewal import ordering, transitions
from domain.renewal.case import (
    RenewalCase,
    RenewalEffect,
    TermSale,
    VoidedInvoice,
    WithdrawnTerm,
)
from domain.renewal.ordering import PlacedOrder, TakenOrder
from domain.renewal.reminding import ReminderLetter, reminding
from domain.renewal.renewal import (
    RenewalChange,
    RenewalOpening,
    RenewalReminding,
    RenewalTransitionResult,
)
from texts import translate


@dataclass(frozen=True)
class OrderFacts:
    """The facts for taking an order; None where a row does not exist."""

    loaded: LoadedCase[RenewalCase, RenewalTransitionResult]
    placed: PlacedOrder | None
    supplier: Supplier | None


class RenewalActivities:
    """Steps of the renewal process. A repeat, or a step that comes too late, returns the case's
    state.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._frame = StepFrame(database, renewal.STORE, renewal.load, _apply)

    @activity.defn(name="renewal.open")
    async def open(self, opening: RenewalOpening) -> RenewalTransitionResult:
        """Opens a case that watches its term. An existing case returns its state, or watches this
        term from now on when its own was stopped.
        """
        async with self._database.transaction() as transaction:
            found = await load(transaction, renewal.opening(opening))
            if found.taken_version is not None:
                return await self._watch_again(transaction, opening, found.taken_version + 1)
            if found.known is not None:
                return found.known
            made = transitions.opened(opening, found.facts, found.policy)
            return renewal.put(transaction, opening, made)

    @activity.defn(name="renewal.order")
    async def order(self, change: RenewalChange) -> RenewalTransitionResult:
        """Takes an order: issues its invoice and waits for the money. The invoice's number needs a
        third round trip, because a number is only taken for an order that is accepted.
        """
        async with self._database.transaction() as transaction:
            found = await load(
                transaction,
                together(
                    OrderFacts,
                    renewal.load(change),
                    renewal.placed_order(change.submission_id),
                    own_account.supplier(),
                ),
            )
            if found.loaded.replayed_result is not None:
                return found.loaded.replayed_result
            case = found.loaded.case
            taken = ordering.taken(case, change, found.placed, found.supplier)
            if isinstance(taken, RenewalTransitionResult):
                return taken
            number = await issued_invoice.issue(transaction, taken.invoice, _title(case, taken))
            made = ordering.order(case, change, taken, number)
            return self._frame.take(transaction, case, change, made)

    @activity.defn(name="renewal.cancel_order")
    async def cancel_order(self, change: RenewalChange) -> RenewalTransitionResult:
        """Cancels the open order; one that is paid in full is refused, because that is a refund."""
        return await self._frame.alone(change, ordering.cancel_order)

    @activity.defn(name="renewal.claim")
    async def claim_payment(self, change: RenewalChange) -> RenewalTransitionResult:
        """Stores the client's claim that the payment is on its way."""
        return await self._frame.alone(change, ordering.claim_payment)

    @activity.defn(name="renewal.recheck")
    async def recheck(self, change: RenewalChange) -> RenewalTransitionResult | None:
        """Brings the case to where its money and its term are; None when nothing is new."""
        return await self._frame.alone(change, transitions.settle)

    @activity.defn(name="renewal.check_payment")
    async def check_payment(self, change: RenewalChange) -> RenewalTransitionResult:
        """Asks for a recent bank statement before the order lapses; money that has arrived wins."""
        return await self._frame.alone(change, transitions.check_payment)

    @activity.defn(name="renewal.lapse")
    async def lapse(self, change: RenewalChange) -> RenewalTransitionResult:
        """Ends a wait without a payment: the grace period begins, or the case ends. Money that has
        arrived wins.
        """
        return await self._frame.alone(change, transitions.lapse)

    @activity.defn(name="renewal.begin")
    async def begin(self, change: RenewalChange) -> RenewalTransitionResult:
        """The next term begins and the case ends; an undone or refunded payment takes the term
        back.
        """
        return await self._frame.alone(change, transitions.begin)

    @activity.defn(name="renewal.move_deadline")
    async def move_deadline(self, change: RenewalChange) -> RenewalTransitionResult | None:
        """Recomputes a wait in bank days by the present calendar; None when nothing moves."""
        return await self._frame.alone(change, transitions.move_deadline)

    @activity.defn(name="renewal.remind")
    async def remind(self, reminder: RenewalReminding) -> datetime | None:
        """Sends the reminder that is due. Returns a later moment (UTC) when it is night at the
        client's; None when nothing is left to send.
        """
        async with self._database.transaction() as transaction:
            case = await load(transaction, renewal.one(reminder.renewal_id))
            due = reminding(case, reminder.at)
            if not isinstance(due, ReminderLetter):
                return due
            _remind(transaction, case, due, reminder.at)
            return None

    async def _watch_again(
        self, transaction: Transaction, opening: RenewalOpening, number: int
    ) -> RenewalTransitionResult:
        change = RenewalChange(opening.request.renewal_id, number, opening.at)
        case = await load(transaction, renewal.one(change.renewal_id))
        made = transitions.watch_again(case, change)
        return self._frame.take(transaction, case, change, made)


def _title(case: RenewalCase, taken: TakenOrder) -> str:
    """The text of the line of an order's invoice."""
    tariff = taken.placed.tariff_title
    return translate("renewal.invoice_line", subscription=case.title, tariff=tariff)


def _apply(transaction: Transaction, change: RenewalChange, effect: RenewalEffect) -> None:
    """Stores an effect of a transition."""
    match effect:
        case TermSale():
            renewal.put_term(transaction, effect, change.at)
        case WithdrawnTerm():
            withdraw_term(transaction, effect.term_id, change.at)
        case VoidedInvoice():
            issued_invoice.void(transaction, effect.number, change.by, effect.reason, change.at)
            surplus.notify_of(transaction, effect.surplus, change.at)


def _remind(
    transaction: Transaction, case: RenewalCase, letter: ReminderLetter, at: datetime
) -> None:
    """Queues a reminder once."""
    notification.notify(
        transaction,
        (letter.notice,),
        case_id=case.id,
        client_id=case.client_id,
        occasion=letter.occasion,
        params=letter.params,
        at=at,
        channels=letter.channels,
    )
