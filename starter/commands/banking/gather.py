"""Creates a payment run out of the bank payouts that wait for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from db.banking import own_account, payment_run
from db.banking.own_account import OwnAccountRow
from db.banking.payment_run import RunRow, WaitingPayout
from db.database import Transaction
from domain.banking.payment_run import MAX_ORDERS_IN_RUN
from domain.billing.requisites import Requisites
from domain.calendar.bank_calendar import moscow_date
from starter.caller import Caller
from starter.commands.banking.left_out import (
    TOLD_OTHERWISE,
    Sorted,
    held_back,
    held_from,
    sorted_out,
)
from starter.commands.command import command
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.commands.services import Services


@dataclass(frozen=True)
class RunGathered:
    """A new run, and the payouts that were left out, each with field and code."""

    row: RunRow
    left_out: Sequence[tuple[WaitingPayout, str, str]]


class PayoutsLeftOut(Refusal):
    """None of the waiting payouts can be in a run; each with field and code."""

    def __init__(self, left_out: Sequence[tuple[WaitingPayout, str, str]]) -> None:
        super().__init__(RefusalKind.CONFLICT, "payouts_left_out")
        self.left_out = left_out


@command
async def gather_payment_run(
    services: Services, caller: Caller, command_id: UUID, account: str
) -> RunGathered:
    """Creates a run of all payouts that wait for one, paid from this own account.

    Raises `nothing_to_pay` when none waits, `PayoutsLeftOut` when none of those that wait can be in
    a run; accountants are notified of each that was left out.
    """
    run_id, now = uuid5(command_id, "payment-run"), datetime.now(UTC)
    async with services.database.transaction() as transaction:
        _, runs, accounts, waiting, disputed, differing = await transaction.read(
            payment_run.LOCK,
            payment_run.run(run_id),
            own_account.one(account),
            payment_run.gatherable(MAX_ORDERS_IN_RUN),
            *held_back(),
        )
        payer = _payer_in(accounts)
        found = sorted_out(waiting, held_from(disputed, differing), run_id)
        _notify(transaction, found, now)
        if not runs and found.drafts:
            payment_run.put_run(transaction, run_id, payer, caller.login, now)
            payment_run.put_orders(transaction, run_id, moscow_date(now), found.drafts)
    if not runs and not found.drafts:
        raise _nothing_to_gather(found)
    ((row,),) = await services.database.read(payment_run.run(run_id))
    return RunGathered(row, found.left_out)


def _notify(transaction: Transaction, found: Sorted, at: datetime) -> None:
    """Notifies accountants of each payout once; held cases have a notification of their own."""
    for row, field, code in found.left_out:
        if (field, code) not in TOLD_OTHERWISE:
            payment_run.tell_left_out(transaction, row, code, at)


def _nothing_to_gather(found: Sorted) -> Refusal:
    if not found.left_out:
        return Refusal(RefusalKind.CONFLICT, "nothing_to_pay")
    return PayoutsLeftOut(found.left_out)


def _payer_in(accounts: Sequence[OwnAccountRow]) -> Requisites:
    if not accounts:
        raise invalid(FieldError("own_account_unknown", "/own_account"))
    (account,) = accounts
    return own_account.requisites_of(account)
