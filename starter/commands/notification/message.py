"""Messages that were read, and letters that are to be delivered after all."""

from datetime import UTC, datetime
from uuid import UUID

from db.notification import inbox
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found
from starter.commands.services import Services


@command
async def read_inbox_message(
    services: Services, caller: Caller, _command_id: UUID, message_id: UUID
) -> None:
    """The first reading counts; of a role's message, the first reader."""
    now = datetime.now(UTC)
    if not await inbox.mark_read(services.database, message_id, caller.role, caller.client_id, now):
        raise not_found()


@command
async def read_whole_inbox(
    services: Services, caller: Caller, _command_id: UUID, until: datetime
) -> None:
    """Every message that was there at an instant counts as read; later ones do not."""
    now = datetime.now(UTC)
    await inbox.mark_all_read(services.database, caller.role, caller.client_id, until, now)


@command
async def retry_notification(
    services: Services, _caller: Caller, _command_id: UUID, message_id: UUID
) -> None:
    """Queues a given-up letter again. One with a one-time code cannot be: its code is erased; nor
    one whose address was corrected since: what still matters was sent again.
    """
    if await inbox.retry(services.database, message_id, datetime.now(UTC)):
        return
    if await inbox.find(services.database, message_id) is None:
        raise not_found()
    raise conflict("notification_not_failed")
