"""Dissolves a payment run created by mistake, as long as the bank has not received its file."""

from datetime import UTC, datetime
from uuid import UUID

from db.banking import payment_run
from db.banking.payment_run import RunRow
from db.database import ConstraintBroken, Database
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found
from starter.commands.services import Services


@command
async def dissolve_payment_run(
    services: Services, caller: Caller, _command_id: UUID, run_id: UUID, reason: str
) -> RunRow:
    """Dissolves a run: its payouts wait for another run, its file is no longer served.

    Refused as `payment_run_handed_over` when an accountant recorded the hand-over, as
    `payment_run_debited` when a bank statement shows a debit of it. A repeat changes nothing.
    """
    try:
        await _dissolve(services.database, run_id, reason, caller)
    except ConstraintBroken as broken:
        if broken.constraint != payment_run.DEBITED:
            raise
        raise conflict("payment_run_debited") from None
    ((row,),) = await services.database.read(payment_run.run(run_id))
    return row


async def _dissolve(database: Database, run_id: UUID, reason: str, caller: Caller) -> None:
    async with database.transaction() as transaction:
        (runs,) = await transaction.read(payment_run.locked(run_id))
        if not runs:
            raise not_found()
        if runs[0].handed_over_at is not None:
            raise conflict("payment_run_handed_over")
        if runs[0].dissolved_at is None:
            payment_run.dissolve(transaction, run_id, reason, caller.login, datetime.now(UTC))
