"""What both ways of signing share: a statement is signed once."""

from collections.abc import Sequence
from http import HTTPStatus

from db.database import ConstraintBroken, Row
from db.refund import statement as statements_in
from starter.api.http.problems import Problem


def unsigned(statements: Sequence[Row]) -> Row:
    """The newest statement, which must still wait for its signature."""
    if not statements:
        raise Problem("statement_not_ready", HTTPStatus.CONFLICT)
    (statement,) = statements
    if statement.signature_id is not None:
        raise already_signed()
    return statement


def signed_meanwhile(broken: ConstraintBroken) -> Exception:
    return already_signed() if broken.constraint == statements_in.ONE_SIGNATURE else broken


def already_signed() -> Problem:
    return Problem("statement_already_signed", HTTPStatus.CONFLICT)
