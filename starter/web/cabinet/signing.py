"""Signing the statement: a one-time code by letter, or a scan of the paper."""

from starlette.responses import Response

from domain.refund.statement import MAX_SCAN_BYTES
from starter.commands.refund import sign as command
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.web.cabinet.addresses import RefundId, refund_page
from starter.web.cabinet.refund import refused_on_page
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

FORM_SLACK_BYTES = 6 * 1024 * 1024
"""A scan that is too large by less than this is refused beside its field."""

routes = pages()


@routes.post("/refunds/{refund_id}/statement/code")
async def request_code(visit: VisitDep, refund_id: RefundId) -> Response:
    """Sends a code; the page that follows has its field."""
    try:
        await command.request_code(visit.services, visit.caller, visit.command_id, refund_id)
    except Refusal as refusal:
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(f"{refund_page(refund_id)}#sign")


@routes.post("/refunds/{refund_id}/statement/signature")
async def sign_statement(visit: VisitDep, refund_id: RefundId) -> Response:
    """Signs by the code; wrong ones are counted."""
    code = visit.form.line("code").replace(" ", "")
    try:
        await command.sign_statement(
            visit.services, visit.caller, visit.command_id, refund_id, code
        )
    except Refusal as refusal:
        if refusal.kind is RefusalKind.INVALID:
            refusal = invalid(FieldError(refusal.code, field="code", params=refusal.params))
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(refund_page(refund_id))


@routes.post("/refunds/{refund_id}/statement/scan", max_body_size=MAX_SCAN_BYTES + FORM_SLACK_BYTES)
async def upload_scan(visit: VisitDep, refund_id: RefundId) -> Response:
    """Signs by a scan; what the file is, its content says."""
    try:
        if visit.form.file is None:
            raise invalid(FieldError("page_scan_missing", field="scan"))
        await command.upload_scan(
            visit.services, visit.caller, visit.command_id, refund_id, visit.form.file
        )
    except Refusal as refusal:
        if refusal.kind in {RefusalKind.INVALID, RefusalKind.TOO_LARGE} and not refusal.fields:
            refusal = invalid(FieldError(refusal.code, field="scan", params=refusal.params))
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(refund_page(refund_id))
