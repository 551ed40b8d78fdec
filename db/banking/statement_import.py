"""Stores the entries of a bank statement: all of a file in one transaction, or none."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
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
    " counterparty_account, counterparty_bic, purpose, line, statement_id"
)
_OF_NEW: Final = ", ".join(f"n.{column}" for column in _ENTRY_COLUMNS.split(", "))
# Entries of days that earlier files cover: compared with those once all of the file is read.
_SET_ASIDE: Final = b"""
CREATE TEMPORARY TABLE set_aside (
    id uuid, account text, direction text, day date, number text, amount_kopecks bigint,
    counterparty_name text, counterparty_inn text, counterparty_account text, counterparty_bic text,
    purpose text, line integer, statement_id uuid) ON COMMIT DROP
"""
_COPY_NEW: Final = f"COPY bank_entries ({_ENTRY_COLUMNS}) FROM STDIN".encode()
_COPY_ASIDE: Final = f"COPY set_aside ({_ENTRY_COLUMNS}) FROM STDIN".encode()
_COVERED: Final = b"""
SELECT account, day, EXISTS (SELECT FROM bank_entries e
                              WHERE e.account = asked.account AND e.day = asked.day)
  FROM unnest(%s::text[], %s::date[]) AS asked (account, day)
"""
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
INSERT INTO bank_entries ({_ENTRY_COLUMNS}, hold_reason, needs_person, repeats)
SELECT {_OF_NEW}, 'repeat_suspected', true, pair.stored FROM fresh_entries n
  JOIN unnest(%s::uuid[], %s::uuid[]) AS pair (fresh, stored) ON pair.fresh = n.id
""".encode()  # noqa: S608 - our own names
_TAKE_FRESH: Final = f"""
INSERT INTO bank_entries ({_ENTRY_COLUMNS})
SELECT {_OF_NEW} FROM fresh_entries n ORDER BY n.id ON CONFLICT (id) DO NOTHING
""".encode()  # noqa: S608 - our own names
_LOCK: Final = b"SELECT pg_advisory_xact_lock(%s)"
_IMPORTED: Final = b"""
UPDATE bank_statements SET status = 'imported', progress = %(total)s, entries_total = %(total)s,
    entries_new = %(new)s, encoding = %(encoding)s, accounts = %(accounts)s,
    first_day = %(first_day)s, last_day = %(last_day)s, passed_over = %(passed_over)s,
    imported_at = %(at)s, refusal = NULL, refusal_line = NULL, refusal_detail = NULL,
    settled_at = NULL, settled_by = NULL, settled_because = NULL
WHERE id = %(id)s AND status <> 'imported'
"""
Place = tuple[str, date]
"""An account and a day of its entries."""
Batch = Mapping[Place, Sequence[str]]
"""Entries by place, each as `copy_row` writes it."""
_NULL: Final = "\\N"
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
    batches: AsyncIterator[Batch],
    described: Callable[[], Described],
    at: datetime,
    read_on: date,
) -> None:
    """Stores all entries and that the file is imported, or nothing; one file at a time.

    `batches` raises if the file is broken after all; `described` is asked when it has ended.
    Entries that are there already, from this file or another, stay as they are, also where this
    file spells them otherwise; what may be one of them is stored and held. No entry is of a day
    after `read_on`.
    """
    total = new = 0
    await bank_statement.note_read_on(database, statement_id, read_on)
    async with database.copying(COPY_TIMEOUT_MS) as connection:
        await connection.execute(_LOCK, (IMPORT_LOCK,))
        await connection.execute(_SET_ASIDE)
        covered: dict[Place, bool] = {}
        async for batch in batches:
            total += count_of(batch)
            new += await _take_batch(connection, batch, covered)
        new += await _take_aside(connection, statement_id)
        await connection.execute(
            _IMPORTED, _imported(statement_id, total=total, new=new, described=described(), at=at)
        )


def count_of(batch: Batch) -> int:
    """How many entries a batch has."""
    return sum(map(len, batch.values()))


async def _take_batch(
    connection: AsyncConnection[Any], batch: Batch, covered: dict[Place, bool]
) -> int:
    """Stores the entries of days that no earlier file covers, and sets the others aside; returns
    the number stored.

    `covered` says of each day whether an earlier file covers it: it is asked before the day's first
    entry of this file is stored. An entry's id names its account and day, so none of a day without
    entries can be there already.
    """
    if asked := [place for place in batch if place not in covered]:
        places = [[account for account, _ in asked], [day for _, day in asked]]
        known = await (await connection.execute(_COVERED, places)).fetchall()
        covered.update({(account, day): is_known for account, day, is_known in known})
    new, aside = (
        [row for place, rows in batch.items() if covered[place] is is_known for row in rows]
        for is_known in (False, True)
    )
    await _copy(connection, _COPY_NEW, new)
    await _copy(connection, _COPY_ASIDE, aside)
    return len(new)


async def _copy(connection: AsyncConnection[Any], statement: bytes, rows: Sequence[str]) -> None:
    """In the order of their ids, so that successive rows share pages of the index."""
    if not rows:
        return
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write("".join(sorted(rows)))


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
    taken = await connection.execute(_TAKE_FRESH)
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
    suspected = await connection.execute(_SUSPECT, pairs)
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


def copy_row(entry: StatementEntry, statement_id: str) -> str:
    """An entry as a line of COPY's text format."""
    texts: tuple[str, ...] = (
        entry.account,
        entry.number,
        entry.counterparty_name,
        entry.counterparty_inn or "",
        entry.counterparty_account or "",
        entry.counterparty_bic or "",
        entry.purpose,
    )
    whole = "".join(texts)
    if not whole.isprintable() or "\\" in whole:
        texts = tuple(text.translate(_COPY_ESCAPES) for text in texts)
    ours, number, name, inn, account, bic, purpose = texts
    return (
        f"{entry.key()}\t{ours}\t{entry.direction}\t{entry.day.isoformat()}\t{number}"
        f"\t{entry.amount_kopecks}\t{name}\t{_NULL if entry.counterparty_inn is None else inn}"
        f"\t{_NULL if entry.counterparty_account is None else account}"
        f"\t{_NULL if entry.counterparty_bic is None else bic}\t{purpose}\t{entry.line}"
        f"\t{statement_id}\n"
    )
