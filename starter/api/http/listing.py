"""What all lists of cases share: filters by role, deadline and client, sorting, counts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import AfterValidator, Field

from db.case.case_list import AfterDeadline, CaseCount, CaseWithDeadline, Turn
from domain.access.roles import Role
from domain.billing.requisites import MAX_NAME_LENGTH
from domain.text import one_line
from starter.api.http.models import Shown, refused
from starter.api.http.paging import key_in, moment_in
from texts import Language, translate
from texts.status import status_title

MIN_SEARCHED = 3
"""Letters and digits that some word must have: what the index of names can look for."""


class CaseSort(StrEnum):
    """The orders of a list of cases."""

    NEWEST = "newest"
    DEADLINE = "deadline"


def _searchable(words: str) -> str:
    words = one_line(words)
    if all(sum(map(str.isalnum, word)) < MIN_SEARCHED for word in words.split()):
        raise refused("search_too_short")
    return words


Sought = Annotated[
    str | None,
    Query(
        max_length=MAX_NAME_LENGTH,
        description="Words of the client's name (any case, ё as е), or an INN or its beginning.",
        examples=["ромашка"],
    ),
    AfterValidator(lambda words: None if words is None else _searchable(words)),
]
Sort = Annotated[
    CaseSort,
    Query(description="`deadline`: the earliest first, those without one last."),
]


async def _turn(
    waiting_for: Annotated[Role | None, Query(description="Who is waited for.")] = None,
    overdue: Annotated[bool | None, Query(description="Whether the deadline is over.")] = None,
    client: Sought = None,
) -> Turn:
    return Turn(datetime.now(UTC), waiting_for, overdue, client)


TurnAsked = Annotated[Turn, Depends(_turn)]
"""The parameters that every list of cases is narrowed by."""


class CountShown(Shown):
    """Open cases in one status that wait for one role."""

    status: str
    title: str
    waiting_for: Role | None
    waiting_for_title: str | None
    count: int
    overdue: int = Field(description="How many of them are past their deadline.")


class CountsShown(Shown):
    """How many cases are open; what is closed is not counted."""

    items: list[CountShown]
    count: int
    overdue: int


def counts_of(
    rows: Iterable[CaseCount], process: str, language: Language, reader: Role
) -> CountsShown:
    """The rows of `db.case.case_list.counted` of a process, as `reader` reads them."""
    items = [_count_of(row, process, language, reader) for row in rows]
    return CountsShown(
        items=items,
        count=sum(item.count for item in items),
        overdue=sum(item.overdue for item in items),
    )


def deadline_key(row: CaseWithDeadline) -> tuple[object, ...]:
    """What a list by deadlines is ordered by, for its cursor."""
    return CaseSort.DEADLINE, row.wait_until, row.id


def after_deadline_in(cursor: str | None) -> AfterDeadline | None:
    """The key inside a cursor of a list by deadlines; raises `Problem` 422 for another's."""
    key = key_in(cursor, str, lambda until: moment_in(until) if until else None, str)
    return None if key is None else AfterDeadline(*key[1:])


def _count_of(row: CaseCount, process: str, language: Language, reader: Role) -> CountShown:
    role: Any = row.waiting_for
    return CountShown(
        status=row.status,
        title=status_title(process, row.status, language, reader),
        waiting_for=role,
        waiting_for_title=None if role is None else translate(f"role.{role}", language),
        count=row.cases,
        overdue=row.overdue,
    )
