"""What waits for an operator: failed steps, and what is decided about them, one by one or many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Path
from starlette.responses import Response

from db.file import scan
from domain.access.roles import Role
from domain.file.file import SILENT_AFTER
from domain.payout.payout import PayoutStatus
from starter.commands.case import resolve, retry
from starter.commands.case.stuck import all_stuck, failed_step_of
from starter.commands.refund import settle
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.connection import web_ui_of
from starter.http.refusal_text import refusal_text
from starter.web.desk.addresses import case_on_desk
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language
from texts.step_failure import failure_in_words
from workflows.case.resolution import FailedStep, ResolutionAction

LIST = "/desk/operators"
SHOWN = 50
"""Processes of the list, and the most that are retried together."""
ABORTS = frozenset({"ui.can_abort", "ui.can_abort_command", "ui.can_give_up_page"})
SETTLES = frozenset({"ui.can_settle", "ui.can_settle_by_earlier"})
CHOSEN = "process-"
"""What the name of a process's checkbox begins with; its id follows."""
WAITS_NO_MORE = "no_failed_step"

Word = TypeVar("Word", ResolutionAction, PayoutStatus)
ProcessId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,200}$")]

routes = pages()


@dataclass(frozen=True)
class StepShown:
    """A failed step in words: what failed, what to do, and which forms there are for it.

    `abort` and `settle` are the keys of what these lead to; `retried_at` is when it is tried again
    by itself.
    """

    step: str
    failure: str
    words: str
    failed_at: datetime
    retried_at: datetime
    abort: str | None
    settle: str | None


@dataclass(frozen=True)
class Chosen:
    """A process that was chosen for a retry; `refusal`: why it is left out."""

    id: str
    step: StepShown | None = None
    refusal: str | None = None


@routes.get(LIST)
async def list_failed_steps(visit: VisitDep) -> Response:
    """The processes that wait for an operator, the oldest failure first; before them, that the
    scanner of files is silent.
    """
    found = await all_stuck(visit.services, SHOWN + 1)
    unjudged = await visit.database.row(scan.unjudged(datetime.now(UTC) - SILENT_AFTER))
    return visit.page(
        "desk_operators.html",
        stuck=[
            (one, case_on_desk(one.id), _shown(one.failed, visit.language)) for one in found[:SHOWN]
        ],
        has_more=len(found) > SHOWN,
        at_most=SHOWN,
        can_retry=any(one.failed is not None for one in found),
        unjudged=unjudged,
    )


@routes.get(f"{LIST}/retry")
async def preview_retries(visit: VisitDep) -> Response:
    """What would be retried of what was chosen, and what is left out and why, as things are now."""
    names = list(visit.request.query_params)[: SHOWN + 1]
    ids = [name.removeprefix(CHOSEN) for name in names if name.startswith(CHOSEN)][:SHOWN]
    if not ids:
        return visit.see(LIST)
    chosen = [await _chosen(visit, one) for one in ids]
    return visit.page("desk_operators_retry.html", chosen=chosen, is_done=False)


@routes.post(f"{LIST}/retry")
async def retry_failed_steps(visit: VisitDep) -> Response:
    """Retries each process of a preview; says of each what became of it."""
    names = [one.removeprefix(CHOSEN) for one in visit.form.fields if one.startswith(CHOSEN)]
    chosen = [await _retried(visit, one) for one in names[:SHOWN]]
    if not chosen:
        return visit.see(LIST)
    return visit.page("desk_operators_retry.html", chosen=chosen, is_done=True)


@routes.get(f"{LIST}/processes/{{process_id}}")
async def show_failed_step(visit: VisitDep, process_id: ProcessId) -> Response:
    """One process: its failed step, and the forms for it."""
    return await _process_page(visit, process_id)


@routes.post(f"{LIST}/processes/{{process_id}}/resolution")
async def resolve_failed_step(visit: VisitDep, process_id: ProcessId) -> Response:
    """Retries or gives up the step, with the reason."""
    try:
        action = _one_of(visit.form, "action", ResolutionAction)
        note = f"{action}-reason"
        reason = (
            visit.form.note(note) if action is ResolutionAction.RETRY else needed(visit.form, note)
        )
        await resolve.resolve_failed_step(
            visit.services, visit.caller, visit.command_id, process_id, action, reason
        )
    except Refusal as refusal:
        return await _refused(visit, process_id, refusal)
    return visit.see(_address(process_id))


@routes.post(f"{LIST}/processes/{{process_id}}/settlement")
async def settle_by_hand(visit: VisitDep, process_id: ProcessId) -> Response:
    """Ends a payout by the acquirer's own records."""
    try:
        status = _one_of(visit.form, "status", PayoutStatus)
        settled_on = _day(visit.form) if status is PayoutStatus.PAID else None
        reason = needed(visit.form, "settle-reason")
        await settle.settle_by_hand(
            visit.services,
            visit.caller,
            visit.command_id,
            process_id,
            status,
            reason,
            settled_on,
        )
    except Refusal as refusal:
        return await _refused(visit, process_id, refusal)
    return visit.see(_address(process_id))


async def _process_page(
    visit: Visit, process_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    failed = await failed_step_of(visit.services, process_id)
    return visit.page(
        "desk_operators_process.html",
        status=status,
        form=form,
        here=_address(process_id),
        process_id=process_id,
        page=case_on_desk(process_id),
        step=_shown(failed, visit.language),
        web_ui=web_ui_of(visit.services.settings, process_id),
    )


async def _refused(visit: Visit, process_id: str, refusal: Refusal) -> Response:
    async def page(form: Form, status: int) -> Response:
        return await _process_page(visit, process_id, form, status)

    return await refused(visit, refusal, _address(process_id), page)


async def _chosen(visit: Visit, process_id: str) -> Chosen:
    try:
        failed = await failed_step_of(visit.services, process_id)
    except Refusal as refusal:
        return Chosen(process_id, refusal=_words(refusal, visit.language))
    step = _shown(failed, visit.language)
    if step is None:
        return Chosen(process_id, refusal=refusal_text(WAITS_NO_MORE, {}, visit.language))
    return Chosen(process_id, step)


async def _retried(visit: Visit, process_id: str) -> Chosen:
    chosen = await _chosen(visit, process_id)
    if chosen.step is None:
        return chosen
    try:
        await retry.retry_failed_steps(visit.services, visit.caller, visit.command_id, process_id)
    except Refusal as refusal:
        return Chosen(process_id, refusal=_words(refusal, visit.language))
    return chosen


def _words(refusal: Refusal, language: Language) -> str:
    return refusal_text(refusal.code, refusal.params, language, Role.OPERATOR)


def _shown(failed: FailedStep | None, language: Language) -> StepShown | None:
    if failed is None:
        return None
    kind = failed.failure.partition(":")[0]
    return StepShown(
        step=failed.step,
        failure=failed.failure,
        words=failure_in_words(kind, language),
        failed_at=failed.failed_at,
        retried_at=failed.retried_at,
        abort=_first(failed.ways, ABORTS),
        settle=_first(failed.ways, SETTLES),
    )


def _first(ways: Sequence[str], wanted: frozenset[str]) -> str | None:
    return next((one.removeprefix("ui.") for one in ways if one in wanted), None)


def _address(process_id: str) -> str:
    return f"{LIST}/processes/{process_id}"


def _one_of(form: Form, name: str, kind: type[Word]) -> Word:
    try:
        return kind(form.typed(name))
    except ValueError:
        raise invalid(FieldError("page_choice_missing", field=name)) from None


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(form.line("settled_on"))
    except ValueError:
        raise invalid(FieldError("day_missing", field="settled_on")) from None
