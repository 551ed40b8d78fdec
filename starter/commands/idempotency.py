"""Deletes idempotency keys after their retention."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from db import idempotency
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.services import Services

KEY_RETENTION = timedelta(days=30)
"""How long an answer can be repeated."""


@command
async def purge_idempotency_keys(services: Services, _caller: Caller, _command_id: UUID) -> int:
    """Deletes keys older than `KEY_RETENTION`; returns how many."""
    return await idempotency.purge(services.database, datetime.now(UTC) - KEY_RETENTION)
