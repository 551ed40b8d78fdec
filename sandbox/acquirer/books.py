"""The acquirer's books: payments, refunds, keys, and every debit."""

import hashlib
import json
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel

from sandbox.acquirer.clock import ms, now_ms
from sandbox.acquirer.outbox import Outbox
from sandbox.acquirer.wire import (
    CURRENCY,
    Amount,
    ReceiptRequest,
    RefundRequest,
    kopecks,
    refund_object,
    value_text,
)

State = Literal["processing", "pending", "succeeded", "canceled"]


def body_hash(request: BaseModel) -> str:
    """Equal for equal requests, whatever the order of their fields."""
    text = json.dumps(request.model_dump(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """How a refund will end: at once, later by polls or by time, or cancelled."""

    state: State = "pending"
    outcome: Literal["succeeded", "canceled"] = "succeeded"
    party: str | None = None
    reason: str | None = None
    polls: int | None = None
    delay: timedelta | None = None
    webhook_copies: int = 1
    webhook_delay: timedelta = timedelta(0)

    @property
    def at_once(self) -> bool:
        """Whether the outcome is reached in the request itself."""
        return self.polls is None and self.delay is None


class Books:
    """One writer, one thread: every method is one transaction and none awaits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.outbox = Outbox(connection, "webhooks", "refund_id")

    def register_payment(self, payment_id: str, amount: int, method: str, captured_ms: int) -> bool:
        """False when the id belongs to another payment; the same payment again is accepted."""
        asked = (payment_id, amount, method, captured_ms)
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO payments VALUES (?, ?, ?, ?)", asked)
        return tuple(self.payment(payment_id) or ()) == asked

    def payment(self, payment_id: str) -> sqlite3.Row | None:
        """The registered payment, if there is one."""
        return self._one("SELECT * FROM payments WHERE id = ?", payment_id)

    def promised(self, payment_id: str) -> int:
        """Kopecks refunded or being refunded; without cancelled refunds."""
        row = self._one(
            "SELECT coalesce(sum(amount_kopecks), 0) AS kopecks FROM refunds"
            " WHERE payment_id = ? AND state <> 'canceled'",
            payment_id,
        )
        assert row is not None
        return int(row["kopecks"])

    def refunded(self, payment_id: str) -> int:
        """Kopecks refunded of this payment, by whomever."""
        row = self._one(
            "SELECT coalesce(sum(amount_kopecks), 0) AS kopecks FROM debits WHERE payment_id = ?",
            payment_id,
        )
        assert row is not None
        return int(row["kopecks"])

    def print_receipt(self, request: ReceiptRequest, key: str, state: str) -> sqlite3.Row | None:
        """A closing receipt, printed once for a key; None when the key is of another request."""
        asked = body_hash(request)
        with self._connection:
            self._connection.execute(
                "INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?, ?, ?)",
                (
                    str(uuid.uuid4()),
                    key,
                    asked,
                    request.payment_id,
                    request.model_dump_json(),
                    state,
                ),
            )
        row = self._one("SELECT * FROM receipts WHERE key = ?", key)
        return row if row is not None and row["body_hash"] == asked else None

    def receipt(self, receipt_id: str) -> sqlite3.Row | None:
        """A closing receipt."""
        return self._one("SELECT * FROM receipts WHERE id = ?", receipt_id)

    def captured(self, since_ms: int, below: int | None, limit: int) -> list[sqlite3.Row]:
        """Payments captured since a moment, the last registered first."""
        return self._all(
            "SELECT rowid AS seq, * FROM payments WHERE captured_at_ms >= ?1"
            " AND (?2 IS NULL OR rowid < ?2) ORDER BY rowid DESC LIMIT ?3",
            since_ms,
            below,
            limit,
        )

    def remembered(self, key: str, lifetime: timedelta) -> sqlite3.Row | None:
        """The key's row until the key is forgotten."""
        oldest = now_ms() - ms(lifetime)
        return self._one("SELECT * FROM keys WHERE key = ? AND remembered_at_ms > ?", key, oldest)

    def create_refund(
        self, request: RefundRequest, key: str, plan: Plan, receipt: str = "succeeded"
    ) -> str:
        """Stores refund and key, and the debit if the plan ends at once; returns the refund's
        id.
        """
        refund_id, now = str(uuid.uuid4()), now_ms()
        settles_at = None if plan.delay is None else now + ms(plan.delay)
        row = (
            refund_id,
            request.payment_id,
            key,
            kopecks(request.amount.value),
            request.description,
            json.dumps(request.metadata, ensure_ascii=False),
            plan.state,
            plan.outcome,
            plan.party,
            plan.reason,
            now,
            plan.polls,
            settles_at,
            plan.webhook_copies,
            ms(plan.webhook_delay),
            None if request.receipt is None else receipt,
            None if request.receipt is None else request.receipt.model_dump_json(),
        )
        with self._connection:
            self._connection.execute(
                f"INSERT INTO refunds VALUES (NULL{', ?' * len(row)})",  # noqa: S608 - only marks
                row,
            )
            self._connection.execute(
                "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)",
                (key, body_hash(request), refund_id, now),
            )
            if plan.at_once:
                self._settle(self._refund(refund_id))
        return refund_id

    def take_back(
        self,
        payment_id: str,
        amount_kopecks: int,
        metadata: dict[str, str],
        key: str | None = None,
    ) -> str:
        """Stores money that goes back without the shop's API, with its debit, once under a key;
        returns its id.
        """
        known = self._one("SELECT id FROM refunds WHERE key = ?", key)
        if known is not None:
            return str(known["id"])
        value = Amount(value=value_text(amount_kopecks), currency=CURRENCY)
        asked = RefundRequest(payment_id=payment_id, amount=value, metadata=metadata)
        return self.create_refund(asked, key or str(uuid.uuid4()), Plan())

    def refund(self, refund_id: str) -> sqlite3.Row | None:
        """The present state of the refund."""
        return self._one("SELECT * FROM shown_refunds WHERE id = ?", refund_id)

    def look_at(self, refund_id: str) -> sqlite3.Row:
        """The refund as a caller sees it now: a look uses up a poll, or reaches the outcome."""
        with self._connection:
            refund = self._refund(refund_id)
            if refund["state"] in ("processing", "pending"):
                self._wear(refund)
        return self._refund(refund_id)

    def page(
        self, payment_id: str | None, below: int | None, limit: int, since_ms: int | None = None
    ) -> list[sqlite3.Row]:
        """The refunds of a list, newest first: all but those still at 202."""
        return self._all(
            "SELECT * FROM shown_refunds WHERE state <> 'processing'"
            " AND (?1 IS NULL OR payment_id = ?1) AND (?2 IS NULL OR seq < ?2)"
            " AND (?4 IS NULL OR created_at_ms >= ?4) ORDER BY seq DESC LIMIT ?3",
            payment_id,
            below,
            limit,
            since_ms,
        )

    def settle_due(self) -> None:
        """Ends refunds whose time has come, polled or not."""
        due = "SELECT * FROM refunds WHERE settles_at_ms IS NOT NULL AND settles_at_ms <= ?"
        with self._connection:
            for refund in self._all(due, now_ms()):
                self._settle(refund)

    def settle_now(self, payment_id: str) -> int:
        """Ends a payment's open refunds before their time; returns how many."""
        query = "SELECT * FROM refunds WHERE payment_id = ? AND state IN ('processing', 'pending')"
        with self._connection:
            refunds = self._all(query, payment_id)
            for refund in refunds:
                self._settle(refund)
        return len(refunds)

    def next_due_ms(self) -> int | None:
        """When the next refund ends by time; None when none does."""
        row = self._one(
            "SELECT min(settles_at_ms) AS due FROM refunds WHERE settles_at_ms IS NOT NULL"
        )
        return None if row is None else row["due"]

    def event(self, subject_id: str) -> tuple[str, object]:
        """The event of a success and its refund; there is none of a cancellation."""
        return "refund.succeeded", refund_object(self._refund(subject_id))

    def set_webhook_url(self, url: str | None) -> None:
        """The address that later events are sent to; None for none."""
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO webhook_address VALUES (1, ?)", (url,))

    def webhook_url(self) -> str | None:
        """The address in force."""
        row = self._one("SELECT url FROM webhook_address")
        return None if row is None else row["url"]

    def _wear(self, refund: sqlite3.Row) -> None:
        polls, settles_at = refund["polls_left"], refund["settles_at_ms"]
        if polls == 0 or (settles_at is not None and settles_at <= now_ms()):
            self._settle(refund)
        elif polls is not None:
            self._connection.execute(
                "UPDATE refunds SET polls_left = polls_left - 1 WHERE id = ?", (refund["id"],)
            )

    def _settle(self, refund: sqlite3.Row) -> None:
        cancelled = refund["outcome"] == "canceled"
        self._connection.execute(
            "UPDATE refunds SET state = outcome, polls_left = NULL, settles_at_ms = NULL"
            " WHERE id = ?",
            (refund["id"],),
        )
        if not cancelled:
            self._debit(refund)
            self._queue_webhooks(refund)

    def _debit(self, refund: sqlite3.Row) -> None:
        self._connection.execute(
            "INSERT INTO debits (refund_id, payment_id, key, amount_kopecks, made_at_ms)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                refund["id"],
                refund["payment_id"],
                refund["key"],
                refund["amount_kopecks"],
                now_ms(),
            ),
        )

    def _queue_webhooks(self, refund: sqlite3.Row) -> None:
        if self.webhook_url() is not None:
            self.outbox.put(refund["id"], refund["webhook_copies"], refund["webhook_delay_ms"])

    def _refund(self, refund_id: str) -> sqlite3.Row:
        refund = self.refund(refund_id)
        assert refund is not None, "only ids of refunds in the books come here"
        return refund

    def _one(self, query: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return row

    def _all(self, query: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(query, values).fetchall()
