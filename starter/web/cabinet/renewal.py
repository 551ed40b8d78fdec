"""The page of a renewal, its order called off or placed again, and what was agreed with it."""

from starlette.responses import Response

from db.renewal import order as orders
from db.renewal import reads as renewals
from starter.access import require_visible
from starter.commands.refusal import Refusal, RefusalKind, conflict
from starter.commands.renewal import again
from starter.commands.renewal import order as command
from starter.web.cabinet.addresses import RenewalId, renewal_page
from starter.web.cabinet.agreed import agreed_rows
from starter.web.cabinet.renewal_page import refused_on_renewal, renewal_page_of
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.get("/renewals/{renewal_id}")
async def show_renewal(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """The case as this client may see it."""
    return await renewal_page_of(visit, renewal_id)


@routes.post("/renewals/{renewal_id}/cancel-order")
async def cancel_order(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """Voids the invoice; money that still comes is kept and offered back."""
    try:
        await command.cancel_order(visit.services, visit.caller, visit.command_id, renewal_id)
    except Refusal as refusal:
        return await refused_on_renewal(visit, renewal_id, refusal)
    return visit.see(renewal_page(renewal_id))


@routes.post("/renewals/{renewal_id}/again")
async def order_again(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """The same order once more, to be paid by card; its invoice has another number.

    Where nobody knows how far it came, the form keeps its key: sent again, it goes on from there.
    """
    try:
        await again.order_again(visit.services, visit.caller, visit.command_id, renewal_id)
    except Refusal as refusal:
        if refusal.kind is RefusalKind.UNKNOWN:
            raise
        return await refused_on_renewal(visit, renewal_id, refusal)
    return visit.see(renewal_page(renewal_id))


@routes.get("/renewals/{renewal_id}/receipt")
async def read_receipt(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """What was agreed with the last order; it stays when the order is cancelled."""
    heads, taken = await visit.database.read(renewals.head(renewal_id), orders.taken(renewal_id))
    case = require_visible(visit.caller, heads)
    if not taken:
        raise conflict("receipt_missing")
    (order,) = taken
    rows = agreed_rows(order.agreed, visit.language)
    return visit.page("renewal_receipt.html", case=case, order=order, rows=rows)
