"""The state of a refund case, as every answer about it has it."""

from datetime import datetime

from pydantic import Field

from db.refund.rows import RefundRow
from domain.access.roles import Role
from domain.refund.refund import RefundStatus, TransitionResult
from starter.presentation.models import Roubles, Shown
from texts import Language, translate
from texts.status import status_title


class CaseState(Shown):
    """The state of a case."""

    id: str = Field(examples=["refund-2026-000117-1"])
    status: RefundStatus
    title: str = Field(description="The status as text.")
    waiting_for: Role | None = Field(default=None, description="Who is waited for; absent: nobody.")
    waiting_for_title: str | None = None
    wait_until: datetime | None = None
    amount: Roubles | None = Field(
        default=None, description="The sum to refund; absent: not calculated yet."
    )


def state_of(refund_id: str, result: TransitionResult, language: Language, role: Role) -> CaseState:
    """The result of a step as a caller of this role sees it."""
    wait = result.wait
    return CaseState(
        id=refund_id,
        status=result.status,
        title=status_title("refund", result.status, language, role),
        waiting_for=None if wait is None else wait.waiting_for,
        waiting_for_title=None if wait is None else translate(f"role.{wait.waiting_for}", language),
        wait_until=None if wait is None else wait.until,
        amount=result.sum_kopecks or None,
    )


def state_of_row(head: RefundRow, language: Language, role: Role) -> CaseState:
    """The state of a case, from its row."""
    result = TransitionResult(RefundStatus(head.status), sum_kopecks=head.sum_kopecks)
    state = state_of(head.id, result, language, role)
    if head.waiting_for is None:
        return state
    waiting_for = Role(head.waiting_for)
    title = translate(f"role.{waiting_for}", language)
    return state.model_copy(
        update={
            "waiting_for": waiting_for,
            "waiting_for_title": title,
            "wait_until": head.wait_until,
        }
    )
