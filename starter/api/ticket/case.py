"""What every route about a ticket has: its id, a command and the answer to it."""

from typing import Annotated

from fastapi import Depends, Path

from db.ticket.reads import TicketRow
from starter.api.http.asked import Asked, AskingDep
from starter.presentation.ticket.ticket import TicketShown, ticket_shown

TicketId = Annotated[
    str,
    Path(
        pattern=r"^ticket-[1-9][0-9]{0,11}$",
        description="The ticket's id: `ticket-<number>`.",
        examples=["ticket-117"],
    ),
]


class _Asked(Asked[TicketRow, TicketShown]):
    def __init__(self, ticket_id: TicketId, asking: AskingDep) -> None:
        super().__init__(ticket_id, asking)

    async def _shown(self, result: TicketRow) -> TicketShown:
        return ticket_shown(result, self.asking.caller, self.asking.language)


AskedOfTicket = Annotated[_Asked, Depends(_Asked)]
"""What every handler of a command about a ticket takes."""
