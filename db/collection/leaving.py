"""Letters about debts that are about to leave, as they are judged then, and what was not sent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from db.calendar.calendar import CALENDAR
from db.collection.left_out import LEFT_OUT
from db.database import Transaction
from db.facts import Reading, every, first, together
from db.query import Query, row, typed
from domain.calendar.bank_calendar import BankCalendar
from domain.collection.leaving import AskedDebt, NotSent, QueuedLetter
from domain.collection.policy import CollectionPolicy, Tone


@row
class QueuedRow:
    """A letter that has not left."""

    letter_id: UUID
    day: date
    tone: str
    next_on: date
    written_at: datetime
    params: dict[str, Any]
    time_zone: str
    policy_version: int
    policy: dict[str, Any]
    is_contacted: bool
    is_superseded: bool


@row
class AskedRow:
    """A debt that it asks for, as it is now."""

    collection_id: str
    is_owed: bool
    is_closed: bool
    is_disputed: bool


@row
class NotSentRow:
    """A letter that did not ask for a debt, and why."""

    letter_id: UUID
    tone: str
    day: date
    at: datetime
    reason: str


_OTHERS = """
    SELECT FROM collection_letters o
      JOIN notifications m ON m.case_id = o.collection_id AND m.occasion = 'letter-' || o.number
     WHERE o.client_id = l.client_id AND o.id <> l.id AND m.channel = 'mail' AND m.role = 'client'
"""
_DAY = "(greatest({at}, {written}) AT TIME ZONE 'Europe/Moscow')::date"
_TODAY = _DAY.format(at="CAST(:now AS timestamptz)", written="l.written_at")
_LEFT_ON = _DAY.format(at="m.settled_at", written="o.written_at")
_QUEUED = typed(
    QueuedRow,
    text(
        f"""
SELECT l.id AS letter_id, l.day, l.tone, l.next_on, l.written_at, n.params, client.time_zone,
       c.policy_version, p.document AS policy,
       EXISTS (SELECT FROM collection_contacts k
                WHERE k.client_id = l.client_id AND k.day = {_TODAY})
       OR EXISTS ({_OTHERS} AND m.status = 'sent' AND {_LEFT_ON} = {_TODAY}) AS is_contacted,
       EXISTS ({_OTHERS} AND m.status IN ('queued', 'sent') AND o.day > l.day) AS is_superseded
  FROM notifications n
  JOIN collection_letters l ON l.collection_id = n.case_id AND n.occasion = 'letter-' || l.number
  JOIN collections c ON c.id = l.collection_id
  JOIN clients client ON client.id = l.client_id
  JOIN policies p ON p.kind = c.policy_kind AND p.version = c.policy_version
 WHERE n.id = :notification_id AND n.status = 'queued'
"""  # noqa: S608  constants of this module
    ),
    never_null=("is_contacted", "is_superseded"),
)
_ASKED = typed(
    AskedRow,
    text(
        f"""
SELECT line.collection_id, i.voided_at IS NULL AND i.paid_kopecks < i.total_kopecks AS is_owed,
       c.closed_at IS NOT NULL AS is_closed,
       EXISTS (SELECT FROM disputes d
                WHERE d.invoice_number = i.number AND d.closed_at IS NULL) AS is_disputed
  FROM notifications n
  JOIN collection_letters l ON l.collection_id = n.case_id AND n.occasion = 'letter-' || l.number
  JOIN collection_letter_lines line ON line.letter_id = l.id
  JOIN collections c ON c.id = line.collection_id
  JOIN invoices i ON i.number = c.invoice_number
 WHERE n.id = :notification_id AND NOT EXISTS ({LEFT_OUT})
"""  # noqa: S608  constants of this package
    ),
    never_null=("is_owed", "is_closed", "is_disputed"),
)
_NOT_SENT = typed(
    NotSentRow,
    text(
        """
SELECT l.id AS letter_id, l.tone, l.day, gone.at, gone.reason
  FROM collection_letter_changes gone
  JOIN collection_letters l ON l.id = gone.letter_id
 WHERE gone.collection_id = :of_case AND gone.debt_kopecks = 0 AND NOT EXISTS (
       SELECT FROM collection_letter_changes later
        WHERE later.letter_id = gone.letter_id AND later.collection_id = gone.collection_id
          AND later.at > gone.at)
 ORDER BY gone.at DESC
 LIMIT :how_many
"""
    ),
)
_LEAVE_OUT = text("SELECT correct_letters(:of_case, 0, :why)")
_WITHDRAW = text("SELECT withdraw_letter(:notification_id, :letter_id, :why)")


def queued(notification_id: UUID, now: datetime) -> Reading[QueuedLetter | None]:
    """A letter as it is to leave; None for one that has been withdrawn, or has left."""
    return together(
        _letter_from,
        first(_QUEUED(notification_id=notification_id, now=now)),
        every(_ASKED(notification_id=notification_id)),
        CALENDAR,
    )


def not_sent(collection_id: str, how_many: int) -> Query[NotSentRow]:
    """The letters that were written about a debt and did not ask for it, the latest first."""
    return _NOT_SENT(of_case=collection_id, how_many=how_many)


def leave_out(transaction: Transaction, collection_id: str, why: NotSent) -> None:
    """Leaves a debt out of letters that have not left; one that asks for nothing else is
    withdrawn.
    """
    transaction.write(_LEAVE_OUT, of_case=collection_id, why=why)


def withdraw(transaction: Transaction, notification_id: UUID, letter_id: str, why: NotSent) -> None:
    """Withdraws a letter, unless it has left; its cases are to hear of it."""
    transaction.write(
        _WITHDRAW, notification_id=notification_id, letter_id=UUID(letter_id), why=why
    )


def _letter_from(
    found: QueuedRow | None, debts: Sequence[AskedRow], calendar: BankCalendar
) -> QueuedLetter | None:
    if found is None:
        return None
    return QueuedLetter(
        letter_id=str(found.letter_id),
        day=found.day,
        tone=Tone(found.tone),
        next_on=found.next_on,
        written_at=found.written_at,
        debts=[
            AskedDebt(one.collection_id, one.is_owed, one.is_closed, one.is_disputed)
            for one in debts
        ],
        is_contacted=found.is_contacted,
        is_superseded=found.is_superseded,
        policy=CollectionPolicy.from_document(found.policy_version, found.policy),
        zone=ZoneInfo(found.time_zone),
        calendar=calendar,
        params=found.params,
    )
