"""Bank statement files, stored in pieces, and the state of their import."""

from collections.abc import AsyncGenerator, Iterable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, tuple_, update

from db.banking.bank_entry import IS_POSTPONED
from db.database import Database
from db.query import Query, columns_of, row, typed
from db.tables import bank_entries, bank_statements
from domain.banking.statement_import import BankStatementStatus, EntryStatus

CHUNK_BYTES: Final = 1024 * 1024
"""The size of a stored piece; the database refuses a larger one."""
COPY_TIMEOUT_MS: Final = 30 * 60 * 1000
"""How long storing the largest file may take, or storing its entries."""
_PUT: Final = b"""
INSERT INTO bank_statements (id, sha256, size_bytes, uploaded_by, uploaded_at, status)
VALUES (%s, %s, %s, %s, %s, 'received') ON CONFLICT (sha256) DO NOTHING RETURNING id
"""
_COPY_CHUNKS: Final = b"""
COPY bank_statement_chunks (statement_id, number, content) FROM STDIN (FORMAT BINARY)
"""
_COPY_CONTENT: Final = b"""
COPY (SELECT content FROM bank_statement_chunks WHERE statement_id = %s ORDER BY number)
  TO STDOUT (FORMAT BINARY)
"""


@row
class BankStatementRow:
    """A bank statement's file, and how far its import has come."""

    id: UUID
    sha256: str
    size_bytes: int
    uploaded_by: str
    uploaded_at: datetime
    status: str
    progress: int
    encoding: str | None
    accounts: list[dict[str, Any]] | None
    first_day: date | None
    last_day: date | None
    entries_total: int | None
    entries_new: int | None
    imported_at: datetime | None
    refusal: str | None
    refusal_line: int | None
    refusal_detail: str | None
    read_on: date | None
    passed_over: list[dict[str, Any]]
    matched_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    settled_because: str | None


@row
class WaitingCount:
    """How many entries of a statement nobody has decided about; of how many that is postponed, and
    the first day on which one of those waits for a person again.
    """

    entries: int
    postponed: int
    until: date | None


@row
class KnownUntil:
    """The last day that an imported statement tells of; None before the first."""

    last_day: date | None


_of_id = bank_statements.c.id == bindparam("statement_id")
_STATEMENTS = typed(BankStatementRow, select(*bank_statements.c[columns_of(BankStatementRow)]))
_FIND = _STATEMENTS.narrowed(lambda rows: rows.where(_of_id))
_BY_SHA256 = _STATEMENTS.narrowed(
    lambda rows: rows.where(bank_statements.c.sha256 == bindparam("sha256"))
)
_PROGRESS = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status == BankStatementStatus.RECEIVED.value,
    )
    .values(progress=bindparam("read"))
)
_READ_ON = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status != BankStatementStatus.IMPORTED.value,
    )
    .values(read_on=bindparam("day"))
)
_REFUSE = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status.in_([BankStatementStatus.RECEIVED, BankStatementStatus.REFUSED]),
    )
    .values(
        status=BankStatementStatus.REFUSED.value,
        progress=0,
        refusal=bindparam("code"),
        refusal_line=bindparam("line"),
        refusal_detail=bindparam("detail"),
    )
)
_MATCHED = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status == BankStatementStatus.IMPORTED.value,
        bank_statements.c.matched_at.is_(None),
    )
    .values(matched_at=bindparam("at"))
)
_KNOWN_UNTIL = typed(
    KnownUntil,
    select(func.max(bank_statements.c.last_day).label("last_day")).where(
        bank_statements.c.status == BankStatementStatus.IMPORTED.value
    ),
)
_WAITING_IN = typed(
    WaitingCount,
    select(
        func.count().label("entries"),
        func.count().filter(IS_POSTPONED).label("postponed"),
        func.min(bank_entries.c.postponed_until).filter(IS_POSTPONED).label("until"),
    ).where(
        bank_entries.c.statement_id == bindparam("statement_id"),
        bank_entries.c.status == EntryStatus.UNMATCHED.value,
        bank_entries.c.direction == "in",
    ),
    never_null=("entries", "postponed"),
)
_TRY_AGAIN = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status.in_([BankStatementStatus.REFUSED, BankStatementStatus.SETTLED]),
    )
    .values(
        status=BankStatementStatus.RECEIVED.value,
        refusal=None,
        refusal_line=None,
        refusal_detail=None,
        settled_at=None,
        settled_by=None,
        settled_because=None,
    )
)
_SETTLE = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status == BankStatementStatus.REFUSED.value,
    )
    .values(
        status=BankStatementStatus.SETTLED.value,
        settled_at=bindparam("at"),
        settled_by=bindparam("by"),
        settled_because=bindparam("because"),
    )
)
After = tuple[datetime, UUID]
"""The key (uploaded_at, id) of the last statement seen."""


def waiting_in(statement_id: UUID) -> Query[WaitingCount]:
    """How many entries with money that came in nobody and nothing has matched yet."""
    return _WAITING_IN(statement_id=statement_id)


async def put(
    database: Database,
    statement_id: UUID,
    *,
    sha256: str,
    size_bytes: int,
    by: str,
    at: datetime,
    chunks: Iterable[bytes],
) -> bool:
    """Stores a file; False, and nothing is stored, when the same file is stored already."""
    async with database.copying(COPY_TIMEOUT_MS) as connection:
        put_down = await connection.execute(_PUT, (statement_id, sha256, size_bytes, by, at))
        if await put_down.fetchone() is None:
            return False
        async with connection.cursor() as cursor, cursor.copy(_COPY_CHUNKS) as copy:
            copy.set_types(["uuid", "int4", "bytea"])
            for number, chunk in enumerate(chunks):
                await copy.write_row((statement_id, number, chunk))
    return True


async def content(database: Database, statement_id: UUID) -> AsyncGenerator[bytes, None]:
    """The file's bytes, piece by piece; whoever does not read to the end closes it."""
    async with (
        database.copying(COPY_TIMEOUT_MS) as connection,
        connection.cursor() as cursor,
        cursor.copy(_COPY_CONTENT, (statement_id,)) as copy,
    ):
        copy.set_types(["bytea"])
        async for (chunk,) in copy.rows():
            yield chunk


async def find(database: Database, statement_id: UUID) -> BankStatementRow | None:
    """A statement, or None."""
    return await database.row(_FIND(statement_id=statement_id))


async def find_by_sha256(database: Database, sha256: str) -> BankStatementRow | None:
    """The statement with this content, or None."""
    return await database.row(_BY_SHA256(sha256=sha256))


async def note_read_on(database: Database, statement_id: UUID, day: date) -> None:
    """Stores the Moscow day of the import, before its entries: none may be of a later day."""
    await database.write(_READ_ON, of_id=statement_id, day=day)


async def note_progress(database: Database, statement_id: UUID, read: int) -> None:
    """Stores how many entries have been read so far."""
    await database.write(_PROGRESS, of_id=statement_id, read=read)


async def refuse(
    database: Database, statement_id: UUID, code: str, line: int | None, detail: str
) -> None:
    """Stores why a whole file was refused."""
    await database.write(_REFUSE, of_id=statement_id, code=code, line=line, detail=detail)


async def try_again(database: Database, statement_id: UUID) -> None:
    """Removes a refusal, so that the file is imported again."""
    await database.write(_TRY_AGAIN, of_id=statement_id)


async def settle(
    database: Database, statement_id: UUID, *, because: str, by: str, at: datetime
) -> None:
    """Stores how a refused file was dealt with; one in another status stays as it is."""
    await database.write(_SETTLE, of_id=statement_id, because=because, by=by, at=at)


async def note_matched(database: Database, statement_id: UUID, at: datetime) -> None:
    """Stores once when the entries have been matched (UTC)."""
    await database.write(_MATCHED, of_id=statement_id, at=at)


def known_until() -> Query[KnownUntil]:
    """Until which day the bank has told us what came in."""
    return _KNOWN_UNTIL()


def listed(
    limit: int, after: After | None = None, *, status: BankStatementStatus | None = None
) -> Query[BankStatementRow]:
    """Statements, the newest upload first."""
    key = (bank_statements.c.uploaded_at, bank_statements.c.id)
    conditions: list[ColumnElement[bool]] = []
    if status is not None:
        conditions.append(bank_statements.c.status == status.value)
    if after is not None:
        conditions.append(tuple_(*key) < tuple_(*after))
    return _STATEMENTS.narrowed(
        lambda rows: (
            rows.where(*conditions).order_by(*(column.desc() for column in key)).limit(limit)
        )
    )()
