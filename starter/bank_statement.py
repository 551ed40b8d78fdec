"""Taking a bank statement in: kept piece by piece, and its import begun."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID, uuid4

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.banking import bank_statement
from db.banking.bank_statement import CHUNK_BYTES
from db.database import Database, Row
from domain.banking.statement_import import BankStatementStatus, bank_statement_workflow_id
from workflows.bank_statement import BankStatementWorkflow

MAX_STATEMENT_BYTES: Final = 128 * 1024 * 1024
"""About 100,000 documents; the codec itself would read four times as much."""


UPLOADED = "uploaded"
"""The import's signal."""


class StatementTooLarge(Exception):  # noqa: N818  the name says what is the matter
    """More than `MAX_STATEMENT_BYTES`."""


class StatementEmpty(Exception):  # noqa: N818  the name says what is the matter
    """No byte at all."""


@dataclass
class Arriving:
    """A file that is arriving: beyond a piece it lies on the disk, never in memory."""

    file: IO[bytes]
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size_bytes: int = 0

    def take(self, piece: bytes) -> None:
        """The next bytes; raises `StatementTooLarge`."""
        self.size_bytes += len(piece)
        if self.size_bytes > MAX_STATEMENT_BYTES:
            raise StatementTooLarge
        self.digest.update(piece)
        self.file.write(piece)

    def chunks(self) -> Iterator[bytes]:
        """All of it, in the pieces that it is kept in."""
        self.file.seek(0)
        while chunk := self.file.read(CHUNK_BYTES):
            yield chunk


async def receive(database: Database, pieces: AsyncIterator[bytes], by: str) -> tuple[Row, bool]:
    """Keeps a file; the second value tells whether it is new. A refused one is tried again.

    Raises `StatementTooLarge` and `StatementEmpty`; then nothing is kept.
    """
    with SpooledTemporaryFile(CHUNK_BYTES) as file:
        arriving = Arriving(file)
        async for piece in pieces:
            arriving.take(piece)
        if not arriving.size_bytes:
            raise StatementEmpty
        sha256 = arriving.digest.hexdigest()
        is_new = await bank_statement.put(
            database,
            uuid4(),
            sha256=sha256,
            size_bytes=arriving.size_bytes,
            by=by,
            at=datetime.now(UTC),
            chunks=arriving.chunks(),
        )
    return await _found(database, sha256), is_new


async def begin_import(client: Client, database: Database, task_queue: str, row: Row) -> None:
    """Has a kept file imported, unless it has been; a repeat meets the import that runs.

    The signal keeps a process that has refused the file, and is just ending, from leaving it so.
    """
    if row.status == BankStatementStatus.IMPORTED:
        return
    await bank_statement.try_again(database, row.id)
    await client.start_workflow(
        BankStatementWorkflow.run,
        str(row.id),
        id=bank_statement_workflow_id(row.sha256),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        start_signal=UPLOADED,
    )


async def settled(database: Database, statement_id: UUID) -> Row | None:
    """The statement once it is imported or refused; None while it is not."""
    row = await bank_statement.find(database, statement_id)
    return None if row is None or row.status == BankStatementStatus.RECEIVED else row


async def _found(database: Database, sha256: str) -> Row:
    row = await bank_statement.find_by_sha256(database, sha256)
    if row is None:
        raise LookupError("a bank statement is never deleted")
    return row
