"""Departments as operators write them: a new version of one, or a new department."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from db.database import ConstraintBroken
from db.ticket import department as departments
from db.ticket.department import MAX_DEPARTMENTS, VersionRow
from domain.access.roles import Role
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.ticket.department import MEBIBYTE, MINUTE, Department, Wrong, wrong_in
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.services import Services

MAX_AHEAD = timedelta(days=366)
"""How far ahead a version may begin."""
TOLD = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR)
"""Whose letters may tell of a department's tickets."""


@dataclass(frozen=True)
class WrittenDepartment:
    """A department as it is written: who gets its letters (of a new one; it is never changed), the
    version that its author saw, 0 for none, the day in Moscow from which it holds (None: at once),
    and why.
    """

    rules: Department
    seen_version: int
    reason: str
    role: Role | None = None
    valid_from: date | None = None


@command
async def write_department(
    services: Services, caller: Caller, _command_id: UUID, code: str, written: WrittenDepartment
) -> VersionRow:
    """Stores a version, unless the newest one says the same: then that is the answer. A version
    replaces all earlier ones from its day on, those of a later day too.

    Raises `Refusal`: `department_written_meanwhile` where the newest version is not what its author
    saw, `departments_too_many`, and beside each field that is wrong.
    """
    now = datetime.now(UTC)
    try:
        async with services.database.transaction() as transaction:
            _, found = await transaction.read(departments.locked(), departments.newest())
            row = next((one for one in found if one.department == code), None)
            _check(code, written, found, now)
            if row is not None and _says_the_same(row, written, now):
                return row
            if row is not None and row.version != written.seen_version:
                raise conflict("department_written_meanwhile")
            if row is None:
                departments.put(transaction, code, _told(written))
            columns = _columns(code, written, now, caller.login)
            departments.put_version(transaction, columns)
    except ConstraintBroken:  # two have made the same new department
        raise conflict("department_written_meanwhile") from None
    return (await services.database.rows(departments.versions(code, 1, columns["version"] + 1)))[0]


def rules_of(row: VersionRow) -> Department:
    """A version as it would be written."""
    return Department(
        name_ru=row.name_ru,
        name_en=row.name_en,
        is_offered=row.is_offered,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        lunch_from=row.lunch_from,
        lunch_to=row.lunch_to,
        first_answer_minutes=-(-row.first_answer_seconds // MINUTE),
        solution_minutes=-(-row.solution_seconds // MINUTE),
        remind_after_days=row.remind_after_days,
        resolve_after_days=row.resolve_after_days,
        reopen_days=row.reopen_days,
        text_limit=row.text_limit,
        files_limit=row.files_limit,
        file_mebibytes=row.file_bytes_limit // MEBIBYTE,
        client_archives=row.client_archives,
        mail_address=row.mail_address,
        staff=tuple(row.staff),
    )


def _check(
    code: str, written: WrittenDepartment, found: Sequence[VersionRow], now: datetime
) -> None:
    is_new = code not in {one.department for one in found}
    wrong = [_error(one) for one in wrong_in(written.rules)]
    address = written.rules.mail_address
    if address in {one.mail_address for one in found if one.department != code} - {None}:
        wrong.append(FieldError("department_address_taken", "/mail_address"))
    if is_new and written.role not in TOLD:
        wrong.append(FieldError("department_role_missing", "/role"))
    today = moscow_date(now)
    if written.valid_from is not None and not today < written.valid_from <= today + MAX_AHEAD:
        wrong.append(FieldError("department_day", "/valid_from", params={"days": MAX_AHEAD.days}))
    if wrong:
        raise invalid(*wrong)
    others = [one for one in found if one.department != code]
    if not written.rules.is_offered and not any(one.is_offered for one in others):
        raise conflict("department_last_offered")
    if is_new and len(found) >= MAX_DEPARTMENTS:
        raise conflict("departments_too_many", at_most=MAX_DEPARTMENTS)
    if is_new and written.seen_version:
        raise conflict("department_written_meanwhile")


def _error(wrong: Wrong) -> FieldError:
    params = {"lowest": wrong.least, "highest": wrong.most}
    return FieldError(wrong.code, f"/{wrong.field}", params=params)


def _told(written: WrittenDepartment) -> str:
    if written.role is None:
        raise ValueError("a new department names whom its letters tell")
    return written.role


def _says_the_same(row: VersionRow, written: WrittenDepartment, now: datetime) -> bool:
    return rules_of(row) == written.rules and row.valid_from == _valid_from(
        written, min(now, row.valid_from)
    )


def _columns(code: str, written: WrittenDepartment, now: datetime, author: str) -> dict[str, Any]:
    rules = written.rules
    return {
        "department": code,
        "version": written.seen_version + 1,
        "name_ru": rules.name_ru,
        "name_en": rules.name_en,
        "is_offered": rules.is_offered,
        "opens_at": rules.opens_at,
        "closes_at": rules.closes_at,
        "lunch_from": rules.lunch_from,
        "lunch_to": rules.lunch_to,
        "first_answer_seconds": rules.first_answer_minutes * MINUTE,
        "solution_seconds": rules.solution_minutes * MINUTE,
        "remind_after_days": rules.remind_after_days,
        "resolve_after_days": rules.resolve_after_days,
        "reopen_days": rules.reopen_days,
        "text_limit": rules.text_limit,
        "files_limit": rules.files_limit,
        "file_bytes_limit": rules.file_mebibytes * MEBIBYTE,
        "client_archives": rules.client_archives,
        "mail_address": rules.mail_address,
        "staff": list(rules.staff),
        "reason": written.reason,
        "valid_from": _valid_from(written, now),
        "author": author,
    }


def _valid_from(written: WrittenDepartment, at_once: datetime) -> datetime:
    if written.valid_from is None:
        return at_once
    return end_of_moscow_day(written.valid_from - timedelta(days=1))
