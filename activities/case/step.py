"""The frame of every step that changes a case: load, answer a repeat, judge, store.

A process names once how its cases are loaded and stored; a step says what it reads and who judges:

    @activity.defn(name="refund.return_statement")
    async def return_statement(self, change: Change) -> TransitionResult:
        remark = refund.remark(change.submission_id)
        return await self._frame.by(remark, change, transitions.return_statement)

The judgement is a pure function of `domain/<room>/transitions.py`: of the case, the change and what
was read it makes a `Transition`, which is stored, or a refusal, which is only answered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from db.case.case_store import CaseStore, LoadedCase, NumberedChange, StoredAnswer
from db.database import Database, Transaction
from db.facts import Reading, every, known, load, together
from db.notification import notification
from domain.case.transition import Transition
from domain.case.waiting import Reminder
from domain.notification.notification import Notice


class OfClient(Protocol):
    """What a case is opened by: at least whose it is."""

    @property
    def client_id(self) -> str: ...


class ChangingCase(OfClient, Protocol):
    """What the frame needs of a loaded case."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> StrEnum: ...


class OpeningAt(Protocol):
    """The message that opens a case says when."""

    @property
    def at(self) -> datetime: ...


CaseT = TypeVar("CaseT", bound=ChangingCase)
ChangeT = TypeVar("ChangeT", bound=NumberedChange)
ResultT = TypeVar("ResultT", bound=StoredAnswer)
EffectT = TypeVar("EffectT")
FactsT = TypeVar("FactsT")
OpeningT = TypeVar("OpeningT", bound=OpeningAt)
OpenedByT = TypeVar("OpenedByT", bound=OfClient)
LoadedT = TypeVar("LoadedT")
OtherT = TypeVar("OtherT")


@dataclass(frozen=True)
class StepFrame(Generic[CaseT, ChangeT, ResultT, EffectT]):
    """How the steps of one kind of case run. Each is one transaction in two round trips.

    `load` locks the case and reads what every change of it is judged by; `apply` queues what an
    effect stores beside the case.
    """

    database: Database
    store: CaseStore[ResultT]
    load: Callable[[ChangeT], Reading[LoadedCase[CaseT, ResultT]]]
    apply: Callable[[Transaction, ChangeT, EffectT], None]

    async def open(
        self,
        case_id: str,
        opening: OpeningT,
        facts: Reading[OpenedByT],
        judge: Callable[[OpeningT, OpenedByT], Transition[ResultT, EffectT] | ResultT],
        put: Callable[[Transaction, OpeningT, OpenedByT, Transition[ResultT, EffectT]], ResultT],
    ) -> ResultT:
        """Opens a case with its notices. A stored one answers where it is; a refusal is answered
        and nothing is stored.
        """
        stored = every(self.store.latest(case_id)).to(self.store.answer_from)
        async with self.database.transaction() as transaction:
            known_result, found = await load(transaction, together(_both, stored, facts))
            if known_result is not None:
                return known_result
            made = judge(opening, found)
            if not isinstance(made, Transition):
                return made
            notification.notify(
                transaction,
                made.notices,
                case_id=case_id,
                client_id=found.client_id,
                occasion="change-1",
                params=made.params,
                at=opening.at,
            )
            return put(transaction, opening, found, made)

    async def where(self, case_id: str) -> ResultT:
        """Where a case is by its row; raises LookupError for one that does not exist."""
        async with self.database.transaction() as transaction:
            stored = every(self.store.latest(case_id)).to(self.store.answer_from)
            known_result = await load(transaction, stored)
        if known_result is None:
            raise LookupError(f"no case {case_id}")
        return known_result

    async def remind(
        self,
        reminder: Reminder,
        case: Reading[CaseT],
        judge: Callable[[Reminder, CaseT], tuple[Notice, Mapping[str, Any]] | None],
    ) -> None:
        """Sends what the judge finds due; None where nothing is."""
        async with self.database.transaction() as transaction:
            found = await load(transaction, case)
            due = judge(reminder, found)
            if due is None:
                return
            notice, params = due
            notification.notify(
                transaction,
                (notice,),
                case_id=found.id,
                client_id=found.client_id,
                occasion=reminder.occasion,
                params=params,
                at=reminder.at,
            )

    async def alone(
        self,
        change: ChangeT,
        judge: Callable[[CaseT, ChangeT], Transition[ResultT, EffectT] | OtherT],
    ) -> ResultT | OtherT:
        """Runs a step that is judged by the case alone: see `by`."""
        return await self.by(known(None), change, lambda case, change, _: judge(case, change))

    async def by(
        self,
        facts: Reading[FactsT],
        change: ChangeT,
        judge: Callable[[CaseT, ChangeT, FactsT], Transition[ResultT, EffectT] | OtherT],
    ) -> ResultT | OtherT:
        """Runs a step that is judged by what `facts` reads with the case, in one round trip.

        A repeat, or a change that comes too late, answers where the case is. A refusal, or None for
        nothing to do, is answered and nothing is stored. Raises `CaseDiverged` for a change that
        nothing in the stored history leads to, `ConstraintBroken` where the database refuses it.
        """
        async with self.database.transaction() as transaction:
            loaded, found = await load(transaction, together(_both, self.load(change), facts))
            if loaded.replayed_result is not None:
                return loaded.replayed_result
            judged = judge(loaded.case, change, found)
            if not isinstance(judged, Transition):
                return judged
            return self.take(transaction, loaded.case, change, judged)

    def take(
        self,
        transaction: Transaction,
        case: ChangingCase,
        change: ChangeT,
        transition: Transition[ResultT, EffectT],
    ) -> ResultT:
        """Queues a transition: its effects, its notices, the case with its history."""
        for effect in transition.effects:
            self.apply(transaction, change, effect)
        notification.notify(
            transaction,
            transition.notices,
            case_id=case.id,
            client_id=case.client_id,
            occasion=f"change-{change.number}",
            params=transition.params,
            at=change.at,
        )
        self.store.move(
            transaction,
            case.id,
            change,
            case.status,
            transition.result,
            transition.reason,
            transition.columns,
        )
        return transition.result


def _both(loaded: LoadedT, facts: FactsT) -> tuple[LoadedT, FactsT]:
    return loaded, facts
