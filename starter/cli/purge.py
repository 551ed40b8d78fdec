"""Forget idempotency keys that nobody repeats any more."""

import argparse
from datetime import UTC, datetime, timedelta

from db import idempotency
from db.database import Database
from settings import Settings
from starter.cli.outside import run_async

KEY_RETENTION = timedelta(days=30)
"""How long an answer can be repeated."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the retention is a named limit."""


def run(_: argparse.Namespace) -> int:
    """Forgets and tells how many."""
    print(f"forgotten: {run_async(_purge(Settings.from_environment()))}")
    return 0


async def _purge(settings: Settings) -> int:
    async with Database(settings.database_url, pool_size=1) as database:
        return await idempotency.purge(database, datetime.now(UTC) - KEY_RETENTION)
