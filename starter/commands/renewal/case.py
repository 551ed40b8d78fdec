"""What every command about a renewal shares: visibility, and the update of its case."""

from typing import Any
from uuid import UUID

from temporalio.workflow import UpdateMethodMultiParam

from db.renewal import reads as cases_in
from domain.case.decision import Decision
from domain.renewal.renewal import RenewalRequest, RenewalTransitionResult
from starter.commands.case_client import CaseClient
from starter.commands.refusal import (
    Noun,
)
from starter.commands.services import Services
from workflows.renewal import RenewalWorkflow

RENEWALS = CaseClient(Noun.RENEWAL, cases_in.head, cases_in.decision, cases_in.result_in)


async def decide(
    services: Services,
    update: UpdateMethodMultiParam[[Any, Decision], RenewalTransitionResult],
    renewal_id: str,
    decision: Decision,
    command_id: UUID,
) -> RenewalTransitionResult:
    """Sends a client's command to its case; raises as `CaseClient.decide` does."""
    return await RENEWALS.decide(services, renewal_id, update, decision, command_id)


async def order(
    services: Services, request: RenewalRequest, decision: Decision, command_id: UUID
) -> RenewalTransitionResult:
    """Sends an order to its case, starting the case if it is not running."""
    look_at = RENEWALS.look_at(request.renewal_id)

    async def ask() -> RenewalTransitionResult:
        result: RenewalTransitionResult = await services.cases.update_with_start(
            services.cases.start_of(
                RenewalWorkflow.run, request, request.renewal_id, summary=request.subscription_id
            ),
            RenewalWorkflow.order,
            command_id,
            decision,
            look_at=look_at,
        )
        return result

    return await RENEWALS.until_current(services, request.renewal_id, decision, ask)


async def watch(services: Services, request: RenewalRequest, command_id: UUID) -> None:
    """Starts the case of a registered term; a case that is running returns its state."""
    await services.cases.update_with_start(
        services.cases.start_of(
            RenewalWorkflow.run, request, request.renewal_id, summary=request.subscription_id
        ),
        RenewalWorkflow.ask,
        command_id,
        request,
        look_at=RENEWALS.look_at(request.renewal_id),
    )
