"""Storing files and reading them: a content once, whoever hands it in and however often."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import file_contents, file_pieces, files
from domain.file.file import PIECE_BYTES, FileStatus


@row
class FileRow:
    """A file with what is known about its content."""

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


@row
class HeldRow:
    """A file that stays."""

    id: UUID


@row
class ContentRow:
    """A content that is stored, or was."""

    sha256: str
    status: str


@row
class UploadedRow:
    """What a client has handed in since an instant."""

    files: int
    size_bytes: int


@row
class LockedUploader:
    """A locked client."""

    id: str


@row
class PieceRow:
    """A piece of a content."""

    bytes: bytes


@row
class PreviewRow:
    """What is shown of a picture."""

    preview: bytes


FILE_COLUMNS = (
    files.c.id,
    files.c.name,
    files.c.sha256,
    files.c.client_id,
    files.c.uploaded_by,
    file_contents.c.media_type,
    file_contents.c.size_bytes,
    file_contents.c.status,
    file_contents.c.preview_width,
    file_contents.c.preview_height,
)
"""What a `FileRow` is made of, of `files` joined with `file_contents`."""
WITH_CONTENT = files.join(file_contents, file_contents.c.sha256 == files.c.sha256)

_BY_IDS = typed(
    FileRow,
    select(*FILE_COLUMNS)
    .select_from(WITH_CONTENT)
    .where(files.c.id.in_(bindparam("file_ids", expanding=True))),
)
_HELD = typed(
    HeldRow,
    select(files.c.id)
    .where(files.c.id.in_(bindparam("file_ids", expanding=True)))
    .order_by(files.c.id)
    .with_for_update(read=True, key_share=True),
)
_CONTENTS = typed(
    ContentRow,
    select(file_contents.c.sha256, file_contents.c.status)
    .where(file_contents.c.sha256.in_(bindparam("digests", expanding=True)))
    .order_by(file_contents.c.sha256)
    .with_for_update(),
)
_LOCK_CLIENT = typed(
    LockedUploader, text("SELECT id FROM clients WHERE id = :client_id FOR NO KEY UPDATE")
)
_UPLOADED = typed(
    UploadedRow,
    select(
        func.count().label("files"),
        func.coalesce(func.sum(file_contents.c.size_bytes), 0).label("size_bytes"),
    )
    .select_from(WITH_CONTENT)
    .where(files.c.client_id == bindparam("client_id"), files.c.uploaded_at > bindparam("since")),
    never_null=("files", "size_bytes"),
)
_PIECE = typed(
    PieceRow,
    select(file_pieces.c.bytes).where(
        file_pieces.c.sha256 == bindparam("sha256"), file_pieces.c.number == bindparam("number")
    ),
)
_PREVIEW = typed(
    PreviewRow,
    select(file_contents.c.preview).where(
        file_contents.c.sha256 == bindparam("sha256"), file_contents.c.preview.is_not(None)
    ),
    never_null=("preview",),
)
_new = insert(file_contents)
_is_again = file_contents.c.status.in_((FileStatus.ERASED, FileStatus.UNSCANNABLE))
_PUT_CONTENT = _new.on_conflict_do_update(
    index_elements=["sha256"],
    set_={
        "status": literal(FileStatus.RECEIVED.value),
        "attempts": literal(0),
        "due_at": _new.excluded.due_at,
        "received_at": _new.excluded.received_at,
    },
    where=_is_again,
)
_PUT_PIECE = insert(file_pieces).on_conflict_do_nothing()
_PUT_FILE = insert(files).on_conflict_do_nothing(index_elements=["id"])


def by_ids(file_ids: Sequence[UUID]) -> Query[FileRow]:
    """Files by their ids, in no order."""
    return _BY_IDS(file_ids=list(file_ids))


def locked_contents(digests: Sequence[str]) -> Query[ContentRow]:
    """Those of some contents that are known already, locked."""
    return _CONTENTS(digests=list(digests))


def held(file_ids: Sequence[UUID]) -> Query[HeldRow]:
    """Those of some files that are still there; none of them goes before the transaction ends."""
    return _HELD(file_ids=list(file_ids))


def locked_client(client_id: str) -> Query[LockedUploader]:
    """Locks a client, so that what it hands in at once is counted together."""
    return _LOCK_CLIENT(client_id=client_id)


def uploaded_since(client_id: str, since: datetime) -> Query[UploadedRow]:
    """How much a client has handed in since an instant."""
    return _UPLOADED(client_id=client_id, since=since)


def has_pieces(row: ContentRow) -> bool:
    """Whether a known content is still stored."""
    return row.status != FileStatus.ERASED


def put_content(
    transaction: Transaction,
    sha256: str,
    content: bytes,
    *,
    media_type: str,
    at: datetime,
    is_stored: bool,
) -> None:
    """Stores a content to be scanned; one that is stored already keeps its pieces and what is known
    about it. One that was erased, or could not be scanned, is scanned again.
    """
    transaction.write(
        _PUT_CONTENT,
        sha256=sha256,
        media_type=media_type,
        size_bytes=len(content),
        status=FileStatus.RECEIVED.value,
        due_at=at,
        received_at=at,
    )
    if is_stored:
        return
    for place in range(0, len(content), PIECE_BYTES):
        transaction.write(
            _PUT_PIECE,
            sha256=sha256,
            number=place // PIECE_BYTES + 1,
            bytes=content[place : place + PIECE_BYTES],
        )


def put_file(
    transaction: Transaction,
    file_id: UUID,
    *,
    sha256: str,
    name: str,
    client_id: str | None,
    uploaded_by: str,
    at: datetime,
) -> None:
    """Stores the name that somebody gave to a content; the same id again changes nothing."""
    transaction.write(
        _PUT_FILE,
        id=file_id,
        sha256=sha256,
        name=name,
        client_id=client_id,
        uploaded_by=uploaded_by,
        uploaded_at=at,
    )


def preview(sha256: str) -> Query[PreviewRow]:
    """The preview of a content; none where it has none."""
    return _PREVIEW(sha256=sha256)


async def pieces(database: Database, sha256: str, size_bytes: int) -> AsyncIterator[bytes]:
    """A content piece by piece, each a read of its own: no more of it is held at once.

    Raises `LookupError` where it was erased meanwhile.
    """
    for number in range(1, -(-size_bytes // PIECE_BYTES) + 1):
        piece = await database.row(_PIECE(sha256=sha256, number=number))
        if piece is None:
            raise LookupError("a file was erased while it was read")
        yield bytes(piece.bytes)
