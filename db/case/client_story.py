"""All of one client: its cases of every kind, what people did about them, and its balances."""

from datetime import datetime

from sqlalchemy import text

from db.query import Query, row, typed

After = tuple[datetime, str]
"""The key (at, place) of the last row seen; None begins with the latest."""


@row
class CaseOfClient:
    """A case: `kind` is `refund`, `renewal`, `limit_request` or `ticket`; `about` is its invoice,
    its subscription or its topic.
    """

    kind: str
    place: str
    at: datetime
    about: str | None
    status: str
    sum_kopecks: int | None
    waiting_for: str | None
    wait_until: datetime | None
    closed_at: datetime | None


@row
class DeedOfClient:
    """What a person did: in a case of the client, or with its money. `code` is a status of the case
    for `refund` and `renewal`, and names what was done for other kinds.
    """

    kind: str
    place: str
    at: datetime
    case_id: str
    code: str
    by: str


@row
class ClientBalances:
    """A client's accounts in the ledger, and what stands above its invoices (kopecks).

    `held` is what was paid and not promised back, `promised` and `under_way` go back, `surplus` is
    held above the invoices.
    """

    held_kopecks: int
    promised_kopecks: int
    under_way_kopecks: int
    surplus_kopecks: int


_PAGE = """
SELECT * FROM found
 WHERE CAST(:seen_at AS timestamptz) IS NULL OR (at, place) < (:seen_at, CAST(:seen_place AS text))
 ORDER BY at DESC, place DESC LIMIT :at_most
"""
_CASES = typed(
    CaseOfClient,
    text(
        f"""
WITH found AS (
    SELECT 'refund' AS kind, id AS place, opened_at AS at, invoice_number AS about, status,
           nullif(sum_kopecks, 0) AS sum_kopecks, waiting_for, wait_until, closed_at
      FROM refunds WHERE client_id = :client_id
    UNION ALL
    SELECT 'renewal', r.id, r.opened_at, s.title, r.status, NULL, r.waiting_for, r.wait_until,
           r.closed_at
      FROM renewals AS r JOIN subscriptions AS s ON s.id = r.subscription_id
     WHERE r.client_id = :client_id
    UNION ALL
    SELECT 'limit_request', CAST(l.id AS text), l.asked_at, s.title,
           CASE WHEN l.answered_at IS NULL THEN 'awaiting_answer' ELSE 'answered' END, NULL,
           CASE WHEN l.answered_at IS NULL THEN 'specialist' END, NULL, l.answered_at
      FROM limit_requests AS l JOIN subscriptions AS s ON s.id = l.subscription_id
     WHERE l.client_id = :client_id
    UNION ALL
    SELECT 'ticket', id, opened_at, topic, status, NULL, waiting_for, wait_until, closed_at
      FROM tickets WHERE client_id = :client_id
) {_PAGE}"""  # noqa: S608  only a constant of this module is put into it
    ),
    never_null=("kind", "place", "at", "status"),
)
_DEEDS = typed(
    DeedOfClient,
    text(
        f"""
WITH found AS (
    SELECT 'refund' AS kind, h.refund_id || '/' || lpad(CAST(h.number AS text), 9, '0') AS place,
           h.at, h.refund_id AS case_id, h.to_status AS code, h.by
      FROM refunds AS r JOIN refund_history AS h ON h.refund_id = r.id
     WHERE r.client_id = :client_id AND h.by <> 'system'
    UNION ALL
    SELECT 'renewal', h.renewal_id || '/' || lpad(CAST(h.number AS text), 9, '0'), h.at,
           h.renewal_id, h.to_status, h.by
      FROM renewals AS r JOIN renewal_history AS h ON h.renewal_id = r.id
     WHERE r.client_id = :client_id AND h.by <> 'system'
    UNION ALL
    SELECT 'limit_request', 'limit-request-' || id, asked_at, 'limit-request-' || id, 'asked',
           asked_by
      FROM limit_requests WHERE client_id = :client_id
    UNION ALL
    SELECT 'limit_request', 'limit-answer-' || a.id, a.written_at, 'limit-request-' || l.id,
           'answered', a.written_by
      FROM limit_requests AS l JOIN limit_answers AS a ON a.limit_request_id = l.id
     WHERE l.client_id = :client_id
    UNION ALL
    SELECT 'money', 'reversal-' || v.payment_id, v.reversed_at, p.invoice_number, 'reversed',
           v.reversed_by
      FROM invoices AS i JOIN payments AS p ON p.invoice_number = i.number
      JOIN payment_reversals AS v ON v.payment_id = p.id
     WHERE i.client_id = :client_id
    UNION ALL
    SELECT 'money', 'allocation-' || a.id, a.allocated_at, a.invoice_number, 'allocated',
           a.allocated_by
      FROM invoices AS i JOIN allocations AS a ON a.invoice_number = i.number
     WHERE i.client_id = :client_id AND a.allocated_by <> 'system'
) {_PAGE}"""  # noqa: S608  only a constant of this module is put into it
    ),
    never_null=("kind", "place", "at", "case_id", "code", "by"),
)
_BALANCES = typed(
    ClientBalances,
    text("""
WITH accounts AS (
    SELECT kind, kind || '/' || number AS name
      FROM invoices, unnest(ARRAY['invoice', 'surplus']) AS kind WHERE client_id = :client_id
    UNION ALL
    SELECT 'promised', 'promised/' || id FROM refunds WHERE client_id = :client_id
    UNION ALL
    SELECT 'transit', 'transit/' || p.case_id || '/' || p.attempt
      FROM refunds AS r JOIN payouts AS p ON p.case_id = r.id WHERE r.client_id = :client_id
), balances AS (
    SELECT a.kind,
           (SELECT coalesce(sum(amount_kopecks), 0) FROM ledger_transfers
             WHERE credit_account = a.name)
           - (SELECT coalesce(sum(amount_kopecks), 0) FROM ledger_transfers
               WHERE debit_account = a.name) AS kopecks
      FROM accounts AS a
)
SELECT CAST(coalesce(sum(kopecks) FILTER (WHERE kind = 'invoice'), 0) AS bigint) AS held_kopecks,
       CAST(coalesce(sum(kopecks) FILTER (WHERE kind = 'promised'), 0) AS bigint)
           AS promised_kopecks,
       CAST(coalesce(sum(kopecks) FILTER (WHERE kind = 'transit'), 0) AS bigint)
           AS under_way_kopecks,
       CAST(coalesce(sum(kopecks) FILTER (WHERE kind = 'surplus'), 0) AS bigint) AS surplus_kopecks
  FROM balances
"""),
    never_null=("held_kopecks", "promised_kopecks", "under_way_kopecks", "surplus_kopecks"),
)


def cases_of(client_id: str, at_most: int, after: After | None) -> Query[CaseOfClient]:
    """The cases of a client, the latest opened first."""
    at, place = after or (None, None)
    return _CASES(client_id=client_id, seen_at=at, seen_place=place, at_most=at_most)


def deeds_of(client_id: str, at_most: int, after: After | None) -> Query[DeedOfClient]:
    """What people did about a client, the latest first."""
    at, place = after or (None, None)
    return _DEEDS(client_id=client_id, seen_at=at, seen_place=place, at_most=at_most)


def balances_of(client_id: str) -> Query[ClientBalances]:
    """What the ledger holds of a client."""
    return _BALANCES(client_id=client_id)
