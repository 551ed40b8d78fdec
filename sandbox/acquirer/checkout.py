"""The acquirer's books of payments by its page: requested, paid, declined or expired."""

import json
import sqlite3
import uuid
from datetime import timedelta

from sandbox.acquirer.books import Books, Plan, body_hash
from sandbox.acquirer.clock import ms, now_ms
from sandbox.acquirer.fault_injection import EXPIRES
from sandbox.acquirer.outbox import Outbox
from sandbox.acquirer.wire import PaymentRequest, kopecks, payment_object

PAID_ALONE = "bank_card"
"""The means of payment of one that a rule makes succeed without the page."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS page_payments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL,
    amount_kopecks INTEGER NOT NULL CHECK (amount_kopecks > 0), description TEXT,
    metadata TEXT NOT NULL, receipt TEXT NOT NULL, return_url TEXT NOT NULL, state TEXT NOT NULL,
    outcome TEXT NOT NULL, method TEXT, party TEXT, reason TEXT, created_at_ms INTEGER NOT NULL,
    captured_at_ms INTEGER, polls_left INTEGER, settles_at_ms INTEGER,
    webhook_copies INTEGER NOT NULL, webhook_delay_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS page_payments_to_settle ON page_payments (settles_at_ms)
    WHERE settles_at_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS page_payment_keys (
    key TEXT PRIMARY KEY, body_hash TEXT NOT NULL,
    payment_id TEXT NOT NULL REFERENCES page_payments (id), remembered_at_ms INTEGER NOT NULL);
"""


class Checkout:
    """One writer, one thread: every method is one transaction and none awaits.

    A payment that succeeds is in the books' payments from then on, and can be refunded.
    """

    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self._connection = connection
        self._books = books
        connection.executescript(_SCHEMA)
        self.outbox = Outbox(connection, "page_payment_webhooks", "payment_id")

    def remembered(self, key: str, lifetime: timedelta) -> sqlite3.Row | None:
        """The key's row until the key is forgotten."""
        oldest = now_ms() - ms(lifetime)
        return self._one(
            "SELECT * FROM page_payment_keys WHERE key = ? AND remembered_at_ms > ?", key, oldest
        )

    def create(self, request: PaymentRequest, key: str, plan: Plan) -> sqlite3.Row:
        """Stores payment and key; returns the payment's present state."""
        payment_id, now = str(uuid.uuid4()), now_ms()
        columns = {
            "id": payment_id,
            "key": key,
            "amount_kopecks": kopecks(request.amount.value),
            "description": request.description,
            "metadata": json.dumps(request.metadata, ensure_ascii=False),
            "receipt": request.receipt.model_dump_json(),
            "return_url": request.confirmation.return_url,
            "state": plan.state,
            "outcome": plan.outcome,
            "party": plan.party,
            "reason": plan.reason,
            "created_at_ms": now,
            "polls_left": plan.polls,
            "settles_at_ms": None if plan.delay is None else now + ms(plan.delay),
            "webhook_copies": plan.webhook_copies,
            "webhook_delay_ms": ms(plan.webhook_delay),
        }
        with self._connection:
            self._connection.execute(
                f"INSERT INTO page_payments ({', '.join(columns)})"  # noqa: S608 - our own names
                f" VALUES ({', '.join(f':{name}' for name in columns)})",
                columns,
            )
            self._connection.execute(
                "INSERT OR REPLACE INTO page_payment_keys VALUES (?, ?, ?, ?)",
                (key, body_hash(request), payment_id, now),
            )
            if plan.at_once:
                self._settle(self._payment(payment_id))
        return self._payment(payment_id)

    def payment(self, payment_id: str) -> sqlite3.Row | None:
        """The present state of the payment."""
        return self._one("SELECT * FROM page_payments WHERE id = ?", payment_id)

    def look_at(self, payment_id: str) -> sqlite3.Row:
        """The payment as a caller sees it now: a look uses up a poll, or reaches the outcome."""
        with self._connection:
            payment = self._payment(payment_id)
            if payment["state"] in ("processing", "pending"):
                self._wear(payment)
        return self._payment(payment_id)

    def pay(self, payment_id: str, method: str) -> bool:
        """The payer pays; False when the page is no longer open."""
        return self._end(payment_id, outcome="succeeded", method=method, party=None, reason=None)

    def decline(self, payment_id: str, party: str, reason: str) -> bool:
        """The payer or the bank declines; False when the page is no longer open."""
        return self._end(payment_id, outcome="canceled", method=None, party=party, reason=reason)

    def settle_due(self) -> None:
        """Ends payments whose time has come."""
        due = "SELECT * FROM page_payments WHERE settles_at_ms IS NOT NULL AND settles_at_ms <= ?"
        with self._connection:
            for payment in self._connection.execute(due, (now_ms(),)).fetchall():
                self._settle(payment)

    def next_due_ms(self) -> int | None:
        """When the next payment ends by time; None when none does."""
        row = self._one(
            "SELECT min(settles_at_ms) AS due FROM page_payments WHERE settles_at_ms IS NOT NULL"
        )
        return None if row is None else row["due"]

    def event(self, subject_id: str) -> tuple[str, object]:
        """The event of a payment's end, and the payment."""
        payment = self._payment(subject_id)
        return f"payment.{payment['state']}", payment_object(payment, page=None)

    def _end(self, payment_id: str, **ending: str | None) -> bool:
        with self._connection:
            changed = self._connection.execute(
                "UPDATE page_payments SET outcome = :outcome, method = :method, party = :party,"
                " reason = :reason WHERE id = :id AND state = 'pending'",
                {"id": payment_id, **ending},
            )
            if changed.rowcount:
                self._settle(self._payment(payment_id))
        return bool(changed.rowcount)

    def _wear(self, payment: sqlite3.Row) -> None:
        polls, settles_at = payment["polls_left"], payment["settles_at_ms"]
        if polls == 0 or (settles_at is not None and settles_at <= now_ms()):
            self._settle(payment)
        elif polls is not None:
            self._connection.execute(
                "UPDATE page_payments SET polls_left = polls_left - 1 WHERE id = ?",
                (payment["id"],),
            )

    def _settle(self, payment: sqlite3.Row) -> None:
        """A payment at 202 gets its page; one that has its page ends."""
        if payment["state"] == "processing":
            self._open(payment)
            return
        captured = now_ms() if payment["outcome"] == "succeeded" else None
        self._connection.execute(
            "UPDATE page_payments SET state = outcome, polls_left = NULL, settles_at_ms = NULL,"
            " captured_at_ms = ?, method = coalesce(method, ?) WHERE id = ?",
            (captured, PAID_ALONE if captured else None, payment["id"]),
        )
        ended = self._payment(payment["id"])
        if captured is not None:
            self._take_into_books(ended)
        if self._books.webhook_url() is not None:
            self.outbox.put(ended["id"], ended["webhook_copies"], ended["webhook_delay_ms"])

    def _open(self, payment: sqlite3.Row) -> None:
        ends = {name: EXPIRES[name] for name in ("outcome", "party", "reason")}
        self._connection.execute(
            "UPDATE page_payments SET state = 'pending', polls_left = NULL, outcome = :outcome,"
            " party = :party, reason = :reason, settles_at_ms = :ends_at WHERE id = :id",
            {**ends, "ends_at": now_ms() + ms(EXPIRES["delay"]), "id": payment["id"]},
        )

    def _take_into_books(self, payment: sqlite3.Row) -> None:
        self._connection.execute(
            "INSERT INTO payments VALUES (:id, :amount_kopecks, :method, :captured_at_ms)",
            dict(payment),
        )

    def _payment(self, payment_id: str) -> sqlite3.Row:
        payment = self.payment(payment_id)
        assert payment is not None, "only ids of payments in the books come here"
        return payment

    def _one(self, query: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return row
