"""The report on refunds: every figure is one select of cases with a value, counted or listed."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import text

from db.database import Database
from db.query import Query, row, typed
from domain.calendar.bank_calendar import ONE_DAY, end_of_moscow_day, moscow_date
from domain.refund.report import Figure, ReportPeriod


@row
class FigureRow:
    """The cases of one value of a figure. `events` counts a case as often as it has the value;
    seconds are of `TIME_IN_STATUS` only.
    """

    figure: str
    value: str
    cases: int
    events: int
    amount_kopecks: int
    median_seconds: float | None
    slowest_tenth_seconds: float | None


@row
class ReportedRefund:
    """A case of a report."""

    id: str
    client_name: str
    invoice_number: str
    status: str
    sum_kopecks: int
    opened_at: datetime
    score: int | None
    feedback: str | None


# The cases of a period. A term is found by the invoice that paid for it.
_CHOSEN = """
SELECT r.id, r.kind, r.status, r.ordinal, r.client_id, r.invoice_number, r.calculation_id,
       r.sum_kopecks, r.opened_at, r.first_paid_on, r.credit_by
  FROM refunds AS r
 WHERE r.opened_at >= :since AND r.opened_at < :until
   AND (:tariff = '' OR EXISTS (SELECT FROM terms AS t
         WHERE t.invoice_number = r.invoice_number AND t.tariff_code = :tariff))
"""
_EVENTS: Mapping[Figure, str] = MappingProxyType(
    {
        Figure.MONTH: """
SELECT c.id, c.sum_kopecks, to_char(c.opened_at AT TIME ZONE 'Europe/Moscow', 'YYYY-MM') AS value
  FROM chosen AS c""",
        Figure.STATUS: "SELECT c.id, c.sum_kopecks, c.status AS value FROM chosen AS c",
        Figure.KIND: "SELECT c.id, c.sum_kopecks, c.kind AS value FROM chosen AS c",
        Figure.CALCULATED: """
SELECT c.id, c.sum_kopecks, k.kind AS value
  FROM chosen AS c JOIN calculations AS k ON k.id = c.calculation_id""",
        Figure.TIME_IN_STATUS: """
SELECT stay.id, stay.sum_kopecks, stay.value,
       CAST(extract(epoch FROM stay.left_at - stay.entered_at) AS double precision) AS seconds
  FROM (SELECT h.refund_id AS id, c.sum_kopecks, h.to_status AS value, h.at AS entered_at,
               lead(h.at) OVER (PARTITION BY h.refund_id ORDER BY h.number) AS left_at
          FROM chosen AS c JOIN refund_history AS h ON h.refund_id = c.id
         WHERE h.from_status IS DISTINCT FROM h.to_status) AS stay
 WHERE stay.left_at IS NOT NULL""",
        Figure.REMARK: """
SELECT c.id, c.sum_kopecks, coalesce(field.name, 'other') AS value
  FROM chosen AS c JOIN remarks AS m ON m.refund_id = c.id
  LEFT JOIN LATERAL jsonb_array_elements_text(m.fields) AS field (name) ON true""",
        Figure.REQUISITES: """
SELECT c.id, c.sum_kopecks, back.reason AS value
  FROM chosen AS c JOIN returned_requisites AS back ON back.case_id = c.id""",
        Figure.PAYOUT: """
SELECT c.id, c.sum_kopecks,
       CASE WHEN position(': ' IN p.reason) > 0 THEN 'by_hand'
            ELSE coalesce(p.reason, p.status) END AS value
  FROM chosen AS c JOIN payouts AS p ON p.case_id = c.id AND p.status IN ('rejected', 'returned')
 WHERE NOT EXISTS (SELECT FROM returned_requisites AS back
                    WHERE back.case_id = p.case_id AND back.attempt = p.attempt)""",
        Figure.REPEATED: """
SELECT c.id, c.sum_kopecks, CAST(c.ordinal AS text) AS value
  FROM chosen AS c WHERE c.ordinal > 1""",
        Figure.PROMISE: """
SELECT c.id, c.sum_kopecks,
       CASE WHEN c.id IN (SELECT p.case_id FROM payouts AS p WHERE p.status = 'returned')
            THEN 'returned'
            WHEN c.id IN (SELECT h.refund_id FROM refund_history AS h
                           WHERE h.to_status = 'inquiry') THEN 'asked'
            WHEN c.credit_by >= :today THEN 'under_way'
            ELSE 'kept' END AS value
  FROM chosen AS c WHERE c.first_paid_on IS NOT NULL""",
        Figure.SCORE: """
SELECT c.id, c.sum_kopecks, CAST(f.score AS text) AS value
  FROM chosen AS c JOIN feedback AS f ON f.refund_id = c.id""",
        Figure.TARIFF: """
SELECT c.id, c.sum_kopecks, coalesce(term.tariff_code, 'none') AS value
  FROM chosen AS c
  LEFT JOIN (SELECT DISTINCT ON (t.invoice_number) t.invoice_number, t.tariff_code
               FROM terms AS t ORDER BY t.invoice_number, t.created_at DESC) AS term
    ON term.invoice_number = c.invoice_number""",
    }
)


_SEVERAL_OF_A_CASE = frozenset(
    {Figure.TIME_IN_STATUS, Figure.REMARK, Figure.REQUISITES, Figure.PAYOUT}
)
"""The figures of which one case may have several values, or one value several times."""
_ONE = """
SELECT e.value, count(*) AS cases, count(*) AS events, sum(e.sum_kopecks) AS kopecks, {times}
  FROM ({events}) AS e GROUP BY e.value"""
_SEVERAL = """
SELECT e.value, count(*) FILTER (WHERE e.nth = 1) AS cases, count(*) AS events,
       sum(e.sum_kopecks) FILTER (WHERE e.nth = 1) AS kopecks, {times}
  FROM (SELECT *, row_number() OVER (PARTITION BY id, value) AS nth FROM ({events}) AS s) AS e
 GROUP BY e.value"""
_NO_TIMES = """
       CAST(NULL AS double precision) AS median, CAST(NULL AS double precision) AS slowest_tenth"""
_TIMES = """
       percentile_cont(0.5) WITHIN GROUP (ORDER BY e.seconds) AS median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY e.seconds) AS slowest_tenth"""


def _counts(figures: Iterable[Figure]) -> str:
    """The counts of figures. Each is counted by itself: the events of all of them together are too
    many rows to sort.
    """
    return " UNION ALL ".join(
        f"SELECT CAST('{figure}' AS text) AS figure, CAST(v.value AS text) AS value, v.cases,"  # noqa: S608
        f" v.events, v.kopecks, v.median, v.slowest_tenth FROM ({_count(figure)}) AS v"
        for figure in figures
    )


def _count(figure: Figure) -> str:
    counted = _SEVERAL if figure in _SEVERAL_OF_A_CASE else _ONE
    times = _TIMES if figure is Figure.TIME_IN_STATUS else _NO_TIMES
    return counted.format(events=_EVENTS[figure], times=times)


def _events() -> str:
    """The cases of every figure's values; a query says of which figure."""
    return " UNION ALL ".join(
        f"SELECT e.id, CAST(e.value AS text) AS value FROM ({events}) AS e"  # noqa: S608
        f" WHERE :figure = '{figure}'"
        for figure, events in _EVENTS.items()
    )


def _counting(figures: Iterable[Figure]) -> str:
    return f"""
WITH chosen AS MATERIALIZED ({_CHOSEN}), counts AS ({_counts(figures)})
SELECT figure, value, cases, events, CAST(kopecks AS bigint) AS amount_kopecks,
       median AS median_seconds, slowest_tenth AS slowest_tenth_seconds
  FROM counts ORDER BY figure, value
"""  # noqa: S608  made of constants of this module


_TIMES_COUNTED = typed(
    FigureRow,
    text(_counting([Figure.TIME_IN_STATUS])),
    never_null=("figure", "cases", "events", "amount_kopecks"),
)
_OTHERS_COUNTED = typed(
    FigureRow,
    text(_counting(figure for figure in Figure if figure is not Figure.TIME_IN_STATUS)),
    never_null=("figure", "value", "cases", "events", "amount_kopecks"),
)
_LISTED = typed(
    ReportedRefund,
    text(
        f"""
WITH chosen AS MATERIALIZED ({_CHOSEN}), events AS ({_events()})
SELECT c.id, clients.name AS client_name, c.invoice_number, c.status, c.sum_kopecks, c.opened_at,
       f.score, f.text AS feedback
  FROM (SELECT DISTINCT id FROM events WHERE value = :value) AS wanted
  JOIN chosen AS c ON c.id = wanted.id
  JOIN clients ON clients.id = c.client_id
  LEFT JOIN feedback AS f ON f.refund_id = c.id
 WHERE (c.opened_at, c.id) < (:before, :before_id)
 ORDER BY c.opened_at DESC, c.id DESC LIMIT :at_most
"""  # noqa: S608  made of constants of this module
    ),
    never_null=("id", "client_name", "invoice_number", "status", "sum_kopecks", "opened_at"),
)


async def counted(database: Database, period: ReportPeriod, now: datetime) -> list[FigureRow]:
    """How many cases that were opened in a period have each value of each figure.

    The times in statuses, which are half of the work, are counted on a connection of their own.
    """
    asked = (
        database.rows(one(**_params(period, now))) for one in (_TIMES_COUNTED, _OTHERS_COUNTED)
    )
    return [row for rows in await asyncio.gather(*asked) for row in rows]


def listed(
    figure: Figure,
    value: str,
    period: ReportPeriod,
    now: datetime,
    at_most: int,
    before: tuple[datetime, str],
) -> Query[ReportedRefund]:
    """The cases of one value, the latest opened first, opened before (moment, id)."""
    moment, case_id = before
    return _LISTED(
        figure=figure,
        value=value,
        at_most=at_most,
        before=moment,
        before_id=case_id,
        **_params(period, now),
    )


def _params(period: ReportPeriod, now: datetime) -> dict[str, object]:
    return {
        "since": end_of_moscow_day(period.first_day - ONE_DAY),
        "until": end_of_moscow_day(period.last_day),
        "tariff": period.tariff,
        "today": moscow_date(now),
    }
