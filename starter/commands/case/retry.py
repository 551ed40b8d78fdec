"""Retrying the failed steps of cases that wait for an operator."""

from uuid import UUID

from starter.caller import Caller
from starter.commands.case.stuck import MAX_CASES, stuck_cases
from starter.commands.command import command
from starter.commands.refusal import not_found
from starter.commands.services import Services
from workflows.case.kernel import Case
from workflows.case.resolution import RetryRequest


@command
async def retry_failed_steps(
    services: Services, caller: Caller, _command_id: UUID, case_id: str | None
) -> int:
    """Signals one case, or every one that waits for an operator (None), `MAX_CASES` at most; one
    that does not wait any more takes no notice. Answers how many were signalled.

    Refused as `not_found` where no case of this id is open.
    """
    cases, request = services.cases, RetryRequest(caller.login)
    if case_id is not None:
        if not await cases.signal(case_id, Case.retry_failed_step, request):
            raise not_found()
        return 1
    client = await cases.client()
    waiting = [execution.id async for execution in stuck_cases(client, MAX_CASES)]
    return sum([await cases.signal(one, Case.retry_failed_step, request) for one in waiting])
