"""Signing the statement by a scan of the signed paper."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import Request, Response

from db.database import ConstraintBroken, Database, Row
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from domain.refund.refund import Action
from starter.api.http.problems import Problem, documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    Scans,
    TemporalDep,
    router,
)
from starter.api.http.upload import (
    MAX_UPLOAD_BYTES,
    SCAN_ANSWER,
    SCAN_BODY,
    Scan,
    attachment,
    check_declared,
    judged,
)
from starter.api.refund.case import (
    UNKNOWN,
    CaseState,
    RefundId,
    decide,
    require_open,
    require_visible,
    state_of,
    submission_id,
)
from starter.api.refund.signature import signed_meanwhile, unsigned
from workflows.refund import RefundWorkflow

routes = router("refunds")


@routes.put(
    "/v1/refunds/{refund_id}/statement/scan",
    summary="Sign by a scan",
    responses=UNKNOWN,
    max_body_size=MAX_UPLOAD_BYTES,
    openapi_extra=SCAN_BODY,
)
async def upload_scan(
    refund_id: RefundId,
    request: Request,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
    scans: Scans,
) -> CaseState:
    """Signs the newest statement by a scan of it; a person looks at the scan in review."""
    check_declared(request)
    signature_id = submission_id(command_id, "signature")
    heads, decided, signed, statements = await database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, signature_id),
        statements_in.signature(refund_id, signature_id),
        statements_in.latest(refund_id),
    )
    case = require_visible(caller, heads)
    result = cases_in.entered_by(decided)
    if result is None:
        if not signed:
            require_open(caller, case.status, Action.UPLOAD_SCAN)
            statement = unsigned(statements)
            scan = await judged(await request.body(), scans)
            await _keep(database, statement, command_id, scan)
        result = await decide(
            cases, database, RefundWorkflow.sign, refund_id, caller, command_id, signature_id
        )
    return state_of(refund_id, result, language)


@routes.get(
    "/v1/refunds/{refund_id}/statement/scan",
    summary="The scan that signed",
    response_class=Response,
    responses={200: SCAN_ANSWER, **documented(HTTPStatus.CONFLICT)},
)
async def read_scan(refund_id: RefundId, caller: CurrentCaller, database: DatabaseDep) -> Response:
    """The newest scan that signed a statement of the case."""
    heads, scans = await database.read(
        cases_in.head(refund_id), statements_in.latest_scan(refund_id)
    )
    require_visible(caller, heads)
    if not scans:
        raise Problem("scan_missing", HTTPStatus.CONFLICT)
    (scan,) = scans
    return attachment(bytes(scan.content), scan.media_type, f"scan-{refund_id}")


async def _keep(database: Database, statement: Row, command_id: UUID, scan: Scan) -> None:
    """Stores a scan with the signature that it is."""
    try:
        async with database.transaction() as transaction:
            statements_in.sign_by_scan(
                transaction,
                submission_id(command_id, "signature"),
                submission_id(command_id, "scan"),
                statement=statement,
                media_type=scan.media_type,
                content=scan.content,
                sha256=scan.sha256,
                at=datetime.now(UTC),
            )
    except ConstraintBroken as broken:
        raise signed_meanwhile(broken) from None
