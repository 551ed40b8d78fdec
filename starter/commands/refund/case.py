"""What every command about a refund shares: whose it is, may it be done now, how it is asked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from db.database import Row
from db.refund import reads as cases_in
from domain.case.decision import Decision
from domain.refund.refund import (
    Action,
    RefundStatus,
    TransitionResult,
    actions_for,
    is_open_to,
)
from starter.access import require_own
from starter.caller import Caller
from starter.commands.refusal import (
    LookAt,
    Noun,
    Refusal,
    RefusalKind,
    TextKey,
    case_closed,
    conflict,
    forbidden,
    not_found,
)
from starter.commands.services import Services
from starter.commands.stale_update import asked_until_heard

NOT_ALLOWED_IN_STATUS = "not_allowed_in_status"


def submission_id(command_id: UUID, noun: str) -> UUID:
    """The id of the row that a command puts down: the same on every repeat."""
    return uuid5(command_id, noun)


def require_visible(caller: Caller, rows: Sequence[Row]) -> Row:
    """The case out of the rows of `head`; another client's is as unknown as none."""
    if not rows:
        raise not_found()
    (row,) = rows
    require_own(caller, row.client_id)
    return row


def require_open(caller: Caller, status: str, action: Action) -> None:
    """Refuses what the case does not ask this caller for now, before anything is written.

    The case's own validator has the last word: this one only spares submissions that nobody would
    take.
    """
    current = RefundStatus(status)
    if action in actions_for(current, caller.role):
        return
    if is_open_to(action, current):
        raise forbidden()
    raise conflict(NOT_ALLOWED_IN_STATUS, status=_status_text(current))


async def decide(
    services: Services,
    update: Any,
    refund_id: str,
    caller: Caller,
    command_id: UUID,
    submission: UUID,
) -> TransitionResult:
    """Hands a command to its case: who, and the id of what they wrote; nothing else leaves here.

    The database knows the case: where Temporal knows none, it has just ended. A case whose worker
    died may not have heard yet what its own step has stored: it is asked again until it has.
    """
    decision = Decision(caller.login, str(submission))
    look_at = LookAt(Noun.REFUND, refund_id)

    async def ask() -> TransitionResult:
        try:
            result: TransitionResult = await services.cases.update(
                refund_id, update, decision, command_id, look_at=look_at
            )
        except Refusal as refusal:
            if refusal.kind is RefusalKind.NOT_FOUND:
                raise case_closed() from None
            raise
        return result

    return await asked_until_heard(services, refund_id, cases_in.head(refund_id), ask)


def _status_text(status: str) -> TextKey:
    return TextKey(f"refund.status.{status}")
