"""Lists in pages: an opaque cursor made of the last row's key, and a bounded number of rows."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar, overload

from fastapi import Query
from pydantic import BaseModel, Field

from starter.api.http.problems import Problem

MAX_LIMIT = 100
DEFAULT_LIMIT = 50
MAX_CURSOR_LENGTH = 500
MAX_PART_LENGTH = 100

Item = TypeVar("Item")
RowT = TypeVar("RowT")
First = TypeVar("First")
Second = TypeVar("Second")
Third = TypeVar("Third")

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


def cursor_from(*key: object) -> str:
    """The cursor of a row, from the key its list is ordered by: texts, numbers, days, moments,
    UUIDs; None is an empty part.
    """
    parts = [_part_of(value) for value in key]
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


@overload
def key_in(cursor: str | None, first: Callable[[str], First], /) -> First | None: ...
@overload
def key_in(
    cursor: str | None, first: Callable[[str], First], second: Callable[[str], Second], /
) -> tuple[First, Second] | None: ...
@overload
def key_in(
    cursor: str | None,
    first: Callable[[str], First],
    second: Callable[[str], Second],
    third: Callable[[str], Third],
    /,
) -> tuple[First, Second, Third] | None: ...
def key_in(cursor: str | None, /, *parsers: Callable[[str], Any]) -> Any:
    """The key inside a cursor, a parser for each part; a key of one part is that part itself.

    None for the first page. A parser raises ValueError for what is no such part. Raises `Problem`
    422 for a cursor that is not ours.
    """
    if cursor is None:
        return None
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(packed)
        if not isinstance(parts, list) or not all(map(_is_part, parts)):
            raise ValueError
        key = tuple(parse(part) for parse, part in zip(parsers, parts, strict=True))
    except (ValueError, RecursionError):
        raise Problem("cursor_malformed", HTTPStatus.UNPROCESSABLE_ENTITY) from None
    return key[0] if len(key) == 1 else key


def moment_in(part: str) -> datetime:
    """A moment of a key; raises ValueError for one without a zone."""
    moment = datetime.fromisoformat(part)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def number_up_to(most: int) -> Callable[[str], int]:
    """The parser of a number from 0 to `most`."""

    def number_in(part: str) -> int:
        if not (part.isascii() and part.isdecimal()) or int(part) > most:
            raise ValueError
        return int(part)

    return number_in


def page_of(
    rows: Sequence[RowT], limit: int, key: Callable[[RowT], tuple[object, ...]]
) -> tuple[Sequence[RowT], str | None]:
    """The rows to show of the `limit + 1` that were read, and the cursor of what follows; `key` is
    what the list is ordered by.
    """
    shown = rows[:limit]
    return shown, cursor_from(*key(shown[-1])) if len(rows) > limit else None


def _part_of(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_part(part: object) -> bool:
    return isinstance(part, str) and len(part) <= MAX_PART_LENGTH and part.isprintable()
