"""Bank statements: the file in pieces, its import in one transaction, what is known of it."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from sqlalchemy import Select, bindparam, select, tuple_, update

from db.database import Database, Query, Row
from db.tables import bank_statement_chunks, bank_statements
from domain.bank_import import BankStatementStatus
from domain.bank_statement import StatementEntry

CHUNK_BYTES: Final = 1024 * 1024
"""Of a file that is kept; the database refuses a larger one."""
COPY_TIMEOUT_MS: Final = 30 * 60 * 1000
"""How long the largest file may take to be put down, or to become entries."""
IMPORT_LOCK: Final = 7_060_504
"""Key of the advisory lock that lets one file become entries at a time: two that overlap would wait
for each other's entries, and in a circle.
"""

_ENTRY_COLUMNS: Final = (
    "id, account, direction, day, number, amount_kopecks, counterparty_name, counterparty_inn,"
    " counterparty_account, counterparty_bic, purpose, line"
)
_PUT: Final = b"""
INSERT INTO bank_statements (id, sha256, size_bytes, uploaded_by, uploaded_at, status)
VALUES (%s, %s, %s, %s, %s, 'received') ON CONFLICT (sha256) DO NOTHING RETURNING id
"""
_COPY_CHUNKS: Final = b"""
COPY bank_statement_chunks (statement_id, number, content) FROM STDIN (FORMAT BINARY)
"""
# A batch of entries on its way; COPY itself knows no ON CONFLICT.
_NEW_ENTRIES: Final = b"""
CREATE TEMPORARY TABLE new_entries (
    id uuid, account text, direction text, day date, number text, amount_kopecks bigint,
    counterparty_name text, counterparty_inn text, counterparty_account text, counterparty_bic text,
    purpose text, line integer) ON COMMIT DROP
"""
_COPY_ENTRIES: Final = f"COPY new_entries ({_ENTRY_COLUMNS}) FROM STDIN".encode()
_TAKE_ENTRIES: Final = f"""
INSERT INTO bank_entries ({_ENTRY_COLUMNS}, statement_id)
SELECT {_ENTRY_COLUMNS}, %s FROM new_entries ORDER BY id ON CONFLICT (id) DO NOTHING
""".encode()  # noqa: S608 - our own names
_FORGET_BATCH: Final = b"TRUNCATE new_entries"
_LOCK: Final = b"SELECT pg_advisory_xact_lock(%s)"
_IMPORTED: Final = b"""
UPDATE bank_statements SET status = 'imported', progress = %(total)s, entries_total = %(total)s,
    entries_new = %(new)s, encoding = %(encoding)s, accounts = %(accounts)s,
    first_day = %(first_day)s, last_day = %(last_day)s,
    imported_at = %(at)s, refusal = NULL, refusal_line = NULL, refusal_detail = NULL
WHERE id = %(id)s AND status <> 'imported'
"""
_of_id = bank_statements.c.id == bindparam("statement_id")
_FIND = select(bank_statements).where(_of_id)
_BY_SHA256 = select(bank_statements).where(bank_statements.c.sha256 == bindparam("sha256"))
_CHUNK = select(bank_statement_chunks.c.content).where(
    bank_statement_chunks.c.statement_id == bindparam("statement_id"),
    bank_statement_chunks.c.number == bindparam("number"),
)
_PROGRESS = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status == BankStatementStatus.RECEIVED.value,
    )
    .values(progress=bindparam("read"))
)
_REFUSE = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status != BankStatementStatus.IMPORTED.value,
    )
    .values(
        status=BankStatementStatus.REFUSED.value,
        progress=0,
        refusal=bindparam("code"),
        refusal_line=bindparam("line"),
        refusal_detail=bindparam("detail"),
    )
)
_TRY_AGAIN = (
    update(bank_statements)
    .where(
        bank_statements.c.id == bindparam("of_id"),
        bank_statements.c.status == BankStatementStatus.REFUSED.value,
    )
    .values(
        status=BankStatementStatus.RECEIVED.value,
        refusal=None,
        refusal_line=None,
        refusal_detail=None,
    )
)
_COPY_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

After = tuple[datetime, UUID]
"""The key (uploaded_at, id) of the last statement seen."""


@dataclass(frozen=True)
class Described:
    """What a statement says of itself, once all of it has been checked."""

    encoding: str
    accounts: list[dict[str, Any]]
    first_day: date
    last_day: date


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
    """Keeps a file; False when the same file is kept already, and nothing is put down."""
    async with database.copying(COPY_TIMEOUT_MS) as connection:
        put_down = await connection.execute(_PUT, (statement_id, sha256, size_bytes, by, at))
        if await put_down.fetchone() is None:
            return False
        async with connection.cursor() as cursor, cursor.copy(_COPY_CHUNKS) as copy:
            copy.set_types(["uuid", "int4", "bytea"])
            for number, chunk in enumerate(chunks):
                await copy.write_row((statement_id, number, chunk))
    return True


async def content(database: Database, statement_id: UUID) -> AsyncIterator[bytes]:
    """The file as it came, piece by piece."""
    number = 0
    while chunk := await database.row(_CHUNK, statement_id=statement_id, number=number):
        yield bytes(chunk.content)
        number += 1


async def take(
    database: Database,
    statement_id: UUID,
    batches: AsyncIterator[tuple[int, bytes]],
    described: Callable[[], Described],
    at: datetime,
) -> None:
    """Stores all entries and that the file is imported, or nothing; one file at a time.

    `batches` gives counts of entries with their rows, as `copy_row` writes them, and raises if the
    file is broken after all; `described` is asked when it has ended. Entries that are there
    already, from this file or another, stay as they are.
    """
    total = new = 0
    async with database.copying(COPY_TIMEOUT_MS) as connection:
        await connection.execute(_LOCK, (IMPORT_LOCK,))
        await connection.execute(_NEW_ENTRIES)
        async for count, rows in batches:
            total += count
            new += await _take_batch(connection, statement_id, rows)
        await connection.execute(
            _IMPORTED, _imported(statement_id, total=total, new=new, described=described(), at=at)
        )


async def _take_batch(connection: AsyncConnection[Row], statement_id: UUID, rows: bytes) -> int:
    """How many of a batch are new."""
    async with connection.cursor() as cursor, cursor.copy(_COPY_ENTRIES) as copy:
        await copy.write(rows)
    taken = await connection.execute(_TAKE_ENTRIES, (statement_id,))
    await connection.execute(_FORGET_BATCH)
    return taken.rowcount


def _imported(
    statement_id: UUID, *, total: int, new: int, described: Described, at: datetime
) -> dict[str, Any]:
    return {
        "id": statement_id,
        "total": total,
        "new": new,
        "encoding": described.encoding,
        "accounts": Jsonb(described.accounts),
        "first_day": described.first_day,
        "last_day": described.last_day,
        "at": at,
    }


def copy_row(entry: StatementEntry) -> str:
    """An entry as a line of COPY's text format."""
    values = (
        entry.key(),
        _copied(entry.account),
        entry.direction.value,
        entry.day.isoformat(),
        _copied(entry.number),
        str(entry.amount_kopecks),
        _copied(entry.counterparty_name),
        _copied(entry.counterparty_inn),
        _copied(entry.counterparty_account),
        _copied(entry.counterparty_bic),
        _copied(entry.purpose),
        str(entry.line),
    )
    return "\t".join(values) + "\n"


async def find(database: Database, statement_id: UUID) -> Row | None:
    """A statement, or None."""
    return await database.row(_FIND, statement_id=statement_id)


async def find_by_sha256(database: Database, sha256: str) -> Row | None:
    """The statement with this content, or None."""
    return await database.row(_BY_SHA256, sha256=sha256)


async def note_progress(database: Database, statement_id: UUID, read: int) -> None:
    """How many entries have been read of a file whose import goes on."""
    await database.rows(_PROGRESS, of_id=statement_id, read=read)


async def refuse(
    database: Database, statement_id: UUID, code: str, line: int | None, detail: str
) -> None:
    """Says why a file was refused whole."""
    await database.rows(_REFUSE, of_id=statement_id, code=code, line=line, detail=detail)


async def try_again(database: Database, statement_id: UUID) -> None:
    """Takes a refusal back: what was in the way may have been mended since."""
    await database.rows(_TRY_AGAIN, of_id=statement_id)


def listed(limit: int, after: After | None = None) -> Query:
    """Statements, the latest uploaded first."""
    key = (bank_statements.c.uploaded_at, bank_statements.c.id)
    wanted: Select[Any] = select(bank_statements).order_by(*(column.desc() for column in key))
    if after is not None:
        wanted = wanted.where(tuple_(*key) < tuple_(*after))
    return wanted.limit(limit), {}


def _copied(value: str | None) -> str:
    if value is None:
        return "\\N"
    if value.isprintable() and "\\" not in value:
        return value
    return value.translate(_COPY_ESCAPES)
