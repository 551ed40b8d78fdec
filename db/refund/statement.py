"""Statements and their signatures: one-time codes, scans, signatures. Rows are inserted once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    literal_column,
    not_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.file.store import FILE_COLUMNS, FileRow
from db.query import Query, typed
from db.refund.rows import (
    CodeRow,
    IssuedCode,
    SignatureRow,
    StatementRow,
    TriedCode,
)
from db.tables import (
    file_contents,
    files,
    one_time_codes,
    refunds,
    scans,
    signatures,
    statements,
)
from domain.billing.requisites import Requisites
from domain.refund.statement import CODE_ATTEMPTS

ONE_SIGNATURE = "signatures_statement_id_key"
"""The constraint that a statement is signed at most once."""

STATEMENTS = typed(
    StatementRow,
    select(
        statements,
        signatures.c.id.label("signature_id"),
        signatures.c.method.label("signature_method"),
        signatures.c.signed_at,
        signatures.c.scan_id,
        one_time_codes.c.address.label("signed_by_address"),
    )
    .outerjoin(signatures, signatures.c.statement_id == statements.c.id)
    .outerjoin(one_time_codes, one_time_codes.c.id == signatures.c.code_id)
    .join(refunds, refunds.c.id == statements.c.refund_id),
)
"""Every statement, with its signature and its case."""
_LATEST = STATEMENTS.narrowed(
    lambda rows: (
        rows.where(
            statements.c.refund_id == bindparam("refund_id"),
            statements.c.calculation_id == refunds.c.calculation_id,
        )
        .order_by(statements.c.drawn_up_at.desc(), statements.c.id.desc())
        .limit(1)
    )
)
_LATEST_LOCKED = _LATEST.narrowed(lambda rows: rows.with_for_update(of=statements))
_PUT = insert(statements).on_conflict_do_nothing(index_elements=["id"])

_LATEST_CODE = typed(
    CodeRow,
    select(one_time_codes)
    .join(statements, statements.c.id == one_time_codes.c.statement_id)
    .where(statements.c.refund_id == bindparam("refund_id"))
    .order_by(one_time_codes.c.issued_at.desc(), one_time_codes.c.id.desc())
    .limit(1),
)
_CODES = typed(
    IssuedCode,
    select(one_time_codes.c.id, one_time_codes.c.statement_id, one_time_codes.c.address)
    .add_columns(one_time_codes.c.issued_at, one_time_codes.c.expires_at)
    .join(statements, statements.c.id == one_time_codes.c.statement_id)
    .where(statements.c.refund_id == bindparam("refund_id"))
    .order_by(one_time_codes.c.issued_at.desc())
    .limit(bindparam("at_most")),
)
_PUT_CODE = insert(one_time_codes)

_SIGNATURE = typed(
    SignatureRow,
    select(signatures)
    .join(statements, statements.c.id == signatures.c.statement_id)
    .where(
        signatures.c.id == bindparam("signature_id"),
        statements.c.refund_id == bindparam("refund_id"),
    ),
)
_PUT_SIGNATURE = insert(signatures).on_conflict_do_nothing(index_elements=["id"])
_PUT_SCAN = insert(scans).on_conflict_do_nothing(index_elements=["id"])
SCANS = typed(
    FileRow,
    select(*FILE_COLUMNS)
    .select_from(scans)
    .join(files, files.c.id == scans.c.id)
    .join(file_contents, file_contents.c.sha256 == files.c.sha256),
)
"""Every scan: a file of the store, under the scan's own id."""
_LATEST_SCAN = SCANS.narrowed(
    lambda rows: (
        rows.join(signatures, signatures.c.scan_id == scans.c.id)
        .where(scans.c.refund_id == bindparam("refund_id"))
        .order_by(signatures.c.signed_at.desc(), scans.c.id)
        .limit(1)
    )
)

# One SQL statement locks the code, counts the try, and signs when it is right, so that concurrent
# tries cannot exceed the allowed number. The caller compares the hashes.
_AT = bindparam("at", type_=DateTime(timezone=True))
_RIGHT = bindparam("right", type_=Boolean)
_before = (
    select(one_time_codes)
    .where(one_time_codes.c.id == bindparam("code_id", type_=Uuid))
    .with_for_update()
    .cte("before")
)
_usable = and_(
    _before.c.used_at.is_(None),
    _before.c.attempts < CODE_ATTEMPTS,
    _before.c.expires_at > _AT,
)
_tried = (
    update(one_time_codes)
    .where(one_time_codes.c.id == _before.c.id)
    .values(
        attempts=_before.c.attempts + case((and_(_usable, not_(_RIGHT)), 1), else_=0),
        used_at=case((and_(_usable, _RIGHT), _AT), else_=_before.c.used_at),
    )
    .returning(
        one_time_codes.c.id,
        one_time_codes.c.statement_id,
        one_time_codes.c.attempts,
        one_time_codes.c.expires_at,
        _before.c.used_at.label("used_before"),
        and_(_usable, _RIGHT).label("signed"),
    )
    .cte("tried")
)
_signed = (
    insert(signatures)
    .from_select(
        ["id", "statement_id", "method", "content_sha256", "code_id", "signed_at"],
        select(
            bindparam("signature_id", type_=Uuid),
            _tried.c.statement_id,
            literal_column("'one_time_code'", Text),
            statements.c.content_sha256,
            _tried.c.id,
            _AT,
        )
        .join(statements, statements.c.id == _tried.c.statement_id)
        .where(_tried.c.signed),
    )
    .cte("signed")
)
_TRY_CODE = typed(TriedCode, select(_tried).add_cte(_signed), never_null=("signed",))


def latest(refund_id: str, *, locked: bool = False) -> Query[StatementRow]:
    """The newest statement over the case's present sum, with its signature; no row before the
    first. One over an earlier sum is no longer valid.
    """
    statement = _LATEST_LOCKED if locked else _LATEST
    return statement(refund_id=refund_id)


def latest_code(refund_id: str) -> Query[CodeRow]:
    """The newest one-time code of a case; it may be of an older statement."""
    return _LATEST_CODE(refund_id=refund_id)


def codes(refund_id: str, at_most: int) -> Query[IssuedCode]:
    """The newest codes of a case, without their hashes."""
    return _CODES(refund_id=refund_id, at_most=at_most)


def signature(refund_id: str, signature_id: UUID) -> Query[SignatureRow]:
    """A signature of a case."""
    return _SIGNATURE(refund_id=refund_id, signature_id=signature_id)


def latest_scan(refund_id: str) -> Query[FileRow]:
    """The newest scan that signed a statement of the case."""
    return _LATEST_SCAN(refund_id=refund_id)


def draw_up(
    transaction: Transaction,
    statement_id: UUID,
    *,
    refund_id: str,
    calculation_id: UUID,
    requisites: Requisites,
    content: Mapping[str, Any],
    content_sha256: str,
    at: datetime,
) -> None:
    """Stores a statement; the same id again changes nothing."""
    transaction.write(
        _PUT,
        id=statement_id,
        refund_id=refund_id,
        calculation_id=calculation_id,
        sum_kopecks=content["sum_kopecks"],
        recipient_name=requisites.recipient_name,
        inn=requisites.inn,
        kpp=requisites.kpp,
        bic=requisites.bic,
        account=requisites.account,
        bank_name=requisites.bank_name,
        correspondent_account=requisites.correspondent_account,
        content=dict(content),
        content_sha256=content_sha256,
        drawn_up_at=at,
    )


def issue_code(
    transaction: Transaction,
    code_id: UUID,
    *,
    statement_id: UUID,
    code_hash: str,
    address: str,
    issued_at: datetime,
    expires_at: datetime,
) -> None:
    """Stores a one-time code as its hash."""
    transaction.write(
        _PUT_CODE,
        id=code_id,
        statement_id=statement_id,
        code_hash=code_hash,
        channel="mail",
        address=address,
        issued_at=issued_at,
        expires_at=expires_at,
    )


async def try_code(
    database: Database, code_id: UUID, signature_id: UUID, *, right: bool, at: datetime
) -> TriedCode | None:
    """Counts a try of a code and signs its statement when the code is right and still valid.

    None when there is no such code. A statement that is signed already breaks `ONE_SIGNATURE`, and
    then nothing is counted or used.
    """
    return await database.row(
        _TRY_CODE(code_id=code_id, signature_id=signature_id, right=right, at=at)
    )


def sign_by_scan(
    transaction: Transaction,
    signature_id: UUID,
    scan_id: UUID,
    *,
    statement: StatementRow,
    media_type: str,
    size_bytes: int,
    sha256: str,
    at: datetime,
) -> None:
    """Signs the statement by a scan that is a file of the store under `scan_id`; a signed one
    breaks `ONE_SIGNATURE`.
    """
    transaction.write(
        _PUT_SCAN,
        id=scan_id,
        refund_id=statement.refund_id,
        media_type=media_type,
        size_bytes=size_bytes,
        sha256=sha256,
        uploaded_at=at,
    )
    transaction.write(
        _PUT_SIGNATURE,
        id=signature_id,
        statement_id=statement.id,
        method="scan",
        content_sha256=statement.content_sha256,
        scan_id=scan_id,
        signed_at=at,
    )


def requisites_of(statement: StatementRow) -> Requisites:
    """The requisites of a statement."""
    return Requisites(
        recipient_name=statement.recipient_name,
        inn=statement.inn,
        kpp=statement.kpp,
        bic=statement.bic,
        account=statement.account,
        bank_name=statement.bank_name,
        correspondent_account=statement.correspondent_account,
    )
