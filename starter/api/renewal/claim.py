"""«Платёж в пути»: the client says that it is paid, and may show the payment order."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from uuid import UUID, uuid5

from fastapi import Request, Response

from db.database import Database, Row
from db.renewal import payment_claim as claims
from db.renewal import reads as cases_in
from domain.case.decision import Decision
from domain.renewal.renewal import RENEWAL_ACTIONS, RenewalAction, RenewalRefusal, RenewalStatus
from starter.api.http.auth import Caller
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
    attachment,
    check_declared,
)
from starter.api.renewal.case import (
    UNKNOWN,
    RenewalId,
    RenewalState,
    decide,
    require_visible,
    state_of,
)
from starter.commands.cases import Cases
from starter.commands.refusal import TextKey
from starter.commands.scan import Scan, judged
from texts import Language
from workflows.renewal import RenewalWorkflow

routes = router("renewals")


@routes.post(
    "/v1/renewals/{renewal_id}/claim",
    summary="Say that the payment is on its way",
    responses=UNKNOWN,
)
async def claim_payment(
    renewal_id: RenewalId,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> RenewalState:
    """Stops the reminders for as long as a bank may take; the accountants hear of it."""
    return await _claimed(database, cases, caller, command_id, language, renewal_id, None)


@routes.put(
    "/v1/renewals/{renewal_id}/claim",
    summary="Say that the payment is on its way, and show the payment order",
    responses=UNKNOWN,
    max_body_size=MAX_UPLOAD_BYTES,
    openapi_extra=SCAN_BODY,
)
async def show_payment_order(
    renewal_id: RenewalId,
    request: Request,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    scans: Scans,
) -> RenewalState:
    """The same with a PDF, JPEG or PNG of the payment order, for the accountants to look at."""
    check_declared(request)
    look = partial(judged, await request.body(), scans)
    return await _claimed(database, cases, caller, command_id, language, renewal_id, look)


@routes.get(
    "/v1/renewals/{renewal_id}/claim",
    summary="The payment order that was shown last",
    response_class=Response,
    responses={200: SCAN_ANSWER, **documented(HTTPStatus.CONFLICT)},
)
async def read_payment_order_shown(
    renewal_id: RenewalId, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """As it was uploaded."""
    heads, files = await database.read(cases_in.head(renewal_id), claims.file(renewal_id))
    require_visible(caller, heads)
    if not files:
        raise Problem("payment_order_missing", HTTPStatus.CONFLICT)
    (file,) = files
    return attachment(bytes(file.content), file.media_type, f"payment-order-{renewal_id}")


async def _claimed(
    database: Database,
    cases: Cases,
    caller: Caller,
    command_id: UUID,
    language: Language,
    renewal_id: str,
    look: Callable[[], Awaitable[Scan]] | None,
) -> RenewalState:
    """Keeps the client's word and tells the case; a repeat is answered as before."""
    claim_id = uuid5(command_id, "claim")
    heads, decided = await database.read(
        cases_in.head(renewal_id), cases_in.decision(renewal_id, claim_id)
    )
    case = require_visible(caller, heads)
    result = cases_in.entered_by(decided)
    if result is None:
        _require_open(case)
        scan = None if look is None else await look()
        await _keep(database, caller, renewal_id, claim_id, scan)
        decision = Decision(caller.login, str(claim_id))
        result = await decide(
            cases, database, RenewalWorkflow.claim_payment, renewal_id, decision, command_id
        )
    return state_of(renewal_id, result, language)


def _require_open(case: Row) -> None:
    """Spares a paper that the case would not take; the case itself has the last word."""
    if RenewalAction.CLAIM_PAYMENT not in RENEWAL_ACTIONS.get(RenewalStatus(case.status), ()):
        said = TextKey(f"renewal.status.{case.status}")
        raise Problem(RenewalRefusal.NOT_ALLOWED_IN_STATUS, HTTPStatus.CONFLICT, status=said)
    if case.invoice_number is None:
        raise Problem(RenewalRefusal.NO_OPEN_ORDER, HTTPStatus.CONFLICT)


async def _keep(
    database: Database, caller: Caller, renewal_id: str, claim_id: UUID, scan: Scan | None
) -> None:
    async with database.transaction() as transaction:
        claims.put(
            transaction,
            claim_id,
            renewal_id=renewal_id,
            claimed_by=caller.login,
            at=datetime.now(UTC),
            media_type=None if scan is None else scan.media_type,
            sha256=None if scan is None else scan.sha256,
            content=None if scan is None else scan.content,
        )
