"""The steps of a bank statement: imported or refused as a whole, then its entries are matched."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

import structlog
from temporalio import activity

from activities.banking.signal_payouts import signal_payout, signal_return
from db.banking import bank_entry, bank_statement, own_account
from db.banking import statement_import as bank_import
from db.banking.bank_entry import Candidate
from db.banking.bank_statement import BankStatementRow
from db.banking.statement_import import Batch, Place, count_of
from db.database import ConstraintBroken, Database
from db.payout import attempt
from domain.access.roles import SYSTEM
from domain.banking.bank_statement import StatementEntry
from domain.banking.entry_decision import paid_on, returned
from domain.banking.statement_import import (
    BankStatementStatus,
    ImportOutcome,
    MatchedAs,
    MatchOutcome,
)
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import PayoutRequest, PayoutStatus
from gateways.bank_file import BankFileError, StatementReading

BATCH = 2_000
"""Entries read while as many before them are stored: all that is held of a file."""
NOTED_EVERY_SECONDS = 1.0
"""Between two notes of the progress: each is a transaction of its own."""
PULSE_SECONDS = 10.0
"""Between two heartbeats, however long a pass over a large file takes."""
PAGE = 100
"""Entries matched between two heartbeats."""

BEFORE_ALL = PayoutRequest("", 0)

log = structlog.get_logger()


@dataclass
class Progress:
    """The number of entries read so far, for the heartbeat."""

    read: int = 0


class BankStatementActivities:
    """Steps of a bank statement; each may run twice and then repeats nothing.

    `days_ahead` is how many days the bank's dates may be ahead of our clock (a simulated bank).
    """

    def __init__(self, database: Database, days_ahead: int = 0) -> None:
        self._database = database
        self._days_ahead = timedelta(days=days_ahead)

    @activity.defn(name="bank_statement.import")
    async def import_statement(self, statement_id: str) -> ImportOutcome:
        """Reads a stored file and stores all its entries, or stores why it is refused."""
        row = await self._found(UUID(statement_id))
        if row.status == BankStatementStatus.IMPORTED:
            return _imported(row)
        progress = Progress()
        with TemporaryFile() as file:
            async with _pulse(progress):
                await self._fetch(row.id, file)
                try:
                    await self._take(row.id, file, progress)
                except BankFileError as error:
                    return await self._refuse(row.id, error)
        taken = await self._found(row.id)
        log.info("bank_statement.imported", statement_id=statement_id, new=taken.entries_new)
        return _imported(taken)

    @activity.defn(name="bank_statement.match")
    async def match(self, statement_id: str) -> MatchOutcome:
        """Matches debits with payouts, then credits with returned payouts.

        Includes entries of earlier files that are unmatched: they may have waited for this one.
        """
        payouts = await self._each(bank_entry.debits, self._settle, MatchedAs.PAYOUT)
        returns = await self._each(bank_entry.returns, self._give_back, MatchedAs.RETURN)
        matched = MatchOutcome(payouts, returns)
        log.info("bank_statement.matched", statement_id=statement_id, **asdict(matched))
        return matched

    async def _found(self, statement_id: UUID) -> BankStatementRow:
        row = await bank_statement.find(self._database, statement_id)
        if row is None:
            raise LookupError(f"no bank statement {statement_id}")
        return row

    async def _fetch(self, statement_id: UUID, file: IO[bytes]) -> None:
        async with aclosing(bank_statement.content(self._database, statement_id)) as chunks:
            async for chunk in chunks:
                file.write(chunk)

    async def _refuse(self, statement_id: UUID, error: BankFileError) -> ImportOutcome:
        log.info("bank_statement.refused", statement_id=str(statement_id), code=error.code)
        await bank_statement.refuse(
            self._database, statement_id, error.code, error.line, error.detail
        )
        return ImportOutcome(error.code)

    async def _take(self, statement_id: UUID, file: IO[bytes], progress: Progress) -> None:
        """Stores entries while the file is read; an error in the file rolls all of them back."""
        ours = {row.account for row in await own_account.all_accounts(self._database)}
        now = datetime.now(UTC)
        read_on = moscow_date(now) + self._days_ahead
        reading = await asyncio.to_thread(StatementReading, file, our_accounts=ours, today=read_on)
        async with aclosing(_batches(reading.entries(), statement_id)) as batches:
            await bank_import.take(
                self._database,
                statement_id,
                self._noted(statement_id, batches, progress),
                lambda: _described(reading),
                now,
                read_on,
            )

    async def _noted(
        self, statement_id: UUID, batches: AsyncIterator[Batch], progress: Progress
    ) -> AsyncIterator[Batch]:
        noted_at = time.monotonic()
        async for batch in batches:
            yield batch
            progress.read += count_of(batch)
            if time.monotonic() - noted_at >= NOTED_EVERY_SECONDS:
                await bank_statement.note_progress(self._database, statement_id, progress.read)
                noted_at = time.monotonic()

    async def _each(
        self,
        candidates: Callable[[Database, PayoutRequest, int], Awaitable[list[Candidate]]],
        notify: Callable[[Candidate], Awaitable[bool]],
        matched_as: MatchedAs,
    ) -> int:
        """Signals the match of each entry, then stores it: a crash in between repeats the
        signal.
        """
        matched, after = 0, BEFORE_ALL
        while page := await candidates(self._database, after, PAGE):
            for candidate in page:
                if await notify(candidate):
                    matched += await self._store(candidate, matched_as)
            after = page[-1].payout
            activity.heartbeat()
        return matched

    async def _settle(self, candidate: Candidate) -> bool:
        client, key = activity.client(), candidate.payout
        if await signal_payout(client, self._database, key, paid_on(candidate.day)):
            return True
        row = await attempt.find(self._database, candidate.payout)
        return row is not None and row.status == PayoutStatus.PAID

    async def _give_back(self, candidate: Candidate) -> bool:
        row = await attempt.find(self._database, candidate.payout)
        if row is not None and row.status == PayoutStatus.RETURNED:
            return True  # signalled by an earlier try of this step
        queue, case_id = activity.info().task_queue, candidate.payout.case_id
        message = returned(candidate.payout, candidate.purpose)
        await signal_return(activity.client(), self._database, queue, case_id, message)
        return True

    async def _store(self, candidate: Candidate, matched_as: MatchedAs) -> bool:
        """False when a person, or another import, has stored a match before."""
        entry, key = candidate.entry_id, candidate.payout
        try:
            return await bank_entry.match(
                self._database, entry, key, matched_as, SYSTEM, datetime.now(UTC)
            )
        except ConstraintBroken as broken:
            if broken.constraint != bank_entry.MATCHED_ONCE:
                raise
            return False


def _described(reading: StatementReading) -> bank_import.Described:
    sections: list[dict[str, Any]] = [
        {
            "account": one.account,
            "first_day": one.first_day.isoformat(),
            "last_day": one.last_day.isoformat(),
            "opening_kopecks": one.opening_kopecks,
            "credited_kopecks": one.credited_kopecks,
            "debited_kopecks": one.debited_kopecks,
            "closing_kopecks": one.closing_kopecks,
        }
        for one in reading.accounts
    ]
    return bank_import.Described(
        encoding=reading.encoding,
        accounts=sections,
        first_day=min((one.first_day for one in reading.accounts), default=None),
        last_day=max((one.last_day for one in reading.accounts), default=None),
        passed_over=[asdict(one) for one in reading.passed_over],
    )


async def _batches(
    entries: Iterator[StatementEntry], statement_id: UUID
) -> AsyncGenerator[Batch, None]:
    """The entries as rows. While one batch is stored, a thread reads the next."""
    ahead = _read_ahead(entries, statement_id)
    try:
        while batch := await asyncio.shield(ahead):
            ahead = _read_ahead(entries, statement_id)
            yield batch
    finally:  # the file may not be closed while the thread still reads
        await asyncio.gather(ahead, return_exceptions=True)


def _read_ahead(entries: Iterator[StatementEntry], statement_id: UUID) -> asyncio.Task[Batch]:
    return asyncio.create_task(asyncio.to_thread(_next_rows, entries, statement_id))


def _next_rows(entries: Iterator[StatementEntry], statement_id: UUID) -> Batch:
    rows: defaultdict[Place, list[str]] = defaultdict(list)
    statement = str(statement_id)
    for place, same in groupby(islice(entries, BATCH), _place_of):
        rows[place] += [bank_import.copy_row(entry, statement) for entry in same]
    return rows


def _place_of(entry: StatementEntry) -> Place:
    return entry.account, entry.day


def _imported(row: BankStatementRow) -> ImportOutcome:
    """The counts of an imported file, which the database holds to be set."""
    return ImportOutcome(None, row.entries_total or 0, row.entries_new or 0)


@asynccontextmanager
async def _pulse(progress: Progress) -> AsyncIterator[None]:
    """Heartbeats for as long as the work inside goes on."""

    async def beat() -> None:
        while True:
            activity.heartbeat(progress.read)
            await asyncio.sleep(PULSE_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
