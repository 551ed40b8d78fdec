"""Bank statement files over HTTP: upload, import progress, reasons of refusal."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Path, Query, Request, Response

from db.banking import bank_statement
from domain.banking.statement_import import BankStatementStatus
from starter.api.http.models import Body, Note
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.problems import Problem
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.banking import statement_file as command
from starter.commands.banking.settle_statement import settle_bank_statement as settle
from starter.commands.banking.statement_file import MAX_STATEMENT_BYTES
from starter.commands.refusal import not_found
from starter.presentation.banking.statement_file import BankStatementShown, shown
from starter.presentation.banking.waiting import statement_waiting
from starter.presentation.case.waiting import WaitingShown

UNDECLARED = "application/octet-stream"
MEDIA_TYPES = (UNDECLARED, "text/plain")

routes = router("bank statements")


class StatementSettlementBody(Body):
    """How a refused file was dealt with: such as by another file of the same days."""

    reason: Note


@routes.post(
    "/v1/bank-statements",
    summary="Upload a bank statement; its content is its key, so it may be sent again",
    status_code=HTTPStatus.CREATED,
    max_body_size=MAX_STATEMENT_BYTES,
    responses={200: {"model": BankStatementShown, "description": "The same file is known."}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES
            },
        }
    },
)
async def upload_bank_statement(
    request: Request,
    response: Response,
    services: ServicesDep,
    caller: CurrentCaller,
    language: LanguageDep,
) -> BankStatementShown:
    """Format 1CClientBankExchange. The import runs after the answer: its progress is at
    `Location`.
    """
    _check_declared(request)
    taken = await command.upload_bank_statement(services, caller, uuid4(), request.stream())
    response.headers["Location"] = f"/v1/bank-statements/{taken.row.id}"
    if not taken.is_new:
        response.status_code = HTTPStatus.OK
    return shown(taken.row, language)


@routes.get("/v1/bank-statements", summary="Bank statements, the latest first")
async def list_bank_statements(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    status: Annotated[BankStatementStatus | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[BankStatementShown]:
    """Every uploaded file, refused ones included."""
    (rows,) = await database.read(
        bank_statement.listed(limit + 1, key_in(cursor, moment_in, UUID), status=status)
    )
    page, following = page_of(rows, limit, lambda row: (row.uploaded_at, row.id))
    return Page(items=[shown(row, language) for row in page], next=following)


@routes.get("/v1/bank-statements/{statement_id}", summary="One bank statement and its progress")
async def read_bank_statement(
    statement_id: Annotated[UUID, Path(description="The statement's id.")],
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
) -> BankStatementShown:
    """Its progress, or why it was refused."""
    row = await bank_statement.find(database, statement_id)
    if row is None:
        raise not_found()
    return shown(row, language)


@routes.get("/v1/bank-statements/{statement_id}/waiting", summary="Why a bank statement stands")
async def read_bank_statement_waiting(
    statement_id: Annotated[UUID, Path(description="The statement's id.")],
    services: ServicesDep,
    _caller: CurrentCaller,
    language: LanguageDep,
) -> WaitingShown:
    """Whom its import waits for, since when, and who may do what."""
    return await statement_waiting(services, statement_id, language)


@routes.post(
    "/v1/bank-statements/{statement_id}/settlement",
    summary="Record that a refused bank statement was dealt with",
)
async def settle_bank_statement(
    statement_id: Annotated[UUID, Path(description="The statement's id.")],
    body: StatementSettlementBody,
    services: ServicesDep,
    caller: CurrentCaller,
    language: LanguageDep,
    command_id: CommandId,
) -> BankStatementShown:
    """Only for a refused one, which then waits for nobody; nothing of it is stored. Uploaded again,
    it is read again.
    """
    row = await settle(services, caller, command_id, statement_id, body.reason)
    return shown(row, language)


def _check_declared(request: Request) -> None:
    declared = request.headers.get("content-type", UNDECLARED).partition(";")[0].strip().lower()
    if declared not in MEDIA_TYPES:
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
