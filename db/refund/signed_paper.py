"""What a client has signed, statement by statement, as it may take it away."""

from uuid import UUID

from sqlalchemy import bindparam

from db.file.store import FileRow
from db.query import Query
from db.refund.rows import StatementRow
from db.refund.statement import SCANS, STATEMENTS
from db.tables import refunds, scans, signatures, statements

_SIGNED = STATEMENTS.narrowed(
    lambda rows: rows.where(
        statements.c.id == bindparam("statement_id"),
        refunds.c.client_id == bindparam("of_client"),
        signatures.c.id.is_not(None),
    )
)
_SCAN = SCANS.narrowed(
    lambda rows: rows.join(refunds, refunds.c.id == scans.c.refund_id).where(
        scans.c.id == bindparam("scan_id"), refunds.c.client_id == bindparam("of_client")
    )
)


def statement(statement_id: UUID, client_id: str) -> Query[StatementRow]:
    """A client's statement that was signed, also one over an earlier sum."""
    return _SIGNED(statement_id=statement_id, of_client=client_id)


def scan(scan_id: UUID, client_id: str) -> Query[FileRow]:
    """A scan that a client has signed by."""
    return _SCAN(scan_id=scan_id, of_client=client_id)
