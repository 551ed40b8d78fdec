"""Prepared answers of staff: a new version of one, which answers from then on are made of."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.database import ConstraintBroken
from db.ticket import canned, reads
from db.ticket.canned import CannedRow
from domain.ticket.canned import unknown_places
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.services import Services

MAX_CANNED = 200
"""Prepared answers that there are at most: more, and nobody finds any."""


@dataclass(frozen=True)
class CannedAnswer:
    """A prepared answer as it is written; `department` None: for all of them."""

    title: str
    text: str
    department: str | None = None
    is_offered: bool = True


@command
async def write_canned_answer(
    services: Services, caller: Caller, _command_id: UUID, code: str, written: CannedAnswer
) -> CannedRow:
    """Stores a version, unless the newest one says the same: then that is the answer."""
    now = datetime.now(UTC)
    found, departments = await services.database.read(
        canned.newest(MAX_CANNED), reads.departments_at(now)
    )
    known = {row.code: row for row in found}
    _check(written, {one.department for one in departments})
    row = known.get(code)
    if row is None and len(known) >= MAX_CANNED:
        raise conflict("canned_answers_too_many", at_most=MAX_CANNED)
    if row is not None and _said(row) == written:
        return row
    version = 1 if row is None else row.version + 1
    try:
        async with services.database.transaction() as transaction:
            canned.put(
                transaction,
                code,
                version,
                title=written.title,
                text=written.text,
                department=written.department,
                is_offered=written.is_offered,
                at=now,
                author=caller.login,
            )
    except ConstraintBroken:
        raise conflict("canned_answer_written_meanwhile") from None
    stored = await services.database.rows(canned.newest(MAX_CANNED))
    return next(one for one in stored if one.code == code)


def _said(row: CannedRow) -> CannedAnswer:
    return CannedAnswer(row.title, row.text, row.department, row.is_offered)


def _check(written: CannedAnswer, departments: set[str]) -> None:
    unknown = unknown_places(written.text)
    if unknown:
        params = {"places": ", ".join(f"{{{name}}}" for name in unknown)}
        raise invalid(FieldError("canned_answer_places", "/text", params=params))
    if written.department is not None and written.department not in departments:
        raise invalid(FieldError("department_unknown", "/department"))
