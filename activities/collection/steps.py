"""The steps of an unpaid order's case: each locks it behind what its client owes, has it judged by
the domain, and stores the change with its letter and notices at once.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from temporalio import activity

from activities.case.step import StepFrame
from db.collection import collection, letters
from db.collection.leaving import leave_out
from db.database import Database, Transaction
from db.facts import Reading, load, together
from db.notification import notification
from domain.case.waiting import Reminder
from domain.collection import deciding, notices, transitions
from domain.collection.case import (
    CollectionCase,
    CollectionEffect,
    DebtFacts,
    Decided,
    Judged,
    Letter,
    OpeningFacts,
    StoredLook,
)
from domain.collection.collection import (
    CollectionChange,
    CollectionOpening,
    CollectionTransitionResult,
    invoice_of,
)
from domain.notification.notification import (
    CODE_PAGE_PARAM,
    ERASED_PARAM,
    NotificationChannel,
)

TOKEN_BYTES = 24
"""Of the random end of a letter's link."""
ANSWER_PAGE = "/debts/answer"

Result = CollectionTransitionResult


@dataclass(frozen=True)
class _Opening:
    known: Result | None
    facts: OpeningFacts


class CollectionActivities:
    """Steps of a case. A repeat, or a step that comes too late, returns the case's state."""

    def __init__(self, database: Database, cabinet_url: str) -> None:
        self._database = database
        self._cabinet_url = cabinet_url
        self._frame = StepFrame(database, collection.STORE, collection.load, self._apply)

    @activity.defn(name="collection.open")
    async def open(self, opening: CollectionOpening) -> Result:
        """Opens a case; a stored one returns its state, and is due again where its payment was
        taken back.
        """
        async with self._database.transaction() as transaction:
            found = await load(transaction, _opening(opening))
            if found.known is None:
                made = transitions.opened(opening, found.facts)
                return collection.put(transaction, opening, found.facts, made)
        request = opening.request
        change = CollectionChange(
            request.collection_id, found.known.changes + 1, opening.at, request.opened_by
        )
        again = await self._judged(change, transitions.reopened)
        return found.known if again is None else again

    @activity.defn(name="collection.recheck")
    async def recheck(self, change: CollectionChange) -> Result | None:
        """Reads the money of the case; None where it is owed as before."""
        return await self._judged(change, transitions.recheck)

    @activity.defn(name="collection.advance")
    async def advance(self, change: CollectionChange) -> Result | None:
        """Ends a wait: the next look, the next letter, the lawyer; None while none has ended."""
        return await self._judged(change, transitions.advance)

    @activity.defn(name="collection.move_deadline")
    async def move_deadline(self, change: CollectionChange) -> Result | None:
        """Counts the open wait again after a change of the calendar; None where it stays."""
        return await self._frame.alone(change, transitions.move_deadline)

    @activity.defn(name="collection.give_reason")
    async def give_reason(self, change: CollectionChange) -> Result:
        """The client says why the order is not paid."""
        return await self._decided(change, deciding.give_reason)

    @activity.defn(name="collection.promise_payment")
    async def promise_payment(self, change: CollectionChange) -> Result:
        """The client names the day on which it pays."""
        return await self._decided(change, deciding.promise)

    @activity.defn(name="collection.pause_collection")
    async def pause_collection(self, change: CollectionChange) -> Result:
        """Nobody writes to the client until a day."""
        return await self._decided(change, deciding.pause)

    @activity.defn(name="collection.send_claim")
    async def send_claim(self, change: CollectionChange) -> Result:
        """A person sends the claim."""
        return await self._decided(change, deciding.send_claim)

    @activity.defn(name="collection.to_lawyer")
    async def to_lawyer(self, change: CollectionChange) -> Result:
        """The lawyer sees to it."""
        return await self._decided(change, deciding.hand_to_lawyer)

    @activity.defn(name="collection.from_lawyer")
    async def from_lawyer(self, change: CollectionChange) -> Result:
        """The lawyer hands the debt back."""
        return await self._decided(change, deciding.take_back)

    @activity.defn(name="collection.record_court")
    async def record_court(self, change: CollectionChange) -> Result:
        """A court was asked."""
        return await self._decided(change, deciding.record_court)

    @activity.defn(name="collection.settle_debt")
    async def settle_debt(self, change: CollectionChange) -> Result:
        """The parties have agreed otherwise."""
        return await self._decided(change, deciding.settle)

    @activity.defn(name="collection.propose_write_off")
    async def propose_write_off(self, change: CollectionChange) -> Result:
        """One proposes to write the debt off."""
        return await self._decided(change, deciding.propose_write_off)

    @activity.defn(name="collection.confirm_write_off")
    async def confirm_write_off(self, change: CollectionChange) -> Result:
        """Another person writes the debt off."""
        return await self._decided(change, deciding.confirm_write_off)

    @activity.defn(name="collection.decline_write_off")
    async def decline_write_off(self, change: CollectionChange) -> Result:
        """The proposal to write the debt off is taken back."""
        return await self._decided(change, deciding.decline_write_off)

    @activity.defn(name="collection.cancel_collection")
    async def cancel_collection(self, change: CollectionChange) -> Result:
        """Nothing is owed after all."""
        return await self._decided(change, deciding.cancel)

    @activity.defn(name="collection.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Reminds the lawyer, or tells the operators that its time is over."""
        case = collection.load(CollectionChange(reminder.case_id, 1, reminder.at, ""))
        await self._frame.remind(reminder, case.to(lambda found: found.case), transitions.reminded)

    async def _judged(self, change: CollectionChange, judge: Any) -> Result | None:
        result: Result | None = await self._frame.by(collection.facts(change), change, judge)
        return result

    async def _decided(self, change: CollectionChange, judge: Any) -> Result:
        found = together(_both, collection.facts(change), collection.decided(change))

        def judged(
            case: CollectionCase, change: CollectionChange, found: tuple[DebtFacts, Decided]
        ) -> Judged:
            answer: Judged = judge(case, change, *found)
            return answer

        result: Result = await self._frame.by(found, change, judged)
        return result

    def _apply(
        self, transaction: Transaction, change: CollectionChange, effect: CollectionEffect
    ) -> None:
        if isinstance(effect, Letter):
            self._write(transaction, change, effect)
        elif isinstance(effect, StoredLook):
            collection.put_look(transaction, change, effect)
        else:
            leave_out(transaction, effect.collection_id, effect.why)

    def _write(self, transaction: Transaction, change: CollectionChange, letter: Letter) -> None:
        """Stores a letter and queues its mail, whose link needs no session; the inbox has it once
        the mail has left.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        letters.put(transaction, change, letter, hashlib.sha256(token.encode()).digest())
        link = {CODE_PAGE_PARAM: self._cabinet_url + ANSWER_PAGE, ERASED_PARAM: token}
        notification.notify(
            transaction,
            (notices.letter(letter.tone),),
            case_id=change.collection_id,
            client_id=letter.client_id,
            occasion=f"letter-{change.number}",
            params={**_params(change, letter), **link},
            at=change.at,
            channels=(NotificationChannel.MAIL,),
        )


def _params(change: CollectionChange, letter: Letter) -> dict[str, Any]:
    debts = [
        {
            **{name: value for name, value in asdict(line).items() if name in _SAID},
            "issued_on": line.issued_on.isoformat(),
            "due_on": line.due_on.isoformat(),
        }
        for line in letter.lines
    ]
    return {
        "invoice_number": invoice_of(change.collection_id),
        "letter_id": str(letters.id_of(change)),
        "debt_kopecks": sum(line.debt_kopecks for line in letter.lines),
        "debts": debts,
        "next_on": letter.next_on.isoformat(),
    }


_SAID = (
    "invoice_number",
    "titles",
    "more",
    "debt_kopecks",
    "days_late",
    "interest_kopecks",
    "a_day_kopecks",
)
"""What a letter says of a debt, beside its days."""


def _opening(opening: CollectionOpening) -> Reading[_Opening]:
    known = collection.stored(opening.request.collection_id)
    return together(_swapped, collection.opening(opening), known)


def _swapped(facts: OpeningFacts, known: Result | None) -> _Opening:
    return _Opening(known, facts)


def _both(facts: DebtFacts, decided: Decided) -> tuple[DebtFacts, Decided]:
    return facts, decided
