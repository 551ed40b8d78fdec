"""The report on refunds as callers see it: each figure's values in words, with their cases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import Field

from db.database import Database
from db.refund import report as report_in
from db.refund.report import FigureRow, ReportedRefund
from db.subscription import tariff as tariffs_in
from domain.calendar.bank_calendar import moscow_date
from domain.refund.report import DEFAULT_PERIOD, Figure, ReportPeriod
from starter.presentation.models import Roubles, Shown
from texts import Language, translate


class ValueShown(Shown):
    """One value of a figure and the cases that have it."""

    value: str
    title: str = Field(description="The value as text.")
    cases: int
    events: int = Field(description="How often; a case may have a value more than once.")
    amount: Roubles = Field(description="The sum of these cases, each counted once.")
    median_seconds: float | None = Field(description="Half of the stays were no longer.")
    slowest_tenth_seconds: float | None = Field(description="Nine of ten stays were no longer.")


class FigureShown(Shown):
    """A figure with its values."""

    figure: Figure
    title: str
    values: list[ValueShown]


class ReportedRefundShown(Shown):
    """A case of a figure's value."""

    id: str
    client_name: str
    invoice_number: str
    status: str
    title: str = Field(description="The status as text.")
    amount: Roubles
    opened_at: datetime
    score: int | None
    feedback: str | None


def default_period(now: datetime) -> ReportPeriod:
    """The last `DEFAULT_PERIOD` until today."""
    today = moscow_date(now)
    return ReportPeriod(today - DEFAULT_PERIOD + timedelta(days=1), today)


async def refund_report(
    database: Database, period: ReportPeriod, now: datetime, language: Language
) -> list[FigureShown]:
    """Every figure of the cases that were opened in a period."""
    rows = await report_in.counted(database, period, now)
    tariffs = await _tariffs(database)
    return [
        FigureShown(
            figure=figure,
            title=translate(f"report.{figure}", language),
            values=[_value(figure, row, tariffs, language) for row in rows if row.figure == figure],
        )
        for figure in Figure
    ]


async def value_title(database: Database, figure: Figure, value: str, language: Language) -> str:
    """A value of a figure as text; one that nobody knows as it is."""
    return _title(figure, value, await _tariffs(database), language)


def reported(rows: Sequence[ReportedRefund], language: Language) -> list[ReportedRefundShown]:
    """Cases of a report."""
    return [
        ReportedRefundShown(
            id=row.id,
            client_name=row.client_name,
            invoice_number=row.invoice_number,
            status=row.status,
            title=translate(f"refund.staff_status.{row.status}", language),
            amount=row.sum_kopecks,
            opened_at=row.opened_at,
            score=row.score,
            feedback=row.feedback,
        )
        for row in rows
    ]


async def _tariffs(database: Database) -> dict[str, str]:
    rows, _ = await database.read(*tariffs_in.catalogue(moscow_date(datetime.now(UTC))))
    return {row.code: row.title for row in rows}


def _value(
    figure: Figure, row: FigureRow, tariffs: dict[str, str], language: Language
) -> ValueShown:
    return ValueShown(
        value=row.value,
        title=_title(figure, row.value, tariffs, language),
        cases=row.cases,
        events=row.events,
        amount=row.amount_kopecks,
        median_seconds=row.median_seconds,
        slowest_tenth_seconds=row.slowest_tenth_seconds,
    )


def _title(figure: Figure, value: str, tariffs: dict[str, str], language: Language) -> str:
    if figure is Figure.MONTH:
        year, _, month = value.partition("-")
        return f"{month}.{year}"
    if figure is Figure.TARIFF and value in tariffs:
        return tariffs[value]
    try:
        return translate(_key(figure, value), language, value=value)
    except KeyError:
        return value


def _key(figure: Figure, value: str) -> str:
    """The key of a value's text: what the cases themselves are called by, where they are."""
    if figure in {Figure.STATUS, Figure.TIME_IN_STATUS}:
        return f"refund.staff_status.{value}"
    if figure in {Figure.REQUISITES, Figure.PAYOUT} and value != "by_hand":
        return f"payout.reason.{value}"
    if figure is Figure.REMARK and value != "other":
        return f"page.statement.{value}"
    if figure in {Figure.REPEATED, Figure.SCORE}:
        return f"report.{figure}.value"
    return f"report.{figure}.{value}"
