"""Why a ticket stands, as staff are shown it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from db.ticket import reads, standing
from db.ticket.reads import TicketRow
from domain.access.roles import Role
from domain.ticket.ticket import TicketStatus
from domain.ticket.waiting_reason import StandingTicket, ticket_waits
from starter.access import require_visible, roles_of
from starter.caller import Caller
from starter.commands.services import Services
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from starter.presentation.ticket.ticket import COMMANDS, allowed_of
from texts import Language

PROCESS = "ticket"


async def ticket_waiting(
    services: Services, caller: Caller, ticket_id: str, language: Language
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    heads, found = await services.database.read(
        reads.head(ticket_id), standing.of_ticket(ticket_id)
    )
    row = require_visible(caller, heads)
    told = ticket_waits(
        StandingTicket(
            TicketStatus(row.status),
            found[0].since,
            standing.wait_in(found[0]),
            row.staff,
            await failed_step_of(services.database, services.cases, ticket_id, row.changed_at),
        ),
        _allowed(row),
        datetime.now(UTC),
    )
    return waiting_shown(PROCESS, told, language, dict(told.details))


def _allowed(row: TicketRow) -> Mapping[Role, tuple[str, ...]]:
    by_role = {
        role: tuple(
            f"{PROCESS}.{one}" for one in allowed_of(row) if role in roles_of(COMMANDS[one])
        )
        for role in Role
    }
    return {role: actions for role, actions in by_role.items() if actions}
