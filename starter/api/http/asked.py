"""What every route that changes a case has: the case's id, a command, and the answer to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID

from fastapi import Depends

from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep
from starter.caller import Caller
from starter.commands.services import Services
from texts import Language

SaidP = ParamSpec("SaidP")
DoneT = TypeVar("DoneT")
ResultT = TypeVar("ResultT")
ShownT = TypeVar("ShownT")


@dataclass(frozen=True)
class Asking:
    """Who asks for a command, under which id, in which language; what the command works with."""

    services: Services
    caller: Caller
    command_id: UUID
    language: Language


async def _asking(
    services: ServicesDep, caller: CurrentCaller, command_id: CommandId, language: LanguageDep
) -> Asking:
    return Asking(services, caller, command_id, language)


AskingDep = Annotated[Asking, Depends(_asking)]


class Asked(Generic[ResultT, ShownT]):
    """A request to change a case. A room's class names the id in its path and shows the result:

    class _Asked(Asked[TicketRow, TicketShown]):
        def __init__(self, ticket_id: TicketId, asking: AskingDep) -> None:
            super().__init__(ticket_id, asking)

        async def _shown(self, result: TicketRow) -> TicketShown:
            return ticket_shown(result, self.asking.caller, self.asking.language)

    AskedOfTicket = Annotated[_Asked, Depends(_Asked)]
    """

    def __init__(self, case_id: str, asking: Asking) -> None:
        self.case_id = case_id
        self.asking = asking

    async def by(
        self,
        command: Callable[Concatenate[Services, Caller, UUID, str, SaidP], Awaitable[ResultT]],
        *said: SaidP.args,
        **named: SaidP.kwargs,
    ) -> ShownT:
        """Calls the command with what was said, and answers the case as it is then."""
        return await self._shown(await self.done(command, *said, **named))

    async def done(
        self,
        command: Callable[Concatenate[Services, Caller, UUID, str, SaidP], Awaitable[DoneT]],
        *said: SaidP.args,
        **named: SaidP.kwargs,
    ) -> DoneT:
        """Calls the command, and returns what it answers."""
        asking = self.asking
        return await command(
            asking.services, asking.caller, asking.command_id, self.case_id, *said, **named
        )

    async def _shown(self, result: ResultT) -> ShownT:
        raise NotImplementedError
