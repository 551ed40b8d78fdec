"""Webhooks to be sent: what is due, what was acknowledged, and when to retry."""

import sqlite3

from sandbox.acquirer.clock import ms, now_ms
from sandbox.acquirer.terms import LONGEST_WEBHOOK_RETRY, WEBHOOK_RETRY

DOUBLINGS = 16
"""More of them make no wait longer."""


class Outbox:
    """The webhooks of one kind of subject, in a table of the acquirer's books.

    `put` belongs to the transaction of the event; the other methods are transactions themselves.
    """

    def __init__(self, connection: sqlite3.Connection, table: str, subject: str) -> None:
        self._connection = connection
        self._table = table
        self._subject = subject
        connection.executescript(
            f"CREATE TABLE IF NOT EXISTS {table} (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
            f" {subject} TEXT NOT NULL, due_at_ms INTEGER, attempts INTEGER NOT NULL DEFAULT 0,"
            " delivered_at_ms INTEGER);"
            f"CREATE INDEX IF NOT EXISTS {table}_due ON {table} (due_at_ms)"
            " WHERE due_at_ms IS NOT NULL;"
        )

    def put(self, subject_id: str, copies: int, delay_ms: int) -> None:
        """Queues `copies` of an event, to be sent after a delay."""
        self._connection.executemany(
            f"INSERT INTO {self._table} ({self._subject}, due_at_ms) VALUES (?, ?)",  # noqa: S608
            [(subject_id, now_ms() + delay_ms)] * copies,
        )

    def due(self, limit: int, subject_id: str | None = None) -> list[sqlite3.Row]:
        """The events to send now, in the order in which they became due, with their subjects."""
        query = (
            f"SELECT *, {self._subject} AS subject_id FROM {self._table}"  # noqa: S608
            " WHERE due_at_ms IS NOT NULL AND due_at_ms <= ?1"
            f" AND (?2 IS NULL OR {self._subject} = ?2) ORDER BY due_at_ms, seq LIMIT ?3"
        )
        return self._connection.execute(query, (now_ms(), subject_id, limit)).fetchall()

    def next_due_ms(self) -> int | None:
        """When the next one is due; None when nothing waits."""
        row = self._connection.execute(
            f"SELECT min(due_at_ms) AS due FROM {self._table}"  # noqa: S608
            " WHERE due_at_ms IS NOT NULL"
        ).fetchone()
        due: int | None = row["due"]
        return due

    def delivered(self, seq: int) -> None:
        """Acknowledged: not sent again."""
        with self._connection:
            self._connection.execute(
                f"UPDATE {self._table} SET delivered_at_ms = ?, due_at_ms = NULL,"  # noqa: S608
                " attempts = attempts + 1 WHERE seq = ?",
                (now_ms(), seq),
            )

    def failed(self, seq: int, attempts: int, most: int) -> None:
        """Retries after a delay that doubles up to the longest, or gives up."""
        wait = ms(min(WEBHOOK_RETRY * 2 ** min(attempts - 1, DOUBLINGS), LONGEST_WEBHOOK_RETRY))
        due = None if attempts >= most else now_ms() + wait
        with self._connection:
            self._connection.execute(
                f"UPDATE {self._table} SET attempts = ?, due_at_ms = ? WHERE seq = ?",  # noqa: S608
                (attempts, due, seq),
            )
