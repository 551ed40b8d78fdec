"""What every command about a case shares: whose it is, may it be done now, and how it is told."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Path
from pydantic import Field

from db.database import Database, Row
from db.refund import reads as cases_in
from domain.access.roles import Role
from domain.case.decision import Decision
from domain.refund.refund import Action, RefundStatus, TransitionResult, actions_for, is_open_to
from starter.api.http.access import require_own
from starter.api.http.auth import Caller
from starter.api.http.models import Roubles, Shown
from starter.api.http.problems import Problem, Said, documented, not_found
from starter.api.http.stale_update import asked_until_heard
from starter.api.http.temporal import Cases, case_closed
from texts import Language, translate

RefundId = Annotated[
    str,
    Path(
        pattern=r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$",
        description="The case's id: `refund-<invoice number>-<n>`.",
        examples=["refund-2026-000117-1"],
    ),
]

NOT_ALLOWED_IN_STATUS = "not_allowed_in_status"

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""


class CaseState(Shown):
    """Where a case stands."""

    id: str = Field(examples=["refund-2026-000117-1"])
    status: RefundStatus
    title: str = Field(description="The status for people.")
    waiting_for: Role | None = Field(default=None, description="Who is waited for; absent: nobody.")
    waiting_for_title: str | None = None
    wait_until: datetime | None = None
    amount: Roubles | None = Field(
        default=None, description="What goes back; absent: not calculated yet."
    )


def state_of(refund_id: str, result: TransitionResult, language: Language) -> CaseState:
    """What a step answered, for people."""
    wait = result.wait
    return CaseState(
        id=refund_id,
        status=result.status,
        title=translate(f"refund.status.{result.status}", language),
        waiting_for=None if wait is None else wait.waiting_for,
        waiting_for_title=None if wait is None else translate(f"role.{wait.waiting_for}", language),
        wait_until=None if wait is None else wait.until,
        amount=result.sum_kopecks or None,
    )


def link_to(refund_id: str) -> str:
    """Where a case is read."""
    return f"/v1/refunds/{refund_id}"


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

    The case's own validator has the last word: this one only spares papers that nobody would take.
    """
    current = RefundStatus(status)
    if action in actions_for(current, caller.role):
        return
    if is_open_to(action, current):
        raise Problem("forbidden", HTTPStatus.FORBIDDEN)
    raise not_allowed(current)


def not_allowed(status: RefundStatus) -> Problem:
    """The refusal of a command that the case's status has no place for."""
    return Problem(NOT_ALLOWED_IN_STATUS, HTTPStatus.CONFLICT, status=_said(status))


async def decide(
    cases: Cases,
    database: Database,
    update: Any,
    refund_id: str,
    caller: Caller,
    command_id: UUID,
    paper: UUID,
) -> TransitionResult:
    """Hands a command to its case: who, and the id of what they wrote; nothing else leaves here.

    The database knows the case: where Temporal knows none, it has just ended. A case whose worker
    died may not have heard yet what its own step has stored: it is asked again until it has.
    """
    decision = Decision(caller.login, str(paper))

    async def ask() -> TransitionResult:
        try:
            result: TransitionResult = await cases.update(
                refund_id, update, decision, command_id, look_at=link_to(refund_id)
            )
        except Problem as problem:
            if problem.http_status == HTTPStatus.NOT_FOUND:
                raise case_closed() from None
            raise
        return result

    async def is_behind(refusal: Problem) -> bool:
        return await _is_behind(database, refund_id, refusal)

    return await asked_until_heard(ask, is_behind)


async def _is_behind(database: Database, refund_id: str, refusal: Problem) -> bool:
    """Whether a case refuses for a status that the database says it has left."""
    if refusal.code != NOT_ALLOWED_IN_STATUS:
        return False
    ((case,),) = await database.read(cases_in.head(refund_id))
    return bool(refusal.params["status"] != _said(case.status))


def _said(status: str) -> Said:
    return Said(f"refund.status.{status}")
