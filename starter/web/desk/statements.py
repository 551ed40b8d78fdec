"""Bank statements at the desk: their upload, their import's progress, why one was refused."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from db.banking import bank_statement
from domain.banking.statement_import import BankStatementStatus
from starter.access import roles_of
from starter.commands.banking import settle_statement
from starter.commands.banking import statement_file as command
from starter.commands.banking.statement_file import MEBIBYTE
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid, not_found
from starter.presentation.banking.file_lines import lines_around
from starter.presentation.banking.statement_file import BankStatementShown, shown
from starter.presentation.banking.waiting import statement_waiting
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList
from starter.web.http.deed import done, needed
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep
from texts import Language, translate

LIST = "/desk/statements"
SHOWN = 30
"""Statements of one page."""
MAX_FILE_BYTES = 16 * MEBIBYTE
"""Of a file that a form brings, about 12,000 documents; the API and the command line take more."""
MAX_FORM_BYTES = MAX_FILE_BYTES + MEBIBYTE
FILE = "file"
MAX_LINE = 100_000_000
"""The greatest number of a line that is looked for."""
SAID_ON_PAGE = frozenset({RefusalKind.INVALID, RefusalKind.TOO_LARGE})

LATEST = "page.desk.statements.latest"
SAVED = SavedList[BankStatementShown](
    LIST,
    "page.desk.statements",
    (
        FileColumn("page.desk.file.uploaded_at", lambda one, _: one.uploaded_at),
        FileColumn("page.desk.statement.by", lambda one, _: one.uploaded_by),
        FileColumn("page.desk.file.entries", lambda one, _: one.entries_total),
        FileColumn(
            "page.desk.status",
            lambda one, language: translate(f"page.desk.statement.status.{one.stage}", language),
        ),
    ),
)
"""The list as a file."""

routes = pages()


@routes.get(LIST)
async def list_bank_statements(
    visit: VisitDep,
    status: BankStatementStatus | None = None,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """The latest files, in one status or in any, refused ones included."""
    if file is not None:
        rows = await visit.database.rows(bank_statement.listed(FILE_ROWS + 1, status=status))
        whole = [shown(row, visit.language) for row in rows]
        return await SAVED.file(visit.language, file, _words(status, visit.language), whole)
    return await _list(visit, chosen=status, after=after)


@routes.post(LIST, max_body_size=MAX_FORM_BYTES)
async def upload_bank_statement(visit: VisitDep) -> Response:
    """Stores the file and leads to its import; the same file again leads to the same place."""
    content = visit.form.file
    try:
        if content is None:
            raise invalid(FieldError("page_statement_missing", field=FILE))
        taken = await command.upload_bank_statement(
            visit.services, visit.caller, visit.command_id, _pieces(content)
        )
    except Refusal as refusal:
        if refusal.kind not in SAID_ON_PAGE:
            raise
        form = visit.form.refused(refusal, visit.language)
        return await _list(visit, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return visit.see(f"{LIST}/{taken.row.id}")


@routes.get(f"{LIST}/{{statement_id}}")
async def read_bank_statement(
    visit: VisitDep,
    statement_id: UUID,
    line: Annotated[int | None, Query(ge=1, le=MAX_LINE)] = None,
) -> Response:
    """How far its import is, what it brought, or the line for which it was refused; to whoever may
    bring files, the lines around that one, or around another.
    """
    return await _statement(visit, statement_id, line)


@routes.post(f"{LIST}/{{statement_id}}/settlement")
async def settle_bank_statement(visit: VisitDep, statement_id: UUID) -> Response:
    """Records how a refused file was dealt with, so that it waits for nobody."""

    async def deed() -> None:
        reason = needed(visit.form, "reason")
        await settle_statement.settle_bank_statement(
            visit.services, visit.caller, visit.command_id, statement_id, reason
        )

    async def page(form: Form, status: int) -> Response:
        return await _statement(visit, statement_id, None, form, status)

    return await done(visit, deed(), f"{LIST}/{statement_id}", page)


async def _statement(
    visit: Visit,
    statement_id: UUID,
    line: int | None,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    row = await bank_statement.find(visit.database, statement_id)
    if row is None:
        raise not_found()
    meant = line if line is not None else row.refusal_line
    sees_file = visit.caller.role in roles_of("upload_bank_statement")
    return visit.page(
        "desk_statement.html",
        status=status,
        form=form,
        here=f"{LIST}/{statement_id}" if form else "",
        may_settle=row.status == BankStatementStatus.REFUSED
        and visit.caller.role in roles_of("settle_bank_statement"),
        around=await lines_around(visit.database, row.id, meant) if meant and sees_file else [],
        meant=meant,
        statement=shown(row, visit.language),
        waiting=await statement_waiting(visit.services, statement_id, visit.language),
    )


async def _list(
    visit: Visit,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    chosen: BankStatementStatus | None = None,
    after: str | None = None,
) -> Response:
    rows = await visit.database.rows(
        bank_statement.listed(SHOWN + 1, seen_message(after), status=chosen)
    )
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    return visit.page(
        "desk_statements.html",
        status=status,
        form=form,
        statements=[shown(row, visit.language) for row in rows[:SHOWN]],
        chosen=chosen,
        states=tuple(BankStatementStatus),
        following=None if last is None else cursor_of(last.uploaded_at, last.id),
        saved=SAVED.saved(_words(chosen, visit.language), status=chosen),
        may_upload=visit.caller.role in roles_of("upload_bank_statement"),
        mebibytes=MAX_FILE_BYTES // MEBIBYTE,
    )


def _words(status: BankStatementStatus | None, language: Language) -> str:
    """The filter of the list."""
    key = LATEST if status is None else f"page.desk.statement.status.{status}"
    return translate(key, language)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content
