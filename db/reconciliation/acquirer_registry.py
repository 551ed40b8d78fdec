"""What the acquirer's lists say has moved money, as the daily comparison read them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Date, DateTime, Text, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from db.database import Database
from db.tables import acquirer_operations, acquirer_readings
from domain.calendar.bank_calendar import moscow_date
from domain.reconciliation.acquirer_list import Captured, Listed

_read = (
    func.jsonb_to_recordset(bindparam("operations", type_=JSONB))
    .table_valued(
        column("kind", Text),
        column("id", Text),
        column("key", Text),
        column("amount_kopecks", BigInteger),
        column("day", Date),
        name="read",
    )
    .render_derived(with_types=True)
)
_PUT = (
    insert(acquirer_operations)
    .from_select(
        ["kind", "id", "key", "amount_kopecks", "day", "read_at"],
        select(*_read.c, bindparam("at", type_=DateTime(timezone=True))),
    )
    .on_conflict_do_nothing()
)
_PUT_READING = insert(acquirer_readings).on_conflict_do_nothing()


async def put_refunds(database: Database, page: Iterable[Listed], at: datetime) -> None:
    """Stores the executed refunds of a page; one that is known stays as it was read first."""
    await _put(
        database,
        [
            _operation("refund", one.refund_id, one.key, one.amount_kopecks, one.created_at or at)
            for one in page
            if one.executed and one.refund_id
        ],
        at,
    )


async def put_payments(database: Database, page: Iterable[Captured], at: datetime) -> None:
    """Stores the captured payments of a page; one that is known stays as it was read first."""
    await _put(
        database,
        [
            _operation(
                "payment", one.payment_id, one.key, one.amount_kopecks, one.captured_at or at
            )
            for one in page
        ],
        at,
    )


async def note_reading(database: Database, since: datetime, at: datetime) -> None:
    """Stores that both lists were read whole from an instant to another."""
    await database.write(_PUT_READING, since=since, read_at=at)


async def _put(database: Database, operations: list[dict[str, object]], at: datetime) -> None:
    if operations:
        await database.write(_PUT, operations=operations, at=at)


def _operation(
    kind: str, own_id: str, key: str | None, amount_kopecks: int, moved_at: datetime
) -> dict[str, object]:
    return {
        "kind": kind,
        "id": own_id,
        "key": key or None,
        "amount_kopecks": amount_kopecks,
        "day": moscow_date(moved_at).isoformat(),
    }
