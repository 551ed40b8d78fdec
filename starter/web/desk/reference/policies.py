"""Policies at the desk: their versions, and their changes, which take two people."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.case import policy
from db.case import policy_change as changes
from db.case.policy_change import ChangeRow, VersionRow
from domain.access.roles import is_same_person
from domain.case.policy_change import PolicyKind, parameters_of
from starter.access import roles_of
from starter.commands.case import policy_change as command
from starter.commands.case.policy_change import Proposed
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.web.desk.reference.policy_view import (
    DifferenceShown,
    differences_of,
    groups_of,
    is_number,
    labels_of,
    values_in,
)
from starter.web.http.deed import refused, with_reason
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language

LIST = "/desk/reference/policies"
CHANGES = "/desk/reference/policy-changes"
SHOWN = 20
"""Versions of a page, and proposals that came to nothing."""
MAX_VERSION = 1_000_000_000

Change = Annotated[UUID, Path()]

routes = pages()


@routes.get(LIST)
async def list_policies(visit: VisitDep) -> Response:
    """Every policy: which version holds, which one comes, what waits for a second person."""
    now = datetime.now(UTC)
    waiting = await visit.database.rows(changes.open_changes())
    shown = []
    for kind in PolicyKind:
        (holds,), (last,) = await visit.database.read(
            policy.in_force(kind, now), changes.newest(kind)
        )
        shown.append((kind, holds, last if last.version != holds.version else None))
    return visit.page(
        "desk_reference_policies.html",
        policies=shown,
        waiting={one.kind for one in waiting},
    )


@routes.get(f"{LIST}/{{policy_kind}}")
async def show_policy(
    visit: VisitDep,
    policy_kind: PolicyKind,
    before: Annotated[int, Query(ge=1, le=MAX_VERSION)] = MAX_VERSION,
) -> Response:
    """A policy's values, its versions below a number, and what waits for a second person."""
    return await _page(visit, policy_kind, before=before)


@routes.post(f"{LIST}/{{policy_kind}}/changes")
async def propose_policy_change(visit: VisitDep, policy_kind: PolicyKind) -> Response:
    """Proposes other values from a day on."""

    async def proposed() -> None:
        await command.propose_policy_change(
            visit.services, visit.caller, visit.command_id, await _proposed(visit, policy_kind)
        )

    return await _of_policy(visit, policy_kind, proposed())


@routes.post(f"{CHANGES}/{{change_id}}/confirmation")
async def confirm_policy_change(visit: VisitDep, change_id: Change) -> Response:
    """Confirms what another person proposed."""
    kind = await _kind_of(visit, change_id)
    deed = command.confirm_policy_change(visit.services, visit.caller, visit.command_id, change_id)
    return await _of_policy(visit, kind, deed)


@routes.post(f"{CHANGES}/{{change_id}}/decline")
async def decline_policy_change(visit: VisitDep, change_id: Change) -> Response:
    """Declines what another person proposed, with the reason."""
    kind = await _kind_of(visit, change_id)

    said = with_reason(visit, command.decline_policy_change, change_id, "decline-reason")
    return await _of_policy(visit, kind, said)


@routes.post(f"{CHANGES}/{{change_id}}/withdrawal")
async def withdraw_policy_change(visit: VisitDep, change_id: Change) -> Response:
    """Withdraws one's own proposal."""
    kind = await _kind_of(visit, change_id)
    deed = command.withdraw_policy_change(visit.services, visit.caller, visit.command_id, change_id)
    return await _of_policy(visit, kind, deed)


async def _page(
    visit: Visit,
    kind: PolicyKind,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    before: int = MAX_VERSION,
) -> Response:
    in_force, newest, waiting, versions, in_vain = await visit.database.read(
        policy.in_force(kind, datetime.now(UTC)),
        changes.newest(kind),
        changes.open_changes(),
        changes.versions(kind, SHOWN + 1, before),
        changes.ended_in_vain(kind, SHOWN),
    )
    (base,), change = newest, next((one for one in waiting if one.kind == kind), None)
    return visit.page(
        "desk_reference_policy.html",
        status=status,
        form=form,
        here=f"{LIST}/{kind}",
        kind=kind,
        in_force=in_force[0],
        groups=groups_of(in_force[0].document, visit.language),
        base=base,
        fields=groups_of(base.document, visit.language),
        labels=labels_of(base.document, visit.language),
        change=change,
        change_lines=_lines(base.document, change, visit.language),
        is_own=change is not None and is_same_person(change.proposed_by, visit.caller.login),
        may_change=visit.caller.role in roles_of("propose_policy_change"),
        versions=_with_differences(versions, visit.language)[:SHOWN],
        following=versions[SHOWN - 1].version if len(versions) > SHOWN else None,
        in_vain=in_vain,
    )


async def _proposed(visit: Visit, kind: PolicyKind) -> Proposed:
    """What the form says; raises `Refusal` beside each field that cannot be read."""
    form, wrong = visit.form, list[FieldError]()
    base = await visit.database.row(changes.newest(kind))
    if base is None:
        raise not_found()
    values = values_in(form, parameters_of(base.document), wrong)
    valid_from = _day(form.line("valid_from"), wrong)
    reason = form.note("reason")
    if not reason:
        wrong.append(FieldError("page_reason_missing", field="reason"))
    if wrong or valid_from is None:
        raise invalid(*wrong)
    seen = form.line("base_version")
    return Proposed(kind, int(seen) if is_number(seen) else 0, values, valid_from, reason)


def _day(typed: str, wrong: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        wrong.append(FieldError("page_day_missing", field="valid_from"))
        return None


async def _kind_of(visit: Visit, change_id: UUID) -> PolicyKind:
    change = await visit.database.row(changes.one(change_id))
    if change is None:
        raise not_found()
    return PolicyKind(change.kind)


async def _of_policy(visit: Visit, kind: PolicyKind, deed: Awaitable[object]) -> Response:
    """Leads back to the policy; a refusal is shown on it as it is now."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, kind, form, status)

    path = f"{LIST}/{kind}"
    try:
        await deed
    except Refusal as refusal:
        return await refused(visit, refusal, path, page)
    return visit.see(path)


def _lines(
    document: dict[str, object], change: ChangeRow | None, language: Language
) -> list[DifferenceShown]:
    return [] if change is None else differences_of(document, change.document, language)


def _with_differences(
    versions: Sequence[VersionRow], language: Language
) -> list[tuple[VersionRow, list[DifferenceShown]]]:
    """Each version with what it changed of the one before; the last of the rows is only that."""
    earlier = [*versions[1:], None]
    return [
        (one, [] if other is None else differences_of(other.document, one.document, language))
        for one, other in zip(versions, earlier, strict=True)
    ]
