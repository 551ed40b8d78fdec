"""The act of reconciliation with a client at the desk."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.billing import client as clients
from domain.refund.scan import MediaType
from starter.commands.refusal import Refusal, RefusalKind, not_found
from starter.http.attachment import attachment
from starter.presentation.billing.reconciliation_act import printed_act
from starter.web.desk.addresses import ClientId
from starter.web.http.days import DAY_LENGTH, FIRST, LAST, period_in, this_year
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

routes = pages()

DayText = Annotated[str, Query(max_length=DAY_LENGTH)]


@routes.get("/desk/clients/{client_id}/reconciliation")
async def show_reconciliation_form(visit: VisitDep, client_id: ClientId) -> Response:
    """Of which period the act is to be."""
    return await _form_page(visit, client_id, this_year())


@routes.get("/desk/clients/{client_id}/reconciliation.pdf")
async def save_reconciliation_act_on_desk(
    visit: VisitDep, client_id: ClientId, first_day: DayText = "", last_day: DayText = ""
) -> Response:
    """The act of a period; what is wrong with it stands in its form."""
    company = visit.services.settings.company
    try:
        period = period_in(first_day, last_day)
        pdf = await printed_act(visit.database, visit.caller, client_id, period, company)
    except Refusal as refusal:
        if refusal.kind is not RefusalKind.INVALID:
            raise
        form = Form({FIRST: first_day, LAST: last_day}).refused(refusal, visit.language)
        return await _form_page(visit, client_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    name = f"reconciliation-{client_id}-{first_day}-{last_day}"
    return attachment(pdf, MediaType.PDF, name)


async def _form_page(
    visit: Visit, client_id: str, form: Form, status: int = HTTPStatus.OK
) -> Response:
    client = await clients.find(visit.database, client_id)
    if client is None:
        raise not_found()
    return visit.page("desk_reconciliation.html", status=status, form=form, client=client)
