"""Where the letters to our own roles go."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from db.notification import mailbox
from domain.access.roles import Role
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.services import Services

HAVE_MAILBOX = (Role.SPECIALIST, Role.ACCOUNTANT, Role.LAWYER, Role.SUPPORT, Role.OPERATOR)
"""Our roles, each with a mail address."""


@command
async def write_mailboxes(
    services: Services,
    caller: Caller,
    _command_id: UUID,
    boxes: Mapping[Role, str],
    *,
    unless_set: bool = False,
) -> frozenset[Role]:
    """Gives roles their addresses, which are well-formed; the next letters go there.

    With `unless_set` a role that has an address keeps it. Answers the roles whose address is
    another one now; each is kept in the history with who wrote it.
    """
    put, at = mailbox.put_first if unless_set else mailbox.put, datetime.now(UTC)
    done = [
        role
        for role, box in boxes.items()
        if await put(services.database, role, box, caller.login, at)
    ]
    return frozenset(done)
