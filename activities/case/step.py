"""The frame of every step that changes a case: load, answer a repeat, judge, store.

A process names once how its cases are loaded and stored; a step says what it reads and who judges:

    @activity.defn(name="refund.return_statement")
    async def return_statement(self, change: Change) -> TransitionResult:
        remark = refund.remark(change.submission_id)
        return await self._frame.by(remark, change, transitions.return_statement)

The judgement is a pure function of `domain/<room>/transitions.py`: of the case, the change and what
was read it makes a `Transition`, which is stored, or a refusal, which is only answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from db.case.case_store import CaseStore, LoadedCase, NumberedChange, StoredAnswer
from db.database import Database, Transaction
from db.facts import Reading, known, load, together
from db.notification import notification
from domain.case.transition import Transition


class ChangingCase(Protocol):
    """What the frame needs of a loaded case."""

    @property
    def id(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def status(self) -> StrEnum: ...


CaseT = TypeVar("CaseT", bound=ChangingCase)
ChangeT = TypeVar("ChangeT", bound=NumberedChange)
ResultT = TypeVar("ResultT", bound=StoredAnswer)
EffectT = TypeVar("EffectT")
FactsT = TypeVar("FactsT")
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
