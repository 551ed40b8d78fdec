"""A file of a ticket, for whoever may see what it came with."""

from uuid import UUID

from db.database import Database
from db.ticket import files, reads
from db.ticket.files import AttachedRow
from domain.access.roles import Role
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import not_found


async def ticket_file(
    database: Database, caller: Caller, ticket_id: str, file_id: UUID
) -> AttachedRow:
    """A file of a message that the ticket has taken; for staff, of a note too.

    Raises `Refusal`: `not_found`, also for a file of another ticket, of a message that was refused,
    and, to a client, of a note.
    """
    heads, of_thread, of_notes = await database.read(
        reads.head(ticket_id),
        files.of_thread_by_id(ticket_id, file_id),
        files.of_notes_by_id(ticket_id, file_id),
    )
    require_visible(caller, heads)
    visible = of_thread if caller.role is Role.CLIENT else [*of_thread, *of_notes]
    if not visible:
        raise not_found()
    return visible[0]
