"""Files of goods that come back: photos of a request and of an inspection, receipts of carriers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.file.store import FILE_COLUMNS, WITH_CONTENT
from db.query import Query, row, typed
from db.tables import (
    files,
    goods_return_carriages,
    goods_return_decisions,
    goods_return_history,
    goods_return_photos,
    goods_returns,
)
from domain.file.file import MAX_FILES
from domain.goods_return.goods_return import GoodsReturnAction


@row
class PhotoRow:
    """A photo with what is known about its content. `is_ours`: of an inspection; `is_receipt`: of
    the claim of the carriage that stands.
    """

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
    is_receipt: bool


_taken = (
    select(goods_return_history.c.number)
    .where(
        goods_return_history.c.return_id == goods_returns.c.id,
        goods_return_history.c.submission_id == goods_return_photos.c.decision_id,
    )
    .exists()
)
"""What the return has not taken is none of it, and neither are its files."""
_is_claim = goods_return_decisions.c.action == GoodsReturnAction.CLAIM_CARRIAGE.value
_of_return = (
    select(
        *FILE_COLUMNS,
        (goods_return_photos.c.decision_id.is_not(None) & ~func.coalesce(_is_claim, False)).label(
            "is_ours"
        ),
        func.coalesce(_is_claim, False).label("is_receipt"),
    )
    .select_from(
        WITH_CONTENT.join(goods_return_photos, goods_return_photos.c.file_id == files.c.id)
        .join(
            goods_returns,
            or_(goods_returns.c.opening_id == goods_return_photos.c.opening_id, _taken),
        )
        .outerjoin(
            goods_return_decisions,
            goods_return_decisions.c.id == goods_return_photos.c.decision_id,
        )
        .outerjoin(
            goods_return_carriages,
            goods_return_carriages.c.claim_id == goods_return_photos.c.decision_id,
        )
    )
    .where(
        goods_returns.c.id == bindparam("return_id"),
        or_(~func.coalesce(_is_claim, False), goods_return_carriages.c.claim_id.is_not(None)),
    )
    .order_by(goods_return_photos.c.decision_id.is_not(None), goods_return_photos.c.number)
    .limit(3 * MAX_FILES)
)


def _one(photos: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return photos.where(files.c.id == bindparam("file_id"))


_OF_RETURN = typed(PhotoRow, _of_return, never_null=("is_ours", "is_receipt"))
_BY_ID = typed(PhotoRow, _one(_of_return), never_null=("is_ours", "is_receipt"))
_ATTACH = insert(goods_return_photos).on_conflict_do_nothing()


def of_return(return_id: str) -> Query[PhotoRow]:
    """The files of a return, the client's photos first."""
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
    """Attaches files to a request, an inspection or a claim, once, in this order."""
    for number, file_id in enumerate(file_ids, 1):
        transaction.write(
            _ATTACH,
            opening_id=opening_id,
            decision_id=decision_id,
            number=number,
            file_id=file_id,
        )
