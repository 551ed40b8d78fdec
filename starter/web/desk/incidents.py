"""Incidents at the desk: what is complained of, what is announced, a new one."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from starlette.responses import Response

from db.dispute import incident as incidents
from domain.dispute.incident import MAX_TEXT_LENGTH, MAX_TITLE_LENGTH, Announced, Audience
from domain.text import has_control_characters
from starter.commands.dispute import incident as command
from starter.commands.refusal import FieldError, invalid
from starter.presentation.dispute.incident import incident_shown
from starter.web.http.days import day_in
from starter.web.http.deed import PageOf, done
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import translate

LIST = "/desk/operators/incidents"
SHOWN = 30
"""Incidents that the page shows, the newest first."""
COUNTED = timedelta(days=1)
"""Of how long the complaints are counted."""

routes = pages()


@routes.get(LIST)
async def show_incidents(visit: VisitDep) -> Response:
    """What is complained of, and what was announced."""
    return await _page(visit)


@routes.post(LIST)
async def announce_incident(visit: VisitDep) -> Response:
    """Announces an incident."""

    async def announced() -> None:
        await command.announce_incident(
            visit.services, visit.caller, visit.command_id, _written(visit.form)
        )

    return await done(visit, announced(), LIST, _shown(visit))


@routes.post(f"{LIST}/{{incident_id}}/closure")
async def close_incident(visit: VisitDep, incident_id: UUID) -> Response:
    """Closes an incident."""
    deed = command.close_incident(visit.services, visit.caller, visit.command_id, incident_id)
    return await done(visit, deed, LIST, _shown(visit))


def _written(form: Form) -> Announced:
    title, text = form.short_note("title", MAX_TITLE_LENGTH), form.text("text")
    to, until = form.line("shown_to"), form.line("until")
    wrong = [
        FieldError("field_missing", field=name)
        for name, value in (("title", title), ("text", text.strip()))
        if not value
    ]
    if len(text) > MAX_TEXT_LENGTH:
        params = {"limit": MAX_TEXT_LENGTH}
        wrong.append(FieldError("note_too_long", field="text", params=params))
    if has_control_characters(text):
        wrong.append(FieldError("text_characters", field="text"))
    if to not in frozenset(Audience):
        wrong.append(FieldError("page_choice_missing", field="shown_to"))
    if wrong:
        raise invalid(*wrong)
    return Announced(title, text, Audience(to), day_in(until, "until") if until else None)


def _shown(visit: Visit) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    return page


async def _page(visit: Visit, form: Form | None = None, status: int = HTTPStatus.OK) -> Response:
    now = datetime.now(UTC)
    rows, counts = await visit.database.read(
        incidents.listed(SHOWN), incidents.complaints(now - COUNTED)
    )
    return visit.page(
        "desk_incidents.html",
        status=status,
        form=form,
        here=LIST,
        incidents=[incident_shown(row, visit.caller) for row in rows],
        counts=counts,
        audiences=[
            (one.value, translate(f"incident.shown_to.{one}", visit.language)) for one in Audience
        ],
        max_length=MAX_TEXT_LENGTH,
        now=now,
    )
