"""The report on refunds at the desk: plots and tables of a period, and the cases behind each."""

from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query
from starlette.responses import Response

from db.refund import report as report_in
from domain.refund.report import Figure, ReportPeriod
from starter.commands.refusal import FieldError, invalid
from starter.presentation.refund.report import (
    FigureShown,
    ReportedRefundShown,
    default_period,
    refund_report,
    reported,
    value_title,
)
from starter.presentation.table_file import Cell, FileKind, table_file
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import Visit, VisitDep
from texts import Language, day, moment, translate

PAGE = "/desk/reports"
SHOWN = 50
"""Cases of one page."""
MAX_VALUE_LENGTH = 100
LAST = "~"
"""Sorts after every case's id."""
SECONDS_PER_HOUR = 3600
IN_HOURS = Figure.TIME_IN_STATUS

CASES = SavedList[ReportedRefundShown](
    f"{PAGE}/cases",
    "page.report",
    (
        FileColumn("page.report.case", lambda one, _: one.id),
        FileColumn("page.desk.opened_at", lambda one, _: one.opened_at),
        FileColumn("page.desk.client", lambda one, _: one.client_name),
        FileColumn("page.desk.status", lambda one, _: one.title),
        FileColumn("page.refund.sum", lambda one, _: roubles_in_cell(one.amount)),
        FileColumn("page.desk.file.score", lambda one, _: one.score),
        FileColumn("page.desk.file.feedback", lambda one, _: one.feedback),
    ),
)
"""The cases of a value as a file."""

Day = Annotated[str, Query(max_length=20)]
Tariff = Annotated[str, Query(max_length=MAX_VALUE_LENGTH)]

routes = pages()


@routes.get(PAGE)
async def read_refund_report(
    visit: VisitDep, first_day: Day = "", last_day: Day = "", tariff: Tariff = ""
) -> Response:
    """Every figure of the cases opened in a period, by default of the last ninety days."""
    usual = default_period(datetime.now(UTC))
    form = Form(
        {
            "first_day": first_day or usual.first_day.isoformat(),
            "last_day": last_day or usual.last_day.isoformat(),
        }
    )
    period = _period(form, tariff)
    if period is None:
        errors = {"first_day": translate("error.report_period", visit.language)}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(visit, Form(form.fields, errors=errors), usual, [], status)
    return _shown(visit, form, period, await _figures(visit, period))


@routes.get(f"{PAGE}/cases")
async def list_reported_refunds(
    visit: VisitDep,
    figure: Figure,
    value: Annotated[str, Query(min_length=1, max_length=MAX_VALUE_LENGTH)],
    first_day: date,
    last_day: date,
    tariff: Tariff = "",
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """The cases of one value of a figure, the latest opened first."""
    period, now = _right(ReportPeriod(first_day, last_day, tariff)), datetime.now(UTC)
    title = await value_title(visit.database, figure, value, visit.language)
    words = _words(period, figure, title, visit.language)
    if file is not None:
        found = report_in.listed(figure, value, period, now, FILE_ROWS + 1, (now, LAST))
        whole = reported(await visit.database.rows(found), visit.language)
        return await CASES.file(visit.language, file, words, whole)
    rows = await visit.database.rows(
        report_in.listed(figure, value, period, now, SHOWN + 1, seen(after) or (now, LAST))
    )
    shown = rows[:SHOWN]
    return visit.page(
        "desk_report_cases.html",
        cases=reported(shown, visit.language),
        figure=figure,
        title=title,
        period=period,
        saved=CASES.saved(words, figure=figure, value=value, **_asked(period)),
        back=f"{PAGE}?{_query(period)}",
        more=f"{_query(period)}&{urlencode({'figure': figure, 'value': value})}",
        following=cursor_of(shown[-1].opened_at, shown[-1].id) if len(rows) > SHOWN else None,
    )


@routes.get(f"{PAGE}/refunds.{{kind}}")
async def save_refund_report(
    visit: VisitDep,
    kind: Annotated[FileKind, Path()],
    first_day: date,
    last_day: date,
    tariff: Tariff = "",
) -> Response:
    """The report as a table: a line for each value of each figure."""
    period = _right(ReportPeriod(first_day, last_day, tariff))
    figures = await _figures(visit, period)
    head = translate(
        "page.report.file_head",
        visit.language,
        first=day(first_day),
        last=day(last_day),
        at=moment(datetime.now(UTC), visit.language),
    )
    columns = [
        translate(key, visit.language)
        for key in (
            "page.report.figure",
            "page.report.value",
            "page.report.cases",
            "page.report.events",
            "page.report.amount",
            "page.report.median_hours",
            "page.report.slowest_hours",
        )
    ]
    name = f"refunds-{first_day}-{last_day}.{kind}"
    return Response(
        table_file(kind, head, columns, _lines(figures)),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
        media_type=kind.media_type,
    )


async def _figures(visit: Visit, period: ReportPeriod) -> list[FigureShown]:
    return await refund_report(visit.database, period, datetime.now(UTC), visit.language)


def _shown(
    visit: Visit,
    form: Form,
    period: ReportPeriod,
    figures: list[FigureShown],
    status: int = HTTPStatus.OK,
) -> Response:
    return visit.page(
        "desk_report.html",
        status=status,
        form=form,
        period=period,
        figures=figures,
        query=_query(period),
        file_kinds=tuple(FileKind),
        in_hours=IN_HOURS,
    )


def _period(form: Form, tariff: str) -> ReportPeriod | None:
    try:
        first, last = (date.fromisoformat(form.line(name)) for name in ("first_day", "last_day"))
    except ValueError:
        return None
    period = ReportPeriod(first, last, tariff)
    return None if period.is_wrong else period


def _right(period: ReportPeriod) -> ReportPeriod:
    if period.is_wrong:
        raise invalid(FieldError("report_period", field="first_day"))
    return period


def _asked(period: ReportPeriod) -> dict[str, object]:
    asked: dict[str, object] = {"first_day": period.first_day, "last_day": period.last_day}
    return {**asked, "tariff": period.tariff} if period.tariff else asked


def _query(period: ReportPeriod) -> str:
    return urlencode(_asked(period))


def _words(period: ReportPeriod, figure: Figure, title: str, language: Language) -> str:
    """The filter of a list of cases."""
    opened = translate(
        "page.report.opened_in", language, first=day(period.first_day), last=day(period.last_day)
    )
    of_tariff = f", {period.tariff}" if period.tariff else ""
    return f"{translate(f'report.{figure}', language)}: {title}{of_tariff}. {opened}".rstrip(".")


def _lines(figures: list[FigureShown]) -> list[tuple[Cell, ...]]:
    return [
        (
            figure.title,
            one.title,
            one.cases,
            one.events,
            Decimal(one.amount) / 100,
            _hours(one.median_seconds),
            _hours(one.slowest_tenth_seconds),
        )
        for figure in figures
        for one in figure.values
    ]


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / SECONDS_PER_HOUR, 1)
