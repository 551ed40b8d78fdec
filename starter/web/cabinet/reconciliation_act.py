"""The act of reconciliation of the client's own money, from «Документы»."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.query import present
from domain.refund.scan import MediaType
from starter.commands.refusal import Refusal, RefusalKind
from starter.http.attachment import attachment
from starter.presentation.billing.reconciliation_act import printed_act
from starter.web.cabinet.papers import documents_page
from starter.web.http.days import DAY_LENGTH, FIRST, LAST, period_in
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()

DayText = Annotated[str, Query(max_length=DAY_LENGTH)]


@routes.get("/documents/reconciliation.pdf")
async def save_reconciliation_act(
    visit: VisitDep, first_day: DayText = "", last_day: DayText = ""
) -> Response:
    """The act of a period; what is wrong with it stands in its form."""
    client_id = present(visit.caller.client_id)
    company = visit.services.settings.company
    try:
        period = period_in(first_day, last_day)
        pdf = await printed_act(visit.database, visit.caller, client_id, period, company)
    except Refusal as refusal:
        if refusal.kind is not RefusalKind.INVALID:
            raise
        form = Form({FIRST: first_day, LAST: last_day}).refused(refusal, visit.language)
        return await documents_page(visit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return attachment(pdf, MediaType.PDF, f"reconciliation-{first_day}-{last_day}")
