"""Stores the entries of a bank statement: all of a file in one transaction, or none."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from db.banking import bank_statement
from db.banking.bank_statement import COPY_TIMEOUT_MS
from db.database import Database
from domain.banking.bank_statement import StatementEntry
from domain.banking.repeated_entry import EntrySpelling, find_repeats

IMPORT_LOCK: Final = 7_060_504
"""Key of the advisory lock that serialises the storing of entries: two overlapping files would
deadlock on each other's entries.
"""


_ENTRY_COLUMNS: Final = (
    "id, account, direction, day, number, amount_kopecks, counterparty_name, counterparty_inn,"
    " counterparty_account, counterparty_bic, purpose, line"
)
_OF_NEW: Final = ", ".join(f"n.{column}" for column in _ENTRY_COLUMNS.split(", "))
# A batch of entries before it is inserted: COPY has no ON CONFLICT.
_NEW_ENTRIES: Final = b"""
CREATE TEMPORARY TABLE new_entries (
    id uuid, account text, direction text, day date, number text, amount_kopecks bigint,
    counterparty_name text, counterparty_inn text, counterparty_account text, counterparty_bic text,
    purpose text, line integer) ON COMMIT DROP
"""
# Days with entries of earlier files: those and this file's are compared once all is read.
_DAYS: Final = b"""
CREATE TEMPORARY TABLE days_read (
    account text, day date, is_known boolean, PRIMARY KEY (account, day)) ON COMMIT DROP
"""
_SET_ASIDE: Final = b"CREATE TEMPORARY TABLE set_aside (LIKE new_entries) ON COMMIT DROP"
_COPY_ENTRIES: Final = f"COPY new_entries ({_ENTRY_COLUMNS}) FROM STDIN".encode()
_NOTE_DAYS: Final = b"""
INSERT INTO days_read
SELECT account, day, EXISTS (
           SELECT FROM bank_entries e
            WHERE e.account = n.account AND e.day = n.day AND e.statement_id <> %s)
  FROM (SELECT DISTINCT account, day FROM new_entries EXCEPT SELECT account, day FROM days_read) n
"""
_SET_ASIDE_KNOWN: Final = f"""
INSERT INTO set_aside SELECT {_OF_NEW} FROM new_entries n JOIN days_read USING (account, day)
 WHERE is_known
""".encode()  # noqa: S608 - our own names
_TAKE_ENTRIES: Final = f"""
INSERT INTO bank_entries ({_ENTRY_COLUMNS}, statement_id)
SELECT {_OF_NEW}, %s FROM new_entries n JOIN days_read USING (account, day)
 WHERE NOT is_known ORDER BY n.id ON CONFLICT (id) DO NOTHING
""".encode()  # noqa: S608 - our own names
_FORGET_BATCH: Final = b"TRUNCATE new_entries"
_INDEX_ASIDE: Final = b"CREATE INDEX ON set_aside (id)"
_FORGET_STORED: Final = b"""
CREATE TEMPORARY TABLE fresh_entries ON COMMIT DROP AS
SELECT a.* FROM set_aside a WHERE NOT EXISTS (SELECT FROM bank_entries e WHERE e.id = a.id)
"""
_FRESH_DAYS: Final = b"SELECT DISTINCT account, day FROM fresh_entries ORDER BY account, day"
_SPELLED: Final = (
    "id, direction, amount_kopecks, number, counterparty_name AS name,"
    " coalesce(counterparty_inn, '') AS inn, coalesce(counterparty_account, '') AS account,"
    " coalesce(counterparty_bic, '') AS bic, purpose"
)
_FRESH: Final = f"SELECT {_SPELLED} FROM fresh_entries WHERE account = %s AND day = %s".encode()  # noqa: S608
_LACKED: Final = f"""
SELECT {_SPELLED} FROM bank_entries e
 WHERE account = %s AND day = %s AND statement_id <> %s
   AND (direction, amount_kopecks) IN (SELECT direction, amount_kopecks FROM fresh_entries f
                                        WHERE f.account = e.account AND f.day = e.day)
   AND NOT EXISTS (SELECT FROM set_aside a WHERE a.id = e.id)
""".encode()  # noqa: S608 - our own names
_FORGET_SAME: Final = b"DELETE FROM fresh_entries WHERE id = ANY (%s)"
_SUSPECT: Final = f"""
INSERT INTO bank_entries ({_ENTRY_COLUMNS}, statement_id, hold_reason, needs_person, repeats)
SELECT {_OF_NEW}, %s, 'repeat_suspected', true, pair.stored FROM fresh_entries n
  JOIN unnest(%s::uuid[], %s::uuid[]) AS pair (fresh, stored) ON pair.fresh = n.id
""".encode()  # noqa: S608 - our own names
_TAKE_FRESH: Final = f"""
INSERT INTO bank_entries ({_ENTRY_COLUMNS}, statement_id)
SELECT {_OF_NEW}, %s FROM fresh_entries n ORDER BY n.id ON CONFLICT (id) DO NOTHING
""".encode()  # noqa: S608 - our own names
_LOCK: Final = b"SELECT pg_advisory_xact_lock(%s)"
_IMPORTED: Final = b"""
UPDATE bank_statements SET status = 'imported', progress = %(total)s, entries_total = %(total)s,
    entries_new = %(new)s, encoding = %(encoding)s, accounts = %(accounts)s,
    first_day = %(first_day)s, last_day = %(last_day)s, passed_over = %(passed_over)s,
    imported_at = %(at)s, refusal = NULL, refusal_line = NULL, refusal_detail = NULL
WHERE id = %(id)s AND status <> 'imported'
"""
_COPY_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Described:
    """What a statement says about itself, known once all of it has been read."""

    encoding: str
    accounts: list[dict[str, Any]]
    first_day: date | None
    last_day: date | None
    passed_over: list[dict[str, Any]]


async def take(
    database: Database,
    statement_id: UUID,
    batches: AsyncIterator[tuple[int, bytes]],
    described: Callable[[], Described],
    at: datetime,
    read_on: date,
) -> None:
    """Stores all entries and that the file is imported, or nothing; one file at a time.

    `batches` gives counts of entries with their rows, as `copy_row` writes them, and raises if the
    file is broken after all; `described` is asked when it has ended. Entries that are there
    already, from this file or another, stay as they are, also where this file spells them
    otherwise; what may be one of them is stored and held. No entry is of a day after `read_on`.
    """
    total = new = 0
    await bank_statement.note_read_on(database, statement_id, read_on)
    async with database.copying(COPY_TIMEOUT_MS) as connection:
        await connection.execute(_LOCK, (IMPORT_LOCK,))
        for table in (_NEW_ENTRIES, _DAYS, _SET_ASIDE):
            await connection.execute(table)
        async for count, rows in batches:
            total += count
            new += await _take_batch(connection, statement_id, rows)
        new += await _take_aside(connection, statement_id)
        await connection.execute(
            _IMPORTED, _imported(statement_id, total=total, new=new, described=described(), at=at)
        )


async def _take_batch(connection: AsyncConnection[Any], statement_id: UUID, rows: bytes) -> int:
    """Stores the entries of days that no earlier file covers, and sets the others aside; returns
    the number stored.
    """
    async with connection.cursor() as cursor, cursor.copy(_COPY_ENTRIES) as copy:
        await copy.write(rows)
    await connection.execute(_NOTE_DAYS, (statement_id,))
    await connection.execute(_SET_ASIDE_KNOWN)
    taken = await connection.execute(_TAKE_ENTRIES, (statement_id,))
    await connection.execute(_FORGET_BATCH)
    return taken.rowcount


async def _take_aside(connection: AsyncConnection[Any], statement_id: UUID) -> int:
    """Stores the new entries of days that earlier files cover, suspected repeats included; returns
    how many.
    """
    await connection.execute(_INDEX_ASIDE)
    await connection.execute(_FORGET_STORED)
    days = await (await connection.execute(_FRESH_DAYS)).fetchall()
    suspected = 0
    for account, day in days:
        suspected += await _take_suspected(connection, statement_id, account, day)
    taken = await connection.execute(_TAKE_FRESH, (statement_id,))
    return suspected + taken.rowcount


async def _take_suspected(
    connection: AsyncConnection[Any], statement_id: UUID, account: str, day: date
) -> int:
    """Drops entries that are stored with another spelling; stores and holds suspected repeats. One
    day at a time, to limit memory.
    """
    fresh = await (await connection.execute(_FRESH, (account, day))).fetchall()
    stored = await (await connection.execute(_LACKED, (account, day, statement_id))).fetchall()
    repeats = find_repeats(
        [EntrySpelling(*row) for row in fresh], [EntrySpelling(*row) for row in stored]
    )
    pairs = [list(repeats.suspected), list(repeats.suspected.values())]
    suspected = await connection.execute(_SUSPECT, (statement_id, *pairs))
    await connection.execute(_FORGET_SAME, ([*repeats.same, *repeats.suspected],))
    return suspected.rowcount


def _imported(
    statement_id: UUID, *, total: int, new: int, described: Described, at: datetime
) -> dict[str, Any]:
    return {
        "id": statement_id,
        "total": total,
        "new": new,
        "encoding": described.encoding,
        "accounts": Jsonb(described.accounts),
        "passed_over": Jsonb(described.passed_over),
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


def _copied(value: str | None) -> str:
    if value is None:
        return "\\N"
    if value.isprintable() and "\\" not in value:
        return value
    return value.translate(_COPY_ESCAPES)
