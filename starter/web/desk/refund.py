"""A refund as staff see it: facts and evidence, and what the role may decide now."""

from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from db.notification import inbox
from db.refund import ledger
from db.refund import statement as statements_in
from domain.access.roles import Role, is_same_person
from domain.billing.requisite_field import RequisiteField
from domain.refund.refund import Action
from domain.refund.scan import not_acceptable
from starter.access import roles_of, roles_of_page
from starter.connection import web_ui_of
from starter.presentation.case.timeline import MAX_LETTERS
from starter.presentation.file.file import FileShown, file_shown
from starter.presentation.refund.case_in_full import case_in_full
from starter.presentation.refund.schemas import CaseInFull, TimelineRow
from starter.presentation.refund.story import refund_story
from starter.presentation.refund.waiting import refund_waiting
from starter.web.desk.addresses import decision_of
from starter.web.desk.calculation import entry_of
from starter.web.desk.following import REFUNDS, kept_filter
from starter.web.desk.ledger import MAX_LEDGER_LINES, ledger_shown
from starter.web.http.forms import Form
from starter.web.http.headers import POLICY_HEADER, WITH_PAPER
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

WITH_REASON = (
    Action.ANSWER_INQUIRY,
    Action.BOOK_RETURN,
    Action.RETRY_PAYOUT,
    Action.PAY_BY_BANK,
    Action.BOOK_GIVEN_BACK,
    Action.RECALCULATE,
    Action.DECLINE,
)
"""Decisions that say why, in the order in which the page has them."""
DECIDES = frozenset({Role.SPECIALIST, Role.ACCOUNTANT})
"""Roles with a queue of refunds that they decide."""
TEXTS = ("reason", "remarks")
"""The ends of the names of fields with a text."""

routes = pages()


@routes.get("/desk/refunds/{refund_id}")
async def show_refund_on_desk(visit: VisitDep, refund_id: RefundId) -> Response:
    """The page that the queue and letters to staff lead to."""
    return await desk_page_of(visit, refund_id)


async def desk_page_of(
    visit: Visit, refund_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    """A case's page; `form` is what one of its forms shows: what was typed, and what was wrong."""
    case = await case_in_full(
        visit.database,
        visit.caller,
        refund_id,
        visit.language,
        show_action=decision_of,
        web_ui=partial(web_ui_of, visit.services.settings),
    )
    kept = kept_filter(visit)
    scan = await _scan(visit, case)
    page = visit.page(
        "desk_refund.html",
        status=status,
        form=form,
        here=REFUNDS.page_of(refund_id, kept),
        kept_filter=kept,
        case=case,
        waiting=await refund_waiting(visit.services, visit.caller, refund_id, visit.language),
        typed=_typed(form),
        decided=_decided_last(case) if status == HTTPStatus.CONFLICT else None,
        **_evidence(visit, scan),
        **await _decision(visit, case, scan),
        **await _story(visit, case),
    )
    page.headers[POLICY_HEADER] = WITH_PAPER
    return page


def _evidence(visit: Visit, scan: FileShown | None) -> dict[str, Any]:
    """The papers of the case, for roles that check them."""
    may_see = visit.caller.role in roles_of("read_statement_pdf")
    return {
        "may_see_papers": may_see,
        "may_see_reads": visit.caller.role in roles_of_page("show_requisites_reads"),
        "scan": scan if may_see else None,
    }


async def _decision(visit: Visit, case: CaseInFull, scan: FileShown | None) -> dict[str, Any]:
    """What the role may decide now, and what its forms are filled in for."""
    actions = {action.action: action for action in case.actions}
    needs_second = Action.APPROVE in actions and _was_calculated_by(case, visit.caller.login)
    if needs_second:
        del actions[Action.APPROVE]
    is_done = visit.caller.role in DECIDES and not case.actions
    return {
        "following": await REFUNDS.following(visit, case.id) if is_done else None,
        "actions": actions,
        "needs_second": needs_second,
        "unread": _unread(scan) if Action.RETURN_STATEMENT in actions else None,
        "with_reason": [actions[one] for one in WITH_REASON if one in actions],
        "entry": await entry_of(visit, case) if Action.CALCULATE in actions else None,
        "requisite_fields": tuple(RequisiteField),
    }


def _unread(scan: FileShown | None) -> str | None:
    """Why a statement cannot be accepted: nobody can have opened its scan; None if it can."""
    return not_acceptable(None if scan is None else scan.status)


async def _story(visit: Visit, case: CaseInFull) -> dict[str, Any]:
    """What has happened: changes, letters, and the lines of the ledger."""
    letters, lines = await visit.database.read(
        inbox.letters_of(case.id, None, MAX_LETTERS + 1),
        ledger.of_refund(case.id, MAX_LEDGER_LINES + 1),
    )
    settings = visit.services.settings
    return {
        "story": refund_story(case, letters[:MAX_LETTERS], visit.caller, settings, visit.language),
        "has_more_letters": len(letters) > MAX_LETTERS,
        "max_letters": MAX_LETTERS,
        "ledger": ledger_shown(lines[:MAX_LEDGER_LINES], visit.language),
        "has_more_lines": len(lines) > MAX_LEDGER_LINES,
        "max_lines": MAX_LEDGER_LINES,
    }


def _decided_last(case: CaseInFull) -> TimelineRow | None:
    """The last change that a person made: who came first where a decision came too late."""
    return next((one for one in reversed(case.timeline) if one.login is not None), None)


def _typed(form: Form | None) -> list[str]:
    """The texts that were typed, for whoever came too late to have a form for them."""
    fields = {} if form is None else form.typed_fields
    return [text for name, text in fields.items() if text.strip() and name.endswith(TEXTS)]


def _was_calculated_by(case: CaseInFull, login: str) -> bool:
    """Whether the four-eyes rule forbids this person to approve the sum."""
    by = None if case.calculation is None else case.calculation.login
    return by is not None and is_same_person(by, login)


async def _scan(visit: Visit, case: CaseInFull) -> FileShown | None:
    """The scan that signed the newest statement; None where none did."""
    signature = None if case.statement is None else case.statement.signature
    if signature is None or signature.method != "scan":
        return None
    scan = await visit.database.row(statements_in.latest_scan(case.id))
    return None if scan is None else file_shown(scan, visit.language)
