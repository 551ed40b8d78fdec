"""Signs the statement: by a one-time code, or by a scan of the statement signed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.database import ConstraintBroken, Transaction
from db.notification import notification
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from db.refund.rows import CodeRow, IssuedCode, RefundHead, StatementRow
from domain.notification.notification import ERASED_PARAM, ONE_TIME_CODE, NotificationChannel
from domain.refund.refund import Action, TransitionResult
from domain.refund.statement import CODE_MINUTES, CODES_PER_STATEMENT
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refund.case import decide, require_open, submission_id
from starter.commands.refund.code import draw, hash_of, is_right, not_issued, refusal_of
from starter.commands.refund.signature import signed_meanwhile, unsigned
from starter.commands.refusal import Refusal, RefusalKind, conflict
from starter.commands.scan import judged, put_scan
from starter.commands.services import Services
from workflows.refund import RefundWorkflow

CODES_PER_DAY = 20
"""One-time codes of one case in a day, however many statements are drawn up meanwhile."""


@dataclass(frozen=True)
class CodeIssued:
    """A one-time code was sent; only the letter contains it."""

    address: str
    expires_at: datetime


@command
async def request_code(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> CodeIssued:
    """Sends a code for the newest statement by mail; a newer code replaces earlier ones."""
    code_id, now = submission_id(command_id, "code"), datetime.now(UTC)
    async with services.database.transaction() as transaction:
        heads, statements, codes = await transaction.read(
            cases_in.head(refund_id),
            statements_in.latest(refund_id, locked=True),
            statements_in.codes(refund_id, CODES_PER_DAY),
        )
        case = require_visible(caller, heads)
        issued = next((code for code in codes if code.id == code_id), None)
        if issued is not None:
            return CodeIssued(issued.address, issued.expires_at)
        require_open(caller, case.status, Action.REQUEST_CODE)
        statement = unsigned(statements)
        _check_pace(codes, statement.id, now)
        expires_at = _issue(transaction, code_id, case, statement, services.settings.code_key, now)
    return CodeIssued(case.client_email, expires_at)


@command
async def sign_statement(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, tried_code: str
) -> TransitionResult:
    """Signs the newest statement by its code and sends it to review; wrong codes are counted."""
    signature_id = submission_id(command_id, "signature")
    heads, decided, signed, statements, codes = await services.database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, signature_id),
        statements_in.signature(refund_id, signature_id),
        statements_in.latest(refund_id),
        statements_in.latest_code(refund_id),
    )
    case = require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    if not signed:
        require_open(caller, case.status, Action.SIGN)
        await _sign_by_code(services, _code_of(statements, codes), signature_id, tried_code)
    return await decide(services, RefundWorkflow.sign, refund_id, caller, command_id, signature_id)


@command
async def upload_scan(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, content: bytes
) -> TransitionResult:
    """Signs the newest statement by a scan of it; a specialist checks the scan in review."""
    signature_id = submission_id(command_id, "signature")
    heads, decided, signed, statements = await services.database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, signature_id),
        statements_in.signature(refund_id, signature_id),
        statements_in.latest(refund_id),
    )
    case = require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    if not signed:
        require_open(caller, case.status, Action.UPLOAD_SCAN)
        await _sign_by_scan(services, caller, unsigned(statements), command_id, content)
    return await decide(services, RefundWorkflow.sign, refund_id, caller, command_id, signature_id)


def _check_pace(codes: Sequence[IssuedCode], statement_id: UUID, now: datetime) -> None:
    of_statement = [code for code in codes if code.statement_id == statement_id]
    of_day = [code for code in codes if code.issued_at > now - timedelta(days=1)]
    if len(of_statement) >= CODES_PER_STATEMENT or len(of_day) >= CODES_PER_DAY:
        raise Refusal(RefusalKind.TOO_OFTEN, "code_issued_too_often")


def _code_of(statements: Sequence[StatementRow], codes: Sequence[CodeRow]) -> CodeRow:
    """The newest code, which must belong to the newest statement."""
    if not statements:
        raise conflict("statement_not_ready")
    if not codes or codes[0].statement_id != statements[0].id:
        raise not_issued()
    return codes[0]


async def _sign_by_code(
    services: Services, code: CodeRow, signature_id: UUID, tried_code: str
) -> None:
    now = datetime.now(UTC)
    right = is_right(services.settings.code_key, code, tried_code)
    try:
        tried = await statements_in.try_code(
            services.database, code.id, signature_id, right=right, at=now
        )
    except ConstraintBroken as broken:
        raise signed_meanwhile(broken) from None
    if tried is None:
        raise not_issued()
    refused = refusal_of(tried, now)
    if refused is not None:
        raise refused


async def _sign_by_scan(
    services: Services, caller: Caller, statement: StatementRow, command_id: UUID, content: bytes
) -> None:
    """Stores a scan, which waits for the scanner, and the signature it makes."""
    scan = await judged(content, services.scans)
    scan_id, now = submission_id(command_id, "scan"), datetime.now(UTC)
    try:
        async with services.database.transaction() as transaction:
            name = f"scan-{statement.refund_id}"
            await put_scan(transaction, caller, scan_id, scan, name=name, at=now)
            statements_in.sign_by_scan(
                transaction,
                submission_id(command_id, "signature"),
                scan_id,
                statement=statement,
                media_type=scan.media_type,
                size_bytes=len(scan.content),
                sha256=scan.sha256,
                at=now,
            )
    except ConstraintBroken as broken:
        raise signed_meanwhile(broken) from None


def _issue(
    transaction: Transaction,
    code_id: UUID,
    case: RefundHead,
    statement: StatementRow,
    key: str,
    now: datetime,
) -> datetime:
    """Creates a code, stores its hash and the letter; returns when it expires."""
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
