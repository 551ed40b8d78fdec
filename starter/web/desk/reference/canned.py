"""Prepared answers at the desk: all of them, one with how it reads, a new version."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from db.ticket import canned, reads
from domain.text import has_control_characters
from domain.ticket.canned import MAX_CANNED_LENGTH, MAX_TITLE_LENGTH, Place, filled, unknown_places
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.commands.ticket import canned as command
from starter.commands.ticket.canned import MAX_CANNED, CannedAnswer
from starter.presentation.ticket.ticket import departments_shown
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.ticket_text import MAX_TICKET_FORM_BYTES
from starter.web.http.visit import Visit, VisitDep
from texts import translate

LIST = "/desk/reference/canned-answers"
NEW = "new"
PREVIEW = "preview"
"""What the button says that shows how a text reads; nothing is stored."""
CODE = r"^[a-z][a-z0-9-]{0,39}$"

Code = Annotated[str, Path(pattern=CODE)]

routes = pages()


@routes.get(LIST)
async def list_canned_answers(visit: VisitDep) -> Response:
    """Every prepared answer by its newest version."""
    rows, departments = await visit.database.read(
        canned.newest(MAX_CANNED), reads.departments_at(datetime.now(UTC))
    )
    names = {one.code: one.name for one in departments_shown(departments, visit.language)}
    return visit.page("desk_canned_answers.html", answers=rows, names=names)


@routes.get(f"{LIST}/{{code}}")
async def show_canned_answer(visit: VisitDep, code: Code) -> Response:
    """One prepared answer, to be read and written anew; `new` is an empty one."""
    return await _page(visit, code)


@routes.post(f"{LIST}/{{code}}", max_body_size=MAX_TICKET_FORM_BYTES)
async def write_canned_answer(visit: VisitDep, code: Code) -> Response:
    """Stores a version; or shows how what was typed reads."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, code, form, status)

    try:
        own_code, written = _written(visit.form, code)
        if visit.form.typed("then") == PREVIEW:
            return await _page(visit, code, visit.form, preview=True)
        await command.write_canned_answer(
            visit.services, visit.caller, visit.command_id, own_code, written
        )
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


async def _page(
    visit: Visit,
    code: str,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    preview: bool = False,
) -> Response:
    rows, departments = await visit.database.read(
        canned.newest(MAX_CANNED), reads.departments_at(datetime.now(UTC))
    )
    row = next((one for one in rows if one.code == code), None)
    if row is None and code != NEW:
        raise not_found()
    if form is None:
        form = Form({"offered": "yes"}) if row is None else _form_of(row)
    text = form.text("text")
    shows = (preview or row is not None) and bool(text) and not unknown_places(text)
    return visit.page(
        "desk_canned_answer.html",
        status=status,
        form=form,
        here=f"{LIST}/{code}",
        code=code,
        answer=row,
        departments=[
            (one.code, one.name) for one in departments_shown(departments, visit.language)
        ],
        places=tuple(Place),
        max_length=MAX_CANNED_LENGTH,
        preview=filled(text, _example(visit)) if shows else None,
    )


def _form_of(row: canned.CannedRow) -> Form:
    fields = {"title": row.title, "text": row.text, "department": row.department or ""}
    return Form({**fields, "offered": "yes" if row.is_offered else ""})


def _example(visit: Visit) -> dict[Place, str]:
    """What the places stand for in a preview."""
    return {one: translate(f"page.canned.example.{one}", visit.language) for one in Place}


def _written(form: Form, code: str) -> tuple[str, CannedAnswer]:
    """The code and the answer as typed; raises `Refusal` beside what is wrong."""
    own_code = form.line("code") if code == NEW else code
    if not re.fullmatch(CODE, own_code) or own_code == NEW:
        raise invalid(FieldError("canned_answer_code", field="code"))
    title, text = form.short_note("title", MAX_TITLE_LENGTH), form.text("text")
    missing = [
        FieldError("field_missing", field=name)
        for name, value in (("title", title), ("text", text))
        if not value
    ]
    if missing:
        raise invalid(*missing)
    if len(text) > MAX_CANNED_LENGTH:
        raise invalid(
            FieldError("note_too_long", field="text", params={"limit": MAX_CANNED_LENGTH})
        )
    if has_control_characters(text):
        raise invalid(FieldError("text_characters", field="text"))
    department = form.line("department") or None
    return own_code, CannedAnswer(title, text, department, bool(form.typed("offered")))
