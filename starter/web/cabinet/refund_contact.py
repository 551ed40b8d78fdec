"""The form for another address for letters, on the refund's page."""

from starlette.responses import Response

from starter.commands.refund import contact as command
from starter.commands.refusal import Refusal
from starter.web.cabinet.addresses import RefundId, refund_page
from starter.web.cabinet.refund import refused_on_page
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.post("/refunds/{refund_id}/contact")
async def correct_contact(visit: VisitDep, refund_id: RefundId) -> Response:
    """Letters of this case go to another address from now on."""
    try:
        await command.correct_contact(
            visit.services, visit.caller, visit.command_id, refund_id, visit.form.line("email")
        )
    except Refusal as refusal:
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(f"{refund_page(refund_id)}#letters")
