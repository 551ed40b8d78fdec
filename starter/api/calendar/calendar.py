"""The bank calendar over HTTP: everybody reads it, operators correct it."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field

from db.calendar import calendar
from domain.calendar.bank_calendar import (
    MAX_BANK_DAYS,
    BankCalendar,
    CalendarNotCovered,
    end_of_moscow_day,
)
from starter.api.http.models import FIRST_DAY, LAST_DAY, Body, Day, Line, Shown
from starter.api.http.problems import UNKNOWN, documented
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.calendar import change as command
from starter.commands.calendar.change import MAX_REASON_LENGTH
from starter.commands.refusal import FieldError, Refusal, invalid, unprocessable

MAX_LISTED_DAYS = 366

routes = router("calendar")

DayPath = Annotated[Day, Path(description="The day.", examples=["2026-05-04"])]
YearPath = Annotated[int, Path(ge=FIRST_DAY.year, le=LAST_DAY.year, examples=[2028])]
Reason = Annotated[
    Line,
    Field(
        min_length=1,
        max_length=MAX_REASON_LENGTH,
        pattern=r"\S",
        examples=["Постановление Правительства"],
    ),
]


class OverrideBody(Body):
    """What a day is, when it differs from the decrees that the product knows."""

    is_working: bool
    reason: Reason


class CalendarReasonBody(Body):
    """Why an operator makes the change."""

    reason: Reason


class CalendarDay(Shown):
    """A day; `reason` and `author` belong to the override of it, if there is one."""

    day: date
    is_bank_day: bool
    overridden: bool
    reason: str | None = None
    author: str | None = None


class CalendarDays(Shown):
    """The days of a range, both ends included."""

    days: list[CalendarDay]


class ChangeShown(Shown):
    """What was stored; open cases whose deadlines move notify their clients themselves."""

    days: int = Field(description="Days that were overridden, or restored.")
    confirmed_year: int | None = None


class ConfirmedYear(Shown):
    """A year confirmed by an operator; years of known decrees need no confirmation."""

    year: int
    confirmed_by: str
    confirmed_at: datetime


class ConfirmedYears(Shown):
    """Every confirmed year."""

    items: list[ConfirmedYear]


class BankDaysShown(Shown):
    """The `count`-th bank day after `start`, and the instant it is over in Moscow."""

    start: date
    count: int
    date: date
    ends_at: datetime


@routes.get("/v1/calendar/days", summary="Which days are bank days")
async def list_calendar_days(
    database: DatabaseDep,
    _caller: CurrentCaller,
    first: Annotated[Day, Query(alias="from", description="The first day.")],
    last: Annotated[Day, Query(alias="to", description="The last day, a year on at most.")],
) -> CalendarDays:
    """422 `calendar_not_covered` for a year without a known decree and without a confirmation."""
    span = (last - first).days
    if not 0 <= span < MAX_LISTED_DAYS:
        raise invalid(FieldError("span_malformed", field="to"))
    overrides = {row.day: row for row in await calendar.overrides(database)}
    known = await calendar.bank_calendar(database)
    days = (first + timedelta(days=ahead) for ahead in range(span + 1))
    return CalendarDays(days=[_day(day, known, overrides.get(day)) for day in days])


@routes.get("/v1/bank-days", summary="Count bank days")
async def count_bank_days(
    database: DatabaseDep,
    _caller: CurrentCaller,
    start: Annotated[
        Day, Query(description="The day before the first that can count.", examples=["2026-04-28"])
    ],
    count: Annotated[int, Query(ge=1, le=MAX_BANK_DAYS, examples=[10])],
) -> BankDaysShown:
    """Counting starts with the day after `start`."""
    known = await calendar.bank_calendar(database)
    try:
        day = known.add_bank_days(start, count)
    except CalendarNotCovered as error:
        raise _not_covered(error) from None
    return BankDaysShown(start=start, count=count, date=day, ends_at=end_of_moscow_day(day))


@routes.put("/v1/calendar/days/{day}", summary="Override a day", responses=UNKNOWN)
async def override_calendar_day(
    day: DayPath,
    body: OverrideBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ChangeShown:
    """Deadlines that the day affects move, and their clients are notified."""
    await command.override_calendar_day(
        services, caller, command_id, day, is_working=body.is_working, reason=body.reason
    )
    return ChangeShown(days=1)


@routes.delete("/v1/calendar/days/{day}", summary="Remove an override", responses=UNKNOWN)
async def restore_calendar_day(
    day: DayPath,
    reason: Annotated[Reason, Query()],
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ChangeShown:
    """Removes an override, so the decrees apply again; without an override nothing changes."""
    await command.restore_calendar_day(services, caller, command_id, day, reason)
    return ChangeShown(days=1)


@routes.put(
    "/v1/calendar/years/{year}", summary="Confirm that a year is complete", responses=UNKNOWN
)
async def confirm_calendar_year(
    year: YearPath,
    body: CalendarReasonBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ChangeShown:
    """Days without an override are then what the calendar library computes, weekends and
    holidays.
    """
    await command.confirm_calendar_year(services, caller, command_id, year, body.reason)
    return ChangeShown(days=0, confirmed_year=year)


@routes.get("/v1/calendar/years", summary="The years that operators have confirmed")
async def list_calendar_years(database: DatabaseDep, _caller: CurrentCaller) -> ConfirmedYears:
    """By year."""
    rows = await calendar.confirmed_years(database)
    return ConfirmedYears(
        items=[ConfirmedYear.model_validate(row, from_attributes=True) for row in rows]
    )


@routes.delete(
    "/v1/calendar/years/{year}",
    summary="Withdraw the confirmation of a year",
    responses={**UNKNOWN, **documented(HTTPStatus.CONFLICT)},
)
async def withdraw_calendar_year(
    year: YearPath,
    reason: Annotated[Reason, Query()],
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ChangeShown:
    """Its overrides stay. Unless its decrees are known, deadlines in that year wait until it is
    confirmed again; 409 `year_not_confirmed` when it is not confirmed.
    """
    await command.withdraw_calendar_year(services, caller, command_id, year, reason)
    return ChangeShown(days=0)


def _day(day: date, known: BankCalendar, override: Any) -> CalendarDay:
    try:
        is_bank_day = known.is_bank_day(day)
    except CalendarNotCovered as error:
        raise _not_covered(error) from None
    if override is None:
        return CalendarDay(day=day, is_bank_day=is_bank_day, overridden=False)
    return CalendarDay(
        day=day,
        is_bank_day=is_bank_day,
        overridden=True,
        reason=override.reason,
        author=override.author,
    )


def _not_covered(error: CalendarNotCovered) -> Refusal:
    return unprocessable("calendar_not_covered", year=error.year)
