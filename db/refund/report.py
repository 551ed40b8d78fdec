"""The report on refunds: every figure is one select of cases with a value, counted or listed."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import text

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
SELECT r.* FROM refunds AS r
 WHERE r.opened_at >= :since AND r.opened_at < :until
   AND (:tariff = '' OR EXISTS (SELECT FROM terms AS t
         WHERE t.invoice_number = r.invoice_number AND t.tariff_code = :tariff))
"""
_EVENTS: Mapping[Figure, str] = MappingProxyType(
    {
        Figure.MONTH: """
SELECT c.id, to_char(c.opened_at AT TIME ZONE 'Europe/Moscow', 'YYYY-MM') AS value
  FROM chosen AS c""",
        Figure.STATUS: "SELECT c.id, c.status AS value FROM chosen AS c",
        Figure.KIND: "SELECT c.id, c.kind AS value FROM chosen AS c",
        Figure.CALCULATED: """
SELECT c.id, k.kind AS value
  FROM chosen AS c JOIN calculations AS k ON k.id = c.calculation_id""",
        Figure.TIME_IN_STATUS: """
SELECT c.id, entered.to_status AS value,
       CAST(extract(epoch FROM min(gone.at) - entered.at) AS double precision) AS seconds
  FROM chosen AS c
  JOIN refund_history AS entered ON entered.refund_id = c.id
   AND entered.from_status IS DISTINCT FROM entered.to_status
  JOIN refund_history AS gone ON gone.refund_id = c.id AND gone.number > entered.number
   AND gone.from_status = entered.to_status AND gone.to_status <> entered.to_status
 GROUP BY c.id, entered.number, entered.to_status, entered.at""",
        Figure.REMARK: """
SELECT c.id, coalesce(field.name, 'other') AS value
  FROM chosen AS c JOIN remarks AS m ON m.refund_id = c.id
  LEFT JOIN LATERAL jsonb_array_elements_text(m.fields) AS field (name) ON true""",
        Figure.REQUISITES: """
SELECT c.id, back.reason AS value
  FROM chosen AS c JOIN returned_requisites AS back ON back.case_id = c.id""",
        Figure.PAYOUT: """
SELECT c.id, coalesce(p.reason, p.status) AS value
  FROM chosen AS c JOIN payouts AS p ON p.case_id = c.id AND p.status IN ('rejected', 'returned')
 WHERE NOT EXISTS (SELECT FROM returned_requisites AS back
                    WHERE back.case_id = p.case_id AND back.attempt = p.attempt)""",
        Figure.REPEATED: """
SELECT c.id, CAST(c.ordinal AS text) AS value FROM chosen AS c WHERE c.ordinal > 1""",
        Figure.PROMISE: """
SELECT c.id,
       CASE WHEN EXISTS (SELECT FROM payouts AS p
                          WHERE p.case_id = c.id AND p.status = 'returned') THEN 'returned'
            WHEN EXISTS (SELECT FROM refund_history AS h
                          WHERE h.refund_id = c.id AND h.to_status = 'inquiry') THEN 'asked'
            WHEN c.credit_by >= :today THEN 'under_way'
            ELSE 'kept' END AS value
  FROM chosen AS c WHERE c.first_paid_on IS NOT NULL""",
        Figure.SCORE: """
SELECT c.id, CAST(f.score AS text) AS value
  FROM chosen AS c JOIN feedback AS f ON f.refund_id = c.id""",
        Figure.TARIFF: """
SELECT c.id, coalesce(term.tariff_code, 'none') AS value
  FROM chosen AS c
  LEFT JOIN LATERAL (SELECT t.tariff_code FROM terms AS t
                      WHERE t.invoice_number = c.invoice_number
                      ORDER BY t.created_at DESC LIMIT 1) AS term ON true""",
    }
)


_NO_TIME = "CAST(NULL AS double precision)"


def _events() -> str:
    """The events of every figure; of one alone where a query says which."""
    return " UNION ALL ".join(
        f"SELECT e.id, CAST('{figure}' AS text) AS figure, CAST(e.value AS text) AS value,"  # noqa: S608
        f" {'e.seconds' if figure is Figure.TIME_IN_STATUS else _NO_TIME} AS seconds"
        f" FROM ({events}) AS e WHERE :figure IN ('', '{figure}')"
        for figure, events in _EVENTS.items()
    )


_COUNTED = typed(
    FigureRow,
    text(
        f"""
WITH chosen AS MATERIALIZED ({_CHOSEN}),
     events AS MATERIALIZED ({_events()}),
     timed AS (SELECT figure, value, count(*) AS events,
                      percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median,
                      percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) AS slowest_tenth
                 FROM events GROUP BY figure, value),
     cases AS (SELECT DISTINCT figure, value, id FROM events),
     summed AS (SELECT cases.figure, cases.value, count(*) AS cases,
                       sum(chosen.sum_kopecks) AS kopecks
                  FROM cases JOIN chosen ON chosen.id = cases.id
                 GROUP BY cases.figure, cases.value)
SELECT summed.figure, summed.value, summed.cases, timed.events,
       CAST(summed.kopecks AS bigint) AS amount_kopecks,
       timed.median AS median_seconds, timed.slowest_tenth AS slowest_tenth_seconds
  FROM summed JOIN timed ON timed.figure = summed.figure AND timed.value = summed.value
 ORDER BY summed.figure, summed.value
"""  # noqa: S608  made of constants of this module
    ),
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
  JOIN refunds AS c ON c.id = wanted.id
  JOIN clients ON clients.id = c.client_id
  LEFT JOIN feedback AS f ON f.refund_id = c.id
 WHERE (c.opened_at, c.id) < (:before, :before_id)
 ORDER BY c.opened_at DESC, c.id DESC LIMIT :at_most
"""  # noqa: S608  made of constants of this module
    ),
    never_null=("id", "client_name", "invoice_number", "status", "sum_kopecks", "opened_at"),
)


def counted(period: ReportPeriod, now: datetime) -> Query[FigureRow]:
    """How many cases that were opened in a period have each value of each figure."""
    return _COUNTED(figure="", **_params(period, now))


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
