"""What every command about a refund shares: visibility, whether it is allowed now, the update."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from db.refund import reads as cases_in
from db.refund.reads import RefundHead
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
    """The id of the row that a command stores; the same on every repeat."""
    return uuid5(command_id, noun)


def require_visible(caller: Caller, rows: Sequence[RefundHead]) -> RefundHead:
    """The case out of the rows of `head`; another client's case is `not_found`."""
    if not rows:
        raise not_found()
    (row,) = rows
    require_own(caller, row.client_id)
    return row


def require_open(caller: Caller, status: str, action: Action) -> None:
    """Refuses what the case does not expect from this caller now, before anything is stored.

    The case's own validator decides; this check only avoids storing submissions it would refuse.
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
    """Sends a command to its case: the caller and the submission's id, no content.

    A case that the database has and Temporal does not has just ended (`case_closed`). A case whose
    worker died may still show the status before its last stored step: the update is sent again.
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
