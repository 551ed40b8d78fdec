"""Why a refund stands, over HTTP."""

from starter.api.http.route import CurrentCaller, LanguageDep, ServicesDep, router
from starter.api.refund.case import RefundId
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.refund.waiting import refund_waiting

routes = router("refunds")


@routes.get("/v1/refunds/{refund_id}/waiting", summary="Why a case stands")
async def read_refund_waiting(
    refund_id: RefundId, caller: CurrentCaller, services: ServicesDep, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    return await refund_waiting(services, caller, refund_id, language)
