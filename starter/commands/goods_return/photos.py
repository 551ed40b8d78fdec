"""Files that somebody hands in with a return of goods: photos, receipts of carriers."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from db.database import Database
from db.file import store
from domain.file.kind import FileKind
from starter.caller import Caller
from starter.commands.file.attach import attachable
from starter.commands.file.upload import FILES
from starter.commands.refusal import FieldError, invalid

PICTURES: Final = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP, FileKind.HEIC})


async def photos_in(
    database: Database, caller: Caller, file_ids: Sequence[UUID]
) -> tuple[UUID, ...]:
    """The photos, each once; refuses what `attachable` refuses, and a file that is no picture."""
    return await files_in(database, caller, file_ids, PICTURES, "goods_return_not_a_photo")


async def files_in(
    database: Database,
    caller: Caller,
    file_ids: Sequence[UUID],
    kinds: frozenset[FileKind],
    otherwise: str,
) -> tuple[UUID, ...]:
    """The files, each once; refuses what `attachable` refuses, and by the code `otherwise` a file
    of none of these kinds.
    """
    wanted = await attachable(database, caller, file_ids)
    if not wanted:
        return ()
    (found,) = await database.read(store.by_ids(wanted))
    others = sorted(row.name for row in found if row.media_type not in kinds)
    if others:
        params = {"name": others[0]}
        raise invalid(FieldError(otherwise, field=FILES, params=params))
    return wanted
