"""Forget what nobody needs any more: old idempotency keys, ended sessions, links."""

import argparse
from collections.abc import Mapping
from uuid import uuid4

from settings import Settings
from starter.cli.outside import run_async
from starter.cli.services import AT_THE_MACHINE, services_of
from starter.commands.purge import purge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: each retention is a named limit."""


def run(_: argparse.Namespace) -> int:
    """Deletes them and prints how many of each kind."""
    for kind, forgotten in run_async(_purge(Settings.from_environment())).items():
        print(f"{kind}: {forgotten}")
    return 0


async def _purge(settings: Settings) -> Mapping[str, int]:
    async with services_of(settings) as services:
        return await purge(services, AT_THE_MACHINE, uuid4())
