"""A payout that no run can take, or none should, goes back to its client for other requisites."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import Field

from db.banking import payment_run, returned_requisites
from db.database import Row
from domain.banking.bank_reason import RequisitesFault
from domain.payout.payout import Answer, Channel, PayoutRequest, PayoutStatus, payout_workflow_id
from starter.api.http.auth import Caller
from starter.api.http.models import Body, Lax, Note, Shown
from starter.api.http.problems import Problem
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, TemporalDep, router
from starter.api.payment_run.left_out import held_back, held_from
from starter.api.refund.case import RefundId
from starter.commands.refusal import not_found, unavailable
from workflows.payout import PayoutWorkflow

routes = router("payment runs")

Attempt = Annotated[int, Path(ge=1, le=1_000, description="The payout's attempt.", examples=[1])]


class ReturnBody(Body):
    """What is wrong, as the client is told, and a note for our own people."""

    reason: Annotated[RequisitesFault, Lax] = Field(examples=["recipient_name_unfit"])
    note: Note


class RequisitesReturned(Shown):
    """A payout that went back to its client."""

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
)
async def return_requisites(
    refund_id: RefundId,
    attempt: Attempt,
    body: ReturnBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    _command_id: CommandId,
) -> RequisitesReturned:
    """Only before a payment run has it; from then on no run takes it. The client signs anew."""
    key = PayoutRequest(refund_id, attempt)
    async with database.transaction() as transaction:
        _, payouts, *held = await transaction.read(
            payment_run.LOCK, returned_requisites.payout(key), *held_back()
        )
        row = _returnable(payouts, caller, body)
        if row.returned_at is None:
            why = held_from(*held).get(refund_id)
            if why is not None:
                raise Problem(why[1], HTTPStatus.CONFLICT)
            returned_requisites.put(
                transaction, key, body.reason, body.note, caller.login, datetime.now(UTC)
            )
    rejected = Answer(PayoutStatus.REJECTED, reason=body.reason)
    workflow_id = payout_workflow_id(refund_id, attempt)
    told = await cases.signal(workflow_id, PayoutWorkflow.bank_said, rejected)
    ((row,),) = await database.read(returned_requisites.payout(key))
    if not told and row.status == PayoutStatus.PREPARED:
        raise unavailable("payout_not_listening")
    return _shown(row)


def _returnable(payouts: list[Row], caller: Caller, body: ReturnBody) -> Row:
    """The payout, unless it is on its way; the same return again is told again."""
    if not payouts:
        raise not_found()
    (row,) = payouts
    if row.returned_at is not None:
        if (row.returned_by, row.return_reason, row.note) == (caller.login, body.reason, body.note):
            return row
        raise Problem("requisites_returned", HTTPStatus.CONFLICT)
    if row.channel != Channel.BANK or row.status != PayoutStatus.PREPARED:
        raise Problem("payout_not_prepared", HTTPStatus.CONFLICT)
    if row.cleared_at is None:
        raise Problem("payout_not_cleared", HTTPStatus.CONFLICT)
    if row.is_ordered:
        raise Problem("payout_in_a_run", HTTPStatus.CONFLICT)
    return row


def _shown(row: Row) -> RequisitesReturned:
    return RequisitesReturned(
        refund_id=row.case_id,
        attempt=row.attempt,
        reason=RequisitesFault(row.return_reason),
        note=row.note,
        returned_by=row.returned_by,
        returned_at=row.returned_at,
        payout_status=PayoutStatus(row.status),
    )
