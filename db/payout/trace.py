"""The trace of a payout attempt: where its money can be found, and what contradicts it."""

from datetime import date

from sqlalchemy import text

from db.facts import Reading, only
from db.query import Query, row, typed
from domain.billing.invoice import PaymentMethod
from domain.payout.payout import Channel, PayoutRequest, way_of
from domain.payout.trace import PayoutTrace

SUSPECTED_WITHIN_DAYS = 90
"""How long after an order a credit is looked for that may be its return."""


@row
class TraceRow:
    """A payout attempt with its order, its entries in bank statements, and what contradicts it."""

    attempt: int
    channel: str
    amount_kopecks: int
    settled_on: date | None
    external_id: str | None
    rrn: str | None
    method: str | None
    order_number: int | None
    order_day: date | None
    bank_name: str
    debited_on: date | None
    returned_on: date | None
    suspect_on: date | None
    is_unlisted: bool


# A return that names no order of ours is left to a person; here it is only a hint.
_TRACES = typed(
    TraceRow,
    text(
        """
SELECT p.attempt, p.channel, p.amount_kopecks, p.settled_on, p.external_id, p.rrn, m.method,
       o.number AS order_number, o.day AS order_day, s.bank_name,
       debit.day AS debited_on, back.day AS returned_on,
       CASE WHEN back.id IS NULL THEN suspect.day END AS suspect_on,
       EXISTS (SELECT FROM acquirer_differences AS d
                WHERE d.invariant = 'listed' AND d.subject = p.case_id || '/' || p.attempt
                  AND NOT EXISTS (SELECT FROM acquirer_difference_decisions AS decided
                                   WHERE decided.difference_id = d.id)) AS is_unlisted
  FROM payouts AS p
  JOIN statements AS s ON s.id = p.statement_id
  LEFT JOIN payments AS m ON m.id = p.payment_id
  LEFT JOIN payment_orders AS o
    ON o.case_id = p.case_id AND o.attempt = p.attempt AND o.dissolved_at IS NULL
  LEFT JOIN payment_runs AS r ON r.id = o.run_id
  LEFT JOIN bank_entries AS debit
    ON debit.status = 'matched' AND debit.matched_as = 'payout'
   AND debit.matched_case = p.case_id AND debit.matched_attempt = p.attempt
  LEFT JOIN bank_entries AS back
    ON back.status = 'matched' AND back.matched_as = 'return'
   AND back.matched_case = p.case_id AND back.matched_attempt = p.attempt
  LEFT JOIN LATERAL (
       SELECT e.day FROM bank_entries AS e
        WHERE e.account = r.own_account AND e.amount_kopecks = p.amount_kopecks
          AND e.status = 'unmatched' AND e.direction = 'in' AND e.purpose ~ '[Вв][Оо][Зз][Вв][Рр]'
          AND e.day BETWEEN o.day AND o.day + CAST(:within_days AS integer)
          AND (e.counterparty_account = s.account
               OR e.counterparty_bic IN (s.bic, r.payer ->> 'bic'))
        ORDER BY e.day, e.id LIMIT 1
  ) AS suspect ON true
 WHERE p.case_id = :case_id AND (p.attempt = :attempt OR :attempt = 0)
 ORDER BY p.attempt
"""
    ),
    never_null=("attempt", "channel", "amount_kopecks", "bank_name", "is_unlisted"),
)


def of_case(case_id: str) -> Query[TraceRow]:
    """The traces of all attempts of a case."""
    return _TRACES(case_id=case_id, attempt=0, within_days=SUSPECTED_WITHIN_DAYS)


def of_attempt(request: PayoutRequest) -> Reading[PayoutTrace]:
    """The trace of one attempt; raises ValueError for one that does not exist."""
    one = _TRACES(
        case_id=request.case_id, attempt=request.attempt, within_days=SUSPECTED_WITHIN_DAYS
    )
    return only(one).to(trace_from)


def trace_from(row: TraceRow) -> PayoutTrace:
    """A row as the trace that it is."""
    channel = Channel(row.channel)
    method = None if row.method is None else PaymentMethod(row.method)
    is_by_bank = channel is Channel.BANK
    return PayoutTrace(
        attempt=row.attempt,
        channel=channel,
        way=way_of(channel, method),
        amount_kopecks=row.amount_kopecks,
        paid_on=row.settled_on,
        acquirer_refund=None if is_by_bank else row.external_id,
        rrn=row.rrn,
        order_number=row.order_number,
        order_day=row.order_day,
        bank_name=row.bank_name if is_by_bank else None,
        debited_on=row.debited_on,
        returned_on=row.returned_on,
        suspect_on=row.suspect_on,
        is_listed=not row.is_unlisted,
    )
