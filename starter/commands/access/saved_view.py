"""Filters of the desk's lists that a person keeps under a name."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from db.access import saved_view
from db.access.saved_view import MAX_VIEWS
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found
from starter.commands.services import Services


@command
async def save_view(
    services: Services, caller: Caller, command_id: UUID, of_list: str, name: str, query: str
) -> None:
    """Keeps a list's filter for the caller alone; the same name of the same list is replaced."""
    kept = await saved_view.put(
        services.database,
        uuid5(command_id, "view"),
        login=caller.login,
        role=caller.role,
        of_list=of_list,
        name=name,
        query=query,
        at=datetime.now(UTC),
    )
    if not kept:
        raise conflict("views_limit", n=MAX_VIEWS)


@command
async def delete_view(services: Services, caller: Caller, _command_id: UUID, view_id: UUID) -> None:
    """Deletes a filter of the caller's own."""
    if not await saved_view.remove(services.database, view_id, caller.login, caller.role):
        raise not_found()
