"""The steps of a dispute: each locks it, has it judged by the domain, and stores the change with
its notices at once.
"""

from typing import Any

from temporalio import activity

from activities.case.alive import alive
from activities.case.step import StepFrame
from activities.dispute.looking import find_on_its_way, keep_papers, new_papers
from activities.dispute.performing import begin_refund
from activities.dispute.returning import begin_return
from activities.dispute.won import reopen_booked
from db.database import Database, Transaction
from db.dispute import dispute, facts, taken_back
from db.facts import load
from domain.case.waiting import Reminder
from domain.dispute import looking, performing, transitions
from domain.dispute.case import Begun, DisputeCase, LookFacts, ReturnTakenBack
from domain.dispute.dispute import DisputeChange, DisputeOpening, DisputeTransitionResult
from gateways.acquirer import AcquirerGateway


class DisputeActivities:
    """Steps of a dispute. A repeat, or a step that comes too late, returns the dispute's state."""

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer
        self._frame = StepFrame(database, dispute.STORE, dispute.load, _apply)

    @activity.defn(name="dispute.open")
    async def open(self, opening: DisputeOpening) -> DisputeTransitionResult:
        """Opens a dispute, and tells its client; a stored one returns its state."""
        request = opening.request
        return await self._frame.open(
            request.dispute_id, opening, dispute.opening(opening), transitions.opened, dispute.put
        )

    @activity.defn(name="dispute.begin")
    async def begin(self, change: DisputeChange) -> DisputeTransitionResult | None:
        """The automatic looks begin. What begins with a chargeback is not looked into: its papers
        are kept at once.
        """
        case = await self._read(change.dispute_id)
        if case.taken_back_id is not None:
            await self._keep_papers(case, change)
        return await self._frame.by(facts.beginning(change), change, looking.begun)

    @activity.defn(name="dispute.look")
    async def look(self, change: DisputeChange) -> DisputeTransitionResult | None:
        """Looks at the acquirer, the bank's entries and the ledger, and keeps what our rows say as
        papers. None where the dispute is not checked any longer.
        """
        case = await self._read(change.dispute_id)
        async with alive():
            is_on_its_way = await find_on_its_way(
                self._database, self._acquirer, case.invoice_number
            )
            await self._keep_papers(case, change)
        read = facts.look(change, is_on_its_way=is_on_its_way)
        return await self._frame.by(read, change, _looked)

    @activity.defn(name="dispute.reply")
    async def reply(self, change: DisputeChange) -> DisputeTransitionResult:
        """Takes a message of the client with its papers."""
        return await self._frame.alone(change, transitions.reply)

    @activity.defn(name="dispute.submit")
    async def submit(self, change: DisputeChange) -> DisputeTransitionResult:
        """The client has handed in what it has."""
        return await self._frame.alone(change, transitions.submit)

    @activity.defn(name="dispute.hasten")
    async def hasten(self, change: DisputeChange) -> DisputeTransitionResult:
        """Tells the operators that the client presses."""
        return await self._frame.alone(change, transitions.hasten)

    @activity.defn(name="dispute.appeal")
    async def appeal(self, change: DisputeChange) -> DisputeTransitionResult:
        """The client objects to a rejection."""
        return await self._frame.alone(change, transitions.appeal)

    @activity.defn(name="dispute.withdraw")
    async def withdraw(self, change: DisputeChange) -> DisputeTransitionResult:
        """The client takes the dispute back."""
        return await self._frame.alone(change, transitions.withdraw)

    @activity.defn(name="dispute.answer")
    async def answer(self, change: DisputeChange) -> DisputeTransitionResult:
        """Takes a message of ours."""
        return await self._frame.alone(change, transitions.answer)

    @activity.defn(name="dispute.ask_papers")
    async def ask_papers(self, change: DisputeChange) -> DisputeTransitionResult:
        """Asks the client for papers."""
        return await self._frame.by(facts.decision(change), change, transitions.ask_papers)

    @activity.defn(name="dispute.decide")
    async def decide(self, change: DisputeChange) -> DisputeTransitionResult:
        """Takes a decision, unless the client has handed in what its author has not seen."""
        return await self._frame.by(facts.decision(change), change, transitions.decide)

    @activity.defn(name="dispute.approve")
    async def approve(self, change: DisputeChange) -> DisputeTransitionResult:
        """Another person lets the decision stand."""
        return await self._frame.by(facts.decided(change), change, transitions.approve)

    @activity.defn(name="dispute.send_back")
    async def send_back(self, change: DisputeChange) -> DisputeTransitionResult:
        """An accountant has it decided anew."""
        return await self._frame.by(facts.decision(change), change, transitions.send_back)

    @activity.defn(name="dispute.receive_claim")
    async def receive_claim(self, change: DisputeChange) -> DisputeTransitionResult:
        """Records a pre-trial claim of the client."""
        return await self._frame.by(facts.decision(change), change, transitions.receive_claim)

    @activity.defn(name="dispute.go_outside")
    async def go_outside(self, change: DisputeChange) -> DisputeTransitionResult:
        """Records that somebody else decides: papers are kept as our rows are now."""
        await self._keep_papers(await self._read(change.dispute_id), change)
        return await self._frame.by(facts.decision(change), change, transitions.go_outside)

    @activity.defn(name="dispute.end_outside")
    async def end_outside(self, change: DisputeChange) -> DisputeTransitionResult:
        """Records how the procedure outside has ended; a chargeback that was won brings its money
        back into the books.
        """
        return await self._frame.by(facts.decision(change), change, transitions.end_outside)

    @activity.defn(name="dispute.begin_performing")
    async def begin_performing(self, change: DisputeChange) -> DisputeTransitionResult:
        """Has done what was decided: a refund's case is begun where money goes back, a return where
        goods do; a payment that only the acquirer knows of is recorded where a status is wrong.
        """
        case = await self._read(change.dispute_id)
        async with alive():
            if case.correction is not None:
                await find_on_its_way(self._database, self._acquirer, case.invoice_number)
            begun = Begun(
                await begin_refund(self._database, case), await begin_return(self._database, case)
            )
        return await self._frame.alone(
            change, lambda case, change: performing.begin_performing(case, change, begun)
        )

    @activity.defn(name="dispute.correct")
    async def correct(self, change: DisputeChange) -> DisputeTransitionResult:
        """Records that what was wrong is put right."""
        return await self._frame.alone(change, performing.correct)

    @activity.defn(name="dispute.perform")
    async def perform(self, change: DisputeChange) -> DisputeTransitionResult:
        """Records that the compensation was paid."""
        return await self._frame.by(facts.decision(change), change, performing.perform)

    @activity.defn(name="dispute.performed")
    async def performed(self, change: DisputeChange) -> DisputeTransitionResult | None:
        """Closes the dispute once all that was decided is done; None before."""
        return await self._frame.by(facts.performed(change), change, performing.performed)

    @activity.defn(name="dispute.close")
    async def close(self, change: DisputeChange) -> DisputeTransitionResult | None:
        """Closes a dispute whose procedure outside has ended. A refund that was booked as paid by a
        chargeback which we have won since is opened again: its client has nothing of it any more.
        """
        await reopen_booked(self._database, await self._read(change.dispute_id))
        return await self._frame.alone(change, transitions.closed)

    @activity.defn(name="dispute.lapse")
    async def lapse(self, change: DisputeChange) -> DisputeTransitionResult | None:
        """Ends a wait; None while none is due."""
        return await self._frame.alone(change, transitions.lapse)

    @activity.defn(name="dispute.move_deadline")
    async def move_deadline(self, change: DisputeChange) -> DisputeTransitionResult | None:
        """Recomputes the open wait by the present calendar; None when nothing moves."""
        return await self._frame.alone(change, transitions.move_deadline)

    @activity.defn(name="dispute.catch_up")
    async def catch_up(self, dispute_id: str) -> DisputeTransitionResult:
        """Where the dispute is by its row."""
        return await self._frame.where(dispute_id)

    @activity.defn(name="dispute.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Reminds whoever is waited for, or tells the operators of a deadline that was missed."""
        await self._frame.remind(reminder, dispute.one(reminder.case_id), transitions.reminded)

    async def _keep_papers(self, case: DisputeCase, change: DisputeChange) -> None:
        papers = await new_papers(self._database, case)
        async with self._database.transaction() as transaction:
            keep_papers(transaction, change, papers)

    async def _read(self, dispute_id: str) -> DisputeCase:
        async with self._database.transaction() as transaction:
            return await load(transaction, dispute.one(dispute_id))


def _looked(case: DisputeCase, change: DisputeChange, read: LookFacts) -> Any:
    return looking.looked(case, change, read)


def _apply(transaction: Transaction, change: DisputeChange, effect: ReturnTakenBack) -> None:
    taken_back.put_return(
        transaction,
        effect.taken_back_id,
        returned_on=effect.returned_on,
        reason=effect.reason,
        by=change.by,
        at=change.at,
    )
