"""Deletes what nobody needs any more, each kind after its retention; that of files, and of messages
as they came, is a policy.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db import idempotency
from db.access import login, session
from db.billing import contact
from db.case import policy
from db.file import purge as files
from db.ticket import purge as messages
from domain.case.policy_change import PolicyKind
from domain.file.retention import RetentionPolicy
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.services import Services

KEY_RETENTION = timedelta(days=30)
"""How long an answer can be repeated."""
SESSION_RETENTION = timedelta(days=1)
"""How long a session that has ended, or is unused, is kept; it opens nothing by then."""
LINK_RETENTION = timedelta(days=1)
"""How long a one-time link is remembered, to say of it that it is used."""
EMAIL_CHANGE_RETENTION = timedelta(days=30)
"""How long a change of an address is kept that was never confirmed; a confirmed one stays."""


@command
async def purge(services: Services, _caller: Caller, _command_id: UUID) -> Mapping[str, int]:
    """Deletes what is past its retention; returns how many rows of each kind."""
    database, now = services.database, datetime.now(UTC)
    unused = now - SESSION_RETENTION
    (policies,) = await database.read(policy.in_force(PolicyKind.FILE, now))
    retention = RetentionPolicy.from_document(policies[0].document)
    over = retention.limits(now)
    names, contents = await files.purge(database, over)
    return {
        "idempotency keys": await idempotency.purge(database, now - KEY_RETENTION),
        "sessions": await session.purge(database, unused, unused),
        "log-in links": await login.purge(database, now - LINK_RETENTION, now),
        "address changes": await contact.purge(database, now - EMAIL_CHANGE_RETENTION),
        "files that nothing names": names,
        "contents of files": contents,
        **await messages.purge(database, over.raw_before, now),
    }
