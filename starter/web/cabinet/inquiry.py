"""The forms of an inquiry about a refund whose money has not come, on the refund's page."""

from datetime import date

from starlette.responses import Response

from domain.refund.inquiry import MAX_STATEMENT_LENGTH
from domain.text import one_line
from starter.commands.refund import decide
from starter.commands.refund import inquiry as command
from starter.commands.refund.inquiry import InquiryAsked
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.web.cabinet.addresses import RefundId, refund_page
from starter.web.cabinet.refund import refused_on_page
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.post("/refunds/{refund_id}/inquiry")
async def open_inquiry(visit: VisitDep, refund_id: RefundId) -> Response:
    """Says that the money has not come; errors stand beside their fields."""
    try:
        asked = _asked_in(visit.form)
        await command.open_inquiry(visit.services, visit.caller, visit.command_id, refund_id, asked)
    except Refusal as refusal:
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(f"{refund_page(refund_id)}#inquiry")


@routes.post("/refunds/{refund_id}/inquiry/withdrawal")
async def withdraw_inquiry(visit: VisitDep, refund_id: RefundId) -> Response:
    """The money has come after all."""
    try:
        await decide.withdraw_inquiry(visit.services, visit.caller, visit.command_id, refund_id)
    except Refusal as refusal:
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(f"{refund_page(refund_id)}#inquiry")


def _asked_in(form: Form) -> InquiryAsked:
    """What was typed; raises `Refusal` beside the first field that is wrong."""
    checked_on, looked_at = _day_in(form.line("checked_on")), form.note("looked_at")
    if checked_on is None:
        raise invalid(FieldError("day_not_iso", field="checked_on"))
    if len(looked_at) > MAX_STATEMENT_LENGTH:
        params = {"limit": MAX_STATEMENT_LENGTH}
        raise invalid(FieldError("note_too_long", field="looked_at", params=params))
    return InquiryAsked(checked_on, one_line(looked_at) or None, form.note("comment") or None)


def _day_in(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
