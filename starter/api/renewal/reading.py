"""One renewal in full, and its payment page, over HTTP."""

from functools import partial
from http import HTTPStatus

from fastapi import Response

from db.renewal import reads as cases_in
from domain.card.card_payment import CardStatus
from domain.renewal.renewal import PayBy
from starter.access import require_visible
from starter.api.http.problems import RETRY_AFTER_SECONDS, Problem, documented
from starter.api.http.route import (
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    SettingsDep,
    router,
)
from starter.api.renewal.case import ADDRESSES, RenewalId
from starter.connection import web_ui_of
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.renewal.case_in_full import renewal_in_full
from starter.presentation.renewal.presenters import page_of_card
from starter.presentation.renewal.schemas import PageShown, RenewalInFull
from starter.presentation.renewal.waiting import renewal_waiting
from texts import Language, translate

IN_THE_MAKING = (CardStatus.PREPARED, CardStatus.UNKNOWN)
"""Statuses of a page whose address is not known yet."""

routes = router("renewals")


@routes.get("/v1/renewals/{renewal_id}", summary="A renewal in full")
async def read_renewal(
    renewal_id: RenewalId,
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    settings: SettingsDep,
) -> RenewalInFull:
    """Its state, its history, and what this caller may do now."""
    return await renewal_in_full(
        database,
        caller,
        renewal_id,
        language,
        addresses=ADDRESSES,
        web_ui=partial(web_ui_of, settings),
    )


@routes.get("/v1/renewals/{renewal_id}/waiting", summary="Why a renewal stands")
async def read_renewal_waiting(
    renewal_id: RenewalId, caller: CurrentCaller, services: ServicesDep, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    return await renewal_waiting(services, caller, renewal_id, language)


@routes.get(
    "/v1/renewals/{renewal_id}/payment-page",
    summary="Where a card order is paid",
    responses={
        202: {"model": PageShown, "description": "The page is being made: ask again"},
        **documented(HTTPStatus.CONFLICT),
    },
)
async def read_payment_page(
    renewal_id: RenewalId,
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    response: Response,
) -> PageShown:
    """The acquirer's page of the open order; its address follows a moment after the order."""
    (heads,) = await database.read(cases_in.head(renewal_id))
    case = require_visible(caller, heads)
    if case.method != PayBy.BANK_CARD:
        raise Problem("not_ordered_by_card", HTTPStatus.CONFLICT)
    page = page_of_card(case, language) or _page_to_be(language)
    if page.status in IN_THE_MAKING:
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return page


def _page_to_be(language: Language) -> PageShown:
    title = translate("card_payment.status.prepared", language)
    return PageShown(status=CardStatus.PREPARED, title=title, href=None, reason=None)
