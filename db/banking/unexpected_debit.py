"""Debits in bank statements that contradict our books: of payouts that are paid or rejected."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from db.database import Database
from db.notification import notification
from db.query import Query, row, typed
from domain.banking.notices import DEBIT_CONTRADICTS
from domain.banking.statement_import import EXECUTED_WITHIN_DAYS


@row
class UnexpectedDebit:
    """A debit, and the payout attempt whose order it names."""

    entry_id: UUID
    day: date
    amount_kopecks: int
    number: int
    case_id: str
    attempt: int


@row
class DebitedCase:
    """A case with an unexpected debit."""

    case_id: str


# An order that was debited once is another matter until its own debit is matched: the payout hears
# of it first.
_AGAINST = """
  FROM payment_orders AS o
  JOIN payment_runs AS r ON r.id = o.run_id
  JOIN payouts AS p ON p.case_id = o.case_id AND p.attempt = o.attempt
  JOIN statements AS s ON s.id = p.statement_id
  JOIN bank_entries AS e ON e.account = r.own_account AND e.amount_kopecks = o.amount_kopecks
 WHERE e.status = 'unmatched' AND e.direction = 'out'
   AND ltrim(e.number, '0') = CAST(o.number AS text) AND e.counterparty_account = s.account
   AND e.day BETWEEN o.day AND o.day + CAST(:within_days AS integer)
   AND (p.status = 'rejected' OR EXISTS (
       SELECT FROM bank_entries AS m WHERE m.status = 'matched' AND m.matched_as = 'payout'
          AND m.matched_case = o.case_id AND m.matched_attempt = o.attempt))
"""
# A debit that was matched while the rejection was being stored: it contradicts it all the same.
_MATCHED_AGAINST = """
  FROM payouts AS p
  JOIN payment_orders AS o ON o.case_id = p.case_id AND o.attempt = p.attempt
  JOIN bank_entries AS e ON e.status = 'matched' AND e.matched_as = 'payout'
   AND e.matched_case = p.case_id AND e.matched_attempt = p.attempt
 WHERE p.channel = 'bank' AND p.status = 'rejected'
"""
_SHOWN = """
SELECT e.id AS entry_id, e.day, e.amount_kopecks, o.number, o.case_id, o.attempt
"""
_UNNOTIFIED = typed(
    UnexpectedDebit,
    text(
        f"""
SELECT found.* FROM ({_SHOWN} {_AGAINST} UNION ALL {_SHOWN} {_MATCHED_AGAINST}) AS found
 WHERE NOT EXISTS (
     SELECT FROM notifications AS n WHERE n.case_id = found.case_id
        AND n.occasion = 'debit-' || found.entry_id)
 ORDER BY found.day, found.entry_id LIMIT :at_most
"""  # noqa: S608  only constants of this module are put into it
    ),
    never_null=(
        "entry_id",
        "day",
        "amount_kopecks",
        "number",
        "case_id",
        "attempt",
    ),
)
_OPEN_CASES = typed(DebitedCase, text(f"SELECT DISTINCT o.case_id {_AGAINST}"))


async def unnotified(database: Database, at_most: int) -> list[UnexpectedDebit]:
    """Unexpected debits that accountants were not notified of, the earliest first."""
    return await database.rows(_UNNOTIFIED(within_days=EXECUTED_WITHIN_DAYS, at_most=at_most))


async def notify(database: Database, found: UnexpectedDebit, at: datetime) -> None:
    """Notifies the accountants; a repeat adds nothing."""
    async with database.transaction() as transaction:
        notification.notify(
            transaction,
            (DEBIT_CONTRADICTS,),
            case_id=found.case_id,
            client_id=None,
            occasion=f"debit-{found.entry_id}",
            params={
                "amount_kopecks": found.amount_kopecks,
                "attempt": found.attempt,
                "debited_on": found.day.isoformat(),
                "entry_id": str(found.entry_id),
                "order_number": found.number,
            },
            at=at,
        )


def open_cases() -> Query[DebitedCase]:
    """Cases with an unexpected debit that nobody has decided about."""
    return _OPEN_CASES(within_days=EXECUTED_WITHIN_DAYS)
