"""Dissolving a run that was gathered by mistake, as long as the bank was not given its file."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from db.banking import payment_run
from db.database import ConstraintBroken, Database
from starter.api.http.auth import Caller
from starter.api.http.models import Body, Note
from starter.api.http.problems import Problem
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, router
from starter.api.payment_run.presenters import RunPath, RunShown, run_shown
from starter.commands.refusal import not_found

routes = router("payment runs")


class DissolutionBody(Body):
    """What an accountant answers for, and why."""

    file_was_not_sent: Literal[True] = Field(
        description="The bank was not given the file and will not be: its orders would be paid"
        " beside those of the next run."
    )
    reason: Note


@routes.post("/v1/payment-runs/{run_id}/dissolution", summary="The bank is not given the file")
async def dissolve_payment_run(
    run_id: RunPath,
    body: DissolutionBody,
    database: DatabaseDep,
    caller: CurrentCaller,
    _id: CommandId,
) -> RunShown:
    """Its payouts wait for another run; nobody gets its file any more.

    409 `payment_run_handed_over` when the bank has it by somebody's word, `payment_run_debited`
    when it has it by its own statement. A run that was dissolved stays so.
    """
    await _dissolve(database, run_id, body.reason, caller)
    ((row,),) = await database.read(payment_run.run(run_id))
    return run_shown(row)


async def _dissolve(database: Database, run_id: RunPath, reason: str, caller: Caller) -> None:
    try:
        async with database.transaction() as transaction:
            (runs,) = await transaction.read(payment_run.locked(run_id))
            if not runs:
                raise not_found()
            if runs[0].handed_over_at is not None:
                raise Problem("payment_run_handed_over", HTTPStatus.CONFLICT)
            if runs[0].dissolved_at is None:
                now = datetime.now(UTC)
                payment_run.dissolve(transaction, run_id, reason, caller.login, now)
    except ConstraintBroken as broken:
        if broken.constraint != payment_run.DEBITED:
            raise
        raise Problem("payment_run_debited", HTTPStatus.CONFLICT) from None
