"""Why the case of an unpaid order stands: what is stored of it, read and judged."""

from datetime import UTC, datetime

from db.collection import loading, reads
from db.facts import every, load, together
from domain.access.roles import Role
from domain.collection.collection import CollectionStatus
from domain.collection.waiting_reason import StandingCollection, collection_waits
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.services import Services
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from starter.presentation.collection.collection import actions_of
from texts import Language, day

ROLES = (Role.CLIENT, Role.SPECIALIST, Role.ACCOUNTANT, Role.LAWYER, Role.OPERATOR)


async def collection_waiting(
    services: Services, caller: Caller, collection_id: str, language: Language
) -> WaitingShown:
    """The answer for a case; raises `Refusal` `not_found` without one."""
    found = together(
        lambda rows, latest: (rows, latest),
        every(reads.head(collection_id)),
        loading.latest(collection_id),
    )
    rows, latest = await load(services.database, found)
    row, now = require_visible(caller, rows), datetime.now(UTC)
    may = {role: tuple(actions_of(row, role)) for role in ROLES}
    told = collection_waits(
        StandingCollection(
            CollectionStatus(row.status),
            row.changed_at,
            None if latest is None else latest.wait,
            row.is_disputed,
            await failed_step_of(services.database, services.cases, collection_id, row.changed_at),
            {role: actions for role, actions in may.items() if actions},
        ),
        now,
    )
    details = {} if row.promised_on is None else {"promised": day(row.promised_on)}
    return waiting_shown("collection", told, language, details)
