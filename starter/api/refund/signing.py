"""Signing the statement: by a one-time code, or by a scan of the signed paper."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from db import case as cases_in
from db import notification
from db import statement as statements_in
from db.database import ConstraintBroken, Database, Row
from domain.notification import ONE_TIME_CODE, NotificationChannel
from domain.refund import Action
from domain.scan import MediaType, ScanProblem, judge
from domain.statement import (
    CODE_DIGITS,
    CODE_MINUTES,
    CODES_PER_STATEMENT,
    MAX_SCAN_BYTES,
)
from settings import Settings
from starter.api.models import Body, Shown
from starter.api.problems import Problem, Said, documented, not_found
from starter.api.refund.case import (
    UNKNOWN,
    CaseState,
    RefundId,
    decide,
    paper_id,
    require_open,
    seen_by,
    state_of,
)
from starter.api.refund.code import draw, hash_of, is_right, not_issued, refusal_of
from starter.api.refund.shown import masked_address
from starter.api.route import (
    CallerIs,
    CommandId,
    Configured,
    Processes,
    Speaks,
    Stored,
    router,
)
from workflows.refund import RefundWorkflow

CODES_PER_DAY = 20
"""One-time codes of one case in a day, however many statements are drawn up meanwhile."""
SCAN_SLACK_BYTES = 64 * 1024
"""A scan a little too large is still read, to be refused by its own text."""
UNDECLARED = "application/octet-stream"
"""The media type of a scan whose sender does not say; the content says it anyway."""

routes = router("refunds")


class CodeIssued(Shown):
    """A one-time code is on its way; nobody but the mail says which."""

    address: str = Field(description="Masked.", examples=["i•••@romashka.example"])
    expires_at: datetime


class SignatureBody(Body):
    """The code from the mail."""

    code: str = Field(pattern=rf"^[0-9]{{{CODE_DIGITS}}}$", examples=["042517"])


@routes.post(
    "/v1/refunds/{refund_id}/statement/code",
    summary="Ask for a one-time code",
    status_code=HTTPStatus.CREATED,
    responses=documented(HTTPStatus.TOO_MANY_REQUESTS),
)
async def request_code(
    refund_id: RefundId,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    settings: Configured,
) -> CodeIssued:
    """Mails a code for the newest statement; a newer code replaces the older ones."""
    code_id, now = paper_id(command_id, "code"), datetime.now(UTC)
    async with database.transaction() as transaction:
        heads, statements, codes = await transaction.read(
            cases_in.head(refund_id),
            statements_in.latest(refund_id, locked=True),
            statements_in.codes(refund_id, CODES_PER_DAY),
        )
        case = seen_by(caller, heads)
        issued = next((code for code in codes if code.id == code_id), None)
        if issued is not None:
            return CodeIssued(address=masked_address(issued.address), expires_at=issued.expires_at)
        require_open(caller, case.status, Action.REQUEST_CODE)
        statement = _unsigned(statements)
        _check_pace(codes, statement.id, now)
        expires_at = now + timedelta(minutes=CODE_MINUTES)
        code = draw()
        statements_in.issue_code(
            transaction,
            code_id,
            statement_id=statement.id,
            code_hash=hash_of(settings.code_key, code_id, code),
            address=case.client_email,
            issued_at=now,
            expires_at=expires_at,
        )
        notification.tell(
            transaction,
            (ONE_TIME_CODE,),
            refund_id=refund_id,
            client_id=case.client_id,
            occasion=f"code-{code_id}",
            params={
                "invoice_number": case.invoice_number,
                "minutes": CODE_MINUTES,
                notification.SECRET_PARAM: code,
            },
            at=now,
            channels=(NotificationChannel.MAIL,),
        )
    return CodeIssued(address=masked_address(case.client_email), expires_at=expires_at)


@routes.post(
    "/v1/refunds/{refund_id}/statement/signature",
    summary="Sign by the one-time code",
    responses=UNKNOWN,
)
async def sign_statement(
    refund_id: RefundId,
    body: SignatureBody,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    settings: Configured,
    language: Speaks,
) -> CaseState:
    """Signs the newest statement and sends it to review; every wrong try is counted."""
    signature_id = paper_id(command_id, "signature")
    heads, decided, signed, statements, codes = await database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, signature_id),
        statements_in.signature(refund_id, signature_id),
        statements_in.latest(refund_id),
        statements_in.latest_code(refund_id),
    )
    case = seen_by(caller, heads)
    entered = cases_in.entered_by(decided)
    if entered is None:
        if not signed:
            require_open(caller, case.status, Action.SIGN)
            code = _code_of(statements, codes)
            await _sign(database, settings, code, signature_id, body.code)
        entered = await decide(
            cases, RefundWorkflow.sign, refund_id, caller, command_id, signature_id
        )
    return state_of(refund_id, entered, language)


@routes.put(
    "/v1/refunds/{refund_id}/statement/scan",
    summary="Sign by a scan",
    responses=UNKNOWN,
    max_body_size=MAX_SCAN_BYTES + SCAN_SLACK_BYTES,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                media_type: {"schema": {"type": "string", "format": "binary"}}
                for media_type in (*MediaType, UNDECLARED)
            },
        }
    },
)
async def upload_scan(
    refund_id: RefundId,
    request: Request,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
) -> CaseState:
    """Signs the newest statement by a scan of it; a person looks at the scan in review."""
    _check_declared(request)
    signature_id = paper_id(command_id, "signature")
    heads, decided, signed, statements = await database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, signature_id),
        statements_in.signature(refund_id, signature_id),
        statements_in.latest(refund_id),
    )
    case = seen_by(caller, heads)
    entered = cases_in.entered_by(decided)
    if entered is None:
        if not signed:
            require_open(caller, case.status, Action.UPLOAD_SCAN)
            statement = _unsigned(statements)
            await _keep(database, statement, command_id, await request.body())
        entered = await decide(
            cases, RefundWorkflow.sign, refund_id, caller, command_id, signature_id
        )
    return state_of(refund_id, entered, language)


@routes.get(
    "/v1/refunds/{refund_id}/statement/scan",
    summary="The scan that signed",
    response_class=Response,
    responses={
        200: {
            "description": "The scan as it was uploaded.",
            "content": {
                media_type: {"schema": {"type": "string", "format": "binary"}}
                for media_type in MediaType
            },
        }
    },
)
async def read_scan(refund_id: RefundId, caller: CallerIs, database: Stored) -> Response:
    """The newest scan that signed a statement of the case."""
    heads, scans = await database.read(
        cases_in.head(refund_id), statements_in.latest_scan(refund_id)
    )
    seen_by(caller, heads)
    if not scans:
        raise not_found()
    (scan,) = scans
    return Response(
        bytes(scan.content),
        media_type=scan.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="scan-{refund_id}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _unsigned(statements: Sequence[Row]) -> Row:
    """The newest statement, which must still wait for its signature."""
    if not statements:
        raise Problem("statement_not_ready", HTTPStatus.CONFLICT)
    (statement,) = statements
    if statement.signature_id is not None:
        raise _already_signed()
    return statement


def _check_pace(codes: Sequence[Row], statement_id: UUID, now: datetime) -> None:
    of_statement = [code for code in codes if code.statement_id == statement_id]
    of_day = [code for code in codes if code.issued_at > now - timedelta(days=1)]
    if len(of_statement) >= CODES_PER_STATEMENT or len(of_day) >= CODES_PER_DAY:
        raise Problem("code_issued_too_often", HTTPStatus.TOO_MANY_REQUESTS)


def _code_of(statements: Sequence[Row], codes: Sequence[Row]) -> Row:
    """The newest code, which must be of the newest statement."""
    if not statements:
        raise Problem("statement_not_ready", HTTPStatus.CONFLICT)
    if not codes or codes[0].statement_id != statements[0].id:
        raise not_issued()
    return codes[0]


async def _sign(
    database: Database, settings: Settings, code: Row, signature_id: UUID, tried_code: str
) -> None:
    now = datetime.now(UTC)
    right = is_right(settings.code_key, code, tried_code)
    try:
        tried = await statements_in.try_code(database, code.id, signature_id, right=right, at=now)
    except ConstraintBroken as broken:
        raise _signed_meanwhile(broken) from None
    refused = refusal_of(tried, now)
    if refused is not None:
        raise refused


async def _keep(database: Database, statement: Row, command_id: UUID, content: bytes) -> None:
    """Judges a scan and stores it with the signature that it is."""
    judged = await asyncio.to_thread(judge, content)
    if isinstance(judged, ScanProblem):
        raise _refused(judged)
    sha256 = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
    try:
        async with database.transaction() as transaction:
            statements_in.sign_by_scan(
                transaction,
                paper_id(command_id, "signature"),
                paper_id(command_id, "scan"),
                statement=statement,
                media_type=judged,
                content=content,
                sha256=sha256,
                at=datetime.now(UTC),
            )
    except ConstraintBroken as broken:
        raise _signed_meanwhile(broken) from None


def _check_declared(request: Request) -> None:
    """Refuses what calls itself something else; what it really is, its content tells."""
    declared = request.headers.get("content-type", UNDECLARED).partition(";")[0].strip().lower()
    if declared not in {*MediaType, UNDECLARED}:
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _refused(problem: ScanProblem) -> Problem:
    if problem.code == "scan_too_large":
        return Problem(problem.code, 413, limit=f"{MAX_SCAN_BYTES // 1024 // 1024} МиБ")
    found = problem.found or Said("scan.unknown")
    return Problem(problem.code, HTTPStatus.UNPROCESSABLE_ENTITY, found=found)


def _signed_meanwhile(broken: ConstraintBroken) -> Exception:
    return _already_signed() if broken.constraint == statements_in.ONE_SIGNATURE else broken


def _already_signed() -> Problem:
    return Problem("statement_already_signed", HTTPStatus.CONFLICT)
