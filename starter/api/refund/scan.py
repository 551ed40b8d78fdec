"""The scan of a statement signed by hand, over HTTP."""

from http import HTTPStatus

from fastapi import Request, Response

from starter.api.http.problems import UNKNOWN, documented
from starter.api.http.route import (
    CurrentCaller,
    DatabaseDep,
    router,
)
from starter.api.http.upload import (
    MAX_UPLOAD_BYTES,
    SCAN_ANSWER,
    SCAN_BODY,
    check_declared,
)
from starter.api.refund.case import AskedOfCase, RefundId
from starter.commands.refund import sign as command
from starter.http.download import download
from starter.presentation.refund.scan import newest_scan
from starter.presentation.refund.state import CaseState

routes = router("refunds")


@routes.put(
    "/v1/refunds/{refund_id}/statement/scan",
    summary="Sign by a scan",
    responses=UNKNOWN,
    max_body_size=MAX_UPLOAD_BYTES,
    openapi_extra=SCAN_BODY,
)
async def upload_scan(request: Request, asked: AskedOfCase) -> CaseState:
    """Signs the newest statement by a scan of it; a specialist checks the scan in review."""
    check_declared(request)
    content = await request.body()
    return await asked.by(command.upload_scan, content)


@routes.get(
    "/v1/refunds/{refund_id}/statement/scan",
    summary="The scan that signed",
    response_class=Response,
    responses={200: SCAN_ANSWER, **documented(HTTPStatus.CONFLICT)},
)
async def read_scan(refund_id: RefundId, caller: CurrentCaller, database: DatabaseDep) -> Response:
    """The newest scan that signed a statement of the case; only one that the scanner found clean,
    refused by `file_received` until then.
    """
    return download(database, await newest_scan(database, caller, refund_id))
