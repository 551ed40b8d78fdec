"""A command to one case: what is asked of it, stored before it is told, and told to it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, Protocol, TypeVar
from uuid import UUID, uuid5

from db.case.case_store import AnswerRow
from db.database import Transaction
from db.query import Query
from domain.case.decision import Decision
from starter.access import OfClient, require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.command import command
from starter.commands.file.attach import hold
from starter.commands.services import Services


class CaseRow(OfClient, Protocol):
    """What is read of a case."""

    @property
    def version(self) -> int: ...


RowT = TypeVar("RowT", bound=CaseRow)
ActionT = TypeVar("ActionT", bound=str)
CommandT = TypeVar("CommandT", bound="CaseCommand[Any, Any]")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Told = Callable[Concatenate[CommandT, Asked], Awaitable[Answer]]


class CaseCommand(Generic[RowT, ActionT]):
    """A command to one case, by whom and under which id.

    A room's class names its client of cases, its workflow, whose updates have the actions' names,
    and how its cases are read, its commands refused and its decisions stored.
    """

    cases: ClassVar[CaseClient[Any]]
    workflow: ClassVar[type]

    def __init__(self, services: Services, caller: Caller, command_id: UUID, case_id: str) -> None:
        self.services = services
        self.caller = caller
        self.command_id = command_id
        self.case_id = case_id

    @property
    def _decision_id(self) -> UUID:
        return uuid5(self.command_id, f"decision {self.case_id}")

    async def found(self) -> RowT:
        """The case; `not_found` to whoever may not see it."""
        (rows,) = await self.services.database.read(self._head())
        return require_visible(self.caller, rows)

    async def known_or_allowed(self, action: ActionT, submission_id: UUID) -> tuple[RowT, bool]:
        """The case, and whether it has taken this submission already; avoids storing one that would
        be refused, which the case itself checks again.
        """
        taken_by: Query[AnswerRow] = self.cases.decision(self.case_id, submission_id)
        rows, taken = await self.services.database.read(self._head(), taken_by)
        row = require_visible(self.caller, rows)
        if not taken:
            self._require_allowed(row, action)
        return row, bool(taken)

    async def alone(self, action: ActionT) -> RowT:
        """Says what the case needs no more for than who says it; the case stores the command's id
        with its change, so that a repeat is answered as it is.
        """
        row, is_taken = await self.known_or_allowed(action, self._decision_id)
        return row if is_taken else await self.sent(action, self._decision_id)

    async def decided(
        self,
        action: ActionT,
        put_beside: Callable[[Transaction, UUID], None] | None = None,
        attached: Sequence[UUID] = (),
        **columns: Any,
    ) -> RowT:
        """Stores a decision and sends it to the case; one that was taken is answered as it is.
        `attached` are the files that are put beside it.
        """
        decision_id = self._decision_id
        row, is_taken = await self.known_or_allowed(action, decision_id)
        if is_taken:
            return row
        said = {"action": action, "decided_by": self.caller.login, "decided_at": datetime.now(UTC)}
        async with self.services.database.transaction() as transaction:
            await hold(transaction, attached)
            self._put_decision(transaction, decision_id, row, {**said, **columns})
            if put_beside is not None:
                put_beside(transaction, decision_id)
        return await self.sent(action, decision_id)

    async def sent(self, action: ActionT, submission_id: UUID | None = None) -> RowT:
        """Tells the case, and reads where it is then."""
        said = None if submission_id is None else str(submission_id)
        decision = Decision(self.caller.login, said)
        update = getattr(self.workflow, action)
        await self.cases.decide(self.services, self.case_id, update, decision, self.command_id)
        return await self.found()

    def _head(self) -> Query[RowT]:
        """The query of the case by its id."""
        raise NotImplementedError

    def _require_allowed(self, row: RowT, action: ActionT) -> None:
        """Refuses what the case does not take in its status, or of this caller."""
        raise NotImplementedError

    def _put_decision(
        self, transaction: Transaction, decision_id: UUID, row: RowT, columns: dict[str, Any]
    ) -> None:
        """Stores a decision once."""
        raise NotImplementedError


def case_command(
    kind: type[CommandT],
) -> Callable[
    [Told[CommandT, Asked, Answer]],
    Callable[Concatenate[Services, Caller, UUID, str, Asked], Awaitable[Answer]],
]:
    """Makes a function of a command to a case a command (`starter.commands.command`) that takes
    the case's id behind its own.
    """

    def of(
        do: Told[CommandT, Asked, Answer],
    ) -> Callable[Concatenate[Services, Caller, UUID, str, Asked], Awaitable[Answer]]:
        @command
        @wraps(do)
        async def told(
            services: Services,
            caller: Caller,
            command_id: UUID,
            case_id: str,
            /,
            *args: Asked.args,
            **kwargs: Asked.kwargs,
        ) -> Answer:
            return await do(kind(services, caller, command_id, case_id), *args, **kwargs)

        return told

    return of
