"""Processes that work until they are told to stop, without an address of their own."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from db.schema_version import SchemaRefused, SchemaUnknown, require_newest
from environment import set_up_logs, temporal_options
from settings import Settings
from starter.cli.failure import CommandFailed


def begin() -> Settings:
    """The settings; raises `CommandFailed` on a database of another schema, or without one."""
    settings = Settings.from_environment()
    temporal_options()  # whoever has not said where it is hears so now, not at the first command
    set_up_logs()
    try:
        require_newest(settings.database_url)
    except (SchemaRefused, SchemaUnknown) as refused:
        raise CommandFailed(str(refused)) from None
    return settings


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Works until SIGTERM or SIGINT, then ends at once: whatever is under way is in the database.
    Raises what ended the work by itself.
    """
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    working.cancel()
    (ended,) = await asyncio.gather(working, return_exceptions=True)
    if isinstance(ended, Exception):
        raise ended
