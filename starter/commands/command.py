"""The guard that stands at every command, whichever door it was called through."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from starter.access import roles_of
from starter.caller import Caller
from starter.commands.refusal import forbidden
from starter.commands.services import Services

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

CommandFunction = Callable[Concatenate[Services, Caller, UUID, Asked], Awaitable[Answer]]


def command(do: CommandFunction[Asked, Answer]) -> CommandFunction[Asked, Answer]:
    """Makes a function a command: the table in `starter.access` has its name, and nobody but the
    roles of that row gets past (`forbidden`).

    Raises `AccessUndecided` for a function that the table does not know.
    """
    roles = roles_of(do.__name__)

    @wraps(do)
    async def guarded(
        services: Services,
        caller: Caller,
        command_id: UUID,
        /,
        *args: Asked.args,
        **kwargs: Asked.kwargs,
    ) -> Answer:
        if caller.role not in roles:
            raise forbidden()
        return await do(services, caller, command_id, *args, **kwargs)

    return guarded
