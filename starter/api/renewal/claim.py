"""«Платёж в пути» (payment claim) over HTTP: the client says the order is paid, with or without a
document.
"""

from http import HTTPStatus

from fastapi import Request, Response

from starter.api.http.problems import UNKNOWN, documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.api.http.upload import (
    MAX_UPLOAD_BYTES,
    SCAN_ANSWER,
    SCAN_BODY,
    check_declared,
)
from starter.api.renewal.case import ADDRESSES, RenewalId
from starter.commands.renewal import claim as command
from starter.http.download import download
from starter.presentation.renewal.payment_order import newest_payment_order
from starter.presentation.renewal.state import RenewalState, state_of

routes = router("renewals")


@routes.post(
    "/v1/renewals/{renewal_id}/claim",
    summary="Claim that the payment is on its way",
    responses=UNKNOWN,
)
async def claim_payment(
    renewal_id: RenewalId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> RenewalState:
    """Stops the reminders for as long as a bank transfer may take; accountants are notified."""
    result = await command.claim_payment(services, caller, command_id, renewal_id)
    return state_of(renewal_id, result, language, caller.role, ADDRESSES)


@routes.put(
    "/v1/renewals/{renewal_id}/claim",
    summary="Claim that the payment is on its way, with the payment order",
    responses=UNKNOWN,
    max_body_size=MAX_UPLOAD_BYTES,
    openapi_extra=SCAN_BODY,
)
async def show_payment_order(
    renewal_id: RenewalId,
    request: Request,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> RenewalState:
    """A claim with a PDF, JPEG or PNG of the payment order, which accountants check."""
    check_declared(request)
    content = await request.body()
    result = await command.show_payment_order(services, caller, command_id, renewal_id, content)
    return state_of(renewal_id, result, language, caller.role, ADDRESSES)


@routes.get(
    "/v1/renewals/{renewal_id}/claim",
    summary="The payment order that was uploaded last",
    response_class=Response,
    responses={200: SCAN_ANSWER, **documented(HTTPStatus.CONFLICT)},
)
async def read_payment_order_shown(
    renewal_id: RenewalId, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """The file as it was uploaded; only one that the scanner found clean, refused by
    `file_received` until then.
    """
    return download(database, await newest_payment_order(database, caller, renewal_id))
