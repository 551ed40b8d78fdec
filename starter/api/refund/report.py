"""The report on refunds over HTTP: figures of a period, and the cases behind each."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from db.refund import report as report_in
from domain.refund.report import Figure, ReportPeriod
from starter.api.http.models import Shown
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.commands.refusal import FieldError, invalid
from starter.presentation.refund.report import (
    FigureShown,
    ReportedRefundShown,
    default_period,
    refund_report,
    reported,
)

MAX_VALUE_LENGTH = 100
LAST = "~"
"""Sorts after every case's id."""

routes = router("refunds")


class ReportShown(Shown):
    """Every figure of the refunds that were opened in a period."""

    first_day: date = Field(description="In Moscow, inclusive.")
    last_day: date = Field(description="In Moscow, inclusive.")
    figures: list[FigureShown]


def _period(
    first_day: Annotated[date | None, Query(description="In Moscow, inclusive.")] = None,
    last_day: Annotated[date | None, Query(description="In Moscow, inclusive.")] = None,
    tariff: Annotated[str, Query(max_length=MAX_VALUE_LENGTH)] = "",
) -> ReportPeriod:
    usual = default_period(datetime.now(UTC))
    period = ReportPeriod(first_day or usual.first_day, last_day or usual.last_day, tariff)
    if period.is_wrong:
        raise invalid(FieldError("report_period", field="first_day"))
    return period


PeriodDep = Annotated[ReportPeriod, Depends(_period)]


@routes.get("/v1/reports/refunds", summary="The report on refunds")
async def read_refund_report(
    period: PeriodDep, database: DatabaseDep, _caller: CurrentCaller, language: LanguageDep
) -> ReportShown:
    """Of the refunds that were opened in the period, by default the last ninety days."""
    return ReportShown(
        first_day=period.first_day,
        last_day=period.last_day,
        figures=await refund_report(database, period, datetime.now(UTC), language),
    )


@routes.get("/v1/reports/refunds/cases", summary="The cases behind a figure of the report")
async def list_reported_refunds(
    figure: Annotated[Figure, Query()],
    value: Annotated[str, Query(min_length=1, max_length=MAX_VALUE_LENGTH)],
    period: PeriodDep,
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ReportedRefundShown]:
    """The latest opened first."""
    now = datetime.now(UTC)
    before = key_in(cursor, moment_in, str) or (now, LAST)
    rows = await database.rows(report_in.listed(figure, value, period, now, limit + 1, before))
    shown, following = page_of(rows, limit, lambda row: (row.opened_at, row.id))
    return Page(items=reported(shown, language), next=following)
