"""The lawyer's queue: debts by their sum, or by how long their clients have been silent."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import text

from db.query import Query, row, typed


class LawyerOrder(StrEnum):
    """What comes first: the largest sum, or the longest silence."""

    SUM = "sum"
    SILENCE = "silence"


@row
class LawyerRow:
    """A debt that the lawyer has. `silent_since` is when the client last said anything, or when its
    day of payment had gone by; `reason` why it came, by a code of ours or in a person's words.
    """

    id: str
    invoice_number: str
    client_name: str
    debt_kopecks: int
    silent_since: datetime
    claim_sent_on: date | None
    limitation_on: date
    reason: str | None
    said_by_person: bool
    courts: int
    wait_until: datetime | None


@dataclass(frozen=True)
class Seen:
    """The last row that was shown: its sum in kopecks, or its silence in microseconds of the epoch;
    and its id.
    """

    figure: int
    collection_id: str


_SILENCE = "(extract(epoch FROM silent_since) * 1000000)::bigint"
_QUEUE = """
WITH waiting AS (
SELECT c.id, c.invoice_number, client.name AS client_name,
       i.total_kopecks - i.paid_kopecks AS debt_kopecks,
       coalesce((SELECT max(h.at) FROM collection_history h
                   JOIN collection_decisions d ON d.id = h.submission_id
                  WHERE h.collection_id = c.id
                    AND d.action IN ('give_reason', 'promise_payment')),
                (c.due_on + 1)::timestamp AT TIME ZONE 'Europe/Moscow') AS silent_since,
       c.claim_sent_on, c.limitation_on, came.reason,
       coalesce(came.submission_id IS NOT NULL, false) AS said_by_person,
       (SELECT count(*) FROM collection_courts court
          JOIN collection_decisions d ON d.id = court.decision_id
         WHERE d.collection_id = c.id) AS courts,
       c.wait_until
  FROM collections c
  JOIN invoices i ON i.number = c.invoice_number
  JOIN clients client ON client.id = c.client_id
  LEFT JOIN LATERAL (
       SELECT h.reason, h.submission_id FROM collection_history h
        WHERE h.collection_id = c.id AND h.to_status = 'legal' AND h.from_status <> 'legal'
        ORDER BY h.number DESC LIMIT 1) came ON true
 WHERE c.status = 'legal'
)
SELECT id, invoice_number, client_name, debt_kopecks, silent_since, claim_sent_on, limitation_on,
       reason, said_by_person, courts, wait_until
  FROM waiting
"""
_NEVER_NULL = (
    "id",
    "invoice_number",
    "client_name",
    "debt_kopecks",
    "silent_since",
    "limitation_on",
    "said_by_person",
    "courts",
)
"""What PostgreSQL does not know of a query of a query."""
_BY_SUM = typed(
    LawyerRow,
    text(
        _QUEUE
        + """ WHERE CAST(:figure AS bigint) IS NULL
    OR debt_kopecks < :figure OR (debt_kopecks = :figure AND id > CAST(:collection_id AS text))
 ORDER BY debt_kopecks DESC, id LIMIT :how_many"""
    ),
    never_null=_NEVER_NULL,
)
_BY_SILENCE = typed(
    LawyerRow,
    text(
        _QUEUE
        + f""" WHERE CAST(:figure AS bigint) IS NULL
    OR ({_SILENCE}, id) > (CAST(:figure AS bigint), CAST(:collection_id AS text))
 ORDER BY {_SILENCE}, id LIMIT :how_many"""
    ),
    never_null=_NEVER_NULL,
)


def queue(order: LawyerOrder, how_many: int, after: Seen | None = None) -> Query[LawyerRow]:
    """Debts that the lawyer has, after the last one that was shown."""
    statement = _BY_SUM if order is LawyerOrder.SUM else _BY_SILENCE
    return statement(
        figure=None if after is None else after.figure,
        collection_id=None if after is None else after.collection_id,
        how_many=how_many,
    )
