"""Photos that somebody hands in with a return of goods."""

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
    wanted = await attachable(database, caller, file_ids)
    if not wanted:
        return ()
    (found,) = await database.read(store.by_ids(wanted))
    others = sorted(row.name for row in found if row.media_type not in PICTURES)
    if others:
        params = {"name": others[0]}
        raise invalid(FieldError("goods_return_not_a_photo", field=FILES, params=params))
    return wanted
