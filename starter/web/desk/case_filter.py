"""What the address narrows a queue of cases by."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Query
from pydantic import BeforeValidator, TypeAdapter, validate_call

from db.case.case_list import Turn
from domain.access.roles import Role
from domain.billing.requisites import MAX_NAME_LENGTH
from domain.text import one_line
from starter.web.http.visit import Visit

TURNS = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.BANK, Role.CLIENT)
"""Whom cases wait for."""
MAX_CURSOR_LENGTH = 150

NothingChosen = BeforeValidator(lambda said: said or None)
"""A filter of a form that nothing was chosen in."""


@dataclass(frozen=True)
class Narrowing:
    """What the address narrows a queue by, but for the status; `turn` None: the caller's, or the
    first of `TURNS` where no case waits for the caller's role.
    """

    turn: Role | None = None
    overdue: bool = False
    sought: str = ""
    after: str = ""

    def role(self, visit: Visit) -> Role:
        """Whose turn it is."""
        own = visit.caller.role
        return self.turn or (own if own in TURNS else TURNS[0])

    def of(self, visit: Visit, now: datetime) -> Turn:
        """The condition on the cases."""
        return Turn(now, self.role(visit), self.overdue or None, self.sought or None)


def _narrowing(
    turn: Role | None = None,
    overdue: bool = False,
    q: Annotated[str, Query(max_length=MAX_NAME_LENGTH)] = "",
    after: Annotated[str, Query(max_length=MAX_CURSOR_LENGTH)] = "",
) -> Narrowing:
    return Narrowing(turn, overdue, one_line(q), after)


NarrowingDep = Annotated[Narrowing, Depends(_narrowing)]

StatusT = TypeVar("StatusT", bound=StrEnum)


def narrowing_in(query: str, statuses: type[StatusT]) -> tuple[Narrowing, StatusT | None]:
    """The filter of a list's query, and its status; raises `ValidationError` for what is none."""
    asked: dict[str, Any] = dict(parse_qsl(query))
    status = (
        TypeAdapter(statuses).validate_python(asked.pop("status")) if "status" in asked else None
    )
    return validate_call(_narrowing)(**asked), status
