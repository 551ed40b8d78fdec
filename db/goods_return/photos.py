"""Photos of goods that come back: with the client's request, and of an inspection."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.file.store import FILE_COLUMNS, WITH_CONTENT
from db.query import Query, row, typed
from db.tables import files, goods_return_history, goods_return_photos, goods_returns
from domain.file.file import MAX_FILES


@row
class PhotoRow:
    """A photo with what is known about its content. `is_ours`: of an inspection."""

    id: UUID
    name: str
    sha256: str
    client_id: str | None
    uploaded_by: str
    media_type: str
    size_bytes: int
    status: str
    preview_width: int | None
    preview_height: int | None
    is_ours: bool


_inspected = (
    select(goods_return_history.c.number)
    .where(
        goods_return_history.c.return_id == goods_returns.c.id,
        goods_return_history.c.submission_id == goods_return_photos.c.decision_id,
    )
    .exists()
)
"""An inspection that the return has not taken is none of it, and neither are its photos."""
_of_return = (
    select(*FILE_COLUMNS, goods_return_photos.c.decision_id.is_not(None).label("is_ours"))
    .select_from(
        WITH_CONTENT.join(goods_return_photos, goods_return_photos.c.file_id == files.c.id).join(
            goods_returns,
            or_(goods_returns.c.opening_id == goods_return_photos.c.opening_id, _inspected),
        )
    )
    .where(goods_returns.c.id == bindparam("return_id"))
    .order_by(goods_return_photos.c.decision_id.is_not(None), goods_return_photos.c.number)
    .limit(2 * MAX_FILES)
)


def _one(photos: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return photos.where(files.c.id == bindparam("file_id"))


_OF_RETURN = typed(PhotoRow, _of_return, never_null=("is_ours",))
_BY_ID = typed(PhotoRow, _one(_of_return), never_null=("is_ours",))
_ATTACH = insert(goods_return_photos).on_conflict_do_nothing()


def of_return(return_id: str) -> Query[PhotoRow]:
    """The photos of a return, the client's first."""
    return _OF_RETURN(return_id=return_id)


def one(return_id: str, file_id: UUID) -> Query[PhotoRow]:
    """A photo of a return."""
    return _BY_ID(return_id=return_id, file_id=file_id)


def attach(
    transaction: Transaction,
    file_ids: Sequence[UUID],
    *,
    opening_id: UUID | None = None,
    decision_id: UUID | None = None,
) -> None:
    """Attaches photos to a request or to an inspection, once, in this order."""
    for number, file_id in enumerate(file_ids, 1):
        transaction.write(
            _ATTACH,
            opening_id=opening_id,
            decision_id=decision_id,
            number=number,
            file_id=file_id,
        )
