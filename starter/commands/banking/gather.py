"""Creates a payment run out of the bank payouts that wait for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.banking import own_account, payment_run
from db.banking.payment_run_rows import RunRow
from db.banking.run_decision import DecisionOn
from db.facts import every, load, together
from domain.banking.payment_run import LeftOutPayout
from domain.banking.run_decision import RunDecisionKind, RunRefusal
from starter.caller import Caller
from starter.commands.banking.left_out import left_out
from starter.commands.banking.run_decision import decided, decision_id_of
from starter.commands.command import command
from starter.commands.refusal import (
    FieldError,
    LookAt,
    Noun,
    Refusal,
    RefusalKind,
    conflict,
    invalid,
)
from starter.commands.services import Services


@dataclass(frozen=True)
class RunGathered:
    """A new run, and the payouts that wait on because no run takes them as they are."""

    row: RunRow
    left_out: Sequence[LeftOutPayout]


class PayoutsLeftOut(Refusal):
    """None of the waiting payouts can be in a run."""

    def __init__(self, left_out: Sequence[LeftOutPayout]) -> None:
        super().__init__(RefusalKind.CONFLICT, RunRefusal.LEFT_OUT)
        self.left_out = left_out


@command
async def gather_payment_run(
    services: Services, caller: Caller, command_id: UUID, account: str
) -> RunGathered:
    """Creates a run of all payouts that wait for one, paid from this own account.

    Raises `nothing_to_pay` when none waits, `PayoutsLeftOut` when none of those that wait can be in
    a run; accountants are notified of each that was left out.
    """
    (accounts,) = await services.database.read(own_account.one(account))
    if not accounts:
        raise invalid(FieldError("own_account_unknown", "/own_account"))
    if accounts[0].closed_at is not None:
        raise invalid(FieldError(RunRefusal.ACCOUNT_CLOSED, "/own_account"))
    run_id = decision_id_of(command_id)
    asked = DecisionOn(RunDecisionKind.GATHER, own_account=account)
    look_at = LookAt(Noun.PAYMENT_RUN, str(run_id))
    refusal = await decided(services, caller, command_id, asked, look_at)
    runs, left = await load(
        services.database,
        together(lambda runs, left: (runs, left), every(payment_run.run(run_id)), left_out()),
    )
    if refusal is RunRefusal.LEFT_OUT:
        raise PayoutsLeftOut(left)
    if refusal is not None:
        raise conflict(refusal)
    return RunGathered(runs[0], left)
