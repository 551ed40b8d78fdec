"""Why a dispute stands, as staff are shown it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from db.dispute import reads
from db.dispute.reads import DisputeRow
from domain.access.roles import Role
from domain.dispute.dispute import DisputeStatus
from domain.dispute.waiting_reason import DisputeStanding, Followed, waiting_reason
from starter.access import require_visible, roles_of
from starter.caller import Caller
from starter.commands.services import Services
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from starter.presentation.dispute.dispute import COMMANDS, allowed_of
from texts import Language

PROCESS = "dispute"


async def dispute_waiting(
    services: Services, caller: Caller, dispute_id: str, language: Language
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    heads, found = await services.database.read(reads.head(dispute_id), reads.latest(dispute_id))
    row, known = require_visible(caller, heads), reads.result_in(found)
    failure = await failed_step_of(services.database, services.cases, dispute_id, row.changed_at)
    standing = DisputeStanding(
        DisputeStatus(row.status),
        row.stage_at,
        None if known is None else known.wait,
        _followed(row),
    )
    told = waiting_reason(standing, _allowed(row), failure, datetime.now(UTC))
    return waiting_shown(PROCESS, told, language, told.details)


def _followed(row: DisputeRow) -> Followed | None:
    if row.followed is None:
        return None
    whom = None if row.waiting_for is None else Role(row.waiting_for)
    return Followed(row.followed, whom, row.followed_until)


def _allowed(row: DisputeRow) -> Mapping[Role, tuple[str, ...]]:
    by_role = {
        role: tuple(
            f"{PROCESS}.{one}" for one in allowed_of(row) if role in roles_of(COMMANDS[one])
        )
        for role in Role
    }
    return {role: actions for role, actions in by_role.items() if actions}
