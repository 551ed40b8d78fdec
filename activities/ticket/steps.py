"""The steps of a ticket: each locks it, has it judged by the domain, and stores the change with its
notices at once.
"""

from dataclasses import replace
from typing import Any

from temporalio import activity

from activities.case.step import StepFrame
from db.database import Database, Transaction
from db.ticket import merging, ticket
from domain.case.waiting import Reminder
from domain.ticket import merging as judging
from domain.ticket import spam, transitions
from domain.ticket.ticket import TicketChange, TicketOpening, TicketTransitionResult


class TicketActivities:
    """Steps of a ticket. A repeat, or a step that comes too late, returns the ticket's state."""

    def __init__(self, database: Database) -> None:
        self._frame = StepFrame(database, ticket.STORE, ticket.load, _nothing_beside)
        self._merging = replace(self._frame, load=merging.load)

    @activity.defn(name="ticket.open")
    async def open(self, opening: TicketOpening) -> TicketTransitionResult:
        """Opens a ticket, and tells its department; a stored one returns its state."""
        request = opening.request
        return await self._frame.open(
            request.ticket_id, opening, ticket.opening(opening), transitions.opened, ticket.put
        )

    @activity.defn(name="ticket.reply")
    async def reply(self, change: TicketChange) -> TicketTransitionResult:
        """Takes a message of the client."""
        return await self._frame.alone(change, transitions.reply)

    @activity.defn(name="ticket.answer")
    async def answer(self, change: TicketChange) -> TicketTransitionResult:
        """Takes an answer of ours, unless another came that its author has not seen."""
        written = ticket.written_answer(change.submission_id)
        return await self._frame.by(written, change, transitions.answer)

    @activity.defn(name="ticket.take")
    async def take(self, change: TicketChange) -> TicketTransitionResult:
        """Gives the ticket to whoever takes it, unless somebody else took it meanwhile."""
        return await self._frame.by(ticket.staff_decision(change), change, transitions.take)

    @activity.defn(name="ticket.transfer")
    async def transfer(self, change: TicketChange) -> TicketTransitionResult:
        """Gives the ticket to another department."""
        return await self._frame.by(ticket.staff_decision(change), change, transitions.transfer)

    @activity.defn(name="ticket.escalate")
    async def escalate(self, change: TicketChange) -> TicketTransitionResult:
        """Asks the operators to see to the ticket."""
        return await self._frame.by(ticket.staff_decision(change), change, transitions.escalate)

    @activity.defn(name="ticket.hasten")
    async def hasten(self, change: TicketChange) -> TicketTransitionResult:
        """Tells the department that the client presses."""
        return await self._frame.alone(change, transitions.hasten)

    @activity.defn(name="ticket.archive")
    async def archive(self, change: TicketChange) -> TicketTransitionResult:
        """The client puts the ticket away."""
        return await self._frame.alone(change, transitions.archive)

    @activity.defn(name="ticket.resolve")
    async def resolve(self, change: TicketChange) -> TicketTransitionResult:
        """We hold the question for settled."""
        return await self._frame.alone(change, transitions.resolve)

    @activity.defn(name="ticket.await_third_party")
    async def await_third_party(self, change: TicketChange) -> TicketTransitionResult:
        """Stops our clocks until a day: somebody outside has to answer first."""
        decision = ticket.staff_decision(change)
        return await self._frame.by(decision, change, transitions.await_third_party)

    @activity.defn(name="ticket.merge")
    async def merge(self, change: TicketChange) -> TicketTransitionResult:
        """Puts the ticket's messages into the thread of another one of its client."""
        return await self._merging.by(merging.facts(change), change, judging.merge)

    @activity.defn(name="ticket.unmerge")
    async def unmerge(self, change: TicketChange) -> TicketTransitionResult:
        """Undoes a merge."""
        return await self._frame.alone(change, judging.unmerge)

    @activity.defn(name="ticket.mark_spam")
    async def mark_spam(self, change: TicketChange) -> TicketTransitionResult:
        """Puts the ticket aside as spam; nobody is told."""
        return await self._frame.by(ticket.staff_decision(change), change, spam.mark)

    @activity.defn(name="ticket.unmark_spam")
    async def unmark_spam(self, change: TicketChange) -> TicketTransitionResult:
        """Takes a mark as spam back."""
        return await self._frame.alone(change, spam.unmark)

    @activity.defn(name="ticket.lapse")
    async def lapse(self, change: TicketChange) -> TicketTransitionResult | None:
        """Ends a wait: settles the ticket, or makes it our turn; None while none is due."""
        return await self._frame.alone(change, transitions.lapse)

    @activity.defn(name="ticket.move_deadline")
    async def move_deadline(self, change: TicketChange) -> TicketTransitionResult | None:
        """Recomputes our deadline by the present calendar; None when nothing moves."""
        return await self._frame.alone(change, transitions.move_deadline)

    @activity.defn(name="ticket.catch_up")
    async def catch_up(self, ticket_id: str) -> TicketTransitionResult:
        """Where the ticket is by its row."""
        return await self._frame.where(ticket_id)

    @activity.defn(name="ticket.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Reminds whoever is waited for, or tells the operators of a deadline that was missed."""
        await self._frame.remind(reminder, ticket.one(reminder.case_id), transitions.reminded)


def _nothing_beside(_transaction: Transaction, _change: TicketChange, effect: Any) -> None:
    raise AssertionError(f"a ticket stores nothing beside itself: {effect}")
