"""One renewal in full, and its payment page, over HTTP."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import Response

from db.renewal import payment_claim as claims
from db.renewal import reads as cases_in
from db.renewal.payment_claim import ClaimRow
from db.renewal.reads import RenewalHead, RenewalHistoryRow
from domain.access.roles import Role
from domain.card.card_payment import CardStatus
from domain.renewal.renewal import PayBy
from starter.access import require_visible
from starter.api.http.auth import Caller
from starter.api.http.problems import RETRY_AFTER_SECONDS, Problem, documented
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, SettingsDep, router
from starter.api.renewal.case import RenewalId
from starter.api.renewal.presenters import (
    actions_of,
    change_of,
    claim_of,
    invoice_of,
    listed,
    next_term_of,
    order_of,
    page_of_card,
)
from starter.api.renewal.schemas import PageShown, RenewalInFull
from starter.connection import web_ui_of
from texts import Language, translate

MAX_CHANGES = 200
"""Changes of a case that are shown: a case that is ordered and called off for ever has more."""
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
    heads, history, said = await database.read(
        cases_in.head(renewal_id),
        cases_in.history(renewal_id, MAX_CHANGES),
        claims.latest(renewal_id),
    )
    case = require_visible(caller, heads)
    web_ui = web_ui_of(settings, renewal_id) if caller.role is Role.OPERATOR else None
    return _in_full(case, history, said, caller, language, web_ui)


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


def _in_full(
    case: RenewalHead,
    history: Sequence[RenewalHistoryRow],
    said: Sequence[ClaimRow],
    caller: Caller,
    language: Language,
    web_ui: str | None,
) -> RenewalInFull:
    return RenewalInFull(
        **dict(listed(case, language)),
        order=order_of(case, language),
        invoice=invoice_of(case),
        payment_page=page_of_card(case, language),
        next_term=next_term_of(case),
        claim=claim_of(said, case.id, caller),
        timeline=[change_of(row, caller, language) for row in reversed(history)],
        actions=actions_of(case, caller, language),
        web_ui=web_ui,
    )
