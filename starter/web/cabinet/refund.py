"""The page of a refund: where it is, what comes next, and how it came here."""

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from db.refund import statement as statements_in
from domain.calendar.bank_calendar import moscow_date
from domain.refund.refund import UNPAID_ENDS, Action, RefundKind, RefundStatus
from domain.refund.statement import CODE_DIGITS, MAX_SCAN_BYTES
from starter.commands.refund import decide as command
from starter.commands.refund import feedback
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.presentation.refund.case_in_full import case_in_full
from starter.presentation.refund.presenters import masked_address
from starter.presentation.refund.schemas import CaseInFull
from starter.web.cabinet.addresses import RefundId, form_of, refund_page
from starter.web.cabinet.situation import is_unsigned, remark_of, situation_of
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

SCORES = range(5, 0, -1)
MEBIBYTE = 1024 * 1024

_STEPS = (
    RefundStatus.CALCULATING,
    RefundStatus.AWAITING_STATEMENT,
    RefundStatus.UNDER_REVIEW,
    RefundStatus.PAYING,
    RefundStatus.COMPLETED,
)
_STEP_OF = {
    RefundStatus.AWAITING_SPECIALIST: RefundStatus.CALCULATING,
    RefundStatus.AWAITING_APPROVAL: RefundStatus.UNDER_REVIEW,
    RefundStatus.PAYOUT_HELD: RefundStatus.PAYING,
    RefundStatus.INQUIRY: RefundStatus.COMPLETED,
}

routes = pages()


@routes.get("/refunds/{refund_id}")
async def show_refund(visit: VisitDep, refund_id: RefundId) -> Response:
    """The case as this client may see it."""
    return await refund_page_of(visit, refund_id)


@routes.post("/refunds/{refund_id}/withdrawal")
async def withdraw_refund(visit: VisitDep, refund_id: RefundId) -> Response:
    """Ends the case; the client may withdraw until the payout starts."""
    try:
        await command.withdraw_refund(visit.services, visit.caller, visit.command_id, refund_id)
    except Refusal as refusal:
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(refund_page(refund_id))


@routes.post("/refunds/{refund_id}/feedback")
async def leave_feedback(visit: VisitDep, refund_id: RefundId) -> Response:
    """Once, after the case is closed."""
    score = visit.form.line("score")
    try:
        if score not in map(str, SCORES):
            raise invalid(FieldError("page_score_missing", field="score"))
        await feedback.leave_feedback(
            visit.services,
            visit.caller,
            visit.command_id,
            refund_id,
            int(score),
            visit.form.note("text") or None,
        )
    except Refusal as refusal:
        return await refused_on_page(visit, refund_id, refusal)
    return visit.see(refund_page(refund_id))


async def refused_on_page(visit: Visit, refund_id: str, refusal: Refusal) -> Response:
    """The case's page as it is now, with what was refused and all that was typed."""
    return await refused(
        visit, refusal, refund_page(refund_id), partial(refund_page_of, visit, refund_id)
    )


async def refund_page_of(
    visit: Visit, refund_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    """A case's page; `form` is what one of its forms shows."""
    case = await case_in_full(
        visit.database,
        visit.caller,
        refund_id,
        visit.language,
        show_action=form_of,
        web_ui=lambda _: None,
    )
    sent_code = await _sent_code(visit, case)
    actions = {action.action: action for action in case.actions}
    return visit.page(
        "refund.html",
        status=status,
        form=form,
        here=refund_page(refund_id),
        case=case,
        situation=situation_of(case),
        remark=remark_of(case),
        may_sign=Action.SIGN in actions and is_unsigned(case),
        ask_again=_ask_again(case),
        actions=actions,
        steps=_steps(case),
        sent_code=sent_code,
        code_digits=CODE_DIGITS,
        scan_mebibytes=MAX_SCAN_BYTES // MEBIBYTE,
        scores=SCORES,
        today=moscow_date(datetime.now(UTC)),
    )


def _steps(case: CaseInFull) -> list[tuple[RefundStatus, str]]:
    """The way of a case: each station is done, current or to come; none where it ended unpaid."""
    now = _STEP_OF.get(case.status, case.status)
    if now not in _STEPS:
        return []
    place = _STEPS.index(now)
    looks = ["done" if at < place else "current" if at == place else "next" for at in range(5)]
    if case.status is RefundStatus.COMPLETED:
        looks[-1] = "done"
    return list(zip(_STEPS, looks, strict=True))


def _ask_again(case: CaseInFull) -> str | None:
    """Where the same is asked for anew; None while the case is open, was paid, or did not meet a
    condition, which it would not meet the next time.
    """
    if case.status not in UNPAID_ENDS or case.refusal is not None:
        return None
    kind = "&kind=surplus" if case.kind is RefundKind.SURPLUS else ""
    return f"/refunds/new?invoice={case.invoice_number}{kind}"


async def _sent_code(visit: Visit, case: CaseInFull) -> dict[str, Any] | None:
    """The code that waits to be entered, for the newest statement."""
    if case.statement is None or not is_unsigned(case):
        return None
    code = await visit.database.row(statements_in.latest_code(case.id))
    if code is None or code.statement_id != case.statement.id or code.used_at is not None:
        return None
    if code.expires_at <= datetime.now(UTC):
        return None
    return {"address": masked_address(code.address), "until": code.expires_at}
