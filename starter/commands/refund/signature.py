"""What both ways of signing share: a statement is signed once."""

from collections.abc import Sequence

from db.database import ConstraintBroken
from db.refund import statement as statements_in
from db.refund.rows import StatementRow
from starter.commands.refusal import Refusal, conflict


def unsigned(statements: Sequence[StatementRow]) -> StatementRow:
    """The newest statement; refused when it is already signed."""
    if not statements:
        raise conflict("statement_not_ready")
    (statement,) = statements
    if statement.signature_id is not None:
        raise already_signed()
    return statement


def signed_meanwhile(broken: ConstraintBroken) -> Exception:
    return already_signed() if broken.constraint == statements_in.ONE_SIGNATURE else broken


def already_signed() -> Refusal:
    return conflict("statement_already_signed")
