"""Signing the statement by a scan of the signed paper."""

import asyncio
import hashlib
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import Request, Response

from db import case as cases_in
from db import statement as statements_in
from db.database import ConstraintBroken, Database, Row
from domain.refund import Action
from domain.scan import MediaType, ScanProblem, judge
from domain.statement import (
    MAX_SCAN_BYTES,
)
from starter.api.problems import Problem, Said, documented
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
from starter.api.refund.signature import signed_meanwhile, unsigned
from starter.api.route import (
    CallerIs,
    CommandId,
    Processes,
    Speaks,
    Stored,
    router,
)
from workflows.refund import RefundWorkflow

SCAN_SLACK_BYTES = 64 * 1024
"""A scan a little too large is still read, to be refused by its own text."""
UNDECLARED = "application/octet-stream"
"""The media type of a scan whose sender does not say; the content says it anyway."""

routes = router("refunds")


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
            statement = unsigned(statements)
            await _keep(database, statement, command_id, await request.body())
        entered = await decide(
            cases, database, RefundWorkflow.sign, refund_id, caller, command_id, signature_id
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
        },
        **documented(HTTPStatus.CONFLICT),
    },
)
async def read_scan(refund_id: RefundId, caller: CallerIs, database: Stored) -> Response:
    """The newest scan that signed a statement of the case."""
    heads, scans = await database.read(
        cases_in.head(refund_id), statements_in.latest_scan(refund_id)
    )
    seen_by(caller, heads)
    if not scans:
        raise Problem("scan_missing", HTTPStatus.CONFLICT)
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
        raise signed_meanwhile(broken) from None


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
