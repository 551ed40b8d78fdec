"""Hands files in: each is judged, stored under its digest, and waits for the scanner."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from db.database import Transaction
from db.file import store
from db.file.store import FileRow, UploadedRow
from domain.file.file import (
    MAX_BYTES_PER_DAY,
    MAX_FILES,
    MAX_FILES_PER_DAY,
    MAX_TOGETHER_BYTES,
)
from domain.file.kind import MEBIBYTE, FileKind, FileProblem, judged
from domain.file.name import judged_name
from domain.text import is_storable_text, one_line
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.commands.services import Services

FILES = "files"
"""The field that a wrong file is named by."""
SHOWN_NAME_LENGTH = 80
"""Characters of a wrong file's name that are shown."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Upload:
    """A file as it was sent, under the name that its sender gave it."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"Upload({len(self.content)} bytes)"


@dataclass(frozen=True, repr=False)
class _Judged:
    name: str
    kind: FileKind
    content: bytes
    sha256: str


@command
async def upload_files(
    services: Services, caller: Caller, command_id: UUID, uploads: Sequence[Upload]
) -> list[FileRow]:
    """Stores files for a message, in their order; each may be attached by its id.

    Raises `Refusal` for all that are wrong at once, each by its name, and for a client who has
    handed in too much in a day. All are stored, or none.
    """
    ids = [uuid5(command_id, f"file-{number}") for number in range(len(uploads))]
    (stored,) = await services.database.read(store.by_ids(ids))
    if not stored:
        _check_together(uploads)
        files = await asyncio.to_thread(_all_judged, uploads)
        async with services.database.transaction() as transaction:
            await _put_all(transaction, caller, ids, files)
        (stored,) = await services.database.read(store.by_ids(ids))
    return sorted(stored, key=lambda row: ids.index(row.id))


def _check_together(uploads: Sequence[Upload]) -> None:
    if not uploads:
        raise invalid(FieldError("file_missing", field=FILES))
    if len(uploads) > MAX_FILES:
        raise invalid(FieldError("files_too_many", field=FILES, params={"limit": MAX_FILES}))
    if sum(len(one.content) for one in uploads) > MAX_TOGETHER_BYTES:
        raise too_large_together()


def too_large_together() -> Refusal:
    """The files of one message are larger than is taken, together."""
    params = {"limit": MAX_TOGETHER_BYTES // MEBIBYTE}
    return invalid(FieldError("files_too_large", field=FILES, params=params))


def _all_judged(uploads: Sequence[Upload]) -> list[_Judged]:
    judged_ones = [_judged(upload) for upload in uploads]
    wrong = [one for one in judged_ones if isinstance(one, FieldError)]
    if wrong:
        raise invalid(*wrong)
    return [one for one in judged_ones if isinstance(one, _Judged)]


def _judged(upload: Upload) -> _Judged | FieldError:
    name, kind = judged_name(upload.name), judged(upload.content)
    if isinstance(name, FileProblem):
        return _error(upload, name)
    if isinstance(kind, FileProblem):
        return _error(upload, kind)
    return _Judged(name, kind, upload.content, hashlib.sha256(upload.content).hexdigest())


def _error(upload: Upload, problem: FileProblem) -> FieldError:
    name = one_line(upload.name) if is_storable_text(upload.name) else ""
    params = {"name": name[:SHOWN_NAME_LENGTH] or "?", **problem.params}
    code = problem.code
    if problem.found is not None:
        code, params = f"{code}_found", {**params, "found": problem.found}
    return FieldError(code, field=FILES, params=params)


async def _put_all(
    transaction: Transaction, caller: Caller, ids: Sequence[UUID], files: Sequence[_Judged]
) -> None:
    now = datetime.now(UTC)
    client_id = caller.client_id
    _, uploaded, known = await transaction.read(
        store.locked_client(client_id or ""),
        store.uploaded_since(client_id or "", now - _DAY),
        store.locked_contents([one.sha256 for one in files]),
    )
    if client_id is not None:
        _check_pace(uploaded[0], files)
    stored = {row.sha256 for row in known if store.has_pieces(row)}
    for file_id, one in zip(ids, files, strict=True):
        store.put_content(
            transaction,
            one.sha256,
            one.content,
            media_type=one.kind,
            at=now,
            is_stored=one.sha256 in stored,
        )
        store.put_file(
            transaction,
            file_id,
            sha256=one.sha256,
            name=one.name,
            client_id=client_id,
            uploaded_by=caller.login,
            at=now,
        )


def _check_pace(uploaded: UploadedRow, files: Sequence[_Judged]) -> None:
    size = uploaded.size_bytes + sum(len(one.content) for one in files)
    if uploaded.files + len(files) > MAX_FILES_PER_DAY or size > MAX_BYTES_PER_DAY:
        raise Refusal(
            RefusalKind.TOO_OFTEN,
            "files_per_day",
            files=MAX_FILES_PER_DAY,
            size=MAX_BYTES_PER_DAY // MEBIBYTE,
        )
