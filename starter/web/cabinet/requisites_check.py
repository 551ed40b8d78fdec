"""Requisites are checked while one types: what is wrong is said beside the fields."""

from collections.abc import Mapping

from starlette.responses import Response

from db.refund import reads as cases_in
from domain.billing.requisite_field import RequisiteField
from domain.billing.requisites import INN_LENGTHS, ClientKind
from starter.access import require_visible
from starter.commands.refund.statement import require_valid
from starter.commands.refusal import Refusal
from starter.web.cabinet.addresses import RefundId
from starter.web.cabinet.requisites import WRITTEN, bank_name, requisites_in
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

LENGTHS: Mapping[str, int] = {
    RequisiteField.BIC: 9,
    RequisiteField.KPP: 9,
    RequisiteField.ACCOUNT: 20,
    RequisiteField.CORRESPONDENT_ACCOUNT: 20,
}
"""Digits of a whole number; those of an INN depend on the client."""

routes = pages()


@routes.post("/refunds/{refund_id}/statement/check")
async def check_requisites(visit: VisitDep, refund_id: RefundId) -> Response:
    """The errors of the fields that are filled in, and the bank as far as we know it. What is still
    being typed has no error before it is whole.
    """
    heads = await visit.database.rows(cases_in.head(refund_id))
    case, form = require_visible(visit.caller, heads), visit.form
    bank = await bank_name(visit.database, form.line(RequisiteField.BIC), case.client_id)
    try:
        require_valid(requisites_in(form), case)
    except Refusal as refusal:
        form = form.refused(refusal, visit.language)
    lengths = {**LENGTHS, RequisiteField.INN: INN_LENGTHS[ClientKind(case.client_kind)]}
    typing = visit.request.headers.get("hx-source", "").partition("#")[2]
    said = {
        name: form.errors.get(name, "")
        if form.line(name) and not (name == typing and _is_begun(form, name, lengths))
        else ""
        for name in RequisiteField
    }
    return visit.page("requisites_errors.html", errors=said, bank=bank)


def _is_begun(form: Form, name: RequisiteField, lengths: Mapping[str, int]) -> bool:
    """Whether a field may still become right: a name always, a number while it is short."""
    return name in WRITTEN or len(form.line(name).replace(" ", "")) < lengths[name]
