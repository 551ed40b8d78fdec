"""People's decisions about a refund over HTTP: refusal, review, approval, withdrawal, feedback."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from domain.billing.requisite_field import RequisiteField
from starter.api.http.models import Body, Lax, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.api.refund.case import AskedOfCase, RefundId
from starter.commands.refund import decide as command
from starter.commands.refund import feedback
from starter.presentation.refund.schemas import FeedbackShown
from starter.presentation.refund.state import CaseState

routes = router("refunds")


class ReasonBody(Body):
    """Why there is no refund, or not this sum; shown to the client."""

    reason: Note


class RemarksBody(Body):
    """What the client has to correct; shown to the client."""

    remarks: Note
    fields: list[Annotated[RequisiteField, Lax]] = Field(
        default_factory=list,
        max_length=len(RequisiteField),
        description="The requisites that the remarks are about; none: the statement as a whole.",
    )


class FeedbackBody(Body):
    """A rating and a text."""

    score: int = Field(ge=1, le=5)
    text: Note | None = None


@routes.post("/v1/refunds/{refund_id}/decline", summary="Refuse the refund", responses=UNKNOWN)
async def decline_refund(body: ReasonBody, asked: AskedOfCase) -> CaseState:
    """Ends the case with a reason: by a specialist instead of a calculation or in the review of a
    statement, by an accountant instead of an approval.
    """
    return await asked.by(command.decline_refund, body.reason)


@routes.post(
    "/v1/refunds/{refund_id}/acceptance", summary="Accept the statement", responses=UNKNOWN
)
async def accept_statement(asked: AskedOfCase) -> CaseState:
    """The case goes to approval above the limit, else to the payout."""
    return await asked.by(command.accept_statement)


@routes.post(
    "/v1/refunds/{refund_id}/return",
    summary="Return the statement with remarks",
    responses=UNKNOWN,
)
async def return_statement(body: RemarksBody, asked: AskedOfCase) -> CaseState:
    """The client reads the remarks and signs a new statement."""
    return await asked.by(command.return_statement, body.remarks, body.fields)


@routes.post(
    "/v1/refunds/{refund_id}/recalculation",
    summary="Request a new calculation",
    responses=UNKNOWN,
)
async def recalculate_refund(body: ReasonBody, asked: AskedOfCase) -> CaseState:
    """Requests a new calculation by a specialist, also of an automatic sum; what the client signed
    is no longer valid. The client reads the reason. An accountant sends back a held payout, part of
    which the acquirer has already returned.
    """
    return await asked.by(command.recalculate_refund, body.reason)


@routes.post("/v1/refunds/{refund_id}/approval", summary="Approve the sum", responses=UNKNOWN)
async def approve_refund(asked: AskedOfCase) -> CaseState:
    """Approves a sum above the limit; the person who calculated it is refused."""
    return await asked.by(command.approve_refund)


@routes.post(
    "/v1/refunds/{refund_id}/withdrawal", summary="Withdraw the request", responses=UNKNOWN
)
async def withdraw_refund(asked: AskedOfCase) -> CaseState:
    """Ends the case; the client may withdraw until the payout starts."""
    return await asked.by(command.withdraw_refund)


@routes.post(
    "/v1/refunds/{refund_id}/feedback",
    summary="Leave feedback",
    status_code=HTTPStatus.CREATED,
)
async def leave_feedback(
    refund_id: RefundId,
    body: FeedbackBody,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
) -> FeedbackShown:
    """Once, after the case is closed, within the time of its policy."""
    left = await feedback.leave_feedback(
        services, caller, command_id, refund_id, body.score, body.text
    )
    return FeedbackShown(score=left.score, text=left.text, at=left.at)
