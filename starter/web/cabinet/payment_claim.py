"""«Платёж в пути»: the client says that it has paid, with or without the payment order."""

from starlette.responses import Response

from domain.refund.statement import MAX_SCAN_BYTES
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.commands.renewal import claim as command
from starter.http.download import download
from starter.presentation.renewal.payment_order import newest_payment_order
from starter.web.cabinet.addresses import RenewalId, renewal_page
from starter.web.cabinet.renewal_page import refused_on_renewal
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

FORM_SLACK_BYTES = 6 * 1024 * 1024
"""A file that is too large by less than this is refused beside its field."""
FILE_FIELD = "payment_order"

routes = pages()


@routes.post("/renewals/{renewal_id}/claim", max_body_size=MAX_SCAN_BYTES + FORM_SLACK_BYTES)
async def claim_payment(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """Reminders pause for as long as a transfer may take; accountants look for the money, and at
    the payment order if there is one.
    """
    asked = (visit.services, visit.caller, visit.command_id, renewal_id)
    try:
        if visit.form.file is None:
            await command.claim_payment(*asked)
        else:
            await command.show_payment_order(*asked, visit.form.file)
    except Refusal as refusal:
        if refusal.kind in {RefusalKind.INVALID, RefusalKind.TOO_LARGE}:
            refusal = invalid(FieldError(refusal.code, field=FILE_FIELD, params=refusal.params))
        return await refused_on_renewal(visit, renewal_id, refusal)
    return visit.see(f"{renewal_page(renewal_id)}#claim")


@routes.get("/renewals/{renewal_id}/claim")
async def read_payment_order_shown(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """The payment order that was attached last, once it is clean."""
    file = await newest_payment_order(visit.database, visit.caller, renewal_id)
    return download(visit.database, file)
