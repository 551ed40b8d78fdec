"""A version of a department's rules, as staff read it."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

from db.ticket.department import VersionRow
from domain.access.roles import Role
from domain.ticket.department import Department
from starter.commands.ticket.department import rules_of
from starter.presentation.models import Shown

CLOCK = "%H:%M"
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
Clock = Annotated[
    time,
    PlainSerializer(lambda at: at.strftime(CLOCK), return_type=str),
    WithJsonSchema({"type": "string", "pattern": CLOCK_PATTERN, "examples": ["09:00"]}),
]
"""A time of the day in Moscow."""


class DepartmentVersionShown(Shown):
    """A version: hours by Moscow's clock, both clocks in minutes of working time, waits in days.
    `role`: whose letters tell of its tickets. `staff`: the logins of those who answer; none named,
    everybody of ours does.
    """

    code: str
    role: Role
    version: int
    name_ru: str
    name_en: str
    is_offered: bool
    opens_at: Clock
    closes_at: Clock
    lunch_from: Clock | None
    lunch_to: Clock | None
    first_answer_minutes: int
    solution_minutes: int
    remind_after_days: int
    resolve_after_days: int
    reopen_days: int
    text_limit: int
    files_limit: int
    file_mebibytes: int
    client_archives: bool
    mail_address: str | None
    staff: Sequence[str]
    reason: str | None
    valid_from: datetime
    author: str


def department_version_shown(row: VersionRow) -> DepartmentVersionShown:
    """The answer for a row."""
    rules = rules_of(row)
    return DepartmentVersionShown(
        code=row.department,
        role=Role(row.role),
        version=row.version,
        reason=row.reason,
        valid_from=row.valid_from,
        author=row.author,
        **{name: getattr(rules, name) for name in Department.__dataclass_fields__},
    )
