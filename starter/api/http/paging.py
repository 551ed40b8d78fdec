"""Lists in pages: an opaque cursor made of the last row's key, and a bounded number of rows."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from starter.api.http.problems import Problem

MAX_LIMIT = 100
DEFAULT_LIMIT = 50
MAX_CURSOR_LENGTH = 500
MAX_PART_LENGTH = 100

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows of a page at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=MAX_CURSOR_LENGTH,
        description="`next` of the page before; anything else is refused.",
    ),
]


class Page(BaseModel, Generic[Item]):
    """A page; `next` is absent on the last one."""

    items: list[Item]
    next: str | None = Field(None, description="The cursor of the page after this one.")


def cursor_from(*key: str) -> str:
    """The cursor of a row, from the key its list is ordered by."""
    packed = json.dumps(key, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def key_in(cursor: str | None, parts: int) -> tuple[str, ...] | None:
    """The key inside a cursor, None for the first page; raises `Problem` 422 for one not ours."""
    if cursor is None:
        return None
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = json.loads(packed)
    except (binascii.Error, ValueError, RecursionError):
        raise malformed_cursor() from None
    if not isinstance(key, list) or len(key) != parts or not all(map(_is_part, key)):
        raise malformed_cursor()
    return tuple(key)


def page_of(rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], Any | None]:
    """The rows to show of the `limit + 1` that were read, and the last shown if more follow."""
    shown = rows[:limit]
    return shown, shown[-1] if len(rows) > limit else None


def malformed_cursor() -> Problem:
    """The refusal of a cursor that is not ours."""
    return Problem("cursor_malformed", HTTPStatus.UNPROCESSABLE_ENTITY)


def _is_part(part: object) -> bool:
    return isinstance(part, str) and len(part) <= MAX_PART_LENGTH and part.isprintable()


def moment_and_id_in(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The key (moment, id) of the last row seen; None at the beginning.

    Raises the problem of a malformed cursor.
    """
    key = key_in(cursor, 2)
    if key is None:
        return None
    try:
        row_id = UUID(key[1])
    except ValueError:
        raise malformed_cursor() from None
    return moment_in(key[0]), row_id


def moment_in(part: str) -> datetime:
    """A moment of a key; raises the problem of a malformed cursor."""
    try:
        moment = datetime.fromisoformat(part)
    except ValueError:
        raise malformed_cursor() from None
    if moment.tzinfo is None:
        raise malformed_cursor()
    return moment
