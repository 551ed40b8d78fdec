"""One refund case in full over HTTP."""

from functools import partial

from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, SettingsDep, router
from starter.api.refund.actions import action_of
from starter.api.refund.case import RefundId
from starter.connection import web_ui_of
from starter.presentation.refund.case_in_full import case_in_full
from starter.presentation.refund.schemas import CaseInFull

routes = router("refunds")


@routes.get("/v1/refunds/{refund_id}", summary="A case in full")
async def read_refund(
    refund_id: RefundId,
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    settings: SettingsDep,
) -> CaseInFull:
    """Its state, its history, and what this caller may do now."""
    return await case_in_full(
        database,
        caller,
        refund_id,
        language,
        show_action=action_of,
        web_ui=partial(web_ui_of, settings),
    )
