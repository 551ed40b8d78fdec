"""An operator's settlement of a payout by the acquirer's own records."""

from datetime import date
from uuid import UUID

from domain.payout.payout import ManualSettlement, PayoutStatus
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun
from starter.commands.services import Services
from workflows.payout import PayingCase


@command
async def settle_by_hand(
    services: Services,
    caller: Caller,
    command_id: UUID,
    process_id: str,
    status: PayoutStatus,
    reason: str,
    settled_on: date | None,
) -> None:
    """Ends a payout by the acquirer's own records: paid on a day, or rejected.

    Refused as `no_failed_step`, `not_abortable` where the bank statement settles it, `day_missing`,
    `status_unknown`, `not_found` or `case_closed`.
    """
    await services.cases.update(
        process_id,
        PayingCase.settle_by_hand,
        ManualSettlement(status, caller.login, reason, settled_on),
        command_id,
        look_at=LookAt(Noun.PROCESS, process_id),
    )
