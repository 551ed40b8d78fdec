"""Returns a waiting bank payout to its client, who enters other requisites and signs again."""

from datetime import UTC, datetime
from uuid import UUID

from db.banking import payment_run, returned_requisites
from db.banking.returned_requisites import ReturnablePayout, Returned
from domain.banking.bank_reason import RequisitesFault
from domain.payout.payout import Answer, Channel, PayoutRequest, PayoutStatus, payout_workflow_id
from starter.caller import Caller
from starter.commands.banking.left_out import held_back, held_from
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found, unavailable
from starter.commands.services import Services
from workflows.payout import PayoutWorkflow


@command
async def return_requisites(
    services: Services,
    caller: Caller,
    _command_id: UUID,
    key: PayoutRequest,
    reason: RequisitesFault,
    note: str,
) -> Returned:
    """Returns a payout that is in no run yet: no run includes it, and the client signs new
    requisites.
    """
    async with services.database.transaction() as transaction:
        _, payouts, disputed, differing = await transaction.read(
            payment_run.LOCK, returned_requisites.payout(key), *held_back()
        )
        row = _returnable(payouts, caller, reason, note)
        if row.returned_at is None:
            why = held_from(disputed, differing).get(key.case_id)
            if why is not None:
                raise conflict(why[1])
            returned_requisites.put(transaction, key, reason, note, caller.login, datetime.now(UTC))
    rejected = Answer(PayoutStatus.REJECTED, reason=reason)
    workflow_id = payout_workflow_id(key.case_id, key.attempt)
    told = await services.cases.signal(workflow_id, PayoutWorkflow.bank_said, rejected)
    ((row,),) = await services.database.read(returned_requisites.payout(key))
    if not told and row.status == PayoutStatus.PREPARED:
        raise unavailable("payout_not_listening")
    returned = returned_requisites.returned_in(row)
    if returned is None:
        raise ValueError("a returned payout is read with its return")
    return returned


def _returnable(
    payouts: list[ReturnablePayout], caller: Caller, reason: RequisitesFault, note: str
) -> ReturnablePayout:
    """The payout, unless it is under way; the same return passes again and signals again."""
    if not payouts:
        raise not_found()
    (row,) = payouts
    if row.returned_at is not None:
        if (row.returned_by, row.return_reason, row.note) == (caller.login, reason, note):
            return row
        raise conflict("requisites_returned")
    if row.channel != Channel.BANK or row.status != PayoutStatus.PREPARED:
        raise conflict("payout_not_prepared")
    if row.cleared_at is None:
        raise conflict("payout_not_cleared")
    if row.is_ordered:
        raise conflict("payout_in_a_run")
    return row
