"""Departments at the desk: all of them, one with its versions, a new version."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from itertools import zip_longest
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from db.ticket import department as departments
from db.ticket import reads
from db.ticket.department import VersionRow
from domain.access.roles import Role
from domain.ticket.department import MAX_NAME_LENGTH, Department
from starter.access import roles_of
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.commands.ticket import department as command
from starter.commands.ticket.department import TOLD, WrittenDepartment, rules_of
from starter.presentation.ticket.department import CLOCK_PATTERN
from starter.presentation.ticket.ticket import department_name
from starter.web.desk.reference.policy_view import is_number
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/reference/departments"
NEW = "new"
CODE = r"^[a-z][a-z_]{0,39}$"
SHOWN = 20
"""Versions of a page."""
MAX_VERSION = 1_000_000_000
NUMBERS = (
    "first_answer_minutes",
    "solution_minutes",
    "remind_after_days",
    "resolve_after_days",
    "reopen_days",
    "text_limit",
    "files_limit",
    "file_mebibytes",
)
CLOCKS = ("opens_at", "closes_at", "lunch_from", "lunch_to")
LUNCH = frozenset({"lunch_from", "lunch_to"})

DepartmentCode = Annotated[str, Path(pattern=CODE)]

routes = pages()


@routes.get(LIST)
async def show_departments(visit: VisitDep) -> Response:
    """Every department as it is today."""
    rows, present = await visit.database.read(
        departments.newest(), reads.departments_at(datetime.now(UTC))
    )
    holds = {one.department: one for one in present}
    return visit.page(
        "desk_departments.html",
        departments=[(one, holds.get(one.department)) for one in rows],
        department_name=department_name,
        may_write=_may_write(visit),
    )


@routes.get(f"{LIST}/{{department_code}}")
async def show_department(
    visit: VisitDep,
    department_code: DepartmentCode,
    before: Annotated[int, Query(ge=1, le=MAX_VERSION)] = MAX_VERSION,
) -> Response:
    """A department with its versions, to be read and written anew; `new` is an empty one."""
    return await _page(visit, department_code, before=before)


@routes.post(f"{LIST}/{{department_code}}")
async def write_department(visit: VisitDep, department_code: DepartmentCode) -> Response:
    """Stores a version."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, department_code, form, status)

    try:
        code, written = _written(visit.form, department_code)
        await command.write_department(
            visit.services, visit.caller, visit.command_id, code, written
        )
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(f"{LIST}/{code}")


async def _page(
    visit: Visit,
    code: str,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    before: int = MAX_VERSION,
) -> Response:
    newest, versions = await visit.database.read(
        departments.versions(code, 1, MAX_VERSION), departments.versions(code, SHOWN + 1, before)
    )
    if (not newest and code != NEW) or (code == NEW and not _may_write(visit)):
        raise not_found()
    row = newest[0] if newest else None
    return visit.page(
        "desk_department.html",
        status=status,
        form=form or _form_of(row),
        here=f"{LIST}/{code}",
        code=code,
        department=row,
        now=datetime.now(UTC),
        numbers=NUMBERS,
        roles=TOLD,
        versions=_with_changes(versions)[:SHOWN],
        following=versions[SHOWN - 1].version if len(versions) > SHOWN else None,
        may_write=_may_write(visit),
    )


def _may_write(visit: Visit) -> bool:
    return visit.caller.role in roles_of("write_department")


def _form_of(row: VersionRow | None) -> Form:
    if row is None:
        return Form({"seen_version": "0", "offered": "yes", "archives": "yes"})
    rules = rules_of(row)
    clocks = {one: _clock(getattr(rules, one)) for one in CLOCKS}
    return Form(
        {
            "seen_version": str(row.version),
            "name_ru": rules.name_ru,
            "name_en": rules.name_en,
            "offered": "yes" if rules.is_offered else "",
            "archives": "yes" if rules.client_archives else "",
            "mail_address": rules.mail_address or "",
            "staff": "\n".join(rules.staff),
            **clocks,
            **{one: str(getattr(rules, one)) for one in NUMBERS},
        }
    )


def _clock(at: time | None) -> str:
    return "" if at is None else f"{at:%H:%M}"


def _with_changes(
    versions: Sequence[VersionRow],
) -> list[tuple[VersionRow, list[tuple[str, object, object]]]]:
    """Each version with the fields that it changed of the one before."""
    return [
        (one, [] if other is None else _changes(rules_of(other), rules_of(one)))
        for one, other in zip_longest(versions, versions[1:])
    ]


def _changes(was: Department, becomes: Department) -> list[tuple[str, object, object]]:
    return [
        (name, _said(getattr(was, name)), _said(getattr(becomes, name)))
        for name in Department.__dataclass_fields__
        if getattr(was, name) != getattr(becomes, name)
    ]


def _said(value: object) -> object:
    """A value as a history says it: words for yes and no are the template's."""
    if isinstance(value, time):
        return _clock(value)
    return ", ".join(value) if isinstance(value, tuple) else value


def _written(form: Form, code: str) -> tuple[str, WrittenDepartment]:
    """The code and the department as typed; raises `Refusal` beside all that cannot be read."""
    wrong = list[FieldError]()
    own_code = form.line("code") if code == NEW else code
    if not re.fullmatch(CODE, own_code) or own_code == NEW:
        wrong.append(FieldError("department_code", field="code"))
    said: dict[str, Any] = {one: _number(form, one, wrong) for one in NUMBERS}
    said |= {one: _time(form, one, wrong) for one in CLOCKS}
    said |= {one: form.short_note(one, MAX_NAME_LENGTH) for one in ("name_ru", "name_en")}
    reason, valid_from = form.note("reason"), _day(form, wrong)
    if not reason:
        wrong.append(FieldError("page_reason_missing", field="reason"))
    if wrong:
        raise invalid(*wrong)
    rules = Department(
        **said,
        is_offered=bool(form.typed("offered")),
        client_archives=bool(form.typed("archives")),
        mail_address=form.line("mail_address").lower() or None,
        staff=tuple(dict.fromkeys(form.note("staff").split())),
    )
    role, seen = form.line("role"), form.line("seen_version")
    return own_code, WrittenDepartment(
        rules,
        int(seen) if is_number(seen) else 0,
        reason,
        Role(role) if role in set(Role) else None,
        valid_from,
    )


def _number(form: Form, name: str, wrong: list[FieldError]) -> int:
    typed = form.line(name)
    if is_number(typed):
        return int(typed)
    wrong.append(FieldError("policy_number_malformed", field=name))
    return 0


def _time(form: Form, name: str, wrong: list[FieldError]) -> time | None:
    typed = form.line(name)
    if not typed and name in LUNCH:
        return None
    if re.fullmatch(CLOCK_PATTERN, typed):
        return time.fromisoformat(typed)
    wrong.append(FieldError("department_clock", field=name))
    return None


def _day(form: Form, wrong: list[FieldError]) -> date | None:
    typed = form.line("valid_from")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        wrong.append(FieldError("page_day_missing", field="valid_from"))
        return None
