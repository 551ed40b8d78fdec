"""An operator's decision about the failed step of one process."""

from uuid import UUID

from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun
from starter.commands.services import Services
from workflows.case.kernel import Case
from workflows.case.resolution import Resolution, ResolutionAction


@command
async def resolve_failed_step(
    services: Services,
    caller: Caller,
    command_id: UUID,
    process_id: str,
    action: ResolutionAction,
    reason: str,
) -> None:
    """Retries the step, or gives it up where no money can be on its way.

    Refused as `no_failed_step` where none waits (any more), `not_abortable`, `not_found` or
    `case_closed`.
    """
    await services.cases.update(
        process_id,
        Case.resolve_failed_step,
        Resolution(action, caller.login, reason),
        command_id,
        look_at=LookAt(Noun.PROCESS, process_id),
    )
