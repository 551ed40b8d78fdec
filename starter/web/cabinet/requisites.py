"""Requisites are checked while one types: what is wrong is said beside the fields."""

from collections.abc import Mapping

from starlette.responses import Response

from db.refund import reads as cases_in
from domain.billing.requisites import INN_LENGTHS, ClientKind
from starter.access import require_visible
from starter.commands.refund.statement import require_valid
from starter.commands.refusal import Refusal
from starter.web.cabinet.addresses import RefundId
from starter.web.cabinet.statement import FIELDS, GROUPED, requisites_in
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

LENGTHS: Mapping[str, int] = {"bic": 9, "kpp": 9, "account": 20, "correspondent_account": 20}
"""Digits of a whole number; those of an INN depend on the client."""

routes = pages()


@routes.post("/refunds/{refund_id}/statement/check")
async def check_requisites(visit: VisitDep, refund_id: RefundId) -> Response:
    """The errors of the fields that are filled in. What is still being typed has none before it is
    whole.
    """
    heads = await visit.database.rows(cases_in.head(refund_id))
    case, form = require_visible(visit.caller, heads), visit.form
    try:
        require_valid(requisites_in(form), case)
    except Refusal as refusal:
        form = form.refused(refusal, visit.language)
    typing = visit.request.headers.get("hx-source", "").partition("#")[2]
    lengths = {**LENGTHS, "inn": INN_LENGTHS[ClientKind(case.client_kind)]}
    said = {
        name: form.errors.get(name, "")
        for name in FIELDS
        if form.line(name) and not (name == typing and _is_begun(form, name, lengths))
    }
    return visit.page(
        "requisites_errors.html", errors={name: said.get(name, "") for name in FIELDS}
    )


def _is_begun(form: Form, name: str, lengths: Mapping[str, int]) -> bool:
    """Whether a field may still become right: a name always, a number while it is short."""
    if name not in GROUPED:
        return True
    return len(form.line(name).replace(" ", "")) < lengths[name]
