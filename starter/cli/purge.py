"""Forget idempotency keys that nobody repeats any more."""

import argparse
from uuid import uuid4

from settings import Settings
from starter.cli.outside import run_async
from starter.cli.services import AT_THE_MACHINE, services_of
from starter.commands.idempotency import purge_idempotency_keys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the retention is a named limit."""


def run(_: argparse.Namespace) -> int:
    """Deletes them and prints how many."""
    print(f"forgotten: {run_async(_purge(Settings.from_environment()))}")
    return 0


async def _purge(settings: Settings) -> int:
    async with services_of(settings) as services:
        return await purge_idempotency_keys(services, AT_THE_MACHINE, uuid4())
