"""Prepared answers of staff: versions of texts, each for one department or for all."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import canned_answers


@row
class CannedRow:
    """The newest version of a prepared answer; `department` None: for all of them."""

    code: str
    version: int
    title: str
    text: str
    department: str | None
    is_offered: bool
    valid_from: datetime
    author: str


_columns = (
    canned_answers.c.code,
    canned_answers.c.version,
    canned_answers.c.title,
    canned_answers.c.text,
    canned_answers.c.department,
    canned_answers.c.is_offered,
    canned_answers.c.valid_from,
    canned_answers.c.author,
)
_NEWEST = typed(
    CannedRow,
    select(*_columns)
    .distinct(canned_answers.c.code)
    .order_by(canned_answers.c.code, canned_answers.c.version.desc())
    .limit(bindparam("at_most")),
)
_PUT = insert(canned_answers)


def newest(at_most: int) -> Query[CannedRow]:
    """Every prepared answer by its newest version, by code."""
    return _NEWEST(at_most=at_most)


def put(
    transaction: Transaction,
    code: str,
    version: int,
    *,
    title: str,
    text: str,
    department: str | None,
    is_offered: bool,
    at: datetime,
    author: str,
) -> None:
    """Stores a version; raises `ConstraintBroken` where somebody has stored it meanwhile."""
    transaction.write(
        _PUT,
        code=code,
        version=version,
        title=title,
        text=text,
        department=department,
        is_offered=is_offered,
        valid_from=at,
        author=author,
    )
