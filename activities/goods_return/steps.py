"""The steps of a return of goods: each locks it, has it judged by the domain, and stores the change
with its notices and the pieces that it keeps.
"""

from temporalio import activity

from activities.case.step import StepFrame
from db.database import ConstraintBroken, Database, Transaction
from db.facts import Reading, load
from db.goods_return import carriage, goods_return, pieces, refund, submission
from domain.case.waiting import Reminder
from domain.goods_return import opening as judging
from domain.goods_return import repaying, transitions
from domain.goods_return.case import (
    BookExchange,
    ClaimCarriage,
    DecisionFacts,
    GoodsReturnCase,
    GoodsReturnEffect,
    GoodsReturnTransition,
    HeldPieces,
    MoveCarriage,
    OpeningFacts,
    PricedPieces,
)
from domain.goods_return.goods_return import (
    GoodsReturnChange,
    GoodsReturnOpening,
    GoodsReturnRefusal,
    GoodsReturnResult,
    GoodsReturnStatus,
    RefundDue,
)

TOO_MANY = "pieces_at_most_bought"
"""The rule against returning more pieces of a line than were bought."""
OVERDRAWN = "ledger_never_overdrawn"


class GoodsReturnActivities:
    """Steps of a return. A repeat, or a step that comes too late, returns the return's state."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._frame = StepFrame[
            GoodsReturnCase, GoodsReturnChange, GoodsReturnResult, GoodsReturnEffect
        ](database, goods_return.STORE, goods_return.load, _apply)

    @activity.defn(name="goods_return.open")
    async def open(self, opening: GoodsReturnOpening) -> GoodsReturnResult:
        """Opens a return, unless a condition is not met: then nothing is stored. A stored one
        returns its state.
        """
        try:
            return await self._frame.open(
                opening.request.return_id,
                opening,
                goods_return.opening(opening.request.opening_id, opening.at),
                _opened,
                _put,
            )
        except ConstraintBroken as broken:
            if broken.constraint != TOO_MANY:
                raise
            return _refused(GoodsReturnRefusal.TOO_MANY_PIECES)

    @activity.defn(name="goods_return.authorise")
    async def authorise(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """Lets the client send the goods."""
        return await self._frame.alone(change, transitions.authorise)

    @activity.defn(name="goods_return.refuse")
    async def refuse(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """Does not take the goods back."""
        return await self._frame.by(_decision(change), change, transitions.refuse)

    @activity.defn(name="goods_return.ship")
    async def ship(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """The client has sent the goods."""
        return await self._frame.by(_decision(change), change, transitions.ship)

    @activity.defn(name="goods_return.deactivate")
    async def deactivate(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """The client no longer uses what is digital."""
        return await self._frame.alone(change, transitions.deactivate)

    @activity.defn(name="goods_return.withdraw")
    async def withdraw(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """The client keeps the goods."""
        return await self._frame.alone(change, transitions.withdraw)

    @activity.defn(name="goods_return.receive")
    async def receive(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """The goods are here."""
        return await self._frame.alone(change, transitions.receive)

    @activity.defn(name="goods_return.lose")
    async def lose(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """The carrier has lost the goods."""
        return await self._frame.by(_decision(change), change, transitions.lose)

    @activity.defn(name="goods_return.inspect")
    async def inspect(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """Stores what an inspection has found."""
        return await self._frame.by(_decision(change), change, transitions.inspect)

    @activity.defn(name="goods_return.accept")
    async def accept(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """Takes the sound pieces back."""
        facts = submission.acceptance(change.return_id, change.submission_id)
        return await self._frame.by(facts, change, transitions.accept)

    @activity.defn(name="goods_return.reject")
    async def reject(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """Sends the goods back as they are."""
        return await self._frame.by(_decision(change), change, transitions.reject)

    @activity.defn(name="goods_return.send")
    async def send(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """Goods have left to the client."""
        return await self._frame.by(_decision(change), change, transitions.send)

    @activity.defn(name="goods_return.claim_carriage")
    async def claim_carriage(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """The client paid the carrier itself."""
        facts = submission.claim(change.submission_id, change.at)
        return await self._frame.by(facts, change, repaying.claim_carriage)

    @activity.defn(name="goods_return.confirm_carriage")
    async def confirm_carriage(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """What the client paid the carrier is owed."""
        return await self._frame.alone(change, repaying.confirm_carriage)

    @activity.defn(name="goods_return.refuse_carriage")
    async def refuse_carriage(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """What the client paid the carrier is not paid back."""
        return await self._frame.by(_decision(change), change, repaying.refuse_carriage)

    @activity.defn(name="goods_return.pay_carriage")
    async def pay_carriage(self, change: GoodsReturnChange) -> GoodsReturnResult:
        """What the client paid the carrier is paid back."""
        return await self._frame.by(_decision(change), change, repaying.pay_carriage)

    @activity.defn(name="goods_return.refund_due")
    async def refund_due(self, return_id: str) -> RefundDue:
        """The refund case that the return has to have; stores nothing."""
        async with self._database.transaction() as transaction:
            return await load(transaction, refund.due(return_id))

    @activity.defn(name="goods_return.pay_by_law")
    async def pay_by_law(self, change: GoodsReturnChange) -> GoodsReturnResult | None:
        """Records that the legal day has started the money; None where it has not."""
        facts = refund.money(change.return_id)
        return await self._frame.by(facts, change, transitions.pay_by_law)

    @activity.defn(name="goods_return.settle")
    async def settle(self, change: GoodsReturnChange) -> GoodsReturnResult | None:
        """Does what was decided; None while its refund case is not open. An exchange whose price is
        not paid any more is refused.
        """
        facts = refund.money(change.return_id)
        try:
            return await self._frame.by(facts, change, transitions.settle)
        except ConstraintBroken as broken:
            if broken.constraint != OVERDRAWN:
                raise
            return None

    @activity.defn(name="goods_return.close")
    async def close(self, change: GoodsReturnChange) -> GoodsReturnResult | None:
        """Ends a return for which nothing has to be sent; None for any other."""
        return await self._frame.alone(change, transitions.close)

    @activity.defn(name="goods_return.expire")
    async def expire(self, change: GoodsReturnChange) -> GoodsReturnResult | None:
        """Ends a return whose goods were not sent in time; None while there is time."""
        return await self._frame.alone(change, transitions.expire)

    @activity.defn(name="goods_return.move_deadline")
    async def move_deadline(self, change: GoodsReturnChange) -> GoodsReturnResult | None:
        """Recomputes the open wait by the present calendar; None when nothing moves."""
        return await self._frame.alone(change, transitions.move_deadline)

    @activity.defn(name="goods_return.catch_up")
    async def catch_up(self, return_id: str) -> GoodsReturnResult:
        """Where the return is by its row."""
        return await self._frame.where(return_id)

    @activity.defn(name="goods_return.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Reminds whoever is waited for, or tells the operators of a deadline that was missed."""
        await self._frame.remind(reminder, goods_return.one(reminder.case_id), transitions.reminded)


def _opened(
    opening: GoodsReturnOpening, facts: OpeningFacts
) -> GoodsReturnTransition | GoodsReturnResult:
    refused = judging.refusal_of(facts)
    return judging.opened(opening, facts) if refused is None else _refused(refused)


def _decision(change: GoodsReturnChange) -> Reading[DecisionFacts]:
    return submission.decision(change.submission_id)


def _refused(why: GoodsReturnRefusal) -> GoodsReturnResult:
    """Nothing is stored of a return that is not opened."""
    return GoodsReturnResult(GoodsReturnStatus.REFUSED, 0, refusal=why)


def _put(
    transaction: Transaction,
    opening: GoodsReturnOpening,
    facts: OpeningFacts,
    made: GoodsReturnTransition,
) -> GoodsReturnResult:
    goods_return.put(transaction, opening, facts, made)
    for kept in made.effects:
        if isinstance(kept, HeldPieces):
            pieces.put_line(transaction, opening.request.return_id, facts.invoice_number, kept)
    return made.result


def _apply(transaction: Transaction, change: GoodsReturnChange, effect: GoodsReturnEffect) -> None:
    match effect:
        case BookExchange():
            pieces.put_exchange(transaction, change, effect)
        case PricedPieces():
            pieces.put_price(transaction, change.return_id, effect)
        case ClaimCarriage():
            carriage.claim(transaction, change, effect)
        case MoveCarriage():
            carriage.move(transaction, change, effect)
        case HeldPieces():
            pieces.hold(transaction, change.return_id, effect)
