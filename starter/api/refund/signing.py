"""Signing the statement by a one-time code."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from pydantic import Field

from db.database import ConstraintBroken, Database, Row, Transaction
from db.notification import notification
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from domain.notification.notification import ERASED_PARAM, ONE_TIME_CODE, NotificationChannel
from domain.refund.refund import Action
from domain.refund.statement import CODE_DIGITS, CODE_MINUTES, CODES_PER_STATEMENT
from settings import Settings
from starter.api.http.models import Body, Shown
from starter.api.http.problems import Problem, documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    SettingsDep,
    TemporalDep,
    router,
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
from starter.api.refund.code import draw, hash_of, is_right, not_issued, refusal_of
from starter.api.refund.presenters import masked_address
from starter.api.refund.signature import signed_meanwhile, unsigned
from workflows.refund import RefundWorkflow

CODES_PER_DAY = 20
"""One-time codes of one case in a day, however many statements are drawn up meanwhile."""

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
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    settings: SettingsDep,
) -> CodeIssued:
    """Mails a code for the newest statement; a newer code replaces the older ones."""
    code_id, now = submission_id(command_id, "code"), datetime.now(UTC)
    async with database.transaction() as transaction:
        heads, statements, codes = await transaction.read(
            cases_in.head(refund_id),
            statements_in.latest(refund_id, locked=True),
            statements_in.codes(refund_id, CODES_PER_DAY),
        )
        case = require_visible(caller, heads)
        issued = next((code for code in codes if code.id == code_id), None)
        if issued is not None:
            return CodeIssued(address=masked_address(issued.address), expires_at=issued.expires_at)
        require_open(caller, case.status, Action.REQUEST_CODE)
        statement = unsigned(statements)
        _check_pace(codes, statement.id, now)
        expires_at = _issue(transaction, code_id, case, statement, settings.code_key, now)
    return CodeIssued(address=masked_address(case.client_email), expires_at=expires_at)


@routes.post(
    "/v1/refunds/{refund_id}/statement/signature",
    summary="Sign by the one-time code",
    responses=UNKNOWN,
)
async def sign_statement(
    refund_id: RefundId,
    body: SignatureBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    settings: SettingsDep,
    language: LanguageDep,
) -> CaseState:
    """Signs the newest statement and sends it to review; every wrong try is counted."""
    signature_id = submission_id(command_id, "signature")
    heads, decided, signed, statements, codes = await database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, signature_id),
        statements_in.signature(refund_id, signature_id),
        statements_in.latest(refund_id),
        statements_in.latest_code(refund_id),
    )
    case = require_visible(caller, heads)
    result = cases_in.entered_by(decided)
    if result is None:
        if not signed:
            require_open(caller, case.status, Action.SIGN)
            code = _code_of(statements, codes)
            await _sign(database, settings, code, signature_id, body.code)
        result = await decide(
            cases, database, RefundWorkflow.sign, refund_id, caller, command_id, signature_id
        )
    return state_of(refund_id, result, language)


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
        raise signed_meanwhile(broken) from None
    refused = refusal_of(tried, now)
    if refused is not None:
        raise refused


def _issue(
    transaction: Transaction, code_id: UUID, case: Row, statement: Row, key: str, now: datetime
) -> datetime:
    """Draws a code, keeps its hash and mails it; the moment it expires."""
    code, expires_at = draw(), now + timedelta(minutes=CODE_MINUTES)
    statements_in.issue_code(
        transaction,
        code_id,
        statement_id=statement.id,
        code_hash=hash_of(key, code_id, code),
        address=case.client_email,
        issued_at=now,
        expires_at=expires_at,
    )
    notification.notify(
        transaction,
        (ONE_TIME_CODE,),
        case_id=case.id,
        client_id=case.client_id,
        occasion=f"code-{code_id}",
        params={
            "invoice_number": case.invoice_number,
            "minutes": CODE_MINUTES,
            ERASED_PARAM: code,
        },
        at=now,
        channels=(NotificationChannel.MAIL,),
    )
    return expires_at
