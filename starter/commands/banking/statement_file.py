"""Uploads a bank statement: stores the file in pieces and starts its import."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID, uuid4

from db.banking import bank_statement
from db.banking.bank_statement import CHUNK_BYTES, BankStatementRow
from db.database import Database
from domain.banking.statement_import import BankStatementStatus, bank_statement_workflow_id
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import Refusal, RefusalKind, unprocessable
from starter.commands.services import Services
from workflows.bank_statement import BankStatementWorkflow

MEBIBYTE: Final = 1024 * 1024
MAX_STATEMENT_BYTES: Final = 128 * MEBIBYTE
"""About 100,000 documents; the reader itself would accept four times as much."""

UPLOADED = "uploaded"
"""The import's signal."""


@dataclass(frozen=True)
class StatementTaken:
    """A stored file, and whether it is new."""

    row: BankStatementRow
    is_new: bool


@dataclass
class Arriving:
    """A file while it is uploaded: what exceeds one piece is kept on disk, never in memory."""

    file: IO[bytes]
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size_bytes: int = 0

    def take(self, piece: bytes) -> None:
        """Appends the next bytes; refuses more than `MAX_STATEMENT_BYTES`."""
        self.size_bytes += len(piece)
        if self.size_bytes > MAX_STATEMENT_BYTES:
            limit = f"{MAX_STATEMENT_BYTES // MEBIBYTE} MiB"
            raise Refusal(RefusalKind.TOO_LARGE, "bank_file_too_large", detail=limit)
        self.digest.update(piece)
        self.file.write(piece)

    def chunks(self) -> Iterator[bytes]:
        """The whole file, in the pieces that are stored."""
        self.file.seek(0)
        while chunk := self.file.read(CHUNK_BYTES):
            yield chunk


@command
async def upload_bank_statement(
    services: Services, caller: Caller, _command_id: UUID, pieces: AsyncIterator[bytes]
) -> StatementTaken:
    """Stores a file and starts its import, unless it is imported already.

    The digest of the content is the key, so a repeat is recognised whatever its command id; a
    refused file is tried again.

    Raises `Refusal` `bank_file_too_large` or `bank_statement_empty`, and stores nothing then. When
    the import could not be started (`temporal_unavailable`), uploading the same file again starts
    it.
    """
    row, is_new = await receive(services.database, pieces, caller.login)
    if row.status != BankStatementStatus.IMPORTED:
        await bank_statement.try_again(services.database, row.id)
        # The signal keeps a process that has refused the file, and is just ending, from leaving
        # it so.
        await services.cases.signal_with_start(
            BankStatementWorkflow.run,
            str(row.id),
            bank_statement_workflow_id(row.sha256),
            UPLOADED,
        )
    return StatementTaken(row, is_new)


async def receive(
    database: Database, pieces: AsyncIterator[bytes], by: str
) -> tuple[BankStatementRow, bool]:
    """Stores a file; the second value is True when it is new."""
    with SpooledTemporaryFile(CHUNK_BYTES) as file:
        arriving = Arriving(file)
        async for piece in pieces:
            arriving.take(piece)
        if not arriving.size_bytes:
            raise unprocessable("bank_statement_empty")
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


async def settled(database: Database, statement_id: UUID) -> BankStatementRow | None:
    """The statement once it is imported or refused; None before."""
    row = await bank_statement.find(database, statement_id)
    return None if row is None or row.status == BankStatementStatus.RECEIVED else row


async def _found(database: Database, sha256: str) -> BankStatementRow:
    row = await bank_statement.find_by_sha256(database, sha256)
    if row is None:
        raise LookupError("a bank statement is never deleted")
    return row
