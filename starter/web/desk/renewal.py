"""A renewal as staff see it."""

from functools import partial
from types import MappingProxyType
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from starter.access import roles_of
from starter.connection import web_ui_of
from starter.presentation.renewal.addresses import RENEWAL_ID_PATTERN, Addresses
from starter.presentation.renewal.case_in_full import renewal_in_full
from starter.presentation.renewal.waiting import renewal_waiting
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

DOCUMENTS = Addresses("/renewals/{}", "/orders/{}/invoice.pdf", MappingProxyType({}))
"""Where the documents of a renewal are; staff give it no commands."""

routes = pages()


@routes.get("/desk/renewals/{renewal_id}")
async def show_renewal_on_desk(
    visit: VisitDep, renewal_id: Annotated[str, Path(pattern=RENEWAL_ID_PATTERN)]
) -> Response:
    """The page that letters to staff about an order lead to."""
    case = await renewal_in_full(
        visit.database,
        visit.caller,
        renewal_id,
        visit.language,
        addresses=DOCUMENTS,
        web_ui=partial(web_ui_of, visit.services.settings),
    )
    may_see_claim = visit.caller.role in roles_of("read_payment_order_shown")
    return visit.page(
        "desk_renewal.html",
        case=case,
        waiting=await renewal_waiting(visit.services, visit.caller, renewal_id, visit.language),
        may_see_claim=may_see_claim,
    )
