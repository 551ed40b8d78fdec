"""Our own database, asked past the API for what the API does not tell its callers."""

import asyncio
import time
from typing import Any

import psycopg
from psycopg import OperationalError
from psycopg.rows import namedtuple_row

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.3
CONNECT_LIMIT_SECONDS = 3

UNSETTLED = ("prepared", "sent", "unknown")


class OurBooks:
    """A connection a question: the server is killed as well."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def rows(self, sql: str, **params: Any) -> list[Any]:
        """The rows of a query, asked until the server answers."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self._rows(sql, params)
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)

    async def paid_orders(self, case_id: str) -> list[str]:
        """The numbers of the case's payment orders that the bank paid and has not given back."""
        found = await self.rows(
            "SELECT o.number FROM payment_orders o JOIN payouts p USING (case_id, attempt)"
            " WHERE o.case_id = %(case_id)s AND p.status = 'paid'",
            case_id=case_id,
        )
        return [str(row.number) for row in found]

    async def unsettled(self) -> list[str]:
        """Payouts of which the outside has not said yet what became of them."""
        found = await self.rows(
            "SELECT case_id || '/' || attempt AS key FROM payouts WHERE status = ANY(%(statuses)s)",
            statuses=list(UNSETTLED),
        )
        return [row.key for row in found]

    async def unread(self) -> list[str]:
        """Bank statements that are neither imported nor refused yet."""
        found = await self.rows("SELECT id FROM bank_statements WHERE status = 'received'")
        return [str(row.id) for row in found]

    async def queued(self) -> list[str]:
        """Letters that have not been sent yet."""
        found = await self.rows("SELECT id FROM notifications WHERE status = 'queued'")
        return [str(row.id) for row in found]

    async def unnotified_money(self) -> list[str]:
        """Renewals that have not heard of their money, surpluses whose clients have not, and
        entries that nobody has judged.
        """
        found = await self.rows(
            "SELECT renewal_id AS what FROM recheck_outbox"
            " UNION ALL SELECT number FROM invoices"
            " WHERE surplus_kopecks > surplus_notified_kopecks"
            " UNION ALL SELECT CAST(id AS text) FROM bank_entries WHERE status = 'unmatched'"
            " AND direction = 'in' AND hold_reason IS NULL AND NOT needs_person"
        )
        return [row.what for row in found]

    async def card_payments(self) -> set[str]:
        """The acquirer's ids of the payments by its page that we have recorded."""
        found = await self.rows(
            "SELECT acquirer_payment_id AS id FROM card_payments WHERE status = 'paid'"
        )
        return {row.id for row in found}

    async def _rows(self, sql: str, params: dict[str, Any]) -> list[Any]:
        connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            row_factory=namedtuple_row,
            connect_timeout=CONNECT_LIMIT_SECONDS,
        )
        async with connection:
            cursor = await connection.execute(sql.encode(), params)
            return await cursor.fetchall()
