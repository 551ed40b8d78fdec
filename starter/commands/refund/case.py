"""What every command about a refund shares: visibility, whether it is allowed now, the update."""

from typing import Any
from uuid import UUID, uuid5

from temporalio.workflow import UpdateMethodMultiParam

from db.refund import reads as cases_in
from domain.case.decision import Decision
from domain.refund.refund import (
    Action,
    RefundStatus,
    TransitionResult,
    actions_for,
    is_open_to,
)
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.refusal import (
    Noun,
    StatusText,
    conflict,
    forbidden,
)
from starter.commands.services import Services

NOT_ALLOWED_IN_STATUS = "not_allowed_in_status"
REFUNDS = CaseClient(Noun.REFUND, cases_in.head, cases_in.decision, cases_in.result_in)


def submission_id(command_id: UUID, noun: str) -> UUID:
    """The id of the row that a command stores; the same on every repeat."""
    return uuid5(command_id, noun)


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
    update: UpdateMethodMultiParam[[Any, Decision], TransitionResult],
    refund_id: str,
    caller: Caller,
    command_id: UUID,
    submission: UUID,
) -> TransitionResult:
    """Sends a command to its case; raises as `CaseClient.decide` does."""
    decision = Decision(caller.login, str(submission))
    return await REFUNDS.decide(services, refund_id, update, decision, command_id)


def _status_text(status: str) -> StatusText:
    return StatusText(Noun.REFUND, status)
