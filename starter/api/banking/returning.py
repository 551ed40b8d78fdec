"""Returns a waiting bank payout to its client for other requisites, over HTTP."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import Field

from db.banking.returned_requisites import Returned
from domain.banking.bank_reason import RequisitesFault
from domain.payout.payout import PayoutRequest, PayoutStatus
from starter.api.http.models import Body, Lax, Note, Shown
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.api.refund.case import RefundId
from starter.commands.banking import return_requisites as command

routes = router("payment runs")

Attempt = Annotated[int, Path(ge=1, le=1_000, description="The payout's attempt.", examples=[1])]


class ReturnBody(Body):
    """What is wrong, for the client, and a note for staff."""

    reason: Annotated[RequisitesFault, Lax] = Field(examples=["recipient_name_unfit"])
    note: Note


class RequisitesReturned(Shown):
    """A payout returned to its client."""

    refund_id: str
    attempt: int
    reason: RequisitesFault
    note: str
    returned_by: str
    returned_at: datetime
    payout_status: PayoutStatus


@routes.post(
    "/v1/refunds/{refund_id}/payouts/{attempt}/return",
    summary="Return a payout to its client for other requisites",
    responses=documented(HTTPStatus.ACCEPTED),
)
async def return_requisites(
    refund_id: RefundId,
    attempt: Attempt,
    body: ReturnBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> RequisitesReturned:
    """Only before a payment run includes it; afterwards no run will. The client signs a new
    statement.
    """
    key = PayoutRequest(refund_id, attempt)
    returned = await command.return_requisites(
        services, caller, command_id, key, body.reason, body.note
    )
    return _shown(returned)


def _shown(returned: Returned) -> RequisitesReturned:
    return RequisitesReturned(
        refund_id=returned.case_id,
        attempt=returned.attempt,
        reason=returned.reason,
        note=returned.note,
        returned_by=returned.by,
        returned_at=returned.at,
        payout_status=returned.payout_status,
    )
