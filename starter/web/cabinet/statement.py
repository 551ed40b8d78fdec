"""The statement: a form with the requisites."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from db.refund import reads as cases_in
from db.refund import statement as statements_in
from db.refund.rows import RefundHead, StatementRow
from domain.billing.requisites import Requisites
from domain.refund.refund import Action
from starter.access import require_visible
from starter.commands.refund import statement as command
from starter.commands.refund.case import require_open
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.web.cabinet.addresses import RefundId, refund_page
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

FIELDS = (
    "recipient_name",
    "inn",
    "kpp",
    "bic",
    "account",
    "bank_name",
    "correspondent_account",
)
OPTIONAL = frozenset({"inn", "kpp", "correspondent_account"})
GROUPED = frozenset({"inn", "kpp", "bic", "account", "correspondent_account"})
"""Numbers that people paste with spaces."""
MAX_REQUISITE_LENGTH = 300
"""Characters of one requisite that are looked at."""

routes = pages()


@routes.get("/refunds/{refund_id}/statement")
async def show_statement_form(visit: VisitDep, refund_id: RefundId) -> Response:
    """The requisites, filled in as far as they are known."""
    heads, statements = await visit.database.read(
        cases_in.head(refund_id), statements_in.latest(refund_id)
    )
    case = require_visible(visit.caller, heads)
    require_open(visit.caller, case.status, Action.ENTER_REQUISITES)
    return _form_page(visit, case, Form(_known(case, statements[0] if statements else None)))


@routes.post("/refunds/{refund_id}/statement")
async def write_statement(visit: VisitDep, refund_id: RefundId) -> Response:
    """Draws a new statement up; errors stand beside their fields."""
    try:
        requisites = requisites_in(visit.form)
        await command.write_statement(
            visit.services, visit.caller, visit.command_id, refund_id, requisites
        )
    except Refusal as refusal:
        if refusal.kind not in {RefusalKind.INVALID, RefusalKind.CONFLICT}:
            raise
        heads = await visit.database.rows(cases_in.head(refund_id))
        case = require_visible(visit.caller, heads)
        return _form_page(visit, case, visit.form.refused(refusal, visit.language))
    return visit.see(f"{refund_page(refund_id)}#sign")


def _form_page(visit: Visit, case: RefundHead, form: Form) -> Response:
    is_wrong = form.errors or form.banner
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return visit.page("statement.html", status=status, form=form, case=case)


def requisites_in(form: Form) -> Requisites:
    """The requisites as they were typed; numbers without the spaces that people paste."""
    long = [name for name in FIELDS if len(form.typed(name)) > MAX_REQUISITE_LENGTH]
    if long:
        raise invalid(*(FieldError("field_too_long", field=name) for name in long))
    return Requisites(**{name: _requisite(form, name) for name in FIELDS})


def _requisite(form: Form, name: str) -> Any:
    """One requisite; what may be missing and is empty is None."""
    text = form.line(name)
    if name in GROUPED:
        text = text.replace(" ", "")
    return text or (None if name in OPTIONAL else "")


def _known(case: RefundHead, earlier: StatementRow | None) -> Mapping[str, str]:
    """What the form is filled in with: the last statement, else what billing knows."""
    if earlier is not None:
        return {name: getattr(earlier, name) or "" for name in FIELDS}
    return {
        "recipient_name": case.client_name,
        "inn": case.client_inn or "",
        "kpp": case.client_kpp or "",
    }
