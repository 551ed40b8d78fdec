"""Signing the statement by a one-time code, over HTTP."""

from datetime import datetime
from http import HTTPStatus

from pydantic import Field

from domain.refund.statement import CODE_DIGITS
from starter.api.http.models import Body, Shown
from starter.api.http.problems import UNKNOWN, documented
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.api.refund.case import AskedOfCase, RefundId
from starter.commands.refund import sign as command
from starter.presentation.refund.presenters import masked_address
from starter.presentation.refund.state import CaseState

routes = router("refunds")


class CodeIssued(Shown):
    """A one-time code was sent; only the letter contains it."""

    address: str = Field(description="Masked.", examples=["i•••@romashka.example"])
    expires_at: datetime


class SignatureBody(Body):
    """The code from the letter."""

    code: str = Field(pattern=rf"^[0-9]{{{CODE_DIGITS}}}$", examples=["042517"])


@routes.post(
    "/v1/refunds/{refund_id}/statement/code",
    summary="Request a one-time code",
    status_code=HTTPStatus.CREATED,
    responses=documented(HTTPStatus.TOO_MANY_REQUESTS),
)
async def request_code(
    refund_id: RefundId, caller: CurrentCaller, command_id: CommandId, services: ServicesDep
) -> CodeIssued:
    """Sends a code for the newest statement by mail; a newer code replaces earlier ones."""
    issued = await command.request_code(services, caller, command_id, refund_id)
    return CodeIssued(address=masked_address(issued.address), expires_at=issued.expires_at)


@routes.post(
    "/v1/refunds/{refund_id}/statement/signature",
    summary="Sign by the one-time code",
    responses=UNKNOWN,
)
async def sign_statement(body: SignatureBody, asked: AskedOfCase) -> CaseState:
    """Signs the newest statement and sends it to review; wrong codes are counted."""
    return await asked.by(command.sign_statement, body.code)
