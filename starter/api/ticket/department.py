"""Departments in full over HTTP: their versions, and a new one."""

from datetime import time
from typing import Annotated, Final

from fastapi import Path
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from db.ticket import department as departments
from domain.access.roles import Role
from domain.file.file import MAX_FILE_BYTES, MAX_FILES
from domain.ticket.department import (
    LEAST_TEXT,
    MAX_DAYS,
    MAX_LOGIN_LENGTH,
    MAX_MINUTES,
    MAX_NAME_LENGTH,
    MAX_STAFF,
    MEBIBYTE,
    MOST_TEXT,
    Department,
)
from starter.api.http.models import Body, Day, Email, Lax, Line, Note
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    number_up_to,
    page_of,
)
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.refusal import not_found
from starter.commands.ticket import department as command
from starter.commands.ticket.department import WrittenDepartment
from starter.presentation.ticket.department import (
    CLOCK_PATTERN,
    DepartmentVersionShown,
    department_version_shown,
)

LAST_VERSION = 2**31 - 1
CODE_PATTERN = r"^[a-z][a-z_]{0,39}$"

routes = router("tickets")

Code = Annotated[str, Path(pattern=CODE_PATTERN, examples=["support"])]
WrittenCode = Annotated[str, Path(pattern=CODE_PATTERN, examples=["claims"])]
CLOCKS = ("opens_at", "closes_at", "lunch_from", "lunch_to")

Clock = Annotated[str, Field(pattern=CLOCK_PATTERN, examples=["09:00"])]
Minutes = Annotated[int, Field(ge=1, le=MAX_MINUTES)]
Days = Annotated[int, Field(ge=1, le=MAX_DAYS)]


EXAMPLE: Final[JsonDict] = {
    "role": "specialist",
    "name_ru": "Претензии",
    "name_en": "Claims",
    "is_offered": True,
    "opens_at": "09:00",
    "closes_at": "18:00",
    "lunch_from": "13:00",
    "lunch_to": "14:00",
    "first_answer_minutes": 240,
    "solution_minutes": 1440,
    "remind_after_days": 3,
    "resolve_after_days": 7,
    "reopen_days": 3,
    "text_limit": 10_000,
    "files_limit": 5,
    "file_mebibytes": 20,
    "client_archives": True,
    "seen_version": 0,
    "reason": "Новый отдел",
}
"""A new department as one writes it."""


class DepartmentBody(Body):
    """A department: hours by Moscow's clock, both clocks in minutes of working time, waits in days.

    `seen_version` is the newest version that its author has read, 0 for a new department; `role`,
    whose letters tell of its tickets, is of a new one only. `valid_from` is a day to come, absent:
    it holds at once. Nobody in `staff`: everybody of ours answers.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    role: Annotated[Role, Lax] | None = None
    name_ru: Annotated[Line, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
    name_en: Annotated[Line, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
    is_offered: bool
    opens_at: Clock
    closes_at: Clock
    lunch_from: Clock | None = None
    lunch_to: Clock | None = None
    first_answer_minutes: Minutes
    solution_minutes: Minutes
    remind_after_days: Days
    resolve_after_days: Days
    reopen_days: Days
    text_limit: int = Field(ge=LEAST_TEXT, le=MOST_TEXT)
    files_limit: int = Field(ge=0, le=MAX_FILES)
    file_mebibytes: int = Field(ge=1, le=MAX_FILE_BYTES // MEBIBYTE)
    client_archives: bool
    mail_address: Email | None = None
    staff: tuple[Annotated[Line, Field(min_length=1, max_length=MAX_LOGIN_LENGTH)], ...] = Field(
        (), max_length=MAX_STAFF, strict=False
    )
    seen_version: int = Field(ge=0, le=LAST_VERSION - 1)
    reason: Note
    valid_from: Day | None = None

    @property
    def rules(self) -> Department:
        """What holds, as the domain has it."""
        said = {name: getattr(self, name) for name in Department.__dataclass_fields__}
        clocks = {name: _time(said[name]) for name in CLOCKS if said[name] is not None}
        address = self.mail_address and self.mail_address.lower()
        return Department(**{**said, **clocks, "mail_address": address})


@routes.get("/v1/departments/{code}/versions", summary="Versions of a department's rules")
async def list_department_versions(
    code: Code,
    database: DatabaseDep,
    _caller: CurrentCaller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[DepartmentVersionShown]:
    """The newest first, also one of a day to come."""
    before = key_in(cursor, number_up_to(LAST_VERSION)) or LAST_VERSION
    rows = await database.rows(departments.versions(code, limit + 1, before))
    if not rows and cursor is None:
        raise not_found()
    shown, following = page_of(rows, limit, lambda row: (row.version,))
    return Page(items=[department_version_shown(row) for row in shown], next=following)


@routes.put("/v1/departments/{code}", summary="Write a department")
async def write_department(
    code: WrittenCode,
    body: DepartmentBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> DepartmentVersionShown:
    """A version is added where it says something else than the newest one; a ticket keeps the one
    that it was given.
    """
    written = WrittenDepartment(
        body.rules, body.seen_version, body.reason, body.role, body.valid_from
    )
    row = await command.write_department(services, caller, command_id, code, written)
    return department_version_shown(row)


def _time(clock: str) -> time:
    return time.fromisoformat(clock)
