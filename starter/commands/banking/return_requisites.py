"""Returns a waiting bank payout to its client, who enters other requisites and signs again."""

from uuid import UUID

from db.banking import returned_requisites
from db.banking.returned_requisites import Returned
from db.banking.run_decision import DecisionOn
from domain.banking.bank_reason import RequisitesFault
from domain.banking.run_decision import RunDecisionKind
from domain.payout.payout import PayoutRequest
from starter.caller import Caller
from starter.commands.banking.run_decision import decided
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun, conflict, not_found
from starter.commands.services import Services


@command
async def return_requisites(
    services: Services,
    caller: Caller,
    command_id: UUID,
    key: PayoutRequest,
    reason: RequisitesFault,
    note: str,
) -> Returned:
    """Returns a payout that is in no run yet: no run includes it, and the client signs new
    requisites. Its workflow signals the payout until it is delivered.
    """
    (payouts,) = await services.database.read(returned_requisites.payout(key))
    if not payouts:
        raise not_found()
    asked = DecisionOn(
        RunDecisionKind.RETURN, case_id=key.case_id, attempt=key.attempt, reason=reason, note=note
    )
    look_at = LookAt(Noun.REFUND, key.case_id)
    refusal = await decided(services, caller, command_id, asked, look_at)
    if refusal is not None:
        raise conflict(refusal)
    ((row,),) = await services.database.read(returned_requisites.payout(key))
    returned = returned_requisites.returned_in(row)
    if returned is None:
        raise ValueError("a payout whose return is stored is read with it")
    return returned
