"""The statement: a form with the requisites."""

from http import HTTPStatus

from starlette.responses import Response

from db.refund import reads as cases_in
from db.refund.rows import RefundHead
from domain.billing.requisite_field import RequisiteField
from domain.refund.refund import Action, RefundStatus, is_open_to
from starter.access import require_visible
from starter.commands.refund import statement as command
from starter.commands.refusal import Refusal, RefusalKind
from starter.presentation.refund.case_in_full import case_in_full
from starter.web.cabinet.addresses import RefundId, form_of, refund_page
from starter.web.cabinet.requisites import known_requisites, requisites_in, with_bank
from starter.web.cabinet.situation import remark_of
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

routes = pages()


@routes.get("/refunds/{refund_id}/statement")
async def show_statement_form(visit: VisitDep, refund_id: RefundId) -> Response:
    """The requisites, filled in as far as they are known; a case that does not wait for them leads
    to its page, which says where it is.
    """
    head = await _head(visit, refund_id)
    if not is_open_to(Action.ENTER_REQUISITES, RefundStatus(head.status)):
        return visit.see(refund_page(refund_id))
    known = await known_requisites(visit.database, head)
    return await _form_page(visit, head, Form(known.fields), known.source)


@routes.post("/refunds/{refund_id}/statement")
async def write_statement(visit: VisitDep, refund_id: RefundId) -> Response:
    """Draws a new statement up; errors stand beside their fields. A bank's name that was left out
    is filled in where we know it.
    """
    head = await _head(visit, refund_id)
    try:
        requisites = await with_bank(visit.database, requisites_in(visit.form), head.client_id)
        await command.write_statement(
            visit.services, visit.caller, visit.command_id, refund_id, requisites
        )
    except Refusal as refusal:
        if refusal.kind not in {RefusalKind.INVALID, RefusalKind.CONFLICT}:
            raise
        conflicts = refusal.kind is RefusalKind.CONFLICT
        status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
        form = visit.form.refused(refusal, visit.language)
        return await _form_page(visit, head, form, status=status)
    return visit.see(f"{refund_page(refund_id)}#sign")


async def _head(visit: Visit, refund_id: str) -> RefundHead:
    return require_visible(visit.caller, await visit.database.rows(cases_in.head(refund_id)))


async def _form_page(
    visit: Visit,
    head: RefundHead,
    form: Form,
    source: str | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    """The form, with what a specialist or the bank said of the last statement beside its fields."""
    case = await case_in_full(
        visit.database,
        visit.caller,
        head.id,
        visit.language,
        show_action=form_of,
        web_ui=lambda _: None,
    )
    return visit.page(
        "statement.html",
        status=status,
        form=form,
        case=case,
        client_kind=head.client_kind,
        source=source,
        remark=remark_of(case),
        fields=tuple(RequisiteField),
    )
