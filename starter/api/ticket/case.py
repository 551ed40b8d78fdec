"""What every route about a ticket has: its id, a command and the answer to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Concatenate, ParamSpec
from uuid import UUID

from fastapi import Depends, Path

from db.ticket.reads import TicketRow
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep
from starter.caller import Caller
from starter.commands.services import Services
from starter.presentation.ticket.ticket import TicketShown, ticket_shown
from texts import Language

SaidP = ParamSpec("SaidP")

TicketId = Annotated[
    str,
    Path(
        pattern=r"^ticket-[1-9][0-9]{0,11}$",
        description="The ticket's id: `ticket-<number>`.",
        examples=["ticket-117"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""


@dataclass(frozen=True)
class AskedOfTicket:
    """A request to change a ticket: which one, by whom, under which command's id."""

    ticket_id: str
    services: Services
    caller: Caller
    command_id: UUID
    language: Language

    async def by(
        self,
        command: Callable[Concatenate[Services, Caller, UUID, str, SaidP], Awaitable[TicketRow]],
        *said: SaidP.args,
        **named: SaidP.kwargs,
    ) -> TicketShown:
        """Calls the command with what was said, and answers the ticket as it is then."""
        row = await command(
            self.services, self.caller, self.command_id, self.ticket_id, *said, **named
        )
        return ticket_shown(row, self.caller, self.language)


async def _asked(
    ticket_id: TicketId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> AskedOfTicket:
    return AskedOfTicket(ticket_id, services, caller, command_id, language)


AskedOfTicketDep = Annotated[AskedOfTicket, Depends(_asked)]
"""What every handler of a command about a ticket takes."""
