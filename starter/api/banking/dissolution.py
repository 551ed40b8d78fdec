"""Dissolving a run that was gathered by mistake, over HTTP."""

from typing import Literal

from pydantic import Field

from starter.api.banking.payment_run_presenters import RunPath, RunShown, run_shown
from starter.api.http.models import Body, Note
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.commands.banking import dissolve as command

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
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> RunShown:
    """Its payouts wait for another run; nobody gets its file any more.

    409 `payment_run_handed_over` when the bank has it by somebody's word, `payment_run_debited`
    when it has it by its own statement. A run that was dissolved stays so.
    """
    row = await command.dissolve_payment_run(services, caller, command_id, run_id, body.reason)
    return run_shown(row)
