"""Bank statement files over HTTP: upload, import progress, reasons of refusal."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Path, Request, Response
from pydantic import Field

from db.banking import bank_statement
from db.banking.bank_statement import BankStatementRow
from domain.banking.bank_statement import PassedOverReason
from domain.banking.statement_import import BankStatementStatus
from starter.api.banking.presenters import signed_roubles
from starter.api.http.models import Shown
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.problems import Problem
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, ServicesDep, router
from starter.commands.banking import statement_file as command
from starter.commands.banking.statement_file import MAX_STATEMENT_BYTES
from starter.commands.refusal import not_found
from texts import Language, translate
from texts.statement_refusal import statement_refusal

UNDECLARED = "application/octet-stream"
MEDIA_TYPES = (UNDECLARED, "text/plain")

routes = router("bank statements")


class AccountShown(Shown):
    """One account's part of a statement; sums are roubles, an overdraft is negative."""

    account: str
    first_day: date
    last_day: date
    opening: str
    credited: str
    debited: str
    closing: str


class RefusalShown(Shown):
    """Why a whole file was refused."""

    code: str
    line: int | None
    detail: str = Field(description="The reason as text.")


class PassedOverShown(Shown):
    """Lines of a file that were not needed; `line` is the first of the kind."""

    code: PassedOverReason
    title: str = Field(description="The same as text.")
    count: int
    line: int


class BankStatementShown(Shown):
    """A bank statement; `received` until it is imported or refused as a whole."""

    id: UUID
    sha256: str
    size_bytes: int
    uploaded_by: str
    uploaded_at: datetime
    status: BankStatementStatus
    progress: int = Field(description="Entries read so far.")
    entries_total: int | None
    entries_new: int | None = Field(
        description="Entries that no earlier file contained, also with another wording."
    )
    encoding: str | None
    accounts: list[AccountShown]
    passed_over: list[PassedOverShown]
    refusal: RefusalShown | None


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
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[BankStatementShown]:
    """Every uploaded file, refused ones included."""
    (rows,) = await database.read(bank_statement.listed(limit + 1, key_in(cursor, moment_in, UUID)))
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


def shown(row: BankStatementRow, language: Language) -> BankStatementShown:
    """A statement's row as the API answers it."""
    return BankStatementShown(
        id=row.id,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        status=BankStatementStatus(row.status),
        progress=row.progress,
        entries_total=row.entries_total,
        entries_new=row.entries_new,
        encoding=row.encoding,
        accounts=[_account_shown(one) for one in row.accounts or ()],
        passed_over=[_passed_over_shown(one, language) for one in row.passed_over],
        refusal=_refusal_shown(row, language),
    )


def _refusal_shown(row: BankStatementRow, language: Language) -> RefusalShown | None:
    if row.refusal is None:
        return None
    detail = statement_refusal(row.refusal, row.refusal_detail, row.refusal_line, language)
    return RefusalShown(code=row.refusal, line=row.refusal_line, detail=detail)


def _account_shown(section: dict[str, Any]) -> AccountShown:
    names = ("opening", "credited", "debited", "closing")
    return AccountShown(
        account=section["account"],
        first_day=date.fromisoformat(section["first_day"]),
        last_day=date.fromisoformat(section["last_day"]),
        **{name: signed_roubles(section[f"{name}_kopecks"]) for name in names},
    )


def _passed_over_shown(one: dict[str, Any], language: Language) -> PassedOverShown:
    title = translate(
        f"passed_over.{one['reason']}", language, detail=one["detail"], count=str(one["count"])
    )
    reason = PassedOverReason(one["reason"])
    return PassedOverShown(code=reason, title=title, count=one["count"], line=one["line"])


def _check_declared(request: Request) -> None:
    declared = request.headers.get("content-type", UNDECLARED).partition(";")[0].strip().lower()
    if declared not in MEDIA_TYPES:
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
