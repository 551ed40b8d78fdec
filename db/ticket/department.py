"""Departments in full: every version of their rules, and a new one."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import department_rules, departments

MAX_DEPARTMENTS = 40
"""Departments that there are at most: a client chooses from all of them."""


@row
class VersionRow:
    """A version of a department's rules."""

    department: str
    role: str
    version: int
    name_ru: str
    name_en: str
    is_offered: bool
    opens_at: time
    closes_at: time
    lunch_from: time | None
    lunch_to: time | None
    first_answer_seconds: int
    solution_seconds: int
    remind_after_days: int
    resolve_after_days: int
    reopen_days: int
    text_limit: int
    files_limit: int
    file_bytes_limit: int
    client_archives: bool
    mail_address: str | None
    staff: list[str]
    reason: str | None
    valid_from: datetime
    author: str


@row
class DepartmentLocked:
    """A department, locked."""

    code: str


_rules = department_rules.c
_whole = select(
    _rules.department,
    departments.c.role,
    _rules.version,
    _rules.name_ru,
    _rules.name_en,
    _rules.is_offered,
    _rules.opens_at,
    _rules.closes_at,
    _rules.lunch_from,
    _rules.lunch_to,
    _rules.first_answer_seconds,
    _rules.solution_seconds,
    _rules.remind_after_days,
    _rules.resolve_after_days,
    _rules.reopen_days,
    _rules.text_limit,
    _rules.files_limit,
    _rules.file_bytes_limit,
    _rules.client_archives,
    _rules.mail_address,
    _rules.staff,
    _rules.reason,
    _rules.valid_from,
    _rules.author,
).join(departments, departments.c.code == _rules.department)
_NEWEST = typed(
    VersionRow,
    _whole.distinct(_rules.department).order_by(_rules.department, _rules.version.desc()),
)
_VERSIONS = typed(
    VersionRow,
    _whole.where(_rules.department == bindparam("code"), _rules.version < bindparam("before"))
    .order_by(_rules.version.desc())
    .limit(bindparam("at_most")),
)
_LOCKED = typed(
    DepartmentLocked, select(departments.c.code).order_by(departments.c.code).with_for_update()
)
_PUT = insert(departments)
_PUT_RULES = insert(department_rules)


def newest() -> Query[VersionRow]:
    """Every department by the newest of its versions, which may be of a day to come."""
    return _NEWEST()


def versions(code: str, at_most: int, before: int) -> Query[VersionRow]:
    """So many versions of a department below a number, the newest first."""
    return _VERSIONS(code=code, at_most=at_most, before=before)


def locked() -> Query[DepartmentLocked]:
    """Locks every department: versions are written one after another."""
    return _LOCKED()


def put(transaction: Transaction, code: str, role: str) -> None:
    """Stores a new department, whose tickets are told to a role."""
    transaction.write(_PUT, code=code, role=role)


def put_version(transaction: Transaction, columns: Mapping[str, Any]) -> None:
    """Stores a version of a department's rules."""
    transaction.write(_PUT_RULES, **columns)
