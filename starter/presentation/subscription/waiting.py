"""Why a request for a higher limit stands: what is stored of it, read and judged."""

from datetime import UTC, datetime
from uuid import UUID

from db.facts import load
from db.query import present
from db.subscription import limit_request as requests
from domain.subscription.limit_request import LimitRequestStatus, limit_request_workflow_id
from domain.subscription.waiting_reason import StandingLimitRequest, limit_request_waits
from starter.commands.services import Services
from starter.commands.subscription.limit_request import found
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from texts import Language


async def limit_request_waiting(
    services: Services, request_id: UUID, language: Language
) -> WaitingShown:
    """The answer for a request; raises `Refusal` `not_found` without one.

    Its wait is not stored: it is computed from when it was asked, by the policy of that moment and
    the present calendar, as its case did.
    """
    row, now = await found(services.database, request_id), datetime.now(UTC)
    answered = row.answer_id is not None
    since = present(row.answered_at) if answered else row.asked_at
    wait = None
    if not answered:
        policy, calendar = await load(services.database, requests.wait_at(row.asked_at))
        wait = policy.starting(row.asked_at, calendar)
    case_id = limit_request_workflow_id(str(request_id))
    told = limit_request_waits(
        StandingLimitRequest(
            LimitRequestStatus.ANSWERED if answered else LimitRequestStatus.AWAITING_ANSWER,
            since,
            wait=wait,
            failure=await failed_step_of(services.database, services.cases, case_id, since),
        ),
        now,
    )
    return waiting_shown("limit_request", told, language)
