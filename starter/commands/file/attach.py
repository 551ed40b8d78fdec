"""Which of the files that somebody names may go with what it writes."""

from collections.abc import Sequence
from uuid import UUID

from db.database import Database, Transaction
from db.file import store
from db.file.store import FileRow
from domain.file.file import MAX_TOGETHER_BYTES, WIDEST, FileLimits
from domain.file.kind import MEBIBYTE
from starter.caller import Caller
from starter.commands.file.upload import FILES, too_large_together
from starter.commands.refusal import FieldError, invalid


async def attachable(
    database: Database, caller: Caller, file_ids: Sequence[UUID], limits: FileLimits = WIDEST
) -> tuple[UUID, ...]:
    """The files, each once; refuses more or larger ones than a message may have, and any that its
    own people did not hand in: a client's are the client's, whoever of it handed them in, one of
    ours has its own.
    """
    wanted = tuple(dict.fromkeys(file_ids))
    if not wanted:
        return ()
    if len(wanted) > limits.files:
        raise invalid(FieldError("files_too_many", field=FILES, params={"limit": limits.files}))
    (found,) = await database.read(store.by_ids(wanted))
    own = {row.id for row in found if is_own(caller, row)}
    if own != set(wanted):
        raise invalid(FieldError("file_unknown", field=FILES))
    larger = [row.name for row in found if row.size_bytes > limits.file_bytes]
    if larger:
        params = {"name": larger[0], "limit": limits.file_bytes // MEBIBYTE}
        raise invalid(FieldError("file_over_limit", field=FILES, params=params))
    if sum(row.size_bytes for row in found) > MAX_TOGETHER_BYTES:
        raise too_large_together()
    return wanted


async def hold(transaction: Transaction, attached: Sequence[UUID]) -> None:
    """Keeps files that are being attached; refuses them where one was deleted since it was looked
    at: files that nothing names are not kept for ever.
    """
    if attached:
        (found,) = await transaction.read(store.held(attached))
        if len(found) < len(attached):
            raise invalid(FieldError("file_unknown", field=FILES))


def is_own(caller: Caller, row: FileRow) -> bool:
    """Whether the caller may attach a file, or see it before anything has it."""
    if caller.client_id is not None:
        return row.client_id == caller.client_id
    return row.client_id is None and row.uploaded_by == caller.login
