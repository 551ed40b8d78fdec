"""Dissolves a payment run created by mistake, as long as the bank has not received its file."""

from uuid import UUID

from db.banking import payment_run
from db.banking.payment_run_rows import RunRow
from db.banking.run_decision import DecisionOn
from domain.banking.run_decision import RunDecisionKind
from starter.caller import Caller
from starter.commands.banking.run_decision import decided
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun, conflict, not_found
from starter.commands.services import Services


@command
async def dissolve_payment_run(
    services: Services, caller: Caller, command_id: UUID, run_id: UUID, reason: str
) -> RunRow:
    """Dissolves a run: its payouts wait for another run, its file is no longer served.

    Refused as `payment_run_handed_over` when an accountant recorded the hand-over, as
    `payment_run_debited` when a bank statement shows a debit of it. A repeat changes nothing.
    """
    (runs,) = await services.database.read(payment_run.run(run_id))
    if not runs:
        raise not_found()
    asked = DecisionOn(RunDecisionKind.DISSOLVE, run_id=run_id, reason=reason)
    look_at = LookAt(Noun.PAYMENT_RUN, str(run_id))
    refusal = await decided(services, caller, command_id, asked, look_at)
    if refusal is not None:
        raise conflict(refusal)
    ((row,),) = await services.database.read(payment_run.run(run_id))
    return row
