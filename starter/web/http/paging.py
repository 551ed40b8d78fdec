"""Where a list goes on: after the last row that was shown, by its moment and its id."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

CURSOR = r"^[0-9]{1,17}_[A-Za-z0-9-]{1,64}$"
"""What `after` in an address looks like."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(at: datetime, row_id: object) -> str:
    """The mark of a row."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}_{row_id}"


def seen(cursor: str | None) -> tuple[datetime, str] | None:
    """The moment and id of a mark; None for none, and for what is no mark of ours."""
    if cursor is None:
        return None
    microseconds, _, row_id = cursor.partition("_")
    try:
        return _EPOCH + timedelta(microseconds=int(microseconds)), row_id
    except (OverflowError, ValueError):
        return None


def seen_message(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The moment and id of a mark whose row is known by a UUID; None as `seen`."""
    found = seen(cursor)
    try:
        return None if found is None else (found[0], UUID(found[1]))
    except ValueError:
        return None
