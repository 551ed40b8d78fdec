"""The bank's books: received orders, debits, incoming money."""

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from sandbox.bank.exchange import Document, Order, Party, Statement
from sandbox.bank.terms import OPENING_KOPECKS, OUR_BANK, OUR_BIC

State = Literal["executed", "rejected", "waiting"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, payer_account TEXT NOT NULL, number TEXT NOT NULL,
    day TEXT NOT NULL, kopecks INTEGER NOT NULL CHECK (kopecks > 0), payer_name TEXT NOT NULL,
    payer_inn TEXT NOT NULL, payer_bic TEXT NOT NULL, recipient_name TEXT NOT NULL,
    recipient_inn TEXT NOT NULL, recipient_account TEXT NOT NULL, recipient_bic TEXT NOT NULL,
    purpose TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, deliveries INTEGER NOT NULL DEFAULT 0,
    UNIQUE (payer_account, number, day, kopecks, recipient_account));
CREATE TABLE IF NOT EXISTS debits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, order_seq INTEGER NOT NULL REFERENCES orders (seq),
    posted TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS incoming (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, number TEXT NOT NULL,
    posted TEXT NOT NULL, kopecks INTEGER NOT NULL CHECK (kopecks > 0), payer_name TEXT NOT NULL,
    payer_inn TEXT NOT NULL, payer_account TEXT NOT NULL, payer_bic TEXT NOT NULL,
    purpose TEXT NOT NULL, returns INTEGER REFERENCES orders (seq));
"""
_DEBITS = """
SELECT o.*, d.posted FROM debits d JOIN orders o ON o.seq = d.order_seq
WHERE o.payer_account = ? AND d.posted BETWEEN ? AND ? ORDER BY d.posted, d.seq
"""
_INCOMING = """
SELECT * FROM incoming WHERE account = ? AND posted BETWEEN ? AND ? ORDER BY posted, seq
"""
_BEFORE = """
SELECT (SELECT coalesce(sum(kopecks), 0) FROM incoming WHERE account = ?1 AND posted < ?2)
    - (SELECT coalesce(sum(o.kopecks), 0) FROM debits d JOIN orders o ON o.seq = d.order_seq
       WHERE o.payer_account = ?1 AND d.posted < ?2) AS moved
"""
_SHOWN = """
SELECT o.payer_account, o.number, o.day, o.kopecks, o.recipient_account, o.purpose, o.state,
    o.reason, o.deliveries, (SELECT count(*) FROM debits d WHERE d.order_seq = o.seq) AS debits,
    (SELECT count(*) FROM incoming i WHERE i.returns = o.seq) AS returns
FROM orders o ORDER BY o.seq
"""
_CAME_IN = """
SELECT i.account, i.number, i.posted, i.kopecks, i.purpose, o.number AS returns
FROM incoming i LEFT JOIN orders o ON o.seq = i.returns ORDER BY i.seq
"""


def connect(file: str) -> sqlite3.Connection:
    """Open or create the books; a process killed at any moment leaves them whole."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(_SCHEMA)
    return connection


class Books:
    """One writer, one thread: every method is one transaction and none awaits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def deliver(self, order: Order) -> sqlite3.Row:
        """Stores a received order; a new one waits, a known one is not changed."""
        key = (
            order.payer.account,
            order.number,
            order.day.isoformat(),
            order.kopecks,
            order.recipient.account,
        )
        with self._connection:
            self._connection.execute(
                "INSERT OR IGNORE INTO orders (payer_account, number, day, kopecks,"
                " recipient_account, payer_name, payer_inn, payer_bic, recipient_name,"
                " recipient_inn, recipient_bic, purpose, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
                (
                    *key,
                    *(order.payer.name, order.payer.inn, order.payer.bic),
                    *(order.recipient.name, order.recipient.inn, order.recipient.bic),
                    order.purpose,
                ),
            )
            row: sqlite3.Row = self._connection.execute(
                "UPDATE orders SET deliveries = deliveries + 1 WHERE payer_account = ?"
                " AND number = ? AND day = ? AND kopecks = ? AND recipient_account = ?"
                " RETURNING *",
                key,
            ).fetchone()
        return row

    def reject(self, seq: int, reason: str) -> None:
        """Refuses a waiting order before the debit."""
        with self._connection:
            self._connection.execute(
                "UPDATE orders SET state = 'rejected', reason = ? WHERE seq = ?", (reason, seq)
            )

    def execute(self, row: sqlite3.Row, posted: date, returned: tuple[date, str] | None) -> None:
        """Debits a waiting order; `returned` is the day and the reason of its return."""
        with self._connection:
            self._connection.execute(
                "UPDATE orders SET state = 'executed' WHERE seq = ?", (row["seq"],)
            )
            self._connection.execute(
                "INSERT INTO debits (order_seq, posted) VALUES (?, ?)",
                (row["seq"], posted.isoformat()),
            )
            if returned is not None:
                self._give_back(row, *returned)

    def credit(
        self, account: str, number: str, posted: date, kopecks: int, payer: Party, purpose: str
    ) -> None:
        """Money from outside."""
        with self._connection:
            self._connection.execute(
                "INSERT INTO incoming (account, number, posted, kopecks, payer_name, payer_inn,"
                " payer_account, payer_bic, purpose) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(account, number, posted.isoformat(), kopecks),
                    *(payer.name, payer.inn, payer.account, payer.bic, purpose),
                ),
            )

    def statement(self, account: str, first_day: date, last_day: date) -> Statement:
        """The entries of an account in a period."""
        span = (account, first_day.isoformat(), last_day.isoformat())
        (moved,) = self._connection.execute(_BEFORE, span[:2]).fetchone()
        documents = sorted(
            [*self._went_out(span), *self._came_in(span)], key=lambda one: one.posted
        )
        return Statement(
            account, first_day, last_day, OPENING_KOPECKS + int(moved), tuple(documents)
        )

    def shown(self) -> list[dict[str, object]]:
        """Every order with how often it was delivered, debited and returned."""
        return [dict(row) for row in self._connection.execute(_SHOWN)]

    def came_in(self) -> list[dict[str, object]]:
        """All incoming money; `returns` is the number of the order that it returns."""
        return [dict(row) for row in self._connection.execute(_CAME_IN)]

    def _give_back(self, row: sqlite3.Row, posted: date, reason: str) -> None:
        day = date.fromisoformat(row["day"])
        purpose = f"Возврат п/п № {row['number']} от {day:%d.%m.%Y}: {reason}"
        self._connection.execute(
            "INSERT INTO incoming (account, number, posted, kopecks, payer_name, payer_inn,"
            " payer_account, payer_bic, purpose, returns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(row["payer_account"], row["number"], posted.isoformat(), row["kopecks"]),
                *(row["recipient_name"], row["recipient_inn"], row["recipient_account"]),
                *(row["recipient_bic"], purpose, row["seq"]),
            ),
        )

    def _went_out(self, span: tuple[str, str, str]) -> Iterator[Document]:
        for row in self._connection.execute(_DEBITS, span):
            yield Document(
                number=row["number"],
                day=date.fromisoformat(row["day"]),
                posted=date.fromisoformat(row["posted"]),
                kopecks=row["kopecks"],
                out=True,
                payer=_party(row, "payer"),
                recipient=_party(row, "recipient"),
                purpose=row["purpose"],
            )

    def _came_in(self, span: tuple[str, str, str]) -> Iterator[Document]:
        for row in self._connection.execute(_INCOMING, span):
            posted = date.fromisoformat(row["posted"])
            yield Document(
                number=row["number"],
                day=posted,
                posted=posted,
                kopecks=row["kopecks"],
                out=False,
                payer=_party(row, "payer"),
                recipient=Party(OUR_BANK, "", row["account"], OUR_BIC),
                purpose=row["purpose"],
            )


def days_after(day: date, days: int) -> date:
    """A calendar day later: the sandbox works on holidays."""
    return day + timedelta(days=days)


def _party(row: sqlite3.Row, side: str) -> Party:
    return Party(
        row[f"{side}_name"], row[f"{side}_inn"], row[f"{side}_account"], row[f"{side}_bic"]
    )
