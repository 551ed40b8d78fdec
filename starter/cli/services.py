"""The services and the caller of the command line; the services are those of the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.database import Database
from domain.access.roles import Role
from gateways.scans import ScanReader
from settings import Settings
from starter.caller import Caller
from starter.commands.cases import Cases
from starter.commands.services import Services
from starter.connection import connect

AT_THE_MACHINE = Caller("command-line", Role.OPERATOR)
"""The command line's caller is an operator; commands that store a login get it by `--by`."""


@asynccontextmanager
async def services_of(settings: Settings, pool_size: int = 1) -> AsyncIterator[Services]:
    """The services while the block runs; Temporal is connected to when it is first needed."""
    async with Database(settings.database_url, pool_size=pool_size) as database:
        yield Services(settings, database, Cases(connect, settings.task_queue), ScanReader())
