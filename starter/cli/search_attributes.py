"""Register the search attributes of the cases on the Temporal server; a repeat changes nothing."""

import argparse

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client

from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.connection import connect
from workflows.case.kernel import SEARCH_ATTRIBUTES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the server and the namespace are the environment's."""


def run(_: argparse.Namespace) -> int:
    """Registers what is missing."""
    added = run_async(_register())
    print("registered: " + ", ".join(added) if added else "every search attribute is registered")
    return 0


async def _register() -> list[str]:
    client = await connect()
    wanted = {
        key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in SEARCH_ATTRIBUTES
    }
    missing = _missing(wanted, await _registered(client))
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    return sorted(missing)


async def _registered(client: Client) -> dict[str, "IndexedValueType.ValueType"]:
    found = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return dict(found.custom_attributes)


def _missing(
    wanted: dict[str, "IndexedValueType.ValueType"],
    registered: dict[str, "IndexedValueType.ValueType"],
) -> dict[str, "IndexedValueType.ValueType"]:
    for name, kind in wanted.items():
        if registered.get(name, kind) != kind:
            raise CommandFailed(f"search attribute {name} is registered with another type")
    return {name: kind for name, kind in wanted.items() if name not in registered}
