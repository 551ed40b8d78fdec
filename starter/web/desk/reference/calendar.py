"""The bank calendar at the desk: a year, its days, and what operators correct in it."""

from collections.abc import Awaitable
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from db.calendar import calendar, history
from domain.calendar.bank_calendar import library_covers, moscow_date
from starter.access import roles_of
from starter.commands.calendar import change as command
from starter.commands.calendar.change import MAX_REASON_LENGTH
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.web.desk.reference.calendar_view import day_of, months_of, weekdays
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/reference"
FIRST_YEAR = 2000
LAST_YEAR = 2199
"""Days that the database takes."""
SHOWN = 30
"""Changes of a page, the latest."""

Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]
DayText = Annotated[str, Path(pattern=r"^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$")]
YearWanted = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)]

routes = pages()


@routes.get(LIST)
async def show_reference(visit: VisitDep, year: YearWanted = None) -> Response:
    """A year of the calendar, by default the present one."""
    return await _year_page(visit, year or moscow_date(datetime.now(UTC)).year)


@routes.get(f"{LIST}/days/{{day}}")
async def show_calendar_day(visit: VisitDep, day: DayText) -> Response:
    """A day, how it became what it is, and the forms that change it."""
    return await _day_page(visit, _day(day))


@routes.post(f"{LIST}/days/{{day}}/override")
async def override_calendar_day(visit: VisitDep, day: DayText) -> Response:
    """Makes a day a bank day, or a day off, whatever the decrees say."""

    async def overridden() -> None:
        wrong, chosen = [], visit.form.typed("is_working")
        if chosen not in {"yes", "no"}:
            wrong.append(FieldError("page_choice_missing", field="is_working"))
        if not visit.form.line("reason"):
            wrong.append(FieldError("page_reason_missing", field="reason"))
        if wrong:
            raise invalid(*wrong)
        await command.override_calendar_day(
            visit.services,
            visit.caller,
            visit.command_id,
            _day(day),
            is_working=chosen == "yes",
            reason=_reason(visit.form),
        )

    return await _of_day(visit, _day(day), overridden())


@routes.post(f"{LIST}/days/{{day}}/restoration")
async def restore_calendar_day(visit: VisitDep, day: DayText) -> Response:
    """Takes an override away: the decrees apply again."""

    async def restored() -> None:
        reason = _reason(visit.form, "restoration-reason")
        await command.restore_calendar_day(
            visit.services, visit.caller, visit.command_id, _day(day), reason
        )

    return await _of_day(visit, _day(day), restored())


@routes.post(f"{LIST}/years/{{year}}/confirmation")
async def confirm_calendar_year(visit: VisitDep, year: Year) -> Response:
    """Confirms that the days of a year are complete."""

    async def confirmed() -> None:
        reason = _reason(visit.form)
        await command.confirm_calendar_year(
            visit.services, visit.caller, visit.command_id, year, reason
        )

    return await _of_year(visit, year, confirmed())


@routes.post(f"{LIST}/years/{{year}}/withdrawal")
async def withdraw_calendar_year(visit: VisitDep, year: Year) -> Response:
    """Withdraws a confirmation."""

    async def withdrawn() -> None:
        reason = _reason(visit.form)
        await command.withdraw_calendar_year(
            visit.services, visit.caller, visit.command_id, year, reason
        )

    return await _of_year(visit, year, withdrawn())


async def _year_page(
    visit: Visit, year: int, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    known = await calendar.bank_calendar(visit.database)
    confirmed = await calendar.confirmed_years(visit.database)
    first, last = date(year, 1, 1), date(year, 12, 31)
    days, years = await visit.database.read(
        history.of_days(first, last, SHOWN), history.of_year(year, SHOWN)
    )
    return visit.page(
        "desk_reference_calendar.html",
        status=status,
        form=form,
        here=_address(year),
        year=year,
        earlier=year - 1 if year > FIRST_YEAR else None,
        later=year + 1 if year < LAST_YEAR else None,
        months=months_of(year, known, visit.language),
        weekdays=weekdays(visit.language),
        today=moscow_date(datetime.now(UTC)),
        is_covered=known.covered(year),
        is_decreed=library_covers(year),
        confirmation=next((one for one in confirmed if one.year == year), None),
        day_changes=days,
        year_changes=years,
        may_change=_may_change(visit),
    )


async def _day_page(
    visit: Visit, day: date, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    known = await calendar.bank_calendar(visit.database)
    changes = await visit.database.rows(history.of_days(day, day, SHOWN))
    return visit.page(
        "desk_reference_day.html",
        status=status,
        form=form,
        here=f"{LIST}/days/{day}",
        one=day_of(day, known),
        changes=changes,
        year_address=_address(day.year),
        may_change=_may_change(visit),
        max_reason=MAX_REASON_LENGTH,
    )


async def _of_day(visit: Visit, day: date, deed: Awaitable[object]) -> Response:
    """Leads back to the day; a refusal is shown on it as it is now."""

    async def page(form: Form, status: int) -> Response:
        return await _day_page(visit, day, form, status)

    path = f"{LIST}/days/{day}"
    try:
        await deed
    except Refusal as refusal:
        return await refused(visit, refusal, path, page)
    return visit.see(path)


async def _of_year(visit: Visit, year: int, deed: Awaitable[object]) -> Response:
    async def page(form: Form, status: int) -> Response:
        return await _year_page(visit, year, form, status)

    try:
        await deed
    except Refusal as refusal:
        return await refused(visit, refusal, _address(year), page)
    return visit.see(_address(year))


def _address(year: int) -> str:
    return f"{LIST}?year={year}"


def _may_change(visit: Visit) -> bool:
    return visit.caller.role in roles_of("override_calendar_day")


def _reason(form: Form, name: str = "reason") -> str:
    """A reason of one line; raises `Refusal` beside its field."""
    reason = form.short_note(name, MAX_REASON_LENGTH)
    if not reason:
        raise invalid(FieldError("page_reason_missing", field=name))
    return reason


def _day(text: str) -> date:
    """The day of an address; raises `Refusal` `not_found` for one that no calendar has."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise not_found() from None
