"""What the answers about bank statements share."""

from datetime import date, datetime
from uuid import UUID

from domain.money import amount_text
from starter.api.http.paging import key_in, malformed_cursor


def signed_roubles(kopecks: int) -> str:
    """A balance: roubles as text, below zero for an overdraft."""
    return f"-{amount_text(-kopecks)}" if kopecks < 0 else amount_text(kopecks)


def moment_after(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The key (instant, id) inside a cursor."""
    key = key_in(cursor, 2)
    if key is None:
        return None
    try:
        at, found = datetime.fromisoformat(key[0]), UUID(key[1])
    except ValueError:
        raise malformed_cursor() from None
    if at.tzinfo is None:
        raise malformed_cursor()
    return at, found


def day_after(cursor: str | None) -> tuple[date, UUID] | None:
    """The key (day, id) inside a cursor."""
    key = key_in(cursor, 2)
    if key is None:
        return None
    try:
        return date.fromisoformat(key[0]), UUID(key[1])
    except ValueError:
        raise malformed_cursor() from None
