"""Every command is a function that any door can call; the role is asked again at each of them."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, cast
from uuid import uuid4

import pytest

import starter.commands
from domain.access.roles import Role
from starter.access import ACCESS, BY_NETWORK, WITHOUT_ROUTE, AccessUndecided
from starter.api.app import all_routes
from starter.caller import CALLING_ROLES, Caller
from starter.commands.command import command
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.services import Services

NOTHING = cast("Services", None)
"""A refused caller gets no further than to the guard."""


def commands() -> Iterator[tuple[str, Callable[..., Any]]]:
    for found in walk_packages(starter.commands.__path__, "starter.commands."):
        module = import_module(found.name)
        for name, value in vars(module).items():
            is_own = getattr(value, "__module__", None) == module.__name__
            if is_own and name in ACCESS.keys() | BY_NETWORK:
                yield name, value


COMMANDS = dict(commands())


def asked_over_http() -> Iterator[str]:
    """The operations that are no reads."""
    for route in all_routes():
        if "GET" not in (route.methods or ()):
            yield str(route.operation_id)


def test_every_command_is_a_function_that_knows_no_http() -> None:
    assert set(asked_over_http()) | WITHOUT_ROUTE == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - BY_NETWORK))
async def test_a_role_that_the_table_does_not_name_is_refused_at_the_command_itself(
    name: str,
) -> None:
    for role in CALLING_ROLES - ACCESS[name]:
        caller = Caller("somebody", role, "client-1" if role is Role.CLIENT else None)
        with pytest.raises(Refusal) as refused:
            await COMMANDS[name](NOTHING, caller, uuid4())
        assert refused.value.kind is RefusalKind.FORBIDDEN


def test_a_function_that_the_table_does_not_know_is_no_command() -> None:
    async def open_the_vault(services: Services, caller: Caller, command_id: Any) -> None: ...

    with pytest.raises(AccessUndecided, match="open_the_vault"):
        command(open_the_vault)
