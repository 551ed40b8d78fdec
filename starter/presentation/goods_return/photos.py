"""Photos of a return of goods, for whoever may see the return."""

from collections.abc import Sequence
from uuid import UUID

from db.database import Database
from db.goods_return import photos, reads
from db.goods_return.photos import PhotoRow
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import not_found
from starter.presentation.file.file import FileShown, file_shown
from texts import Language


async def return_photo(
    database: Database, caller: Caller, return_id: str, file_id: UUID
) -> PhotoRow:
    """A photo of a return; raises `Refusal` `not_found`, also for a photo of another return."""
    heads, found = await database.read(reads.head(return_id), photos.one(return_id, file_id))
    require_visible(caller, heads)
    if not found:
        raise not_found()
    return found[0]


def photos_shown(rows: Sequence[PhotoRow], language: Language, *, is_ours: bool) -> list[FileShown]:
    """Those of the client's request, or those of the inspection."""
    photos_only = (row for row in rows if not row.is_receipt)
    return [file_shown(row, language) for row in photos_only if row.is_ours is is_ours]


def receipt_shown(rows: Sequence[PhotoRow], language: Language) -> FileShown | None:
    """That of the carriage that the client paid itself."""
    return next((file_shown(row, language) for row in rows if row.is_receipt), None)
