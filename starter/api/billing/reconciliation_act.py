"""The act of reconciliation with a client over HTTP."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from starter.api.billing.client import ClientPath
from starter.api.http.files import PDF, file_answer
from starter.api.http.models import Day
from starter.api.http.route import CurrentCaller, DatabaseDep, ServicesDep, router
from starter.presentation.billing.reconciliation_act import printed_act

routes = router("clients")


@routes.get(
    "/v1/clients/{client_id}/reconciliation.pdf",
    summary="The act of reconciliation of a period",
    response_class=Response,
    responses=file_answer("PDF, our side filled in.", PDF, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def read_reconciliation_act(
    client_id: ClientPath,
    first_day: Annotated[Day, Query(description="The first day, in Moscow.")],
    last_day: Annotated[Day, Query(description="The last day, today at the latest.")],
    services: ServicesDep,
    database: DatabaseDep,
    caller: CurrentCaller,
) -> Response:
    """Payments and refunds by the day of their document, between the balances of both ends. A
    client reads its own.
    """
    company = services.settings.company
    period = (first_day, last_day)
    pdf = await printed_act(database, caller, client_id, period, company)
    name = f"reconciliation-{client_id}-{first_day}-{last_day}"
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
