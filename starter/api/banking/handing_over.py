"""Records over HTTP that a payment run was handed over to the bank."""

from http import HTTPStatus

from starter.api.banking.payment_run_presenters import RunPath, RunShown, run_shown
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.commands.banking import hand_over as command

routes = router("payment runs")


@routes.post(
    "/v1/payment-runs/{run_id}/handing-over",
    summary="Record that the bank has the file",
    responses=documented(HTTPStatus.ACCEPTED, HTTPStatus.CONFLICT),
)
async def hand_payment_run_over(
    run_id: RunPath, services: ServicesDep, caller: CurrentCaller, command_id: CommandId
) -> RunShown:
    """Its payouts become sent, not paid; a repeat changes nothing. 409 `payment_run_dissolved`."""
    return run_shown(await command.hand_payment_run_over(services, caller, command_id, run_id))
