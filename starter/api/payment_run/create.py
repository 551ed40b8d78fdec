"""Gathering prepared bank payouts into a payment run."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID, uuid5

from pydantic import Field

from db.banking import own_account, payment_run
from db.database import Database, Row, Transaction
from domain.banking.payment_run import MAX_ORDERS_IN_RUN
from domain.billing.requisites import Requisites
from domain.calendar.bank_calendar import moscow_date
from starter.api.banking.own_account import ACCOUNT_PATTERN
from starter.api.http.models import Body
from starter.api.http.problems import Problem
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, LanguageDep, router
from starter.api.payment_run.left_out import (
    TOLD_OTHERWISE,
    LeftOut,
    Sorted,
    held_back,
    held_from,
    left_out,
    sorted_out,
)
from starter.api.payment_run.presenters import RunShown, run_shown
from starter.commands.refusal import FieldError, invalid

routes = router("payment runs")


class RunBody(Body):
    """Which of our accounts pays."""

    own_account: str = Field(pattern=ACCOUNT_PATTERN, examples=["40702810900000000001"])


class RunGathered(RunShown):
    """A new run, and the payouts that could not go with it."""

    left_out: list[LeftOut]


@routes.post(
    "/v1/payment-runs", summary="Gather what is to be paid", status_code=HTTPStatus.CREATED
)
async def gather_payment_run(
    body: RunBody,
    database: DatabaseDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> RunGathered:
    """409 `nothing_to_pay` when no payout waits for a run, `payouts_left_out` when none of those
    that wait can go with one; `left_out` then says why, and the accountants are told.
    """
    run_id, now = uuid5(command_id, "payment-run"), datetime.now(UTC)
    async with database.transaction() as transaction:
        _, runs, accounts, waiting, *held = await transaction.read(
            payment_run.LOCK,
            payment_run.run(run_id),
            own_account.one(body.own_account),
            payment_run.gatherable(MAX_ORDERS_IN_RUN),
            *held_back(),
        )
        payer = _payer_in(accounts)
        found = sorted_out(waiting, held_from(*held), run_id)
        _tell(transaction, found, now)
        if not runs and found.drafts:
            payment_run.put_run(transaction, run_id, payer, caller.login, now)
            payment_run.put_orders(transaction, run_id, moscow_date(now), found.drafts)
    shown = [left_out(*one, language) for one in found.left_out]
    if not runs and not found.drafts:
        raise _nothing_to_gather(shown)
    return RunGathered(**dict(await _stored(database, run_id)), left_out=shown)


async def _stored(database: Database, run_id: UUID) -> RunShown:
    ((row,),) = await database.read(payment_run.run(run_id))
    return run_shown(row)


def _tell(transaction: Transaction, found: Sorted, at: datetime) -> None:
    """Makes each of them the accountants' task, once; what is held back has been told of."""
    for row, field, code in found.left_out:
        if (field, code) not in TOLD_OTHERWISE:
            payment_run.tell_left_out(transaction, row, code, at)


def _nothing_to_gather(left_out: Sequence[LeftOut]) -> Problem:
    if not left_out:
        return Problem("nothing_to_pay", HTTPStatus.CONFLICT)
    shown = [one.model_dump(mode="json") for one in left_out]
    return Problem("payouts_left_out", HTTPStatus.CONFLICT, extra={"left_out": shown})


def _payer_in(accounts: Sequence[Row]) -> Requisites:
    if not accounts:
        raise invalid(FieldError("own_account_unknown", "/own_account"))
    (account,) = accounts
    return own_account.requisites_of(account)
