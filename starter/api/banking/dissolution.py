"""Dissolves a payment run that was created by mistake, over HTTP."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from starter.api.banking.payment_run_presenters import RunPath, RunShown, run_shown
from starter.api.http.models import Body, Note
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.commands.banking import dissolve as command

routes = router("payment runs")


class DissolutionBody(Body):
    """The accountant's confirmation, and the reason."""

    file_was_not_sent: Literal[True] = Field(
        description="The bank has not received the file and will not: it would pay its orders"
        " beside those of the next run."
    )
    reason: Note


@routes.post(
    "/v1/payment-runs/{run_id}/dissolution",
    summary="Dissolve a run whose file the bank will not get",
    responses=documented(HTTPStatus.ACCEPTED),
)
async def dissolve_payment_run(
    run_id: RunPath,
    body: DissolutionBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> RunShown:
    """Its payouts wait for another run; its file is no longer served.

    409 `payment_run_handed_over` when the hand-over is recorded, `payment_run_debited` when a bank
    statement shows a debit of it. Dissolving cannot be undone.
    """
    row = await command.dissolve_payment_run(services, caller, command_id, run_id, body.reason)
    return run_shown(row)
