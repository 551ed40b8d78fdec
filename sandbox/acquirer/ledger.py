"""Counters for tests: received requests, and debits."""

import sqlite3

from sandbox.acquirer.clock import now_ms
from sandbox.acquirer.terms import MAX_REQUESTS_KEPT, MAX_REQUESTS_SHOWN, MAX_WEBHOOKS_SHOWN

_PAYMENTS = """
SELECT p.id, p.amount_kopecks, p.method, count(r.id) AS refunds, count(d.seq) AS debits,
    coalesce(sum(d.amount_kopecks), 0) AS debited_kopecks
FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id LEFT JOIN debits d ON d.refund_id = r.id
WHERE ?1 IS NULL OR p.id = ?1 GROUP BY p.id ORDER BY p.rowid
"""
_KEYS = """
SELECT r.key, min(r.payment_id) AS payment_id, count(r.id) AS refunds, count(d.seq) AS debits,
    coalesce(sum(d.amount_kopecks), 0) AS debited_kopecks
FROM refunds r LEFT JOIN debits d ON d.refund_id = r.id
WHERE ?1 IS NULL OR r.payment_id = ?1 GROUP BY r.key ORDER BY min(r.seq)
"""
_REFUNDS = """
SELECT id, payment_id, key, amount_kopecks, state, party, reason, receipt, receipt_content
FROM refunds
WHERE ?1 IS NULL OR payment_id = ?1 ORDER BY seq
"""
_RECEIPTS = """
SELECT id, payment_id, key, content, state FROM receipts
WHERE ?1 IS NULL OR payment_id = ?1 ORDER BY rowid
"""
_WEBHOOKS = """
SELECT w.refund_id, r.payment_id, w.attempts, w.delivered_at_ms IS NOT NULL AS delivered,
    w.due_at_ms IS NOT NULL AS waiting
FROM webhooks w JOIN refunds r ON r.id = w.refund_id
WHERE ?1 IS NULL OR r.payment_id = ?1 ORDER BY w.seq DESC LIMIT ?2
"""
_PAGE_PAYMENTS = """
SELECT id, key, amount_kopecks, state, method, party, reason FROM page_payments
WHERE ?1 IS NULL OR id = ?1 ORDER BY seq
"""
_PAGE_WEBHOOKS = """
SELECT payment_id, attempts, delivered_at_ms IS NOT NULL AS delivered,
    due_at_ms IS NOT NULL AS waiting
FROM page_payment_webhooks WHERE ?1 IS NULL OR payment_id = ?1 ORDER BY seq DESC LIMIT ?2
"""
_REQUESTS = """
SELECT seq, at_ms, method, path, payment_id, key, answer FROM requests
WHERE ?1 IS NULL OR payment_id = ?1 ORDER BY seq DESC LIMIT ?2
"""


class Ledger:
    """The journal of requests and the read side of the books."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def note_request(self, method: str, path: str, payment_id: str | None, key: str | None) -> int:
        """Stores a request before it is executed; returns its number."""
        with self._connection:
            row = self._connection.execute(
                "INSERT INTO requests (at_ms, method, path, payment_id, key)"
                " VALUES (?, ?, ?, ?, ?)",
                (now_ms(), method, path, payment_id, key),
            )
            number = row.lastrowid or 0
            self._connection.execute(
                "DELETE FROM requests WHERE seq <= ?", (number - MAX_REQUESTS_KEPT,)
            )
        return number

    def note_answer(self, number: int, answer: str) -> None:
        """The answer's status, or "dropped"."""
        with self._connection:
            self._connection.execute(
                "UPDATE requests SET answer = ? WHERE seq = ?", (answer, number)
            )

    def shown(self, payment_id: str | None) -> dict[str, object]:
        """Everything about one payment, or about all; requests and webhooks newest first."""
        return {
            "totals": self._totals(),
            "payments": {row["id"]: row for row in self._rows(_PAYMENTS, payment_id)},
            "keys": {row["key"]: row for row in self._rows(_KEYS, payment_id)},
            "refunds": self._rows(_REFUNDS, payment_id),
            "receipts": self._rows(_RECEIPTS, payment_id),
            "webhooks": self._rows(_WEBHOOKS, payment_id, MAX_WEBHOOKS_SHOWN),
            "page_payments": self._rows(_PAGE_PAYMENTS, payment_id),
            "page_webhooks": self._rows(_PAGE_WEBHOOKS, payment_id, MAX_WEBHOOKS_SHOWN),
            "requests": self._rows(_REQUESTS, payment_id, MAX_REQUESTS_SHOWN),
        }

    def _totals(self) -> dict[str, object]:
        return self._rows(
            "SELECT count(*) AS debits, coalesce(sum(amount_kopecks), 0) AS debited_kopecks,"
            " (SELECT coalesce(max(seq), 0) FROM requests) AS requests FROM debits"
        )[0]

    def _rows(self, query: str, *values: object) -> list[dict[str, object]]:
        return [dict(row) for row in self._connection.execute(query, values)]
