"""A renewal as staff see it."""

from functools import partial
from types import MappingProxyType
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from db.notification import inbox
from starter.access import roles_of
from starter.connection import web_ui_of
from starter.presentation.case.timeline import MAX_LETTERS
from starter.presentation.renewal.addresses import RENEWAL_ID_PATTERN, Addresses
from starter.presentation.renewal.case_in_full import renewal_in_full
from starter.presentation.renewal.story import renewal_story
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
    letters = await visit.database.rows(inbox.letters_of(renewal_id, None, MAX_LETTERS + 1))
    may_see_claim = visit.caller.role in roles_of("read_payment_order_shown")
    return visit.page(
        "desk_renewal.html",
        case=case,
        waiting=await renewal_waiting(visit.services, visit.caller, renewal_id, visit.language),
        story=renewal_story(
            case, letters[:MAX_LETTERS], visit.caller, visit.services.settings, visit.language
        ),
        has_more_letters=len(letters) > MAX_LETTERS,
        max_letters=MAX_LETTERS,
        may_see_claim=may_see_claim,
        may_see_invoice=visit.caller.role in roles_of("read_invoice_pdf"),
    )
