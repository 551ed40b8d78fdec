"""Creates a payment run out of waiting bank payouts, over HTTP."""

from http import HTTPStatus

from pydantic import Field

from starter.api.banking.left_out import LeftOut, left_out
from starter.api.banking.own_account import ACCOUNT_PATTERN
from starter.api.banking.payment_run_presenters import RunShown, run_shown
from starter.api.http.models import Body
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.banking import gather as command
from starter.commands.banking.gather import PayoutsLeftOut

routes = router("payment runs")


class RunBody(Body):
    """The own account that pays."""

    own_account: str = Field(pattern=ACCOUNT_PATTERN, examples=["40702810900000000001"])


class RunGathered(RunShown):
    """A new run, and the payouts that were left out."""

    left_out: list[LeftOut]


@routes.post(
    "/v1/payment-runs",
    summary="Create a payment run of all waiting payouts",
    status_code=HTTPStatus.CREATED,
    responses=documented(HTTPStatus.ACCEPTED),
)
async def gather_payment_run(
    body: RunBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> RunGathered:
    """409 `nothing_to_pay` when no payout waits for a run, `payouts_left_out` when none of those
    that wait can be in one; `left_out` then says why, and accountants are notified.
    """
    try:
        run = await command.gather_payment_run(services, caller, command_id, body.own_account)
    except PayoutsLeftOut as refusal:
        shown = [left_out(one, language) for one in refusal.left_out]
        refusal.details["left_out"] = [one.model_dump(mode="json") for one in shown]
        raise
    shown = [left_out(one, language) for one in run.left_out]
    return RunGathered(**dict(run_shown(run.row)), left_out=shown)
