"""What people decide about a case, over HTTP: refusal, review, approval, withdrawal, feedback."""

from http import HTTPStatus

from pydantic import Field

from starter.api.http.models import Body, Note
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.api.refund.case import UNKNOWN, CaseState, RefundId, state_of
from starter.api.refund.schemas import FeedbackShown
from starter.commands.refund import decide as command
from starter.commands.refund import feedback

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
    services: ServicesDep,
    language: LanguageDep,
) -> CaseState:
    """Ends the case with a reason: a specialist in place of a sum or in the review of a statement,
    an accountant in place of an approval.
    """
    result = await command.decline_refund(services, caller, command_id, refund_id, body.reason)
    return state_of(refund_id, result, language)


@routes.post(
    "/v1/refunds/{refund_id}/acceptance", summary="Accept the statement", responses=UNKNOWN
)
async def accept_statement(
    refund_id: RefundId,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
) -> CaseState:
    """The signed statement is right: on to the approval above the limit, or to the payout."""
    result = await command.accept_statement(services, caller, command_id, refund_id)
    return state_of(refund_id, result, language)


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
    services: ServicesDep,
    language: LanguageDep,
) -> CaseState:
    """The client reads the remarks and signs a statement anew."""
    result = await command.return_statement(services, caller, command_id, refund_id, body.remarks)
    return state_of(refund_id, result, language)


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
    services: ServicesDep,
    language: LanguageDep,
) -> CaseState:
    """A sum that is not right, also one that was automatic: a specialist calculates anew, and what
    the client has signed no longer counts. The client reads the reason. An accountant sends back a
    held payout, part of which was given back at the acquirer already.
    """
    result = await command.recalculate_refund(services, caller, command_id, refund_id, body.reason)
    return state_of(refund_id, result, language)


@routes.post("/v1/refunds/{refund_id}/approval", summary="Let the money go", responses=UNKNOWN)
async def approve_refund(
    refund_id: RefundId,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
) -> CaseState:
    """Approves a sum above the limit; whoever calculated it is refused."""
    result = await command.approve_refund(services, caller, command_id, refund_id)
    return state_of(refund_id, result, language)


@routes.post(
    "/v1/refunds/{refund_id}/withdrawal", summary="Take the request back", responses=UNKNOWN
)
async def withdraw_refund(
    refund_id: RefundId,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
) -> CaseState:
    """Closes the case; until the payout starts the client may do so at any time."""
    result = await command.withdraw_refund(services, caller, command_id, refund_id)
    return state_of(refund_id, result, language)


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
    services: ServicesDep,
) -> FeedbackShown:
    """Once, after the case is closed and for as long as its policy says."""
    left = await feedback.leave_feedback(
        services, caller, command_id, refund_id, body.score, body.text
    )
    return FeedbackShown(score=left.score, text=left.text, at=left.at)
