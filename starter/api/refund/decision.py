"""What people decide about a case: refusal, review, approval, withdrawal, feedback."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from pydantic import Field

from db.database import Database, Row
from db.refund import reads as cases_in
from db.refund import submission as papers
from domain.refund.refund import Action, TransitionResult
from starter.api.http.auth import Caller
from starter.api.http.models import Body, Note
from starter.api.http.problems import Problem
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.api.http.temporal import Cases
from starter.api.refund.case import (
    UNKNOWN,
    CaseState,
    RefundId,
    decide,
    require_open,
    require_visible,
    state_of,
    submission_id,
)
from starter.api.refund.presenters import feedback_of
from starter.api.refund.reading import feedback_refusal
from starter.api.refund.schemas import FeedbackShown
from workflows.refund import RefundWorkflow

routes = router("refunds")


class ReasonBody(Body):
    """Why there is no refund, or not this sum; the client reads it."""

    reason: Note


class RemarksBody(Body):
    """What the client is to put right; the client reads it."""

    remarks: Note


class FeedbackBody(Body):
    """How it went."""

    score: int = Field(ge=1, le=5)
    text: Note | None = None


@routes.post("/v1/refunds/{refund_id}/decline", summary="Refuse the refund", responses=UNKNOWN)
async def decline_refund(
    refund_id: RefundId,
    body: ReasonBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """Ends the case with a reason: a specialist in place of a sum or in the review of a statement,
    an accountant in place of an approval.
    """
    command = Command(refund_id, caller, command_id, Action.DECLINE, RefundWorkflow.decline)
    return state_of(refund_id, await decided(command, database, cases, body.reason), language)


@routes.post(
    "/v1/refunds/{refund_id}/acceptance", summary="Accept the statement", responses=UNKNOWN
)
async def accept_statement(
    refund_id: RefundId,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """The signed statement is right: on to the approval above the limit, or to the payout."""
    command = Command(refund_id, caller, command_id, Action.ACCEPT, RefundWorkflow.accept)
    return state_of(refund_id, await decided(command, database, cases), language)


@routes.post(
    "/v1/refunds/{refund_id}/return",
    summary="Return the statement with remarks",
    responses=UNKNOWN,
)
async def return_statement(
    refund_id: RefundId,
    body: RemarksBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """The client reads the remarks and signs a statement anew."""
    command = Command(
        refund_id, caller, command_id, Action.RETURN_STATEMENT, RefundWorkflow.return_statement
    )
    return state_of(refund_id, await decided(command, database, cases, body.remarks), language)


@routes.post(
    "/v1/refunds/{refund_id}/recalculation",
    summary="Send the sum back to be calculated",
    responses=UNKNOWN,
)
async def recalculate_refund(
    refund_id: RefundId,
    body: ReasonBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """A sum that is not right, also one that was automatic: a specialist calculates anew, and what
    the client has signed no longer counts. The client reads the reason. An accountant sends back a
    held payout, part of which was given back at the acquirer already.
    """
    command = Command(refund_id, caller, command_id, Action.RECALCULATE, RefundWorkflow.recalculate)
    return state_of(refund_id, await decided(command, database, cases, body.reason), language)


@routes.post("/v1/refunds/{refund_id}/approval", summary="Let the money go", responses=UNKNOWN)
async def approve_refund(
    refund_id: RefundId,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """Approves a sum above the limit; whoever calculated it is refused."""
    command = Command(refund_id, caller, command_id, Action.APPROVE, RefundWorkflow.approve)
    return state_of(refund_id, await decided(command, database, cases), language)


@routes.post(
    "/v1/refunds/{refund_id}/withdrawal", summary="Take the request back", responses=UNKNOWN
)
async def withdraw_refund(
    refund_id: RefundId,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """Closes the case; until the payout starts the client may do so at any time."""
    command = Command(refund_id, caller, command_id, Action.WITHDRAW, RefundWorkflow.withdraw)
    return state_of(refund_id, await decided(command, database, cases), language)


@routes.post(
    "/v1/refunds/{refund_id}/feedback",
    summary="Say how it went",
    status_code=HTTPStatus.CREATED,
)
async def leave_feedback(
    refund_id: RefundId,
    body: FeedbackBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
) -> FeedbackShown:
    """Once, after the case is closed and for as long as its policy says."""
    now = datetime.now(UTC)
    heads, earlier = await database.read(cases_in.head(refund_id), cases_in.feedback_of(refund_id))
    case = require_visible(caller, heads)
    if earlier:
        return _same_feedback(earlier[0], body)
    refusal = feedback_refusal(case, now)
    if refusal is not None:
        raise Problem(refusal, HTTPStatus.CONFLICT)
    if not await papers.put_feedback(database, refund_id, score=body.score, text=body.text, at=now):
        raise Problem("feedback_already_left", HTTPStatus.CONFLICT)
    return FeedbackShown(score=body.score, text=body.text, at=now)


@dataclass(frozen=True)
class Command:
    """A decision on its way to its case."""

    refund_id: str
    caller: Caller
    command_id: UUID
    action: Action
    update: Any


async def decided(
    command: Command, database: Database, cases: Cases, text: str | None = None
) -> TransitionResult:
    """Puts down what was written and hands the decision to the case; a repeat finds what it did."""
    remark_id = submission_id(command.command_id, "remark")
    heads, decided = await database.read(
        cases_in.head(command.refund_id), cases_in.decision(command.refund_id, remark_id)
    )
    case = require_visible(command.caller, heads)
    result = cases_in.entered_by(decided)
    if result is not None:
        return result
    require_open(command.caller, case.status, command.action)
    if text is not None:
        async with database.transaction() as transaction:
            papers.put_remark(
                transaction,
                remark_id,
                refund_id=command.refund_id,
                author=command.caller.login,
                text=text,
                at=datetime.now(UTC),
            )
    return await decide(
        cases,
        database,
        command.update,
        command.refund_id,
        command.caller,
        command.command_id,
        remark_id,
    )


def _same_feedback(earlier: Row, body: FeedbackBody) -> FeedbackShown:
    """The same words again are a repeat; other words come too late."""
    if (earlier.score, earlier.text) != (body.score, body.text):
        raise Problem("feedback_already_left", HTTPStatus.CONFLICT)
    return feedback_of(earlier)
