"""The role check of every command, the same for the API, the command line and schedules."""

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
    """Makes a function a command: `starter.access` must list its name, and only the roles of that
    row may call it (`forbidden`).

    Raises `AccessUndecided` for a function that the table does not list.
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
